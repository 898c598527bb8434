"""Lamps that phones ask for: what a colleague does, what waits in the own mailbox, and nothing of anybody else."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.live.office import SOON, Account, Office, hear_each_other, over, ring, talk
from tests.live.phones import Phone, until
from tests.live.voicemail.mailboxes import leave_message, with_mailbox

from .watcher import Watcher

MOST = 1000
IDLE, RINGS, BUSY = "terminated", "early", "confirmed"


def watcher(office: Office, account: Account, **options: str) -> Watcher:
    return Watcher(account.login, account.password, office.house.sip_port, **options)


def shows(lamp: Watcher, state: str) -> None:
    until(lambda: lamp.state == state, SOON, f"the lamp of {lamp.login} shows {state}, now: {lamp.states}")


def api_tells(office: Office, account: Account, state: str) -> None:
    until(lambda: office.show(account)["call_state"] == state, SOON, f"the API tells {state}")


@contextmanager
def lamp_of(office: Office, watched: Account) -> Iterator[Watcher]:
    """A colleague's key for the account, which is idle."""
    with watcher(office, office.account("Sekretariat")) as lamp:
        assert lamp.subscribe("dialog", watched.extension) == 200
        shows(lamp, IDLE)
        yield lamp


def test_the_lamp_follows_a_colleague_who_is_called_and_one_who_calls(office: Office) -> None:
    account = office.account("Bartek")
    alicja, bartek = office.phone("Alicja"), office.phone(account)
    with lamp_of(office, account) as lamp:
        ring(alicja, bartek)
        shows(lamp, RINGS)
        api_tells(office, account, "ringing")
        bartek.answer()
        shows(lamp, BUSY)
        api_tells(office, account, "in_call")
        alicja.hang_up()
        over(alicja, bartek)
        shows(lamp, IDLE)
        api_tells(office, account, "idle")
        ring(bartek, alicja)
        shows(lamp, BUSY)
        alicja.decline()
        over(alicja, bartek)
        shows(lamp, IDLE)
        assert lamp.states == [IDLE, RINGS, BUSY, IDLE, BUSY, IDLE]
        told = lamp.notices[-1]
        assert told.header("Content-Type") == "application/dialog-info+xml"
        assert f'entity="sip:{account.extension}@' in told.body


def test_who_watches_from_the_middle_of_a_call_is_told_of_it(office: Office) -> None:
    account = office.account("Bartek")
    alicja, bartek = office.phone("Alicja"), office.phone(account)
    ring(alicja, bartek)
    bartek.answer()
    with watcher(office, office.account("Sekretariat")) as lamp:
        assert lamp.subscribe("dialog", account.extension) == 200
        shows(lamp, BUSY)
    alicja.hang_up()
    over(alicja, bartek)


def test_a_phone_behind_nat_is_told_where_it_asked_from(office: Office) -> None:
    account = office.account("Bartek")
    with watcher(office, office.account("Sekretariat"), contact="192.0.2.9") as lamp:
        assert lamp.subscribe("dialog", account.extension) == 200
        shows(lamp, IDLE)


def test_a_transfer_takes_the_call_from_one_lamp_to_another(office: Office) -> None:
    accounts = office.account("Bartek"), office.account("Celina")
    alicja = office.phone("Alicja")
    bartek, celina = (office.phone(account) for account in accounts)
    with lamp_of(office, accounts[0]) as one, lamp_of(office, accounts[1]) as other:
        talk(alicja, bartek)
        shows(one, BUSY)
        bartek.transfer_to(accounts[1].extension)
        until(lambda: celina.ringing, SOON, "Celina's phone rings")
        shows(one, IDLE)
        shows(other, RINGS)
        celina.answer()
        hear_each_other(alicja, celina)
        shows(other, BUSY)
        celina.hang_up()
        over(alicja, bartek, celina)
        shows(other, IDLE)


# -- The own mailbox -------------------------------------------------------------------------------------------------


def test_the_own_mailbox_is_told_to_a_phone_that_asks_and_is_not_registered(office: Office) -> None:
    """Nobody can send it what it did not ask for."""
    account, bartek = with_mailbox(office), office.phone("Bartek")
    with watcher(office, account) as lamp:
        assert lamp.subscribe("message-summary", account.extension) == 200
        until(lambda: "Messages-Waiting: no" in lamp.mailbox, SOON, "nothing waits")
        leave_message(office.house, bartek, account)
        until(lambda: "Messages-Waiting: yes\nVoice-Message: 1/0" in lamp.mailbox, SOON, "a message waits")
    with watcher(office, account) as lamp:
        assert lamp.subscribe("message-summary", account.login) == 200
        until(lambda: "Voice-Message: 1/0" in lamp.mailbox, SOON, "who comes later is told, too")


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_telephone_that_asks_for_its_mailbox_is_answered(office: Office, transport: str) -> None:
    account, bartek = with_mailbox(office), office.phone("Bartek")
    leave_message(office.house, bartek, account)
    alicja = office.phone(account, watches_mailbox=True, transport=transport)
    until(lambda: "Voice-Message: 1/0" in asked_for(alicja), SOON, "its own subscription tells it")


def asked_for(phone: Phone) -> str:
    """What came to the phone by its own subscription (RFC 6665, 4.1.3)."""
    return "".join(one.body for one in phone.messages if (one.header("Subscription-State") or "").startswith("active"))


# -- Not for everybody -----------------------------------------------------------------------------------------------


