"""A saved change counts from the next call or registration on: nothing is applied or reloaded, no call is disturbed."""

import pytest

from tests.live.office import PASSWORD, SOON, Account, Office, gets, hear_each_other, over, ring, talk
from tests.live.phones import until
from tests.live.sipp import run_scenario

NEW_PASSWORD = "Nowe-Haslo-5tQz"


def test_changes_during_a_call_leave_it_alone_and_count_at_the_next(office: Office) -> None:
    """Both accounts are changed while Alicja talks with Bartek; they talk on, and the next call obeys."""
    alicja, bartek = office.account("Alicja"), office.account("Bartek", ring_timeout=180, call_waiting=True)
    phones = office.phone(alicja), office.phone(bartek)
    celina = office.phone("Celina")
    talk(*phones)
    office.change(alicja, name="Ala", internal_caller_id="900200")
    office.change(bartek, ring_timeout=5, call_waiting=False)
    celina.dial(bartek.extension)
    gets(celina, "486 Busy Here")
    hear_each_other(*phones)
    phones[0].hang_up()
    over(*phones)
    office.records(2)

    call = ring(*phones)
    assert (call.number, call.name) == ("900200", "Ala")
    until(lambda: phones[0].last_cause, 20, "Bartek's phone rings no longer than it should now")
    assert phones[0].last_cause == "480 Temporarily Unavailable"
    answered, busy, unanswered = office.records(3)
    assert (answered.from_name, answered.outcome) == ("Alicja", "answered")
    assert busy.outcome == "busy"
    assert (unanswered.from_name, unanswered.outcome) == ("Ala", "no_answer")


def test_a_new_account_can_be_called_at_once(office: Office) -> None:
    """An account that was made this moment registers and rings."""
    alicja = office.phone("Alicja")
    bartek = office.account("Bartek")
    alicja.dial(bartek.extension)
    gets(alicja, "480 Temporarily Unavailable")
    talk(alicja, office.phone(bartek))


@pytest.mark.parametrize("whose", ["caller", "callee"])
def test_an_account_is_deleted_during_its_call(office: Office, whose: str) -> None:
    """The call goes on until somebody hangs up, and its record is kept."""
    alicja, bartek = office.account("Alicja"), office.account("Bartek")
    phones = office.phone(alicja), office.phone(bartek)
    talk(*phones)
    office.delete(alicja if whose == "caller" else bartek)
    hear_each_other(*phones)
    phones[0].hold()
    phones[0].resume()
    phones[1].hang_up()
    over(*phones)
    (record,) = office.records(1)
    assert (record.outcome, record.from_name) == ("answered", "Alicja")
    assert record.rang == [(bartek.extension, "answered")]


def test_a_deleted_account_can_neither_call_nor_be_called(office: Office) -> None:
    """Its phone, registered a moment ago, is a stranger's now."""
    alicja, bartek = office.account("Alicja"), office.account("Bartek")
    alicjas, barteks = office.phone(alicja), office.phone(bartek)
    office.delete(bartek)
    alicjas.dial(bartek.extension)
    gets(alicjas, "404 Not Found")
    barteks.dial(alicja.extension)
    until(lambda: barteks.last_cause, SOON, "Bartek is refused")
    assert barteks.last_cause.startswith(("401", "403"))
    assert not alicjas.calls
    registers(office, bartek, PASSWORD, 401)


def test_a_new_password_counts_at_the_next_registration(office: Office) -> None:
    """The old password registers and calls no more, the new one does."""
    alicja, bartek = office.account("Alicja"), office.phone("Bartek")
    office.phone(alicja)
    changed = office.change(alicja, password=NEW_PASSWORD)
    registers(office, changed, PASSWORD, 401)
    registers(office, changed, NEW_PASSWORD, 200)
    talk(office.phone(changed), bartek)


def test_a_new_extension_is_a_new_login(office: Office) -> None:
    """Bartek moves to another extension: the old one and its login are nobody's, the new ones are his."""
    alicja, bartek = office.phone("Alicja"), office.account("Bartek")
    office.phone(bartek)
    moved = office.change(bartek, extension=f"8{bartek.extension}", password=NEW_PASSWORD)
    assert moved.login != bartek.login
    registers(office, bartek, PASSWORD, 401)
    alicja.dial(bartek.extension)
    gets(alicja, "404 Not Found")
    talk(alicja, office.phone(moved))


def registers(office: Office, account: Account, password: str, final: int) -> None:
    """A phone tries to register as the account and gets this answer to its password."""
    run_scenario(
        "register", login=account.login, password=password, port=office.house.sip_port, expires=60, final=final
    )
