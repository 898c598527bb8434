"""The mailbox that an account calls."""

from dataclasses import replace

from centralka.calls.facts import Mailbox
from centralka.calls.plan import AskPin, Outcome, Pin, Reject, VoicemailMenu
from centralka.calls.planner import plan_call
from centralka.calls.prompts import Prompt
from centralka.calls.reasons import Why

from .people import ALICJA, a_call

BOX = Mailbox(own_greeting=False, greeting_on_no_answer=True, greeting_on_busy=True, full=False)


def test_star_98_opens_the_callers_own_mailbox_after_its_pin() -> None:
    plan = plan_call(replace(a_call("*98"), mailbox=BOX))
    ask = plan.steps[plan.first]
    assert isinstance(ask, AskPin)
    assert (ask.account_id, ask.pin, ask.tries) == (ALICJA.id, Pin.MAILBOX, 3)
    menu = plan.steps[ask.then[Outcome.RIGHT_PIN]]
    assert isinstance(menu, VoicemailMenu)
    assert menu.account_id == ALICJA.id


def test_three_wrong_pins_end_the_call() -> None:
    plan = plan_call(replace(a_call("*98"), mailbox=BOX))
    ask = plan.steps[plan.first]
    assert isinstance(ask, AskPin)
    end = plan.steps[ask.then[Outcome.WRONG_PIN]]
    assert isinstance(end, Reject)
    assert (end.refusal.sip_status, end.say) == (403, Prompt.WRONG_PIN_GOODBYE)


def test_an_account_without_a_mailbox_is_told() -> None:
    plan = plan_call(a_call("*98"))
    (step,) = plan.steps.values()
    assert isinstance(step, Reject)
    assert (step.why.why, step.say) == (Why.NO_MAILBOX, Prompt.NO_MAILBOX)


def test_who_was_transferred_from_outside_never_reaches_a_mailbox() -> None:
    plan = plan_call(replace(a_call("*98"), mailbox=BOX, transferred=True))
    (step,) = plan.steps.values()
    assert isinstance(step, Reject)
    assert step.why.why is Why.MAILBOX_NOT_FOR_STRANGERS
