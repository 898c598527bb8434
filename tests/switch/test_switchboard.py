"""A call at the switchboard: from the engine's opening line to the last command, over a real socket."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from centralka.store.models import SipAccount, Tenant
from centralka.switch.alive import ask_switchboard
from centralka.switch.arriving.agi_server import Switchboard
from centralka.switch.arriving.endpoint_memory import EndpointMemory
from centralka.switch.database import PATIENCE, Database
from centralka.switch.journal.lines import Journal
from centralka.switch.mailboxes.protocol import Mailboxes
from centralka.switch.running.hushed import HushedCallers
from centralka.switch.steps.run_plan import Lines
from tests import cast

from .engine_peer import ANSWERED, SECRET, EnginePeer, reachable
from .fax_machine import FaxTray, no_sender
from .stand_ins import EngineThatForgets, Shelf, nobody_hushed, nothing_to_read, put_away

pytestmark = pytest.mark.django_db(transaction=True)


class Desk:
    """A switchboard that listens, with Alicja's 100 and 101 in its database."""

    def __init__(self, journal: Path) -> None:
        self.journal = journal
        self.mailboxes = Shelf(journal.parent)
        self.catch_up = nothing_to_read
        self.patience: float = PATIENCE
        company = cast.alicjas_company()
        cast.phone(company.tenant, "100", "Alicja")
        self.bartek = cast.phone(company.tenant, "101", "Bartek", ring_timeout=20)

    def run(self, story: Callable[[int], Awaitable[Any]]) -> Any:
        """Serve while the story runs; `story` gets the port."""
        return asyncio.run(self._run(story))

    async def _run(self, story: Callable[[int], Awaitable[Any]]) -> Any:
        database = Database(self.patience)
        mailboxes = Mailboxes(self.mailboxes, self.mailboxes)
        endpoints = EndpointMemory(database, EngineThatForgets())
        tools = (mailboxes, FaxTray(), no_sender(database), SECRET, endpoints, nobody_hushed(), self.catch_up)
        switchboard = Switchboard(database, Journal(self.journal), "node1", *tools)
        server = await switchboard.serve(0)
        try:
            return await asyncio.wait_for(story(server.sockets[0].getsockname()[1]), 20)
        finally:
            server.close()
            await put_away(database)

    def call(self, answer: Callable[[str], str], **changes: str) -> list[str]:
        """Carry out one call. Returns the commands that the engine got."""

        async def story(port: int) -> list[str]:
            peer = await EnginePeer.call(port, **changes)
            return await peer.answer_all(answer)

        commands: list[str] = self.run(story)
        return commands


FOUR_HOURS = "L(14400000:60000)"
"""What the company of these tests has not changed."""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "calls.csv")


def dials(commands: list[str]) -> list[str]:
    return [command for command in commands if command.startswith('EXEC "Dial"')]


def test_it_rings_the_account_for_its_ring_time(desk: Desk) -> None:
    """The edge rings all of its phones."""
    assert dials(desk.call(reachable())) == [f'EXEC "Dial" "PJSIP/kwiaty_101,20,i{FOUR_HOURS}"']


@pytest.mark.parametrize("side, is_hushed", [("", False), (".sdes", False), (".dtls", True), (".web", True)])
def test_a_caller_is_not_heard_before_the_sound_is_encrypted(desk: Desk, side: str, is_hushed: bool) -> None:
    """With DTLS-SRTP that is after the answer."""
    channel = f"PJSIP/kwiaty_100{side}-00000001"
    commands = desk.call(reachable(), channel=channel)
    assert ('SET VARIABLE "MUTEAUDIO(in)" "on"' in commands) == is_hushed
    assert (f"U(sealed^{channel})" in dials(commands)[0]) == is_hushed


@pytest.mark.parametrize("demanded, is_looked_at", [("off", False), ("dtls", True), ("srtp", True)])
def test_a_phone_that_has_to_encrypt_is_connected_only_then(desk: Desk, demanded: str, is_looked_at: bool) -> None:
    SipAccount.objects.filter(extension="101").update(media_encryption=demanded)
    (dialled,) = dials(desk.call(reachable()))
    assert ("b(hushed^s^1)U(sealed)" in dialled) == is_looked_at


NOT_REACHED, REFUSED, GIVEN_UP = ("CHANUNAVAIL|20|", "480", ""), ("CHANUNAVAIL|58|", "488", ""), (
    "CHANUNAVAIL|16|", "200", "unsealed",
)  # fmt: skip
"""How Dial ends, the phone's status, and what the routine on its side has returned."""


