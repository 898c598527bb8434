"""The PIN before a call outside."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from centralka.calls.plan import AskPin, Outcome, Pin
from centralka.calls.prompts import Prompt
from centralka.calls.reasons import Reason, Why
from centralka.switch.steps.ask_pin import ask_pin
from centralka.switch.wire.channel import ChannelGone

from .stand_ins import ScriptedChannel, Till

STEP = AskPin(7, Pin.OUTSIDE, 3, Reason(Why.PIN_NEEDED), {})


def ask(typed: Sequence[str | None], pin: Pin = Pin.OUTSIDE) -> tuple[Outcome, ScriptedChannel, Till]:
    channel, bank = ScriptedChannel(typed=typed), Till()
    return asyncio.run(ask_pin(replace(STEP, pin=pin), channel, bank)), channel, bank


@pytest.mark.parametrize(
    "typed, outcome, questions",
    [
        (["4711"], Outcome.RIGHT_PIN, 1),
        (["1234", "4711"], Outcome.RIGHT_PIN, 2),
        (["1234", "", "4711"], Outcome.RIGHT_PIN, 3),
        (["1", "2", "3"], Outcome.WRONG_PIN, 3),
        (["", "", ""], Outcome.WRONG_PIN, 3),
    ],
)
def test_there_are_three_tries(typed: list[str], outcome: Outcome, questions: int) -> None:
    found, channel, _bank = ask(typed)
    assert found is outcome
    assert len(channel.questions) == questions


def test_after_a_wrong_pin_the_caller_hears_that_it_was_wrong() -> None:
    _outcome, channel, _bank = ask(["1", "", "3"])
    assert channel.questions == [Prompt.ENTER_PIN, Prompt.WRONG_PIN, Prompt.WRONG_PIN]


def test_the_call_is_answered_before_the_question() -> None:
    """Some phones send no digits before an answer."""
    _outcome, channel, _bank = ask(["4711"])
    assert channel.done[0] == ("Answer", "")


@pytest.mark.parametrize("pin", Pin)
def test_who_was_put_in_the_callers_place_is_not_let_in_by_the_right_pin(pin: Pin) -> None:
    """An attended transfer to the question."""
    channel = ScriptedChannel(typed=["4711"], variables={"CHANNEL(name)": "PJSIP/trunk-1-00000007"})
    bank = Till()
    assert asyncio.run(ask_pin(replace(STEP, pin=pin), channel, bank)) is Outcome.WRONG_PIN
    assert (len(channel.questions), bank.pins) == (1, [])


def test_the_last_key_is_over_before_the_call_goes_out() -> None:
    """Phones repeat its end; the other side would take it for a key that was pressed there."""
    _outcome, channel, _bank = ask(["4711"])
    assert channel.done[-1] == ("Wait", "0.2")


def test_the_pin_is_that_of_the_calling_account_and_silence_is_not_looked_up() -> None:
    _outcome, _channel, bank = ask(["12", "", "4711"])
    assert bank.pins == [(7, Pin.OUTSIDE, "12"), (7, Pin.OUTSIDE, "4711")]


def test_before_the_mailbox_its_own_pin_is_asked_for() -> None:
    outcome, channel, bank = ask(["1", "4711"], Pin.MAILBOX)
    assert outcome is Outcome.RIGHT_PIN
    assert channel.questions == [Prompt.MAILBOX_PIN, Prompt.WRONG_PIN]
    assert bank.pins[-1] == (7, Pin.MAILBOX, "4711")


def test_a_caller_who_hangs_up_is_asked_no_more() -> None:
    with pytest.raises(ChannelGone):
        ask(["1", None])
