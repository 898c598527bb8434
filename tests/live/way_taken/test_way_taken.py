"""The page of a call, and the API, show what was planned for it and which way it really went."""

import html
import re

from tests.live.office import SOON, Office, extension_of, gets, over
from tests.live.panel import Browser
from tests.live.phones import until
from tests.live.records import CallRow

TAKEN = re.compile(r'<strong>([^<]*)</strong>(?:(?!<strong>).)*?class="plan-went-here">.*?</svg>([^<]*)', re.DOTALL)


def way_on_the_page(office: Office, record: CallRow) -> list[tuple[str, str]]:
    """Each step that is marked on the page, with what it says came of it."""
    page = Browser(office.house).get(f"/polaczenia/{record.call_id}/")
    assert page.count("plan-picture") == 2, "it is drawn for a desk and for a hand"
    return [(html.unescape(title), " ".join(html.unescape(came).split())) for title, came in TAKEN.findall(page)]


def way_in_the_api(office: Office, record: CallRow) -> list[tuple[str, str | None]]:
    plan = office.house.api("GET", f"/calls/{record.call_id}").body["plan"]
    assert {taken["step"] for taken in plan["taken"]} <= {step["name"] for step in plan["steps"]}
    return [(taken["step"], taken["outcome"]) for taken in plan["taken"]]


def test_a_forwarded_call_shows_where_it_went(office: Office) -> None:
    """Alicja calls Bartek, who declines; the call goes on to Celina, who answers. What would have come without her is
    drawn, too, and not marked."""
    alicja, celina = office.phone("Alicja"), office.phone("Celina")
    target = {"type": "extension", "extension": extension_of(celina)}
    bartek = office.phone(office.account("Bartek", forwarding={"busy": target, "return_after": 20}))
    alicja.dial(extension_of(bartek))
    until(lambda: bartek.ringing, SOON, "Bartek's phone rings")
    bartek.decline()
    until(lambda: celina.ringing, SOON, "Celina's phone rings")
    celina.answer()
    until(lambda: alicja.in_call, SOON, "they talk")
    alicja.hang_up()
    over(alicja, celina)
    (record,) = office.records(1)
    assert way_in_the_api(office, record) == [("start", "busy"), ("busy", "answered")]
    first, second = way_on_the_page(office, record)
    assert (extension_of(bartek) in first[0], extension_of(celina) in second[0]) == (True, True)
    assert "SIP" in first[1], "with which status he declined"
    assert first[1] != second[1]


def test_a_refused_call_shows_that_it_was(office: Office) -> None:
    alicja = office.phone("Alicja")
    alicja.dial("12345")
    gets(alicja, "404 Not Found")
    (record,) = office.records(1)
    assert way_in_the_api(office, record) == [("start", None)]
    assert len(way_on_the_page(office, record)) == 1