@pytest.mark.parametrize(
    ("ends", "is_given_up"),
    [([NOT_REACHED], False), ([GIVEN_UP], True), ([REFUSED, NOT_REACHED], False), ([REFUSED, GIVEN_UP], True)],
)
def test_a_phone_that_does_not_encrypt_is_given_up_at_the_first_and_at_the_second_try(
    desk: Desk, ends: list[tuple[str, str, str]], is_given_up: bool
) -> None:
    """What the engine tells of it is then forgotten: it would stay with the caller, and tell of the next phone."""
    SipAccount.objects.filter(extension="101").update(media_encryption="srtp")
    dialled = 0

    def answer(command: str) -> str:
        nonlocal dialled
        dialled += command.startswith('EXEC "Dial"')
        end, status, returned = ends[min(dialled, len(ends)) - 1]
        told = {"GOSUB_RETVAL": returned, "HANGUPCAUSE_KEYS": "PJSIP/kwiaty_101.sdes-1", ",tech)": status}
        known = next((value for name, value in told.items() if name in command), None)
        return reachable(dial=end)(command) if known is None else f"200 result=1 ({known})"

    commands = desk.call(answer)
    assert dialled == len(ends)
    assert ('SET VARIABLE "GOSUB_RETVAL" ""' in commands) == is_given_up
    (walked,) = [line for line in desk.journal.read_text().splitlines() if '"walked"' in line]
    assert ('"status":488' in walked) == is_given_up


@pytest.mark.parametrize(
    ("seconds", "option"), [(14_400, FOUR_HOURS), (120, "L(120000:60000)"), (60, "L(60000:30000)")]
)
def test_a_call_may_last_as_long_as_the_company_says(desk: Desk, seconds: int, option: str) -> None:
    """With a tone a minute before, or halfway."""
    Tenant.objects.update(longest_call=seconds)
    (dialled,) = dials(desk.call(reachable()))
    assert dialled.endswith(f',i{option}"')


def test_a_caller_that_the_engine_shows_rightly_already_is_not_set_again(desk: Desk) -> None:
    assert not [command for command in desk.call(reachable()) if "CALLERID" in command]


def test_the_internal_presentation_is_shown(desk: Desk) -> None:
    SipAccount.objects.filter(extension="100").update(internal_caller_id="555")
    assert 'SET VARIABLE "CALLERID(num)" "555"' in desk.call(reachable())


@pytest.mark.parametrize(
    "dial, cause",
    [
        ("BUSY|17|", "17"),
        ("CHANUNAVAIL|21|", "17"),
        ("NOANSWER|0|1200", "19"),
        ("NOANSWER|0|", "20"),
        ("CHANUNAVAIL|20|", "20"),
        ("CONGESTION|34|", "20"),
    ],
)
def test_an_unanswered_call_ends_with_the_honest_cause(desk: Desk, dial: str, cause: str) -> None:
    assert desk.call(reachable(dial=dial))[-1] == f'EXEC "Hangup" "{cause}"'


@pytest.mark.parametrize("dial", ["ANSWER|16|900", "CANCEL|0|900"])
def test_nothing_more_is_done_after_an_answer_or_a_caller_who_gave_up(desk: Desk, dial: str) -> None:
    """Nor is it told which of the two it was: the engine's own lines tell."""
    assert desk.call(reachable(dial=dial))[-1].startswith('EXEC "Dial"')
    (decided,) = map(json.loads, desk.journal.read_text().splitlines())
    assert decided["rings"] == "kwiaty_101"


def test_a_call_that_an_earlier_switchboard_left_to_the_engine_is_ended_by_the_dialplan(desk: Desk) -> None:
    assert desk.call(reachable(), network_script="unanswered") == []
    assert not desk.journal.exists()


def test_what_the_engine_rang_by_itself_comes_back_once(desk: Desk) -> None:
    """And goes on as what it was, whichever channel is in its place by now."""

    async def story(port: int) -> list[list[str]]:
        await (await EnginePeer.call(port)).answer_all(reachable())
        again, busy = {"network_script": "unanswered", "uniqueid": "node1-1.7"}, reachable(dial="BUSY|17|")
        return [await (await EnginePeer.call(port, **again)).answer_all(busy) for _ in range(2)]

    first, second = desk.run(story)
    assert (first[-1], second) == ('EXEC "Hangup" "17"', [])
    told = [json.loads(line) for line in desk.journal.read_text().splitlines()]
    assert [(line["kind"], line["channel"]) for line in told] == [
        (kind, "node1-1.1") for kind in ("decided", "went_on", "walked")
    ]


def test_a_thread_of_the_engine_that_calls_anew_has_no_call_of_before(desk: Desk) -> None:
    async def story(port: int) -> list[str]:
        await (await EnginePeer.call(port)).answer_all(reachable())
        await (await EnginePeer.call(port, extension="*43")).answer_all(reachable())
        return await (await EnginePeer.call(port, network_script="unanswered")).answer_all(reachable())

    assert desk.run(story) == []


