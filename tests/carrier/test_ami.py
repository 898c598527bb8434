"""The manager interface's words, and a login over a real socket."""

import asyncio
from pathlib import Path

import pytest

from centralka.carrier.ami import AmiConnection, AmiRefused, format_action


def test_a_wrong_secret_is_refused() -> None:
    hung_up = asyncio.Event()

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/10.0.0\r\n")
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"Response: Error\r\nMessage: Authentication failed\r\n\r\n")
        await reader.read()
        writer.close()
        await writer.wait_closed()
        hung_up.set()

    async def story() -> None:
        server = await asyncio.start_server(refuse, "127.0.0.1", 0)
        async with server:
            with pytest.raises(AmiRefused, match="Authentication failed"):
                await AmiConnection.open(server.sockets[0].getsockname()[1], "switchboard", "wrong")
            await hung_up.wait()

    asyncio.run(story())


def test_a_value_cannot_begin_another_line() -> None:
    with pytest.raises(ValueError, match="line break"):
        format_action("PJSIPShowContacts", {"ActionID": "x\r\nAction: Command"})


def test_the_secret_is_in_no_file_of_the_source() -> None:
    assert "@{question_secret}" in (Path(__file__).parents[2] / "asterisk" / "carrier" / "manager.conf").read_text()
