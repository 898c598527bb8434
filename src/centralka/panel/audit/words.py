"""The audit log in words: kinds of things, their fields as the forms call them, and values."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from centralka.actions.audit import changes_told
from centralka.calls.fraud import NightCalls
from centralka.calls.spelling import grouped
from centralka.store.models import NIGHT_CALLS, AuditEntry
from centralka.store.models.panel_session import SignedInBy

from .. import networks
from ..durations import duration
from ..money import number, rate

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

WHAT: dict[str, "_StrPromise"] = {
    "sip_account": gettext_lazy("SIP account"),
    "forward": gettext_lazy("Forwarding"),
    "device": gettext_lazy("Device"),
    "setup_link": gettext_lazy("Set-up link"),
    "greeting": gettext_lazy("Greeting"),
    "number": gettext_lazy("Number"),
    "external_number": gettext_lazy("External number"),
    "tenant": gettext_lazy("Company"),
    "hold_music": gettext_lazy("Music on hold"),
    "known_country": gettext_lazy("Allowed country"),
    "fraud_stop": gettext_lazy("Fraud stop"),
    "sms_name": gettext_lazy("Sender name"),
    "sms_stop": gettext_lazy("Wants no text messages"),
    "voicemail_message": gettext_lazy("Voice message"),
    "fax": gettext_lazy("Fax"),
    "sent_fax": gettext_lazy("Sent fax"),
    "hang_up": gettext_lazy("Hung-up call"),
    "ledger_entry": gettext_lazy("Booking"),
    "person": gettext_lazy("Person"),
    "membership": gettext_lazy("Person in the company"),
    "api_token": gettext_lazy("API token"),
    "panel_session": gettext_lazy("Session"),
    "failed_sign_in": gettext_lazy("Failed sign-ins"),
    "password_link": gettext_lazy("Link for a new password"),
    "second_factor": gettext_lazy("App for codes"),
    "recovery_code": gettext_lazy("Recovery codes"),
    "passkey": gettext_lazy("Passkey"),
    "price_list": gettext_lazy("Price list"),
    "price_list_revision": gettext_lazy("Prices of calls"),
    "price": gettext_lazy("Price"),
    "sms_price": gettext_lazy("Prices of text messages"),
    "trunk": gettext_lazy("Trunk"),
    "sms_gateway": gettext_lazy("SMS gateway"),
    "never_blocked": gettext_lazy("Never blocked"),
    "blocked_stranger": gettext_lazy("Block"),
    "installation": gettext_lazy("Installation"),
}
"""Kinds of things that can be in the log, in the order of the filter."""
OPERATORS = ("price_list", "price_list_revision", "price", "sms_price", "trunk", "sms_gateway", "never_blocked",
             "blocked_stranger", "installation")  # fmt: skip
"""Things that no company has."""

_FIELDS: dict[str, "_StrPromise"] = {
    "name": gettext_lazy("Name"),
    "extension": gettext_lazy("Extension"),
    "kind": gettext_lazy("Kind"),
    "password": gettext_lazy("Password"),
    "password_digest": gettext_lazy("Password"),
    "internal_caller_id": gettext_lazy("Internal number presentation"),
    "ring_timeout": gettext_lazy("Ringing time"),
    "call_waiting": gettext_lazy("Call waiting"),
    "caller_id": gettext_lazy("Number presentation"),
    "caller_id_restricted": gettext_lazy("Number hidden"),
    "sms_mode": gettext_lazy("SMS sender"),
    "sms_number": gettext_lazy("SMS sender: number"),
    "sms_name": gettext_lazy("SMS sender: name"),
    "international": gettext_lazy("International calls"),
    "max_rate": gettext_lazy("Highest price per minute"),
    "calls_at_once": gettext_lazy("Calls outside at once"),
    "spend_per_hour": gettext_lazy("Money in an hour"),
    "spend_per_day": gettext_lazy("Money in 24 hours"),
    "media_encryption": gettext_lazy("Encryption of calls"),
    "outbound_pin_digest": gettext_lazy("PIN before the call"),
    "return_after": gettext_lazy("Back after"),
    "voicemail_enabled": gettext_lazy("Voicemail"),
    "voicemail_pin_digest": gettext_lazy("PIN of the mailbox"),
    "voicemail_email": gettext_lazy("E-mail address for voice messages"),
    "greeting_on_no_answer": gettext_lazy("Own greeting when not answered"),
    "greeting_on_busy": gettext_lazy("Own greeting when busy"),
    "fax_sending": gettext_lazy("I will send faxes from this extension"),
    "switch_to_fax": gettext_lazy("If a fax machine calls"),
    "fax_emails": gettext_lazy("E-mail addresses for faxes"),
    "fax_station": gettext_lazy("Fax station name"),
    "monitoring": gettext_lazy("Monitoring"),
    "monitoring_emails": gettext_lazy("Whom to tell"),
    "monitoring_paused_until": gettext_lazy("Pause monitoring until"),
    "sms_mail": gettext_lazy("Mail text messages that come in"),
    "sms_emails": gettext_lazy("Where text messages are mailed"),
    "sms_phones": gettext_lazy("Hand text messages to the phones"),
    "sms_webhook": gettext_lazy("Tell the company's program of text messages"),
    "sip_account": gettext_lazy("SIP account"),
    "condition": gettext_lazy("Condition"),
    "target": gettext_lazy("Target"),
    "external": gettext_lazy("External number"),
    "digest": gettext_lazy("Password"),
    "token_digest": gettext_lazy("Address of the settings"),
    "maker": gettext_lazy("How it is set up"),
    "mac": gettext_lazy("MAC address"),
    "revoked_at": gettext_lazy("Signed out"),
    "email": gettext_lazy("E-mail address"),
    "expires_at": gettext_lazy("Good until"),
    "totp_secret": gettext_lazy("Secret"),
    "credential": gettext_lazy("Key"),
    "has_second_factor": gettext_lazy("Second factor"),
    "second_factor_required": gettext_lazy("Second factor required"),
    "second_factor_wanted": gettext_lazy("Second factor required by the company"),
    "nonce": gettext_lazy("Link"),
    "used_at": gettext_lazy("Used"),
    "wav": gettext_lazy("Recording"),
    "seconds": gettext_lazy("Seconds"),
    "source": gettext_lazy("Source"),
    "e164": gettext_lazy("Number"),
    "tenant": gettext_lazy("Company"),
    "slug": gettext_lazy("Short name"),
    "language": gettext_lazy("Language"),
    "longest_call": gettext_lazy("Longest call"),
    "hold_sound": gettext_lazy("Heard on hold"),
    "sms_max_price": gettext_lazy("Dearest text message"),
    "sms_per_hour": gettext_lazy("Text messages within an hour"),
    "sms_email": gettext_lazy("Messages that come in are mailed to"),
    "sms_night_from": gettext_lazy("No messages from"),
    "sms_night_until": gettext_lazy("No messages until"),
    "networks": gettext_lazy("Phones only from these networks"),
    "alert_emails": gettext_lazy("Alert address"),
    "webhook": gettext_lazy("Address for your program (webhook)"),
    "webhook_sms": gettext_lazy("Tell it of text messages, too"),
    "webhook_secret": gettext_lazy("Secret"),
    "low_balance": gettext_lazy("Warn when less is left than"),
    "price_list": gettext_lazy("Price list"),
    "premium_allowed": gettext_lazy("Premium-rate numbers"),
    "satellite_allowed": gettext_lazy("Satellite numbers"),
    "unknown_allowed": gettext_lazy("Unknown ranges"),
    "credit_limit": gettext_lazy("Credit limit"),
    "account_calls_at_once": gettext_lazy("Calls outside at once, of an account"),
    "account_spend_per_hour": gettext_lazy("Money in an hour, of an account"),
    "account_spend_per_day": gettext_lazy("Money in 24 hours, of an account"),
    "ask_new_countries": gettext_lazy("Ask before the first call to a country"),
    "night_calls": gettext_lazy("At night"),
    "night_from": gettext_lazy("The night begins at"),
    "night_until": gettext_lazy("The night ends at"),
    "blocked_at": gettext_lazy("Blocked"),
    "block_reason": gettext_lazy("Reason"),
    "closed_at": gettext_lazy("Deleted"),
    "area": gettext_lazy("Country"),
    "rule": gettext_lazy("Rule"),
    "purpose": gettext_lazy("Purpose"),
    "state": gettext_lazy("State"),
    "reason": gettext_lazy("Reason"),
    "role": gettext_lazy("Role"),
    "person": gettext_lazy("Person"),
    "is_operator": gettext_lazy("Runs the exchange"),
    "is_active": gettext_lazy("Can sign in"),
    "net": gettext_lazy("Amount"),
    "note": gettext_lazy("Note"),
    "account_activation": gettext_lazy("Activation of a SIP account"),
    "account_monthly": gettext_lazy("Monthly fee of a SIP account"),
    "reading": gettext_lazy("Columns"),
    "holds_from": gettext_lazy("Holds from"),
    "file_name": gettext_lazy("File"),
    "description": gettext_lazy("Description"),
    "per_minute": gettext_lazy("Price per minute"),
    "connection_fee": gettext_lazy("Connection fee"),
    "first_increment": gettext_lazy("First increment"),
    "next_increment": gettext_lazy("Next increment"),
    "barred": gettext_lazy("Barred"),
    "rows": gettext_lazy("Rows"),
    "host": gettext_lazy("Host name or IP address"),
    "port": gettext_lazy("Port"),
    "transport": gettext_lazy("Transport"),
    "username": gettext_lazy("User name"),
    "mark": gettext_lazy("Mark"),
    "priority": gettext_lazy("Priority"),
    "enabled": gettext_lazy("Switched on"),
    "number_style": gettext_lazy("How numbers are written"),
    "called_number": gettext_lazy("Where the called number is"),
    "sends_pai": gettext_lazy("Send P-Asserted-Identity"),
    "foreign_caller_ids": gettext_lazy("Foreign caller IDs allowed"),
    "pings": gettext_lazy("Ask whether the carrier is there"),
    "address": gettext_lazy("Address"),
    "secret": gettext_lazy("Secret"),
    "templates": gettext_lazy("Request"),
    "callback": gettext_lazy("Address of reports"),
    "network": gettext_lazy("Network or address"),
    "vat_percent": gettext_lazy("VAT rate"),
    "fraud_rules": gettext_lazy("Rules of new companies"),
    "signed_in_by": gettext_lazy("Signed in by"),
    "failed_before": gettext_lazy("Failed before"),
    "failed": gettext_lazy("How many"),
}
_OF_TOKEN = {"digest": gettext_lazy("Token"), "networks": gettext_lazy("Only from these networks")}
_WRITTEN: dict[str, Callable[[str], str]] = {
    "night_calls": lambda value: str(NIGHT_CALLS[NightCalls(value)]),
    "signed_in_by": lambda value: str(SignedInBy(value).label),
    "vat_percent": lambda value: f"{number(Decimal(value))} %",
    "longest_call": lambda value: duration(int(value)),
    **dict.fromkeys(("ring_timeout", "return_after", "first_increment", "next_increment"), "{} s".format),
    "networks": networks.in_words,
    "network": networks.in_words,
}
"""Values that their column's kind does not tell how to write."""
_NUMBER = re.compile(r"(?<!\w)\+\d{7,15}\b")
"""E.164 in what something was called."""
_NOTHING = "–"
DID = {
    AuditEntry.Did.ADDED: pgettext_lazy("audit log", "added"),
    AuditEntry.Did.CHANGED: pgettext_lazy("audit log", "changed"),
    AuditEntry.Did.REMOVED: pgettext_lazy("audit log", "removed"),
}


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One field of an entry, in words."""

    label: str
    before: str
    after: str
    secret: bool

    def __str__(self) -> str:
        if self.secret:
            return f"{self.label}: {_('changed')}"
        if self.before == _NOTHING:
            return f"{self.label}: {self.after}"
        return f"{self.label}: {self.before} → {self.after}"


def what_in_words(what: str) -> str:
    return str(WHAT.get(what) or what)


def who_in_words(entry: AuditEntry, *, for_operator: bool) -> str:
    """Tell who it was; a company is not told who of the operator's."""
    if entry.by_operator and not for_operator:
        return _("Operator")
    return entry.who or str(AuditEntry.By(entry.by).label)


