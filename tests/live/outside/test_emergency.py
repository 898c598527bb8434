"""An emergency call goes out from where nothing else is believed, and stays one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.live.carrier_instance import Carrier
from tests.live.office import SOON, over
from tests.live.phones import Phone, until
from tests.live.strangers.stranger import Stranger, status
from tests.live.strangers.test_blocks import (
    GUESSES,
    GUESSES_OF_AN_ACCOUNT,
    GUESSES_WHERE_PHONES_ARE,
    block_of,
    blocked,
    guess,
)

from .tenant import Firm, invites, operator, outside_number

AWAY = ["192.0.2.0/24"]
"""Networks in which none of the phones is."""


@contextmanager
def only_from(firm: Firm, networks: list[str]) -> Iterator[None]:
    """The company's phones are believed in these networks only during the block."""
    firm.configure(networks=networks)
    yield
    firm.configure(networks=[])


def calls_112(phone: Phone, carrier: Carrier, spelling: str = "112") -> None:
    before = len(invites(carrier, "112"))
    phone.dial(spelling)
    until(lambda: phone.in_call, SOON, "112 answers")
    assert len(invites(carrier, "112")) == before + 1


@pytest.mark.parametrize("spelling", ["112", "+48112", "0048112"])
def test_a_phone_outside_the_companys_networks_calls_112(firm: Firm, carrier: Carrier, spelling: str) -> None:
    """Nothing else: neither a number outside nor a colleague."""
    alicja, bartek = firm.phone("Alicja"), firm.phone("Bartek")
    number = outside_number("00")
    with only_from(firm, AWAY):
        calls_112(alicja, carrier, spelling)
        alicja.hang_up()
        over(alicja)
        for other in (number, bartek.login.partition("_")[2]):
            alicja.dial(other)
            until(lambda: alicja.last_cause, SOON, f"{other} is refused")
            assert alicja.last_cause.startswith("401"), alicja.last_cause
    assert not invites(carrier, number)
    assert not bartek.all_calls
    (record,) = firm.records(1)
    assert (record.to_number, record.outcome, record.price) == (spelling, "answered", None)


def test_such_a_call_cannot_be_sent_on(firm: Firm, carrier: Carrier) -> None:
    """Else whoever has a password would call the world by way of 112, at the company's expense."""
    alicja, number = firm.phone("Alicja"), outside_number("04")
    with only_from(firm, AWAY):
        calls_112(alicja, carrier)
        alicja.transfer_to(number)
        until(lambda: "403" in alicja.log_tail(60), SOON, "the transfer is refused")
        # baresip hangs up by itself when a transfer is refused.
        over(alicja)
    assert not invites(carrier, number)


def test_nor_as_if_it_was_another_call(firm: Firm, carrier: Carrier) -> None:
    """The engine finds a call by its tags alone, however they are written."""
    account, number = firm.account("Alicja"), outside_number("05")
    with (
        only_from(firm, AWAY),
        Stranger(firm.house) as phone,
        phone.in_call(account.login, account.password, "112", "mine") as answer,
    ):
        assert answer
        assert status(answer) == 200
        tag = answer.partition("\r\nTo: ")[2].partition(";tag=")[2].partition("\r")[0]
        for place, written in enumerate((tag, tag.upper(), f"%{ord(tag[0]):x}{tag[1:]}")):
            said = answer.replace(f";tag={tag}", f";tag={written}")
            refer = {"Refer_To": f"<sip:{number}@127.0.0.1>"}
            phone.within(said, "REFER", account.login, "112", "mine", call_id=f"other{place}", **refer)
            assert status(phone.answer(f"other{place}")) in (403, 481)
    assert not invites(carrier, number)


def test_a_wrong_password_calls_nobody(firm: Firm, carrier: Carrier) -> None:
    account, before = firm.account("Alicja"), len(invites(carrier, "112"))
    with only_from(firm, AWAY), Stranger(firm.house) as stranger:
        assert stranger.call(account.login, "Zly-Rower-12", "112") == 401
    assert len(invites(carrier, "112")) == before
    assert not [one for one in operator(firm.house, "GET", "/blocks")["items"] if one["whom"] == stranger.address]


def test_112_answers_during_all_of_it(poor: Firm, carrier: Carrier) -> None:
    """A flood runs, the phone's address and its account are blocked for guessed passwords, and there is no money."""
    account, before = poor.account("Alicja"), len(invites(carrier, "112"))
    with Stranger(poor.house) as phone, Stranger(poor.house, phone.address) as guesser, Stranger(poor.house) as flood:
        assert phone.register(account.login, account.password) == 200
        for _ in range(GUESSES_OF_AN_ACCOUNT // (GUESSES - 1) + 1):
            with Stranger(poor.house) as elsewhere:
                guess(elsewhere, account.login, GUESSES - 1)
        guess(guesser, account.login, GUESSES_WHERE_PHONES_ARE)
        for whom in (account.login, phone.address):
            assert blocked(poor.house, whom)["why"] == "passwords"
        with pouring(flood):
            assert blocked(poor.house, flood.address)
            with phone.in_call(account.login, account.password, "112", "flood") as answer:
                assert status(answer) == 200
            assert block_of(poor.house, flood.address)
    assert len(invites(carrier, "112")) == before + 1
    (record,) = poor.records(1)
    assert (record.outcome, record.price) == ("answered", None)


@contextmanager
def pouring(stranger: Stranger) -> Iterator[None]:
    """Send very many requests during the block, with moments in which others have the processor."""
    over = threading.Event()

    def pour() -> None:
        while not over.wait(0.1):
            for _ in range(200):
                stranger.send(stranger.request("INVITE", "nobody", to="nobody"))

    thread = threading.Thread(target=pour)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
