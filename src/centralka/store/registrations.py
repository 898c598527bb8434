"""Keep the rows of registered phones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from .models import Device, Registration, SipAccount
from .portions import portions
from .statements import moment

# Written out: each phone that comes passes here, and of rows made by the ORM that costs several times as much.
_ADD = """
INSERT INTO registration (node, sip_account_id, device_id, uri, user_agent, since)
SELECT %s, account.id, device.id, %s, %s, %s
FROM sip_account account LEFT JOIN device ON device.username = %s WHERE account.login = %s
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone at an address."""

    login: str
    uri: str
    user_agent: str
    device: str = ""
    """The name of the device whose password it came with; "": it came with the account's own, or is a browser."""


def replace_registrations(node: str, contacts: Iterable[Contact], now: datetime) -> set[str]:
    """Make the node's rows those of `contacts`, all that its edge knows. Returns the logins of those that came."""
    wanted = {(contact.login, contact.uri[:255]): contact for contact in contacts}
    with transaction.atomic():
        rows = _rows(node)
        stay = {key for key, row in rows.items() if key in wanted and row.device == wanted[key].device}
        _end([row for key, row in rows.items() if key not in stay], now)
        added = [contact for key, contact in wanted.items() if key not in stay]
        _add_all(node, added, now)
    return {contact.login for contact in added}


def change_registrations(node: str, came: list[Contact], gone: list[Contact], now: datetime) -> None:
    """Add the rows of phones that came, after removing those of phones that went."""
    with transaction.atomic():
        for some in portions(gone):
            sought = {(contact.login, contact.uri[:255]) for contact in some}
            rows = _rows(node, sip_account__login__in={contact.login for contact in some})
            _end([row for key, row in rows.items() if key in sought], now)
        _add_all(node, came, now)


def answers_of(node: str) -> dict[tuple[str, str], bool | None]:
    """Return whether each phone of the node answers, by its login and address."""
    rows = Registration.objects.filter(node=node).values_list("sip_account__login", "uri", "answers")
    return {(login, uri): answers for login, uri, answers in rows}


def note_answers(node: str, phones: Iterable[tuple[str, str]], answers: bool, now: datetime) -> None:
    """Note of phones, by login and address, whether they answer."""
    for some in portions(phones):
        sought = {(login, uri[:255]) for login, uri in some}
        rows = _rows(node, sip_account__login__in={login for login, _uri in some})
        ids = [row.pk for key, row in rows.items() if key in sought]
        Registration.objects.filter(pk__in=ids).update(answers=answers, answers_since=now)


@dataclass(frozen=True, slots=True)
class _Row:
    pk: int
    account: int
    device: str
    """The name of its device; "": none."""


def _rows(node: str, **these: Any) -> dict[tuple[str, str], _Row]:
    """Return the rows of the node, or `these` of them, by login and address."""
    found = Registration.objects.filter(node=node, **these)
    rows = found.values_list("sip_account__login", "uri", "pk", "sip_account_id", "device__username")
    return {(login, uri): _Row(row, account, device or "") for login, uri, row, account, device in rows}


def _end(rows: list[_Row], now: datetime) -> None:
    for some in portions(rows):
        SipAccount.objects.filter(pk__in=[row.account for row in some]).update(last_seen_at=now)
        devices = {row.device for row in some if row.device}
        if devices:
            Device.objects.filter(username__in=devices).update(last_seen_at=now)
        Registration.objects.filter(pk__in=[row.pk for row in some]).delete()


def _add_all(node: str, contacts: list[Contact], now: datetime) -> None:
    since = moment(now)
    rows = [
        (node, contact.uri[:255], contact.user_agent[:255], since, contact.device, contact.login)
        for contact in contacts
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, rows)
