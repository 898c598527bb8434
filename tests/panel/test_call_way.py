"""Co zaplanowano i którędy poszło: the plan of a call on its page, with the way that was taken."""

from dataclasses import replace
from typing import Any

import pytest

from centralka.calls.facts import Condition, Mailbox, ToExtension, ToOutside, Unanswered
from centralka.calls.journal_events import WalkedStep
from centralka.calls.plan import Outcome
from centralka.store.call_records import write_records
from centralka.store.models import CallRecord
from tests import cast
from tests.calls.people import ALICJA, BARTEK, FIRST, SECOND, a_call, a_call_from_outside, a_call_outside, outside
from tests.calls.story import Story, dialled, rang, refused, tried

from .conftest import SignIn
from .page import Page

BOX = Mailbox(own_greeting=False, greeting_on_no_answer=True, greeting_on_busy=True, full=False)
CELINA = replace(BARTEK, id=3, login="kwiaty_102", extension="102", name="Celina")


def kept(company: cast.Company, story: Story) -> str:
    """Write the record as the recorder does. Returns its page."""
    story.hangs_up(90, "a1")
    record = replace(story.record(), tenant_id=company.tenant.pk, may_cost=False)
    write_records([record], node="node1", position=1)
    return f"/polaczenia/{CallRecord.objects.get().call_id}/"


def unanswered(then: Unanswered) -> Story:
    """Alicja calls Bartek."""
    story = Story()
    story.calls(0, "a1", ALICJA.login, "101")
    story.planned(0, "a1", replace(a_call("101", BARTEK), unanswered=then))
    return story


def ticked(page: Page) -> list[int]:
    """Of each of the two drawings: how many steps were taken, the caller among them."""
    return [drawing.count(" plan-taken") for drawing in page.html.split('<svg class="plan-picture')[1:]]


def test_a_forwarded_call_shows_the_way_over_each_trunk(kwiaty: cast.Company, signed_in: SignIn) -> None:
    story = unanswered(Unanswered({Condition.BUSY: ToOutside("Ola", outside("600100200"))}, 30, BOX))
    over = (replace(tried(FIRST, Outcome.UNAVAILABLE), status=503), tried(SECOND, Outcome.ANSWERED))
    story.walked(60, "a1", rang(BARTEK.login, Outcome.BUSY), dialled("+48600100200", *over, name="busy"))
    page = Page(signed_in(kwiaty.reader, "pl").get(kept(kwiaty, story)))
    assert "Co zaplanowano i którędy poszło" in page.text
    assert ticked(page) == [3, 3]
    assert "tędy poszło połączenie: Zajęte" in page.inside("call-plan-steps")
    assert "Pierwszy: Niedostępne, SIP\u00a0503; Drugi: Odebrane" in page.html
    assert page.html.count("Poczta głosowa 101") >= 2, "what was planned besides is drawn, too"
    said = page.html.split('aria-label="Rysunek tego')[1].split('"')[0].replace("\u00a0", " ")
    assert "poszło tędy: 100 Alicja, Dzwoni 101 Bartek (Zajęte), Na zewnątrz: 600 100 200 (Ola) (Pierwszy: Nied" in said


def test_a_message_that_was_left_is_at_the_end_of_the_way(kwiaty: cast.Company, signed_in: SignIn) -> None:
    story = unanswered(Unanswered({Condition.NO_ANSWER: ToExtension(CELINA)}, 30, BOX))
    story.answers(50, "a1")
    left = WalkedStep("no_answer_end", Outcome.VOICEMAIL, BARTEK.login, seconds=14)
    story.walked(80, "a1", rang(BARTEK.login, Outcome.NO_ANSWER), rang(CELINA.login, Outcome.BUSY, "no_answer"), left)
    page = Page(signed_in(kwiaty.reader, "pl").get(kept(kwiaty, story)))
    assert ticked(page) == [4, 4]
    assert "nagrano 14 s" in page.inside("call-plan-steps")


