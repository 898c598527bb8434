"""PINs before calls outside and of mailboxes: kept as digests, compared, and not guessed."""

from datetime import UTC, datetime, timedelta

import pytest

from centralka.calls.plan import Pin
from centralka.store.models import SipAccount
from centralka.store.pins import MOST_WRONG, digest_of_pin, is_right_pin
from tests import cast

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PIN = "4711"
DIGEST = {Pin.OUTSIDE: "outbound_pin_digest", Pin.MAILBOX: "voicemail_pin_digest"}

pytestmark = pytest.mark.django_db


@pytest.fixture(params=list(Pin))
def kind(request: pytest.FixtureRequest) -> Pin:
    found: Pin = request.param
    return found


@pytest.fixture
def account(kind: Pin) -> SipAccount:
    made = cast.phone(cast.alicjas_company().tenant, "100")
    SipAccount.objects.filter(pk=made.pk).update(**{DIGEST[kind]: digest_of_pin(PIN)})
    made.kind = kind  # which of its PINs a test asks for
    return made


def right(account: SipAccount, digits: str, minutes: float = 0) -> bool:
    return is_right_pin(account.pk, Pin(account.kind), digits, NOW + timedelta(minutes=minutes))


def test_the_pin_is_right_and_others_are_not(account: SipAccount) -> None:
    assert right(account, PIN)
    assert not any(right(account, digits) for digits in ("4712", "471", "47110", "", "47a1", "4" * 5000))


def test_the_digest_tells_nothing_and_differs_each_time() -> None:
    first, second = digest_of_pin(PIN), digest_of_pin(PIN)
    assert first != second
    assert PIN not in first
    assert len(first) <= 128


def test_an_account_without_a_pin_or_that_is_gone_has_no_right_one(account: SipAccount) -> None:
    SipAccount.objects.filter(pk=account.pk).update(outbound_pin_digest="", voicemail_pin_digest="")
    assert not right(account, PIN)
    assert not is_right_pin(account.pk + 1, Pin(account.kind), PIN, NOW)


def test_too_many_wrong_ones_close_the_way_out_for_a_while(account: SipAccount) -> None:
    for number in range(MOST_WRONG):
        assert not right(account, f"{number:04}", minutes=number)
    last = MOST_WRONG - 1
    assert not right(account, PIN, minutes=last + 14)
    assert right(account, PIN, minutes=last + 16)


def test_after_a_right_one_the_count_begins_anew(account: SipAccount) -> None:
    for number in range(3 * MOST_WRONG):
        assert not right(account, "0000", minutes=number / 10)
        if number % (MOST_WRONG - 1) == MOST_WRONG - 2:
            assert right(account, PIN, minutes=number / 10)


def test_wrong_ones_of_long_ago_do_not_count(account: SipAccount) -> None:
    for number in range(3 * MOST_WRONG):
        assert not right(account, "0000", minutes=10 * number)
    assert right(account, PIN, minutes=30 * MOST_WRONG)


def test_what_cannot_be_a_pin_is_no_guess(account: SipAccount) -> None:
    for _ in range(2 * MOST_WRONG):
        assert not right(account, "12")
    assert right(account, PIN)


def test_the_pin_of_the_one_does_not_open_the_other(account: SipAccount, kind: Pin) -> None:
    (other,) = set(Pin) - {kind}
    assert not is_right_pin(account.pk, other, PIN, NOW)
    for number in range(MOST_WRONG):
        assert not is_right_pin(account.pk, other, f"{number:04}", NOW)
    assert right(account, PIN)
