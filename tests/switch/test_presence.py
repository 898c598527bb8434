"""Which phones are registered, followed over a real socket to somebody who plays the engine's manager interface."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from centralka.store.models import Registration, SipAccount
from centralka.switch.ami import AmiConnection, AmiRefused, format_action, parse_message
from centralka.switch.database import Database
from centralka.switch.presence import follow_presence
from tests import cast

NODE = "node1"
SECRET = "s3cret"
HELLO = b"Asterisk Call Manager/10.0.0\r\n"
BOOTED = {"Event": "FullyBooted", "Status": "Fully Booted"}
SOMEBODY_AUTHENTICATED = {"Event": "SuccessfulAuth", "Service": "PJSIP", "AccountID": "kwiaty_100"}
LIST_ENDS = {"Event": "DBGetTreeComplete", "EventList": "Complete"}
REFUSED = {"Response": "Error", "Message": "Permission denied"}


def listed(login: str, uri: str, agent: str = "baresip") -> dict[str, str]:
    value = {"endpoint": login, "uri": uri, "user_agent": agent, "expiration_time": "1795381242"}
    return {"Event": "DBGetTreeResponse", "Key": f"/registrar/contact/{login};@1", "Val": json.dumps(value)}


Life = list[list[dict[str, str]]]
"""What an engine says: at its start, then after each question for the list."""


class ManagerPeer:
    """Plays the engine: accepts a login, then says what the story tells it to, and dies."""

    def __init__(self, *lives: Life) -> None:
        self._lives = list(lives)
        self._serving: list[asyncio.Task[Any]] = []

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        yield server.sockets[0].getsockname()[1]
        server.close()
        await asyncio.gather(*self._serving)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.append(task)
        try:
            await self._talk(reader, writer)
        except asyncio.IncompleteReadError:
            return  # the switchboard hung up
        finally:
            writer.close()
            await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HELLO)
        login = parse_message(await reader.readuntil(b"\r\n\r\n"))
        if login.get("Secret") != SECRET:
            return self._say(writer, {"Response": "Error", "Message": "Authentication failed"})
        self._say(writer, {"Response": "Success"})
        beginning, *answers = self._lives.pop(0)
        self._say(writer, *beginning)
        for answer in answers:
            await reader.readuntil(b"\r\n\r\n")
            self._say(writer, *answer)
        if not self._lives:
            await reader.read()

    def _say(self, writer: asyncio.StreamWriter, *messages: dict[str, str]) -> None:
        for message in messages:
            lines = "".join(f"{key}: {value}\r\n" for key, value in message.items())
            writer.write(lines.encode() + b"\r\n")


def follow(*lives: Life, until: Callable[[], Any]) -> None:
    """The engine lives so often and says this each time; wait until the rows are as they should be."""

    async def story() -> None:
        database = Database()
        async with ManagerPeer(*lives).listening() as port:
            following = asyncio.create_task(follow_presence(port, SECRET, NODE, database))
            try:
                async with asyncio.timeout(15):
                    while not await database.run(until):
                        await asyncio.sleep(0.01)
            finally:
                following.cancel()
                await asyncio.wait({following})
        await database.run(connections.close_all)
        database.close()

    asyncio.run(story())


def uris() -> list[str]:
    return sorted(Registration.objects.values_list("uri", flat=True))


@pytest.fixture
def phones(transactional_db: None) -> None:
    tenant = cast.alicjas_company().tenant
    cast.phone(tenant, "100")
    cast.phone(tenant, "101")


@pytest.mark.usefixtures("phones")
class TestPresence:
    def test_the_list_at_the_start_is_what_there_is(self) -> None:
        contact = listed("kwiaty_100", "sip:100@192.0.2.1")
        follow([[BOOTED], [contact, LIST_ENDS]], until=lambda: uris() == ["sip:100@192.0.2.1"])
        assert Registration.objects.get().user_agent == "baresip"

    def test_an_engine_without_contacts_empties_the_rows(self) -> None:
        account = SipAccount.objects.get(extension="100")
        Registration.objects.create(sip_account=account, node=NODE, uri="sip:old", since=account.created_at)
        follow([[BOOTED], [LIST_ENDS]], until=lambda: not uris())
        account.refresh_from_db()
        assert account.last_seen_at is not None

    def test_an_engine_that_refuses_the_list_changes_nothing_and_is_asked_again(self) -> None:
        account = SipAccount.objects.get(extension="100")
        Registration.objects.create(sip_account=account, node=NODE, uri="sip:old", since=account.created_at)
        follow(
            [[BOOTED], [REFUSED]],
            [[BOOTED], [listed("kwiaty_101", "sip:new"), LIST_ENDS]],
            until=lambda: uris() in (["sip:new"], []),
        )
        assert uris() == ["sip:new"]

    def test_another_engines_rows_are_left_alone(self) -> None:
        account = SipAccount.objects.get(extension="100")
        Registration.objects.create(sip_account=account, node="node2", uri="sip:other", since=account.created_at)
        contact = listed("kwiaty_101", "sip:mine")
        follow([[BOOTED], [contact, LIST_ENDS]], until=lambda: uris() == ["sip:mine", "sip:other"])

    def test_when_somebody_authenticated_the_list_is_asked_for_again(self) -> None:
        follow(
            [
                [BOOTED],
                [listed("kwiaty_100", "sip:a"), LIST_ENDS, SOMEBODY_AUTHENTICATED],
                [listed("kwiaty_101", "sip:b"), LIST_ENDS],
            ],
            until=lambda: uris() == ["sip:b"],
        )
        assert SipAccount.objects.get(extension="100").last_seen_at is not None

    def test_a_phone_that_stays_keeps_its_since(self) -> None:
        account = SipAccount.objects.get(extension="100")
        Registration.objects.create(sip_account=account, node=NODE, uri="sip:a", since=account.created_at)
        both = [listed("kwiaty_100", "sip:a"), listed("kwiaty_101", "sip:b"), LIST_ENDS]
        follow([[BOOTED], both], until=lambda: len(uris()) == 2)
        assert Registration.objects.get(uri="sip:a").since == account.created_at

    def test_an_engine_that_dies_is_followed_again_when_it_is_back(self) -> None:
        follow(
            [[BOOTED], [listed("kwiaty_100", "sip:a"), LIST_ENDS]],
            [[BOOTED], [listed("kwiaty_101", "sip:b"), LIST_ENDS]],
            until=lambda: uris() == ["sip:b"],
        )

    def test_a_phone_of_an_account_that_is_gone_is_passed_over(self) -> None:
        follow(
            [[BOOTED], [listed("kwiaty_999", "sip:x"), listed("kwiaty_100", "sip:a"), LIST_ENDS]],
            until=lambda: uris() == ["sip:a"],
        )


def test_a_wrong_secret_is_refused() -> None:
    async def story() -> None:
        async with ManagerPeer().listening() as port:
            with pytest.raises(AmiRefused, match="Authentication failed"):
                await AmiConnection.open(port, "switchboard", "wrong")

    asyncio.run(story())


def test_a_value_cannot_begin_another_line() -> None:
    with pytest.raises(ValueError, match="line break"):
        format_action("PJSIPShowContacts", {"ActionID": "x\r\nAction: Command"})


def test_the_secret_is_in_no_file_of_the_source() -> None:
    assert "@{ami_secret}" in (Path(__file__).parents[2] / "asterisk" / "manager.conf").read_text()