@pytest.mark.parametrize("language, refused_as", [("pl", "Zablokowane"), ("en", "Refused")])
def test_a_refused_call_shows_where_it_was_refused_and_why(
    kwiaty: cast.Company, signed_in: SignIn, language: str, refused_as: str
) -> None:
    story = Story()
    story.calls(0, "a1", ALICJA.login, "0044 20 7946 0958")
    story.planned(0, "a1", replace(a_call("0044 20 7946 0958"), outside=outside("0044 20 7946 0958")))
    story.walked(3, "a1", replace(refused("not_permitted"), name="start"))
    page = Page(signed_in(kwiaty.reader, language).get(kept(kwiaty, story)))
    assert ticked(page) == [2, 2]
    assert refused_as in page.inside("call-plan-steps")


def test_the_wrong_pin_is_the_way_to_its_refusal(kwiaty: cast.Company, signed_in: SignIn) -> None:
    story = Story()
    story.calls(0, "a1", ALICJA.login, "600100200")
    story.planned(0, "a1", a_call_outside(pin_needed=True))
    wrong = replace(refused("not_permitted"), name="wrong_pin")
    story.walked(9, "a1", WalkedStep("start", Outcome.WRONG_PIN), wrong)
    page = Page(signed_in(kwiaty.reader).get(kept(kwiaty, story)))
    assert ticked(page) == [3, 3]


def test_a_caller_from_outside_is_drawn_as_the_record_names_them(kwiaty: cast.Company, signed_in: SignIn) -> None:
    story = Story()
    story.comes_in(0, "a1", FIRST, "+48600100200", "+48221234567")
    story.planned(0, "a1", a_call_from_outside(BARTEK, name="Jan"))
    story.rings(1, "b1", "a1", BARTEK.login)
    story.answers(5, "a1", "b1")
    story.walked(60, "a1", rang(BARTEK.login, Outcome.ANSWERED))
    page = Page(signed_in(kwiaty.reader, "pl").get(kept(kwiaty, story)))
    assert ticked(page) == [2, 2]
    assert "600 100 200 Jan" in page.html
    assert "#globe2" in page.html


def test_a_call_that_was_transferred_says_that_the_picture_ends_there(kwiaty: cast.Company, signed_in: SignIn) -> None:
    story = unanswered(Unanswered())
    story.rings(1, "b1", "a1", BARTEK.login)
    story.answers(2, "a1", "b1")
    story.transfers(20, "b1", "102")
    story.walked(60, "a1", rang(BARTEK.login, Outcome.ANSWERED))
    story.hangs_up(60, "b1")
    page = Page(signed_in(kwiaty.reader, "pl").get(kept(kwiaty, story)))
    assert "Rysunek kończy się tam, gdzie połączenie przełączono" in page.text


def test_where_nothing_was_planned_nothing_is_drawn(kwiaty: cast.Company, signed_in: SignIn) -> None:
    story = Story()
    story.calls(0, "a1", ALICJA.login, "101")
    story.rings(1, "b1", "a1", BARTEK.login)
    story.hangs_up(20, "b1")
    page = Page(signed_in(kwiaty.reader, "pl").get(kept(kwiaty, story)))
    assert "Co zaplanowano" not in page.text
    assert "w trybie awaryjnym" in page.text


NEWER = [
    pytest.param({"kind": "conference", "room": 7}, id="kind of step"),
    pytest.param({"kind": "reject", "refusal": "at_lunch"}, id="refusal"),
    pytest.param({"kind": "echo", "then": {"bored": "start"}}, id="outcome"),
]


@pytest.mark.parametrize("step", NEWER)
@pytest.mark.parametrize(
    "language, said", [("pl", "zapisała nowsza wersja Centralki"), ("en", "written by a newer version")]
)
def test_a_plan_of_a_newer_version_leaves_the_rest_of_the_call(
    kwiaty: cast.Company, signed_in: SignIn, step: dict[str, Any], language: str, said: str
) -> None:
    story = unanswered(Unanswered({Condition.BUSY: ToExtension(CELINA)}, 30, BOX))
    story.walked(80, "a1", rang(BARTEK.login, Outcome.BUSY), rang(CELINA.login, Outcome.BUSY, "busy"))
    address = kept(kwiaty, story)
    steps = [{"name": "start", "why": {"why": "of_tomorrow"}, **step}]
    CallRecord.objects.update(plan={"start": "start", "steps": steps})
    page = Page(signed_in(kwiaty.reader, language).get(address))
    assert said in page.text
    assert ticked(page) == []
    assert {"101", "102"} <= set(page.text.split()), "where it rang is told all the same"