def test_other_companies_unknown_accounts_and_others_mailboxes_are_all_answered_alike(
    office: Office, ksiegi: Office
) -> None:
    account, colleague, stranger = office.account("Alicja"), office.account("Bartek"), ksiegi.account("Celina")
    refused = {
        ("dialog", stranger.login),
        ("dialog", stranger.extension),
        ("dialog", f"ksiegi_{colleague.extension}"),
        ("dialog", "ksiegi_777777"),
        ("dialog", "777777"),
        ("dialog", f"{account.login}_1"),
        ("dialog", "alicja"),
        ("message-summary", colleague.extension),
        ("message-summary", stranger.login),
        ("message-summary", "777777"),
    }
    answers = set()
    for event, whose in sorted(refused):
        with watcher(office, account) as lamp:
            assert (event, whose, lamp.subscribe(event, whose)) == (event, whose, 403)
            answers.add((lamp.answers[-1].start, *(name for name, _value in lamp.answers[-1].headers)))
    assert len(answers) == 1
    for event in ("presence", "reg", "dialog;sla", "dialog.winfo"):
        for whose in (colleague.extension, stranger.login, "777777"):
            with watcher(office, account) as lamp:
                assert (event, whose, lamp.subscribe(event, whose)) == (event, whose, 489)


def test_nobody_asks_in_anothers_name(office: Office, ksiegi: Office) -> None:
    """Mallory has a password of another company, and writes Alicja into From."""
    mallory, alicja, bartek = ksiegi.account("Mallory"), office.account("Alicja"), office.account("Bartek")
    with watcher(ksiegi, mallory, claims=alicja.login) as lamp:
        assert lamp.subscribe("dialog", bartek.extension) == 401
        assert lamp.subscribe("message-summary", alicja.extension) == 401
        assert not lamp.notices


def test_a_subscription_that_is_only_claimed_is_none(office: Office, ksiegi: Office) -> None:
    """A tag in To makes a SUBSCRIBE one that renews; here there is nothing to renew."""
    mallory, bartek = ksiegi.account("Mallory"), office.account("Bartek")
    with watcher(ksiegi, mallory) as lamp:
        lamp.claim("made-up")
        assert lamp.subscribe("dialog", bartek.extension) == 481
        assert not lamp.notices


def test_one_account_cannot_ask_for_lamps_without_end(office: Office) -> None:
    account, other, bartek = office.account("Mallory"), office.account("Alicja"), office.account("Bartek")
    with (
        office.house.lamps_of(account.login, MOST - 1),
        watcher(office, account) as last,
        watcher(office, account) as too_many,
        watcher(office, other) as another,
    ):
        assert last.subscribe("dialog", bartek.extension) == 200
        until(lambda: office.house.keeps_lamps(bartek.extension) == 1, SOON, "it is on disk")
        assert too_many.subscribe("dialog", bartek.extension) == 403
        assert last.subscribe("dialog", bartek.extension) == 200  # what there is goes on
        assert another.subscribe("dialog", bartek.extension) == 200


# -- Ends and deaths -------------------------------------------------------------------------------------------------


def test_a_subscription_that_was_ended_tells_nothing_more(office: Office) -> None:
    account = office.account("Bartek")
    alicja, bartek = office.phone("Alicja"), office.phone(account)
    with lamp_of(office, account) as ended, lamp_of(office, account) as other:
        assert ended.subscribe("dialog", account.extension, 0) == 200
        until(lambda: ended.last_subscription_state.startswith("terminated"), SOON, "the end is told")
        count = len(ended.notices)
        ring(alicja, bartek)
        shows(other, RINGS)
        bartek.decline()
        over(alicja, bartek)
        shows(other, IDLE)
        assert len(ended.notices) == count


def test_a_killed_edge_keeps_the_lamps_and_those_that_ran_out_are_over(fragile: Office) -> None:
    account = fragile.account("Bartek")
    alicja, bartek = fragile.phone("Alicja"), fragile.phone(account)
    with lamp_of(fragile, account) as lamp, lamp_of(fragile, account) as short:
        until(lambda: fragile.house.keeps_lamps(account.extension) == 2, SOON, "both are on disk")
        until(lambda: fragile.house.keeps(account.login), SOON, "the phone is on disk")
        talk(alicja, bartek)
        for each in (lamp, short):
            shows(each, BUSY)
        with fragile.house.without("edge"):
            fragile.house.lamp_ends_in(2, short.own)
        until(lambda: short.last_subscription_state == "terminated;reason=timeout", SOON, "its time is over")
        alicja.hang_up()
        over(alicja, bartek)
        shows(lamp, IDLE)
        assert lamp.subscribe("dialog", account.extension) == 200
        assert short.subscribe("dialog", account.extension) == 481
        ring(alicja, bartek)
        shows(lamp, RINGS)
        bartek.decline()
        over(alicja, bartek)
        shows(lamp, IDLE)
        assert short.state == BUSY


def test_what_changed_while_the_switchboard_was_away_is_told_by_the_next(fragile: Office) -> None:
    account = fragile.account("Bartek")
    alicja, bartek = fragile.phone("Alicja"), fragile.phone(account)
    with lamp_of(fragile, account) as lamp:
        talk(alicja, bartek)
        shows(lamp, BUSY)
        with fragile.house.without("switchboard"):
            alicja.hang_up()
            over(alicja, bartek)
        shows(lamp, IDLE)


def test_a_dead_engine_leaves_nobody_busy(fragile: Office) -> None:
    account = fragile.account("Bartek")
    alicja, bartek = fragile.phone("Alicja"), fragile.phone(account)
    with lamp_of(fragile, account) as lamp:
        talk(alicja, bartek)
        shows(lamp, BUSY)
        fragile.house.wait_for_another("engine", fragile.house.kill("engine"))
        shows(lamp, IDLE)
        alicja.forget_calls()
        bartek.forget_calls()
