"""Co zaplanowano i którędy poszło in a browser: it fits, and is told to people who do not see it."""

import re
from dataclasses import replace

from playwright.sync_api import BrowserContext, Page, expect

from centralka.calls.facts import Condition, ForwardTarget, Mailbox, ToExtension, ToOutside, Unanswered
from centralka.calls.plan import Outcome
from centralka.store.call_records import write_records
from tests import cast
from tests.calls.people import ALICJA, BARTEK, FIRST, SECOND, a_call, outside
from tests.calls.story import Story, dialled, rang, tried

from .conftest import EVERY_SCREEN, Screen, SignIn
from .test_every_page import LONG, complaints

BOX = Mailbox(own_greeting=False, greeting_on_no_answer=True, greeting_on_busy=True, full=False)
CELINA = replace(BARTEK, id=3, login="kwiaty_102", extension="102", name=LONG)


def a_forwarded_call(company: cast.Company) -> None:
    """Bartek is busy; the call goes to Ola, over the second trunk. What would have come else is long."""
    forwards: dict[Condition, ForwardTarget] = {
        Condition.BUSY: ToOutside("Ola", outside("600100200")),
        Condition.NO_ANSWER: ToExtension(CELINA),
    }
    story = Story()
    story.calls(0, "a1", ALICJA.login, "101")
    story.planned(0, "a1", replace(a_call("101", BARTEK), unanswered=Unanswered(forwards, 30, BOX)))
    over = (replace(tried(FIRST, Outcome.UNAVAILABLE), status=503), tried(SECOND, Outcome.ANSWERED))
    story.walked(60, "a1", rang(BARTEK.login, Outcome.BUSY), dialled("+48600100200", *over, name="busy"))
    story.hangs_up(60, "a1")
    write_records([replace(story.record(), tenant_id=company.tenant.pk, may_cost=False)], node="node1", position=1)


@EVERY_SCREEN
def test_the_way_of_a_forwarded_call_is_seen_and_told(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    a_forwarded_call(kwiaty)
    sign_in(context, kwiaty.reader)
    page.goto("/polaczenia/a1/")
    seen = page.locator(".plan-picture:visible")
    expect(seen).to_have_count(1)
    expect(seen).to_have_class(re.compile("plan-narrow" if screen.narrow else "plan-wide"))
    expect(seen.locator(".plan-taken")).to_have_count(3)
    expect(seen.locator(".plan-tick")).to_have_count(3)
    expect(seen.locator(".plan-came")).to_contain_text([screen.say("Zajęte", "Busy"), "Pierwszy", "Drugi"])
    expect(page.get_by_role("img", name=screen.say("Połączenie poszło tędy", "The call went this way"))).to_be_visible()
    page.locator(".call-plan summary").click()
    marked = page.locator(".plan-went-here")
    expect(marked).to_have_count(2)
    expect(marked.first).to_be_visible()
    expect(marked.last).to_contain_text("Drugi")
    assert complaints(page) == []
    assert mistakes == []