def test_a_call_that_is_left_to_the_engine_takes_nothing_from_the_callers_other_calls() -> None:
    now = 0.0
    lines = Lines(lambda: now)
    with lines.engaging("kwiaty_100"):
        now = 30
        with lines.engaging("kwiaty_100"):
            lines.note_left("kwiaty_100")
        assert lines.is_engaged("kwiaty_100")
        now = 31
        assert not lines.is_engaged("kwiaty_100")


@pytest.mark.parametrize(
    "changed", [{"call_waiting": False}, {"media_encryption": "srtp"}, {"media_encryption": "dtls"}], ids=str
)
def test_what_needs_the_switchboard_while_it_rings_is_not_left_to_the_engine(
    desk: Desk, changed: dict[str, object]
) -> None:
    SipAccount.objects.filter(extension="101").update(**changed)
    assert dials(desk.call(reachable()))
    assert '"walked"' in desk.journal.read_text()


def test_nobody_registered_is_unavailable(desk: Desk) -> None:
    """The edge says so (480)."""
    assert desk.call(reachable(dial="CHANUNAVAIL|19|"))[-1] == 'EXEC "Hangup" "20"'


@pytest.mark.parametrize("state", ["INUSE", "RINGING", "RINGINUSE", "ONHOLD", "BUSY"])
def test_without_call_waiting_an_account_in_use_is_busy(desk: Desk, state: str) -> None:
    SipAccount.objects.filter(extension="101").update(call_waiting=False)
    commands = desk.call(reachable(state=state))
    assert dials(commands) == []
    assert commands[-1] == 'EXEC "Hangup" "17"'


def test_with_call_waiting_it_rings_although_in_use(desk: Desk) -> None:
    assert dials(desk.call(reachable(state="INUSE")))


def test_of_two_callers_at_the_same_moment_one_finds_it_busy(desk: Desk) -> None:
    """The engine still calls 101 free to both; the second comes while Dial of the first is going on."""
    SipAccount.objects.filter(extension="101").update(call_waiting=False)

    async def story(port: int) -> tuple[list[str], list[str]]:
        both_asked = asyncio.Barrier(2)
        first, second = await EnginePeer.call(port), await EnginePeer.call(port, uniqueid="node1-1.2")
        held = asyncio.Event()

        async def one(peer: EnginePeer) -> list[str]:
            async for command in peer.asked():
                if "DEVICE_STATE" in command:
                    await both_asked.wait()
                if command.startswith('EXEC "Dial"'):
                    await held.wait()
                if command.startswith('EXEC "Hangup"'):
                    held.set()
                peer.reply(reachable()(command))
            return peer.commands

        return tuple(await asyncio.gather(one(first), one(second)))  # type: ignore[return-value]

    first, second = desk.run(story)
    assert sorted([len(dials(first)), len(dials(second))]) == [0, 1]
    assert 'EXEC "Hangup" "17"' in first + second


def test_the_echo_test_is_the_dialplans(desk: Desk) -> None:
    """Which does not begin it for a caller who has hung up; over AGI it would never end."""
    ends = 'SET VARIABLE "TIMEOUT(absolute)" "14400"'
    assert desk.call(reachable(), extension="*43") == [ends, 'EXEC "Goto" "echo,s,1"']


def test_an_account_that_is_gone_gets_nothing_and_the_dialplan_has_the_call(desk: Desk) -> None:
    assert desk.call(reachable(), channel="PJSIP/kwiaty_999-00000001") == []


def test_a_channel_that_dies_in_the_middle_leaves_its_story_in_the_journal(desk: Desk) -> None:
    def dead_after_dial(command: str) -> str:
        return "511 Command Not Permitted on a dead channel" if "DIALSTATUS" in command else reachable()(command)

    SipAccount.objects.filter(extension="101").update(call_waiting=False)
    desk.call(dead_after_dial)
    lines = desk.journal.read_text().splitlines()
    assert ['"decided"' in lines[0], '"walked"' in lines[1]] == [True, True]


def test_a_call_right_after_a_change_is_spoken_and_held_as_it_says(desk: Desk) -> None:
    """The engine has read the caller's row before the switchboard could have it read anew."""

    async def story(port: int) -> list[list[str]]:
        told = []
        for language in ("en", "en", "pl"):
            await asyncio.to_thread(Tenant.objects.update, language=language, hold_sound="silence")
            peer = await EnginePeer.call(port)
            told.append([line for line in await peer.answer_all(reachable()) if "CHANNEL(" in line])
        return told

    spoken = 'EXEC "MSet" "CHANNEL(musicclass)=silence,CHANNEL(language)=pl"'
    assert desk.run(story) == [[], [], [spoken]]


