"""Which way a call took through its plan, read back from its record."""

import json
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from centralka.calls.facts import CallFacts, Condition, IncomingFacts, Mailbox, ToExtension, ToOutside, Unanswered
from centralka.calls.journal_events import Begun, TrunkTry, WalkedStep, WalkEnded
from centralka.calls.plan import DialOut, Outcome, Reject, Ring, Step, StepName, Voicemail, followers
from centralka.calls.plan_json import plan_from_json
from centralka.calls.planner import plan_call
from centralka.calls.record.leg_json import leg_as_json, leg_from_json
from centralka.calls.record.record import Record
from centralka.calls.record.way import Taken, way_of

from .people import ALICJA, BARTEK, FIRST, NOW, SECOND, a_call, a_call_outside, outside
from .plans import FACTS
from .story import Story, dialled, rang, refused, tried

BOX = Mailbox(own_greeting=False, greeting_on_no_answer=True, greeting_on_busy=True, full=False)


def way(record: Record) -> list[Taken]:
    """As the row has it: through JSON and back."""
    assert record.plan is not None
    legs = [leg_from_json(json.loads(json.dumps(leg_as_json(leg)))) for leg in record.legs]
    return way_of(plan_from_json(json.loads(record.plan)), legs, record.why)


def names(record: Record) -> list[str]:
    return [taken.name for taken in way(record)]


def ends(step: Step) -> list[Outcome]:
    """How it can end."""
    match step:
        case Ring():
            return [*followers(step), Outcome.ANSWERED, Outcome.CANCELLED]
        case DialOut(trunks=trunks):
            return [*followers(step), *([Outcome.ANSWERED, Outcome.CANCELLED] if trunks else [])]
        case Voicemail():
            return [Outcome.VOICEMAIL]
        case _:
            return list(followers(step)) or [Outcome.DONE]


def walked_step(name: str, step: Step, outcome: Outcome) -> WalkedStep:
    match step:
        case Ring():
            return WalkedStep(name, outcome, step.login)
        case Voicemail():
            return WalkedStep(name, outcome, step.login, seconds=3)
        case DialOut():
            *failed, last = step.trunks or (FIRST,)
            tries = [TrunkTry(one.id, one.name, Outcome.UNAVAILABLE) for one in failed]
            tries = [] if outcome is Outcome.NO_MONEY else [*tries, TrunkTry(last.id, last.name, outcome)]
            return WalkedStep(name, outcome, number=step.number, tries=tuple(tries))
        case Reject():
            return WalkedStep(name, outcome, refusal=step.refusal)
        case _:
            return WalkedStep(name, outcome)


@given(FACTS, st.data())
def test_the_way_is_the_one_that_was_walked(facts: CallFacts | IncomingFacts, data: st.DataObject) -> None:
    """Whatever was planned, and however each step ended."""
    plan = plan_call(facts)
    story, walked = Story(), []
    story.calls(0, "a1", ALICJA.login, "101")
    story.planned(0, "a1", facts)
    name: StepName | None = plan.first
    while name is not None:
        step = plan.steps[name]
        outcome = data.draw(st.sampled_from(ends(step)))
        walked.append(walked_step(name, step, outcome))
        if isinstance(step, Ring) and outcome is Outcome.ANSWERED:
            story.rings(8, "b1", "a1", step.login)
            story.answers(8, "b1", "a1")
            story.hangs_up(9, "b1")
        name = plan.follower(step, outcome)
    story.walked(9, "a1", *walked)
    story.hangs_up(9, "a1")
    found = way(story.record())
    assert [taken.name for taken in found] == [one.name for one in walked]
    for taken, one in zip(found[:-1], walked[:-1], strict=True):
        assert taken.outcome in (one.outcome, None)
        assert taken.outcome is one.outcome or len(set(followers(plan.steps[taken.name]).values())) == 1
    assert [len(taken.legs) for taken in found] == [len(one.tries) or bool(one.login) for one in walked]


def forwarded() -> Story:
    """Alicja calls Bartek, who is busy; the forward to Ola goes over the second trunk."""
    story = Story()
    story.calls(0, "a1", ALICJA.login, "101")
    follows = Unanswered({Condition.BUSY: ToOutside("Ola", outside("600100200"))}, 30, BOX)
    story.planned(0, "a1", replace(a_call("101", BARTEK), unanswered=follows))
    return story


def test_a_forward_outside_has_a_leg_for_each_trunk() -> None:
    story = forwarded()
    over = (tried(FIRST, Outcome.UNAVAILABLE), tried(SECOND, Outcome.ANSWERED))
    story.walked(60, "a1", rang(BARTEK.login, Outcome.BUSY), dialled("+48600100200", *over, name="busy"))
    story.hangs_up(60, "a1")
    bartek, ola = way(story.record())
    assert (bartek.name, bartek.outcome, ola.name, ola.outcome) == ("start", Outcome.BUSY, "busy", Outcome.ANSWERED)
    assert [leg.trunk for leg in ola.legs] == [FIRST.name, SECOND.name]


def test_a_call_that_goes_on_has_come_as_far_as_it_is_known() -> None:
    story = forwarded()
    story.rings(1, "b1", "a1", BARTEK.login)
    assert [(taken.name, taken.outcome) for taken in way(story.record())] == [("start", None)]


def test_a_message_of_which_nobody_told_the_end_is_on_the_way() -> None:
    """The switchboard died while it was recorded."""
    story = Story()
    story.calls(0, "a1", ALICJA.login, "101")
    story.planned(0, "a1", replace(a_call("101", BARTEK), unanswered=Unanswered({}, 30, BOX)))
    story.events.append(Begun(NOW + timedelta(seconds=20), "a1", "no_answer"))
    story.answers(20, "a1")
    story.switchboard_starts(30)
    story.hangs_up(31, "a1")
    assert names(story.record()) == ["start", "no_answer"]


def test_a_refused_call_took_the_way_to_its_refusal() -> None:
    story = Story()
    story.calls(0, "a1", ALICJA.login, "600100200")
    story.planned(0, "a1", a_call_outside(pin_needed=True))
    wrong = replace(refused("not_permitted"), name="wrong_pin")
    story.walked(9, "a1", WalkedStep("start", Outcome.WRONG_PIN), wrong)
    story.hangs_up(9, "a1")
    pin, end = way(story.record())
    assert (pin.outcome, end.name) == (Outcome.WRONG_PIN, "wrong_pin")


def test_what_a_transfer_began_is_no_part_of_the_first_plan() -> None:
    """Bartek answers and sends Alicja to the same colleague to whom he is forwarded."""
    celina = replace(BARTEK, id=3, login="kwiaty_102", extension="102", name="Celina")
    story = Story()
    story.calls(0, "a1", ALICJA.login, "101")
    follows = Unanswered({Condition.BUSY: ToExtension(celina)}, 30, None)
    story.planned(0, "a1", replace(a_call("101", BARTEK), unanswered=follows))
    story.rings(1, "b1", "a1", BARTEK.login)
    story.answers(5, "b1", "a1")
    story.walked(20, "a1", rang(BARTEK.login, Outcome.ANSWERED))
    story.transfers(20, "b1", "102")
    story.decided(20.1, "a1", "102", ALICJA, celina)
    story.rings(21, "c1", "a1", celina.login)
    story.answers(22, "c1")
    story.events.append(WalkEnded(NOW + timedelta(seconds=40), "a1", (rang(celina.login, Outcome.ANSWERED),)))
    story.hangs_up(40, "a1")
    assert [(taken.name, taken.outcome) for taken in way(story.record())] == [("start", Outcome.ANSWERED)]
