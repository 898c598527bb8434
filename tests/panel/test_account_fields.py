"""Each field of an account is on its form, is saved from there, and is shown: one that was forgotten fails here."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from centralka.actions.account.accounts import change_sip_account
from centralka.actions.account.blocks import FIELDS, SECRETS, current_input
from centralka.actions.account.forwarding import ForwardChoice
from centralka.actions.sms.senders import SenderChoice
from centralka.sms.senders import Mode
from centralka.store.models import ExternalNumber, SipAccount
from tests import cast

from .conftest import SignIn
from .page import Page

TYPED = {
    "extension": "109",
    "name": "Magazyn",
    "password": cast.SIP_PASSWORD,
    "confirmation": cast.SIP_PASSWORD,
    "caller_id": "+48221234567",
    "sms_sender": "name:KWIATY",
    "shows": "other",
    "internal_caller_id": "200",
    "ring_timeout": "17",
    "voicemail_enabled": "on",
    "voicemail_pin": "7391",
    "voicemail_email": "a@example.pl",
    "greeting_on_busy": "on",
    "forward_no_answer": "extension:11",
    "forward_busy": "external:+48600100200",
    "forward_unavailable": "voicemail",
    "return_after": "45",
    "media_encryption": "srtp",
    "international": "world",
    "max_rate": "0.75",
    "asks_pin": "on",
    "outbound_pin": "4711",
    "fax_sending": "on",
    "switch_to_fax": "15",
    "monitoring_emails": "a@example.pl, b@example.pl",
    "monitoring_paused_until": "2099-12-01T08:00",
    "sms_emails": "sms@example.pl, b@example.pl",
}
"""Every field otherwise than a new account has it; the other switches are off."""
WANTED: dict[str, Any] = {
    "extension": "109",
    "name": "Magazyn",
    "internal_caller_id": "200",
    "ring_timeout": 17,
    "call_waiting": False,
    "caller_id": "+48221234567",
    "media_encryption": "srtp",
    "international": "world",
    "max_rate": Decimal("0.75"),
    "fax_sending": True,
    "switch_to_fax": "15",
    "voicemail_email": "a@example.pl",
    "greeting_on_no_answer": False,
    "greeting_on_busy": True,
    "return_after": 45,
    "forward_no_answer": ForwardChoice("extension", extension="11"),
    "forward_busy": ForwardChoice("external", number="+48600100200"),
    "forward_unavailable": ForwardChoice("voicemail"),
    "voicemail_enabled": True,
    "caller_id_restricted": False,
    "monitoring": False,
    "monitoring_emails": "a@example.pl, b@example.pl",
    "monitoring_paused_until": datetime(2099, 12, 1, 7, tzinfo=UTC),
    "sms_mail": False,
    "sms_emails": "sms@example.pl, b@example.pl",
    "sms_phones": False,
    "sms_webhook": False,
    "sms_sender": SenderChoice(Mode.NAME, name="KWIATY"),
}
"""The same in the words of the action."""


# One after the other; the last two hide others.
SHOWN: dict[str, dict[str, Any]] = {name: {name: value} for name, value in WANTED.items()} | {
    "extension": {"extension": "109", "password": cast.SIP_PASSWORD},
    "forward_unavailable": {"forward_unavailable": ForwardChoice("extension", extension="11")},
    "caller_id_restricted": {"caller_id": None, "caller_id_restricted": True},
    "voicemail_enabled": {"voicemail_enabled": False},
    "monitoring_emails": {"monitoring": True, "monitoring_emails": "a@example.pl"},
    "sms_emails": {"sms_mail": True, "sms_emails": "sms@example.pl"},
}


def _companys(company: cast.Company) -> SipAccount:
    """An account, and what it can show and forward to."""
    cast.line_outside(company.tenant, "+48221234567")
    cast.phone(company.tenant, "11")
    cast.sender_name(company.tenant, "KWIATY")
    cast.fax_account(company.tenant, "15")
    ExternalNumber.objects.create(tenant=company.tenant, e164="+48600100200", name="Serwis")
    return cast.phone(company.tenant, "100")


def test_every_field_of_the_form_is_saved_and_comes_back(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account, client = _companys(kwiaty), signed_in(kwiaty.manager)
    before = current_input(account)
    assert WANTED.keys() == FIELDS.difference(SECRETS)
    change = f"/konta-sip/{account.pk}/zmien"
    client.post(change, TYPED | {"version": "1"})
    after = current_input(SipAccount.objects.get(pk=account.pk))
    assert after == WANTED
    assert [field for field in after if after[field] == before[field]] == ["caller_id_restricted"]
    again = Page(client.get(change)).form
    secret = {"password", "confirmation", "outbound_pin", "voicemail_pin"}
    assert {name: again[name] for name in TYPED if name not in secret} == {
        name: value for name, value in TYPED.items() if name not in secret
    }


def test_every_field_is_on_the_accounts_page(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account, client = _companys(kwiaty), signed_in(kwiaty.manager)
    change_sip_account(kwiaty.manager, account.pk, {"voicemail_enabled": True, "voicemail_pin": "7391"})
    seen = _shown(client, account)
    for name in SHOWN:
        change_sip_account(kwiaty.manager, account.pk, SHOWN[name])
        before, seen = seen, _shown(client, account)
        assert seen != before, f"{name} is not shown"


def _shown(client: Any, account: SipAccount) -> str:
    return Page(client.get(f"/konta-sip/{account.pk}/")).text


def test_a_pause_that_is_over_is_refused_but_one_that_ran_out_stays(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager)
    account = cast.phone(kwiaty.tenant, "105", monitoring_paused_until=datetime(2020, 12, 1, 7, 0, 30, tzinfo=UTC))
    url = f"/konta-sip/{account.pk}/zmien"
    form = Page(client.get(url)).form
    page = Page(client.post(url, form | {"monitoring_paused_until": "2021-01-01T10:00"}))
    assert page.beside("monitoring_paused_until") == "This moment is over already."
    assert page.form["monitoring_paused_until"] == "2021-01-01T10:00"
    assert client.post(url, form | {"name": "Biuro"}).status_code == 302
    page = Page(
        client.post(
            "/ustawienia/", Page(client.get("/ustawienia/")).form | {"monitoring_paused_until": "2021-01-01T10:00"}
        )
    )
    assert page.beside("monitoring_paused_until") == "This moment is over already."
