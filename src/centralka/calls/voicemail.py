"""The mailbox that an account calls (`*98`): after its PIN, and never for a caller from outside."""

from .facts import CallFacts
from .plan import AskPin, Outcome, Pin, Plan, Refusal, Reject, StepName, VoicemailMenu
from .prompts import Prompt
from .reasons import Reason, Why

MAILBOX = "*98"
PIN_TRIES = 3
MOST_MESSAGES = 100
"""Messages in a mailbox, heard ones included."""
MOST_SECONDS = 3600
"""Seconds of all messages in a mailbox together."""

_START = StepName("start")
_MENU = StepName("menu")
_WRONG_PIN = StepName("wrong_pin")


def is_full(messages: int, seconds: int) -> bool:
    """Tell whether a mailbox with so many messages of so many seconds together takes no more."""
    return messages >= MOST_MESSAGES or seconds >= MOST_SECONDS


def call_mailbox(facts: CallFacts) -> Plan:
    """Ask for the PIN of the caller's own mailbox, then open it."""
    if refusal := _refusal(facts):
        return Plan(_START, {_START: refusal})
    caller = facts.caller
    who = {"extension": caller.extension, "name": caller.name}
    ask = AskPin(
        caller.id,
        Pin.MAILBOX,
        PIN_TRIES,
        Reason(Why.MAILBOX_PIN_NEEDED, who),
        {Outcome.RIGHT_PIN: _MENU, Outcome.WRONG_PIN: _WRONG_PIN},
    )
    wrong = Reject(Refusal.NOT_PERMITTED, Reason(Why.WRONG_PIN, {"tries": PIN_TRIES}), Prompt.WRONG_PIN_GOODBYE)
    menu = VoicemailMenu(caller.id, Reason(Why.MAILBOX_DIALLED, who))
    return Plan(_START, {_START: ask, _MENU: menu, _WRONG_PIN: wrong})


def _refusal(facts: CallFacts) -> Reject | None:
    if facts.transferred:
        return Reject(Refusal.NO_SUCH_NUMBER, Reason(Why.MAILBOX_NOT_FOR_STRANGERS), Prompt.NO_SUCH_NUMBER)
    if facts.mailbox is None:
        why = Reason(Why.NO_MAILBOX, {"extension": facts.caller.extension, "name": facts.caller.name})
        return Reject(Refusal.NO_SUCH_NUMBER, why, Prompt.NO_MAILBOX)
    return None