def test_a_stranger_who_talks_nonsense_disturbs_no_call(desk: Desk) -> None:
    async def story(port: int) -> list[str]:
        for nonsense in (b"GET / HTTP/1.1\r\n\r\n", b"\n\n", b"x" * 100_000, b"agi_channel: x\n\n"):
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(nonsense)
            writer.close()
        return await (await EnginePeer.call(port)).answer_all(reachable())

    assert dials(desk.run(story))


def test_who_knows_the_secret_is_told_that_it_is_alive(desk: Desk) -> None:
    desk.run(lambda port: ask_switchboard(port, SECRET))
    with pytest.raises(EOFError):
        desk.run(lambda port: ask_switchboard(port, "guess"))


@pytest.mark.parametrize("secret", ["", "guess", "s3cre"])
def test_another_process_of_the_machine_is_not_the_engine(desk: Desk, secret: str) -> None:
    """It is told nothing and decides nothing: not one command, no line in the journal, no money put aside."""
    assert desk.call(reachable(), secret=secret) == []
    assert desk.call(reachable(), secret=secret, **ANSWERED) == []
    assert not desk.journal.exists() or "decided" not in desk.journal.read_text()


class Broken(Database):
    async def do(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        raise OSError("the disk is gone")

    read = do


def test_a_database_that_fails_leaves_the_call_to_the_dialplan(desk: Desk, tmp_path: Path) -> None:
    """A decision that cannot be made is not made: no command is sent."""

    async def story() -> list[str]:
        shelf, journal = Shelf(tmp_path), Journal(tmp_path / "calls.csv")
        broken = Broken()
        endpoints = EndpointMemory(broken, EngineThatForgets())
        both, tray = Mailboxes(shelf, shelf), FaxTray()
        tools = (both, tray, no_sender(broken), SECRET, endpoints, nobody_hushed(), nothing_to_read)
        server = await Switchboard(broken, journal, "node1", *tools).serve(0)
        peer = await EnginePeer.call(server.sockets[0].getsockname()[1])
        commands = await peer.answer_all(reachable())
        server.close()
        return commands

    assert asyncio.run(story()) == []


def test_who_is_not_heard_yet_is_looked_after_from_the_answer_on_without_a_database(tmp_path: Path) -> None:
    looked_after: list[tuple[str, str]] = []

    class Noting(HushedCallers):
        def answered(self, caller: str, called_id: str) -> None:
            looked_after.append((caller, called_id))

    async def story() -> None:
        shelf, broken = Shelf(tmp_path), Broken()
        hushed = Noting(EngineThatForgets(), lambda channel, time: None)
        both, endpoints = Mailboxes(shelf, shelf), EndpointMemory(broken, EngineThatForgets())
        tools = (both, FaxTray(), no_sender(broken), SECRET, endpoints, hushed, nothing_to_read)
        server = await Switchboard(broken, Journal(tmp_path / "calls.csv"), "node1", *tools).serve(0)
        peer = await EnginePeer.call(server.sockets[0].getsockname()[1], **ANSWERED, arg_1="PJSIP/kwiaty_100.dtls-1")
        await peer.answer_all(reachable())
        server.close()

    asyncio.run(story())
    assert [caller for caller, _ in looked_after] == ["PJSIP/kwiaty_100.dtls-1"]


def test_the_fax_tone_is_listened_for_before_anything_rings(desk: Desk) -> None:
    assert not [command for command in desk.call(reachable()) if "fax" in command.lower()]
    SipAccount.objects.filter(pk=desk.bartek.pk).update(switch_to_fax=cast.fax_account(desk.bartek.tenant, "15"))
    commands = desk.call(reachable())
    listening = [
        'SET VARIABLE "FAX_SWITCH" "kwiaty_15"',
        'SET VARIABLE "FAXOPT(faxdetect)" "cng,110"',
    ]
    assert [command for command in commands if "FAX" in command] == listening
    assert commands.index(listening[-1]) < commands.index(dials(commands)[0])


def test_a_caller_who_sent_the_fax_tone_is_received_by_the_fax_account(desk: Desk) -> None:
    cast.fax_account(desk.bartek.tenant, "15", fax_station="+48 22 1")
    tone = {"network_script": "fax-tone", "arg_1": "kwiaty_15", "extension": "fax"}
    commands = desk.call(
        lambda command: "200 result=1 (SUCCESS||2|)" if "FAXOPT" in command else "200 result=0", **tone
    )
    assert 'SET VARIABLE "FAXOPT(localstationid)" "+48 22 1"' in commands
    assert [command for command in commands if "ReceiveFAX" in command]
    assert "fax_tone_heard" in desk.journal.read_text()


def test_a_fax_tone_for_an_account_that_is_gone_ends_the_call(desk: Desk) -> None:
    assert desk.call(reachable(), network_script="fax-tone", arg_1="kwiaty_15", extension="fax") == []
