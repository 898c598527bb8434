"""What follows when an account does not take a call: every condition with every target, and what stands in the way."""

from dataclasses import replace
from decimal import Decimal

import pytest

from centralka.calls.facts import (
    Account,
    CallerNumber,
    Condition,
    ForwardTarget,
    Mailbox,
    ToExtension,
    ToNobody,
    ToOutside,
    ToVoicemail,
    Unanswered,
)
from centralka.calls.forwarding import MOST_AT_ONCE, MOST_DIVERSIONS
from centralka.calls.plan import (
    CallerId,
    DialOut,
    Diversion,
    Outcome,
    Plan,
    Reject,
    Ring,
    Skip,
    Step,
    Voicemail,
    followers,
)
from centralka.calls.planner import plan_call
from centralka.calls.prompts import Prompt
from centralka.calls.reasons import Why

from .people import ALICJA, BARTEK, FIRM, MOBILE, a_call, a_call_from_outside, outside

CELINA = Account(3, "kwiaty_11", "11", "Księgowość", None, 40, call_waiting=True)
OLA, CALLER = "+48600100200", "+48600300400"
TO_OLA = ToOutside("Ola", outside(OLA))
BOX = Mailbox(own_greeting=True, greeting_on_no_answer=True, greeting_on_busy=False, full=False)
OF = {Condition.NO_ANSWER: Outcome.NO_ANSWER, Condition.BUSY: Outcome.BUSY, Condition.UNAVAILABLE: Outcome.UNAVAILABLE}
STATUS = {Condition.NO_ANSWER: 480, Condition.BUSY: 486, Condition.UNAVAILABLE: 480}

every_condition = pytest.mark.parametrize("condition", list(Condition))


def unanswered(
    condition: Condition, target: ForwardTarget, mailbox: Mailbox | None = None, seconds: int = 25
) -> Unanswered:
    return Unanswered({condition: target}, seconds, mailbox)


def planned(follows: Unanswered, *, from_outside: bool = False, diversions: int = 0) -> Plan:
    """Alicja, or somebody outside, calls Bartek."""
    if from_outside:
        facts = a_call_from_outside(BARTEK, CALLER)
        return plan_call(replace(facts, unanswered=follows, diversions=diversions))
    return plan_call(replace(a_call("101", BARTEK), unanswered=follows))


def after(plan: Plan, *outcomes: Outcome) -> Step:
    """The step that is reached by these outcomes, one after the other, from the first."""
    step = plan.steps[plan.first]
    for outcome in outcomes:
        follower = plan.follower(step, outcome)
        assert follower is not None, (step, outcome)
        step = plan.steps[follower]
    return step


# -- The targets -------------------------------------------------------------------------------------------------


@every_condition
def test_another_extension_rings_alone_for_the_time_to_return(condition: Condition) -> None:
    plan = planned(unanswered(condition, ToExtension(CELINA), BOX))
    step = after(plan, OF[condition])
    assert isinstance(step, Ring)
    assert (step.login, step.seconds, step.call_waiting) == (CELINA.login, 25, True)
    assert step.show == CallerId("100", "Alicja")
    assert step.why.why is Why.FORWARDED_TO_EXTENSION
    assert step.why.values == {
        "extension": "101",
        "name": "Bartek",
        "condition": condition.value,
        "to": "11",
        "to_name": "Księgowość",
    }


@every_condition
@pytest.mark.parametrize("there", [Outcome.BUSY, Outcome.NO_ANSWER, Outcome.UNAVAILABLE])
def test_when_nobody_takes_it_there_the_first_callees_mailbox_has_it(condition: Condition, there: Outcome) -> None:
    step = after(planned(unanswered(condition, ToExtension(CELINA), BOX)), OF[condition], there)
    assert isinstance(step, Voicemail)
    assert (step.login, step.extension) == (BARTEK.login, "101")


@every_condition
@pytest.mark.parametrize("there", [Outcome.BUSY, Outcome.NO_ANSWER, Outcome.UNAVAILABLE])
def test_without_a_mailbox_it_ends_as_it_began(condition: Condition, there: Outcome) -> None:
    step = after(planned(unanswered(condition, ToExtension(CELINA))), OF[condition], there)
    assert isinstance(step, Reject)
    assert (step.refusal.value, step.refusal.sip_status) == (condition.value, STATUS[condition])


@every_condition
def test_only_the_condition_that_has_a_target_is_forwarded(condition: Condition) -> None:
    plan = planned(unanswered(condition, ToExtension(CELINA)))
    for other in set(Condition) - {condition}:
        assert isinstance(after(plan, OF[other]), Reject)


