"""Somebody who takes no part in a call has it ended: through the API and in the panel, whatever it is doing."""

import re

from tests.live.office import SOON, Office, extension_of, gets, over, ring, talk
from tests.live.panel import Browser
from tests.live.phones import until
from tests.live.records import CallRow


def running(office: Office) -> CallRow:
    """The one call that goes on."""
    until(lambda: [row for row in office.all_records() if not row.ended_at], SOON, "a call goes on")
    (found,) = (row for row in office.all_records() if not row.ended_at)
    return found


def hang_up(office: Office) -> CallRow:
    """The one call that goes on."""
    found = running(office)
    office.hang_up_by_order(found)
    return found


def test_a_talk_between_colleagues_is_ended_by_a_program(office: Office) -> None:
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    talk(alicja, bartek)
    ended = hang_up(office)
    for phone in (alicja, bartek):
        gets(phone, "hung up there")
    (record,) = office.records(1)
    assert (record.outcome, record.reasons) == ("answered", ["extension_dialled", "hung_up_by_order"])
    assert record.rang == [(extension_of(bartek), "answered")]
    again = office.house.api("POST", f"/calls/{ended.call_id}/hangup")
    assert (again.status, again.body["type"].rpartition("/")[2]) == (409, "call-ended")


def test_a_call_that_rings_is_ended(office: Office) -> None:
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    ring(alicja, bartek)
    hang_up(office)
    over(alicja, bartek)
    (record,) = office.records(1)
    assert (record.outcome, record.answered_at) == ("cancelled", None)
    assert record.reasons == ["extension_dialled", "hung_up_by_order"]


def test_a_transferred_call_is_ended_wherever_it_is_now(office: Office) -> None:
    """Alicja called Bartek and sent him to Celina; she is out of it, and her call's record is the one that goes on."""
    alicja, bartek, celina = (office.phone(name) for name in ("Alicja", "Bartek", "Celina"))
    talk(alicja, bartek)
    alicja.transfer_to(extension_of(celina))
    until(lambda: celina.ringing, SOON, "Celina rings")
    celina.answer()
    until(lambda: not alicja.calls and celina.in_call, SOON, "Bartek talks to Celina")
    hang_up(office)
    over(alicja, bartek, celina)
    (record,) = office.records(1)
    assert record.outcome == "answered"
    assert record.reasons[-1] == "hung_up_by_order"


def test_an_echo_and_a_mailbox_are_ended(office: Office) -> None:
    alicja = office.phone(office.account("Alicja", voicemail={"enabled": True, "pin": "7391", "email": "a@example.pl"}))
    for calls, dialled in enumerate(("*43", "*98"), 1):
        alicja.dial(dialled)
        until(lambda: alicja.in_call, SOON, "it is answered")
        hang_up(office)
        gets(alicja, "hung up there")
        assert office.records(calls)[-1].reasons[-1] == "hung_up_by_order"


def test_a_manager_hangs_up_in_the_panel(office: Office) -> None:
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    talk(alicja, bartek)
    record, browser = running(office), Browser(office.house)
    (link,) = re.findall(rf'href="([^"]*/{record.call_id}/rozlacz)"', browser.get("/polaczenia/"))
    browser.post(link)
    over(alicja, bartek)
    (record,) = office.records(1)
    assert record.why[-1]["why"] == "hung_up_by_order"
    assert record.why[-1]["values"]["by"]


def test_an_order_is_carried_out_by_a_switchboard_that_comes_back(fragile: Office) -> None:
    alicja, bartek = fragile.phone("Alicja"), fragile.phone("Bartek")
    talk(alicja, bartek)
    running(fragile)
    with fragile.house.without("switchboard"):
        hang_up(fragile)
        assert alicja.in_call
    over(alicja, bartek)
    (record,) = fragile.records(1)
    assert (record.outcome, record.reasons[-1]) == ("answered", "hung_up_by_order")
