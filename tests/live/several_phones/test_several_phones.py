"""One account with several phones: all of them ring, and one of them gets the call."""

from typing import Any

from tests.live.office import SOON, Office, gets, hear_each_other, over, talk
from tests.live.phones import Phone, until


def desk_home_mobile(office: Office, **fields: Any) -> tuple[str, list[Phone]]:
    """Bartek's three phones, and his extension."""
    account = office.account("Bartek", **fields)
    return account.extension, [office.phone(account) for _ in range(3)]


def all_ring(phones: list[Phone]) -> None:
    until(lambda: all(phone.ringing for phone in phones), SOON, "all of Bartek's phones ring")


def test_all_ring_and_the_first_to_answer_has_the_call(office: Office) -> None:
    """Bartek answers at home: the other two are quiet at once, and the call has one leg."""
    alicja, (extension, phones) = office.phone("Alicja"), desk_home_mobile(office)
    alicja.dial(extension)
    all_ring(phones)
    desk, home, mobile = phones
    home.answer()
    hear_each_other(alicja, home)
    over(desk, mobile)
    alicja.hang_up()
    over(alicja, home)
    (record,) = office.records(1)
    assert (record.outcome, record.rang) == ("answered", [(extension, "answered")])


def test_the_caller_gives_up_and_all_are_quiet(office: Office) -> None:
    """Nobody answered in time; one attempt is one record with one leg, however many phones rang."""
    alicja, (extension, phones) = office.phone("Alicja"), desk_home_mobile(office)
    alicja.dial(extension)
    all_ring(phones)
    alicja.hang_up()
    over(alicja, *phones)
    (record,) = office.records(1)
    assert (record.outcome, record.rang) == ("cancelled", [(extension, "cancelled")])


def test_one_declines_and_the_others_ring_on(office: Office) -> None:
    """The red key at the desk does not decide for the mobile; when the last one declines, the caller hears busy."""
    alicja, (extension, phones) = office.phone("Alicja"), desk_home_mobile(office)
    desk, home, mobile = phones
    alicja.dial(extension)
    all_ring(phones)
    desk.decline()
    over(desk)
    assert home.ringing
    assert mobile.ringing
    home.decline()
    mobile.decline()
    gets(alicja, "486 Busy Here")
    assert [record.rang for record in office.records(1)] == [[(extension, "busy")]]


def test_a_phone_without_power_does_not_hold_up_the_others(office: Office) -> None:
    """The desk phone lost its power and never said goodbye: the other two ring and talk as ever."""
    alicja, (extension, phones) = office.phone("Alicja"), desk_home_mobile(office)
    phones[0].pull_the_plug()
    alicja.dial(extension)
    all_ring(phones[1:])
    phones[1].answer()
    hear_each_other(alicja, phones[1])
    alicja.hang_up()
    over(alicja, *phones[1:])
    assert [record.rang for record in office.records(1)] == [[(extension, "answered")]]


def test_a_call_on_one_phone_makes_the_account_busy_without_call_waiting(office: Office) -> None:
    """Call waiting belongs to the account: while Bartek talks on one phone, the others stay quiet."""
    alicja, celina = office.phone("Alicja"), office.phone("Celina")
    extension, phones = desk_home_mobile(office, call_waiting=False)
    alicja.dial(extension)
    all_ring(phones)
    phones[2].answer()
    hear_each_other(alicja, phones[2])
    over(*phones[:2])
    celina.dial(extension)
    gets(celina, "486 Busy Here")
    assert not any(phone.calls for phone in phones[:2])


def test_two_phones_of_one_account_call_others_at_the_same_time(office: Office) -> None:
    """An account is no single line: each of its phones can call out."""
    extension, (desk, home, _mobile) = desk_home_mobile(office)
    alicja, celina = office.phone("Alicja"), office.phone("Celina")
    talk(desk, alicja)
    talk(home, celina)
    hear_each_other(desk, alicja)
    for phone in (desk, home):
        phone.hang_up()
    over(desk, home, alicja, celina)
    assert [(record.from_number, record.outcome) for record in office.records(2)] == [(extension, "answered")] * 2