def changes_in_words(entry: AuditEntry, *, for_operator: bool) -> list[ShownChange]:
    """Return the fields of an entry."""
    return [_shown(entry.what, *change) for change in changes_told(entry, for_operator=for_operator)]


def with_numbers(text: str) -> str:
    """Write the public numbers in a text as all pages do."""
    return _NUMBER.sub(lambda found: grouped(found.group()), text)


def _shown(what: str, field: str, *values: str) -> ShownChange:
    own = _OF_TOKEN if what == "api_token" else {}
    label = str(own.get(field) or _FIELDS.get(field) or field)
    if not values:
        return ShownChange(label, "", "", secret=True)
    before, after = (_value(what, field, value) for value in values)
    return ShownChange(label, before, after, secret=False)


def _value(what: str, field: str, value: str) -> str:
    column = _columns(what).get(field)
    match column:
        case _ if value == "":
            return _NOTHING
        case _ if written := _WRITTEN.get(field):
            return written(value)
        case models.BooleanField():
            return _("Yes") if value == "true" else _("No")
        case models.FloatField() | models.DecimalField():
            return _amount(column, value)
        case models.JSONField():
            return _rules(value) or value
        case models.DateTimeField() if moment := parse_datetime(value):
            return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
        case models.Field() if column.choices:
            return capfirst(next((str(words) for key, words in column.flatchoices if key == value), value))
        case _:
            return with_numbers(value)


def _amount(column: "models.Field[Any, Any]", value: str) -> str:
    """Write money as the panel does, and seconds with a tenth where there is one."""
    if isinstance(column, models.DecimalField):
        return rate(Decimal(value))
    return f"{number_format(float(value), 0 if float(value).is_integer() else 1)} s"


def _rules(value: str) -> str:
    """Write a JSON column that has values of a company's fields; "" where it has others, or was cut."""
    try:
        read = json.loads(value)
    except ValueError:
        return ""
    if not isinstance(read, dict) or any(name not in _columns("tenant") for name in read):
        return ""
    return ", ".join(f"{_FIELDS[name]}: {_value('tenant', name, _plain(one))}" for name, one in read.items())


def _plain(value: Any) -> str:
    """Write a value as the log has it in a column of its own."""
    return str(value).lower() if isinstance(value, bool) else str(value or "")


@cache
def _columns(what: str) -> dict[str, "models.Field[Any, Any]"]:
    model = next((one for one in apps.get_models() if one._meta.db_table == what), None)
    return {field.name: field for field in model._meta.concrete_fields} if model else {}
