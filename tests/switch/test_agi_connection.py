"""The connection of the engine: what is done on one that the engine has closed."""

import asyncio

import pytest
import uvloop

from centralka.switch.wire.agi_connection import AgiConnection
from centralka.switch.wire.channel import AgiChannel, ChannelGone

from .engine_peer import EnginePeer
from .stand_ins import REQUEST


def test_whatever_is_asked_on_a_closed_connection_the_channel_is_gone() -> None:
    """As when the engine dies while it receives a fax: how that ended is asked all the same."""

    async def story() -> None:
        told: asyncio.Future[list[type]] = asyncio.get_running_loop().create_future()

        async def serve(connection: AgiConnection, _opening: bytes) -> None:
            channel = AgiChannel(REQUEST, connection)
            asked = [await asyncio.gather(channel.evaluate("x"), return_exceptions=True) for _ in range(3)]
            told.set_result([type(answer) for (answer,) in asked])

        server = await asyncio.get_running_loop().create_server(lambda: AgiConnection(serve), "127.0.0.1", 0)
        async with server:
            _reader, engine = await asyncio.open_connection(*server.sockets[0].getsockname())
            engine.write(b"agi_network: yes\n\n")
            await engine.drain()
            engine.close()
            assert await told == [ChannelGone] * 3

    uvloop.run(story())


@pytest.mark.parametrize("lines", [1, 2, 3])
def test_the_last_commands_are_carried_out_though_nobody_waits_for_the_last_answer(lines: int) -> None:
    """The engine has read them all before it carries out the first: that no more comes wakes it for the next."""
    wanted = [("Set", f"X={number}") for number in range(lines - 1)] + [("Dial", "PJSIP/kwiaty_101")]

    async def story() -> list[str]:
        async def serve(connection: AgiConnection, _opening: bytes) -> None:
            AgiChannel(REQUEST, connection).leave(*wanted)
            connection.close()  # as the switchboard does when it is done with a call

        server = await asyncio.get_running_loop().create_server(lambda: AgiConnection(serve), "127.0.0.1", 0)
        async with server, asyncio.timeout(10):
            return await (await EnginePeer.call(server.sockets[0].getsockname()[1])).answer_all(
                lambda _: "200 result=-1"
            )

    assert uvloop.run(story()) == [f'EXEC "{application}" "{arguments}"' for application, arguments in wanted]


def test_a_connection_is_closed_once_all_but_the_last_command_are_answered() -> None:
    """Of answers that find no reader the engine forgives one."""

    async def story() -> tuple[bytes, bool]:
        gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        class Watched(AgiConnection):
            def connection_lost(self, problem: Exception | None) -> None:
                super().connection_lost(problem)
                gone.set_result(None)

        async def serve(connection: AgiConnection, _opening: bytes) -> None:
            AgiChannel(REQUEST, connection).leave(("Set", "X=1"), ("Dial", "PJSIP/kwiaty_101"))

        server = await asyncio.get_running_loop().create_server(lambda: Watched(serve), "127.0.0.1", 0)
        async with server, asyncio.timeout(10):
            reader, engine = await asyncio.open_connection(*server.sockets[0].getsockname())
            engine.write(b"agi_network: yes\n\n")
            commands = await reader.read()
            done = gone.done()
            engine.write(b"200 result=0\n")
            await gone
            engine.close()
            return commands, done

    assert uvloop.run(story()) == (b'EXEC "Set" "X=1"\nEXEC "Dial" "PJSIP/kwiaty_101"\n', False)
