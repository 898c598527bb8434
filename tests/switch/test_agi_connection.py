"""The connection of the engine: what is done on one that the engine has closed."""

import asyncio

import uvloop

from centralka.switch.wire.agi_connection import AgiConnection
from centralka.switch.wire.channel import AgiChannel, ChannelGone

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
