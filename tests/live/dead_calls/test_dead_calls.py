"""A side that vanishes ends its call in time, on hold or not, whichever side and however it keeps time itself; a side
that only says nothing does not.

All of them vanish at once, as each would take the same minute.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.live.carrier_instance import behind_a_carrier
from tests.live.instance import Installation
from tests.live.office import PASSWORD, SOON, extension_of, over, talk
from tests.live.outside.sipp_trunk import SippTrunk
from tests.live.outside.tenant import Firm, Firms, outside_number, talk_outside
from tests.live.phones import until
from tests.live.records import CallRow
from tests.live.sipp import ADDRESS, Burst, Sipp

HERE = Path(__file__).parent
DEAD_CALL_SECONDS = 90
"""The shortest that there is (RFC 4028)."""
HALF_AN_HOUR = "\nSupported: timer\nSession-Expires: 1800;refresher=uac"


@pytest.fixture
def firm() -> Iterator[Firm]:
    """A company of an exchange that notices dead sides soon, with the sandbox carrier."""
    house = Installation(CENTRALKA_DEAD_CALL_SECONDS=str(DEAD_CALL_SECONDS))
    with behind_a_carrier(house):
        firms = Firms(house, 1)
        with firms.firm() as made:
            yield made


def test_dead_sides_end_their_calls_and_silent_ones_do_not(firm: Firm) -> None:
    """Who pays for a call that its phone has left pays until the exchange notices, and no longer."""
    with silent_call(firm) as silent:
        holds_outside, holds_inside, colleague, deserted = (
            firm.phone(name) for name in ("Alicja", "Bartek", "Celina", "Dorota")
        )
        talk_outside(holds_outside, outside_number("04"))
        talk(holds_inside, colleague)
        callee = firm.phone("Feliks", auto_answer=True)
        with (
            caller(firm, HERE / "uac_silent_phone.xml", extension_of(callee), headers=HALF_AN_HOUR),
            SippTrunk(firm.house, "uas_carrier") as carrier,
        ):
            until(lambda: callee.in_call, SOON, "the call of somebody who counts in half hours is answered")
            deserted.dial(outside_number("04"))
            until(lambda: deserted.in_call, SOON, "the other carrier answers")
            assert carrier.requests("INVITE")
            for phone in (holds_outside, holds_inside):
                phone.hold()
            until(lambda: len(firm.all_records()) == 5, SOON, "all five calls go on")
            for phone in (holds_outside, holds_inside):
                until(lambda phone=phone: phone.messages[-1].start.startswith("ACK"), SOON, "it is on hold")  # type: ignore[misc]
                phone.pull_the_plug()
        vanished = datetime.now(UTC)
        until(lambda: len(ended(firm)) == 4, DEAD_CALL_SECONDS + SOON, "the dead calls end")
        over(colleague, callee, deserted)
        for record in ended(firm):
            assert record.outcome == "answered"
            assert record.ended_at
            assert record.ended_at - vanished < timedelta(seconds=DEAD_CALL_SECONDS)
        paid = [(record.price, a_grosz_a_second(record)) for record in ended(firm) if record.price]
        assert len(paid) == 2
        assert all(abs(price - talked) <= Decimal("0.01") for price, talked in paid)
        refreshed = [one for one in silent.messages() if one.start.startswith(("UPDATE", "INVITE")) and not one.sent]
        assert refreshed, "the silent phones were asked, and answered"
        assert len(firm.all_records()) - len(ended(firm)) == 1


@contextmanager
def silent_call(firm: Firm) -> Iterator[Sipp]:
    """Let two phones talk without a packet of sound, and without session timers. Returns the caller's."""
    callee = firm.account("Cichy")
    firm.sipp_phone(HERE / "uas_silent_phone.xml", callee)
    with caller(firm, HERE / "uac_silent_phone.xml", callee.extension) as calling:
        until(lambda: [one for one in firm.all_records() if one.answered_at], SOON, "the silent call is answered")
        yield calling
        firm.house.engine_says("channel request hangup all")
        assert calling.wait(SOON) == 0, calling.complaints()


@contextmanager
def caller(firm: Firm, scenario: Path, called: str, **keys: str) -> Iterator[Sipp]:
    """A SIPp that calls from an account of its own."""
    account = firm.account("Dzwoniący")
    port = firm.house.sip_port
    with Sipp(scenario, account.login, PASSWORD, called, ADDRESS, port, "udp", None, Burst(), 300, dict(keys)) as made:
        yield made


def ended(firm: Firm) -> list[CallRow]:
    return [record for record in firm.all_records() if record.ended_at]


def a_grosz_a_second(record: CallRow) -> Decimal:
    """What each begun second of the talk comes to by the list of the stories."""
    assert record.answered_at
    assert record.ended_at
    return Decimal(math.ceil((record.ended_at - record.answered_at).total_seconds())) / 100