@every_condition
def test_a_public_number_is_called_as_a_call_of_the_forwarding_account(condition: Condition) -> None:
    step = after(planned(unanswered(condition, TO_OLA)), OF[condition])
    assert isinstance(step, DialOut)
    assert (step.number, step.rate, step.seconds) == (OLA, MOBILE, 25)
    assert step.show == CallerNumber(FIRM, restricted=False)
    assert step.diversion == Diversion(FIRM, condition, 1)
    assert step.why.values["to_name"] == "Ola"


@pytest.mark.parametrize(
    "there", [Outcome.BUSY, Outcome.NO_ANSWER, Outcome.UNAVAILABLE, Outcome.NO_SUCH_NUMBER, Outcome.NO_MONEY]
)
def test_however_the_call_outside_fails_it_comes_back(there: Outcome) -> None:
    step = after(planned(unanswered(Condition.BUSY, TO_OLA, BOX)), Outcome.BUSY, there)
    assert isinstance(step, Voicemail)


def test_no_pin_is_asked_for_a_forward() -> None:
    target = ToOutside("Ola", outside(OLA, pin_needed=True))
    assert isinstance(after(planned(unanswered(Condition.BUSY, target)), Outcome.BUSY), DialOut)


def test_the_caller_from_outside_is_shown_on_where_a_trunk_takes_it() -> None:
    step = after(planned(unanswered(Condition.BUSY, TO_OLA), from_outside=True), Outcome.BUSY)
    assert isinstance(step, DialOut)
    assert step.show == CallerNumber(FIRM, restricted=False, foreign=CALLER)


def test_a_hidden_caller_is_not_shown_on() -> None:
    facts = replace(a_call_from_outside(BARTEK, ""), unanswered=unanswered(Condition.BUSY, TO_OLA))
    step = after(plan_call(facts), Outcome.BUSY)
    assert isinstance(step, DialOut)
    assert step.show.foreign is None


@every_condition
def test_the_own_mailbox_is_a_target_too(condition: Condition) -> None:
    step = after(planned(unanswered(condition, ToVoicemail(), BOX)), OF[condition])
    assert isinstance(step, Voicemail)
    assert step.why.values == {"extension": "101", "name": "Bartek", "condition": condition.value}


# -- The mailbox -------------------------------------------------------------------------------------------------


@every_condition
def test_a_condition_without_a_target_ends_in_the_mailbox(condition: Condition) -> None:
    assert isinstance(after(planned(Unanswered(mailbox=BOX)), OF[condition]), Voicemail)


@pytest.mark.parametrize("on_no_answer", [False, True])
@pytest.mark.parametrize("on_busy", [False, True])
@pytest.mark.parametrize("own", [False, True])
@every_condition
def test_the_greeting_is_as_the_two_ticks_say(
    condition: Condition, own: bool, on_busy: bool, on_no_answer: bool
) -> None:
    box = Mailbox(own, on_no_answer, on_busy, full=False)
    step = after(planned(Unanswered(mailbox=box)), OF[condition])
    assert isinstance(step, Voicemail)
    ticked = on_busy if condition is Condition.BUSY else on_no_answer
    assert step.own_greeting == (own and ticked)
    assert step.busy == (condition is Condition.BUSY)


@every_condition
def test_a_full_mailbox_says_so_and_the_call_ends_honestly(condition: Condition) -> None:
    step = after(planned(Unanswered(mailbox=replace(BOX, full=True))), OF[condition])
    assert isinstance(step, Reject)
    assert (step.why.why, step.say, step.refusal.sip_status) == (
        Why.MAILBOX_FULL,
        Prompt.MAILBOX_FULL,
        STATUS[condition],
    )


# -- What stands in the way of a forward -----------------------------------------------------------------------


@every_condition
@pytest.mark.parametrize("mailbox", [None, BOX])
def test_a_target_that_was_deleted_counts_as_none_and_the_reason_is_given(
    condition: Condition, mailbox: Mailbox | None
) -> None:
    plan = planned(unanswered(condition, ToNobody(), mailbox))
    step = after(plan, OF[condition])
    assert isinstance(step, Skip)
    assert step.why.why is Why.FORWARD_TARGET_GONE
    assert isinstance(after(plan, OF[condition], Outcome.DONE), Voicemail if mailbox else Reject)


def test_a_mailbox_that_was_switched_off_is_no_target() -> None:
    plan = planned(unanswered(Condition.BUSY, ToVoicemail()))
    step = after(plan, Outcome.BUSY)
    assert isinstance(step, Skip)
    assert step.why.why is Why.FORWARD_WITHOUT_MAILBOX
    assert isinstance(after(plan, Outcome.BUSY, Outcome.DONE), Reject)


