"""Receiving a fax: what the engine is told, and what the record gets."""

import asyncio
from dataclasses import replace
from itertools import count

import pytest

from centralka.calls.plan import Outcome, ReceiveFax
from centralka.calls.reasons import Reason, Why
from centralka.switch.faxes.protocol import Told, told
from centralka.switch.mailboxes.protocol import Caller
from centralka.switch.steps.ended import Ended
from centralka.switch.steps.receive_fax import receive_fax
from centralka.switch.wire.channel import ChannelGone

from .fax_machine import FaxTray
from .stand_ins import REQUEST, ScriptedChannel

STEP = ReceiveFax(7, "kwiaty_15", "15", "+48 22 123 45 67", Reason(Why.NUMBER_TAKES_FAXES))
OUTSIDE = replace(REQUEST, channel="PJSIP/trunk-1-00000007", caller_number="+48600100200", caller_name="JAN")


class FaxChannel(ScriptedChannel):
    """Says of its fax what the test says; None: the engine died meanwhile."""

    says: str | None = "SUCCESS||2|+48 600 100 200"

    async def evaluate(self, expression: str) -> str:
        assert "FAXOPT(status)" in expression
        if self.says is None:
            raise ChannelGone
        return self.says


def receive(channel: ScriptedChannel, tray: FaxTray, step: ReceiveFax = STEP) -> Ended:
    clock = count(0, 60)
    return asyncio.run(receive_fax(step, channel, tray, lambda: next(clock)))


def test_a_fax_is_received_and_its_pages_go_into_the_record() -> None:
    channel, tray = FaxChannel(request=OUTSIDE), FaxTray()
    assert receive(channel, tray) == Ended(Outcome.FAX, seconds=60, pages=2)
    assert tray.begun == [(7, OUTSIDE.uniqueid, Caller("+48600100200", "JAN"))]
    assert tray.heard == [Told("SUCCESS", "", 2, "+48 600 100 200")]
    assert channel.done == [
        ("Set", "TAKEN=fax"),
        ("Answer", ""),
        ("Set", "CHANNEL(hangup_handler_push)=fax-received,s,1"),
        ("Set", "FAXOPT(localstationid)=+48 22 123 45 67"),
        ("ReceiveFAX", "/spool/faxes/1.tif,f"),
        ("Hangup", ""),
    ]


def test_without_a_station_identification_none_is_sent() -> None:
    channel = FaxChannel()
    receive(channel, FaxTray(), replace(STEP, station=""))
    assert not [done for done in channel.done if "localstationid" in done[1]]


def test_without_room_the_call_is_not_answered() -> None:
    """The sending machine tries again later; it would take a fax that nobody could keep for received."""
    channel, tray = FaxChannel(), FaxTray(room=False)
    assert receive(channel, tray) == Ended(Outcome.UNAVAILABLE)
    assert [application for application, _ in channel.done] == ["Set", "Hangup"]


def test_a_caller_who_only_speaks_leaves_no_page() -> None:
    channel = FaxChannel()
    channel.says = "FAILED|HANGUP|0|"
    assert receive(channel, FaxTray()).pages == 0


def test_if_the_engine_dies_nothing_is_told_and_the_fax_is_let_go() -> None:
    channel, tray = FaxChannel(), FaxTray()
    channel.says = None
    with pytest.raises(ChannelGone):
        receive(channel, tray)
    assert tray.heard == []
    assert not tray.at_it


@pytest.mark.parametrize(
    "answer, meant",
    [
        ("SUCCESS||3|48 22", Told("SUCCESS", "", 3, "48 22")),
        ("FAILED|HANGUP|x|a|b", Told("FAILED", "HANGUP", 0, "a|b")),
        ("", Told("", "", 0, "")),
    ],
)
def test_what_the_engine_says_is_read(answer: str, meant: Told) -> None:
    assert told(answer) == meant
