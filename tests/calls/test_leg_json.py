"""A leg is written and read by one codec."""

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from centralka.calls.plan import Outcome
from centralka.calls.reasons import Reason, Why
from centralka.calls.record.leg import Leg
from centralka.calls.record.leg_json import leg_as_json, leg_from_json
from centralka.calls.record.outcome import CallOutcome

from .plans import MONEY, NAMES, RATES

VALUES = st.dictionaries(st.sampled_from(["extension", "name", "number"]), NAMES | st.integers())
REASONS = st.builds(Reason, st.sampled_from(sorted(set(Why) - {Why.OF_ANOTHER_VERSION})), VALUES)
SECONDS = st.integers(0, 9999)
LEGS = st.builds(
    Leg,
    to=NAMES,
    login=st.none() | NAMES,
    outcome=st.sampled_from([*CallOutcome, *Outcome]),
    status=st.none() | st.integers(300, 699),
    seconds=SECONDS,
    rang=st.none() | SECONDS,
    trunk=st.none() | NAMES,
    rate=st.none() | RATES,
    price=st.none() | MONEY,
    channel=st.none() | NAMES,
    why=st.none() | REASONS,
)


@given(LEGS)
def test_a_leg_comes_back_as_it_was_written(leg: Leg) -> None:
    text = json.dumps(leg_as_json(leg))
    assert leg_from_json(json.loads(text)) == leg
    assert json.dumps(leg_as_json(leg_from_json(json.loads(text)))) == text


def test_a_leg_of_an_earlier_version_is_read() -> None:
    """Neither its ringing time, nor a status, nor anything of money was noted."""
    leg = leg_from_json({"to": "101", "login": "kwiaty_101", "outcome": "no_answer", "seconds": 20, "why": None})
    assert leg == Leg("101", "kwiaty_101", Outcome.NO_ANSWER, seconds=20)
    assert leg.rang is None


def test_an_outcome_that_is_not_known_any_more_is_a_failure() -> None:
    assert leg_from_json({"to": "101", "outcome": "vanished", "price": "0.1000"}).outcome is CallOutcome.FAILED
    assert leg_from_json({"to": "101", "price": "0.1000"}).price == Decimal("0.1000")


def test_whom_a_leg_called_is_in_its_reason() -> None:
    values = {"extension": "101", "name": "Bartek", "condition": "busy"}
    forwarded = Reason(Why.FORWARDED_OUTSIDE, {**values, "number": "+48600100200", "to_name": "Ola"})
    called = [("101", Reason(Why.EXTENSION_DIALLED, values)), ("+48600100200", forwarded), ("999", forwarded)]
    assert [Leg(to, None, Outcome.BUSY, why=why).name for to, why in called] == ["Bartek", "Ola", ""]