@pytest.mark.parametrize(
    "changes, why",
    [
        ({"max_rate": Decimal("0.01")}, Why.ABOVE_MAX_RATE),
        ({"rate": None}, Why.NO_PRICE),
        ({"available": Decimal(0)}, Why.NO_MONEY),
        ({"trunks": ()}, Why.NO_TRUNK),
        ({"going_on": MOST_AT_ONCE}, Why.FORWARDED_TOO_MANY),
        ({"caller": CallerNumber(None, restricted=False)}, Why.NO_CALLER_ID),
        ({"caller": CallerNumber(FIRM, restricted=False, owned=False)}, Why.CALLER_ID_NOT_OWNED),
    ],
)
def test_what_forbids_the_call_outside_lets_it_go_on_as_if_it_had_failed(changes: dict[str, object], why: Why) -> None:
    plan = planned(unanswered(Condition.NO_ANSWER, ToOutside("Ola", outside(OLA, **changes)), BOX))
    step = after(plan, Outcome.NO_ANSWER)
    assert isinstance(step, Skip)
    assert step.because
    assert (step.why.why, step.because.why) == (Why.FORWARD_NOT_FOLLOWED, why)
    assert isinstance(after(plan, Outcome.NO_ANSWER, Outcome.DONE), Voicemail)


def test_a_level_that_is_too_low_forbids_it_too() -> None:
    plan = planned(unanswered(Condition.BUSY, ToOutside("Hans", outside("+493012345678"))))
    step = after(plan, Outcome.BUSY)
    assert isinstance(step, Skip)
    assert step.because
    assert step.because.why is Why.ABOVE_LEVEL


@pytest.mark.parametrize("before", range(MOST_DIVERSIONS + 3))
def test_a_call_that_was_forwarded_five_times_goes_outside_no_more(before: int) -> None:
    plan = planned(unanswered(Condition.BUSY, TO_OLA), from_outside=True, diversions=before)
    step = after(plan, Outcome.BUSY)
    if before < MOST_DIVERSIONS:
        assert isinstance(step, DialOut)
        assert step.diversion == Diversion(FIRM, Condition.BUSY, before + 1)
    else:
        assert isinstance(step, Skip)
        assert step.because
        assert step.because.why is Why.FORWARDED_TOO_OFTEN


def test_forwards_inside_the_company_do_not_count_diversions() -> None:
    plan = planned(unanswered(Condition.BUSY, ToExtension(CELINA)), from_outside=True, diversions=MOST_DIVERSIONS)
    assert isinstance(after(plan, Outcome.BUSY), Ring)


def test_a_forward_back_to_the_caller_is_not_followed() -> None:
    plan = planned(unanswered(Condition.BUSY, ToExtension(ALICJA), BOX))
    step = after(plan, Outcome.BUSY)
    assert isinstance(step, Skip)
    assert step.because
    assert step.because.why is Why.OWN_EXTENSION
    assert isinstance(after(plan, Outcome.BUSY, Outcome.DONE), Voicemail)


def test_a_caller_whom_alicja_transferred_can_be_forwarded_to_her() -> None:
    facts = replace(a_call("101", BARTEK), transferred=True, from_outside=CALLER)
    follows = Unanswered({Condition.BUSY: ToExtension(ALICJA), Condition.NO_ANSWER: TO_OLA})
    plan = plan_call(replace(facts, unanswered=follows))
    back, on = after(plan, Outcome.BUSY), after(plan, Outcome.NO_ANSWER)
    assert isinstance(back, Ring)
    assert back.show is None
    assert isinstance(on, DialOut)
    assert on.show.foreign == CALLER


# -- Any plan ----------------------------------------------------------------------------------------------------

TARGETS = [None, ToExtension(CELINA), TO_OLA, ToVoicemail(), ToNobody()]


@pytest.mark.parametrize("mailbox", [None, BOX, replace(BOX, full=True)])
@pytest.mark.parametrize("busy", TARGETS)
@pytest.mark.parametrize("no_answer", TARGETS)
def test_every_plan_is_finite_whole_and_leads_forward_only(
    no_answer: ForwardTarget | None, busy: ForwardTarget | None, mailbox: Mailbox | None
) -> None:
    chosen = {Condition.NO_ANSWER: no_answer, Condition.BUSY: busy, Condition.UNAVAILABLE: TO_OLA}
    plan = planned(Unanswered({condition: target for condition, target in chosen.items() if target}, 30, mailbox))
    seen = [plan.first]
    for name in seen:
        following = [one for one in dict.fromkeys(followers(plan.steps[name]).values()) if one not in seen]
        assert all(one in plan.steps for one in following)
        seen += following
    assert set(seen) == set(plan.steps)
    order = list(plan.steps)
    for name, step in plan.steps.items():
        assert all(order.index(follower) > order.index(name) for follower in followers(step).values())
