"""A mailed link sets a phone up once; what ends it, and who gets nothing."""

from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from centralka.actions.account import accounts
from centralka.actions.account import setup_links as actions
from centralka.actions.account.devices import add_device
from centralka.actions.account.passwords import digest_of
from centralka.actions.errors import InvalidInput, NotAllowed, NotFound
from centralka.actions.tenants.blocks import block
from centralka.outbox.delivery import Refused
from centralka.outbox.mail_words import words_of
from centralka.store.models import Device, Mail, SetupLink, SipAccount
from tests import cast

WHO = "jan@kwiaty.example"


@pytest.fixture(autouse=True)
def _panel(settings: LazySettings) -> None:
    settings.PUBLIC_URL = "https://centrala.example"


@pytest.fixture
def account(kwiaty: cast.Company) -> SipAccount:
    return cast.phone(kwiaty.tenant, "100", "Sekretariat")


def sent(kwiaty: cast.Company, account: SipAccount, email: str = WHO) -> str:
    return actions.token_of(actions.send_setup_link(kwiaty.manager, account.pk, email))


def is_good(token: str, now: datetime | None = None) -> bool:
    try:
        actions.link_with(token, now or timezone.now())
    except NotFound:
        return False
    return True


def test_the_mail_has_the_link_and_no_row_has_it(kwiaty: cast.Company, account: SipAccount) -> None:
    token = sent(kwiaty, account, f" {WHO} ")
    mail = Mail.objects.get()
    assert (mail.to, mail.kind) == (WHO, "setup")
    assert words_of(mail).link == f"https://centrala.example/ustaw-telefon/{token}"
    proof = token.partition("-")[2]
    assert proof not in str([*Mail.objects.values(), *SetupLink.objects.values()])


def test_it_makes_one_device_and_is_over(kwiaty: cast.Company, account: SipAccount) -> None:
    add_device(kwiaty.manager, account.pk, WHO)
    token = sent(kwiaty, account)
    made = actions.set_up_by_hand(token, timezone.now())
    assert made.device.name == f"{WHO} 2"
    assert made.device.digest == digest_of(made.device.username, made.secret)
    assert made.secret not in repr(made)
    assert not is_good(token)
    with pytest.raises(NotFound):
        actions.set_up_app(token, "linphone", timezone.now())
    assert Device.objects.count() == 2


def test_what_ends_it(kwiaty: cast.Company, account: SipAccount) -> None:
    first = sent(kwiaty, account)
    assert is_good(first)
    second = sent(kwiaty, account)
    assert not is_good(first)
    now = timezone.now()
    assert is_good(second, now + timedelta(days=2, hours=23))
    assert not is_good(second, now + timedelta(days=3, minutes=1))
    accounts.change_sip_account(kwiaty.manager, account.pk, {"name": "Biuro"})
    assert is_good(second)
    accounts.change_sip_account(kwiaty.manager, account.pk, {"password": "Xw4nTq8rLd2m"})
    assert not is_good(second)
    mail = Mail.objects.latest("pk")
    with pytest.raises(Refused):
        words_of(mail)
    third = sent(kwiaty, account)
    block(cast.OPERATOR, kwiaty.tenant.pk, "Nie płaci")
    assert not is_good(third)
    kwiaty.tenant.blocked_at = None
    kwiaty.tenant.save()
    assert is_good(third)
    accounts.delete_sip_account(kwiaty.manager, account.pk)
    assert not is_good(third)


def test_a_link_that_was_made_up_is_none(kwiaty: cast.Company, account: SipAccount) -> None:
    token = sent(kwiaty, account)
    number, _dash, proof = token.partition("-")
    for wrong in ("", "-", number, f"{number}-", f"{int(number) + 1}-{proof}", f"{number}-{proof[:-1]}",
                  f"{number}-{proof}x", f"²-{proof}", f"{'9' * 40}-{proof}", f"{number}-ą", "\0-\0"):  # fmt: skip
        assert not is_good(wrong)


def test_an_account_with_ten_devices_keeps_the_link(kwiaty: cast.Company, account: SipAccount) -> None:
    token = sent(kwiaty, account)
    for number in range(10):
        add_device(kwiaty.manager, account.pk, f"Telefon {number}")
    with pytest.raises(InvalidInput):
        actions.set_up_by_hand(token, timezone.now())
    assert is_good(token)


def test_who_may_send_it_and_where_to(
    kwiaty: cast.Company, ksiegi: cast.Company, account: SipAccount, settings: LazySettings
) -> None:
    with pytest.raises(NotAllowed):
        actions.send_setup_link(kwiaty.reader, account.pk, WHO)
    with pytest.raises(NotFound):
        actions.send_setup_link(ksiegi.manager, account.pk, WHO)
    for wrong in ("", "jan", "jan@kwiaty.example, ewa@kwiaty.example"):
        with pytest.raises(InvalidInput):
            actions.send_setup_link(kwiaty.manager, account.pk, wrong)
    settings.PUBLIC_URL = ""
    with pytest.raises(InvalidInput) as refused:
        actions.send_setup_link(kwiaty.manager, account.pk, WHO)
    assert refused.value.has("no_panel_address")
    assert not Mail.objects.exists()
