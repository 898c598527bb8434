"""Which phones are registered, as rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from .models import Registration, SipAccount

T = TypeVar("T")

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone at an address."""

    login: str
    uri: str
    user_agent: str


def replace_registrations(node: str, contacts: Iterable[Contact], now: datetime) -> set[str]:
    """Make the node's rows those of `contacts`, all that its edge knows. Returns the logins of those that came."""
    wanted = {(contact.login, contact.uri[:255]): contact for contact in contacts}
    with transaction.atomic():
        there = Registration.objects.filter(node=node).select_related("sip_account")
        rows = {(row.sip_account.login, row.uri): row for row in there}
        for gone in _portions([rows[key] for key in rows.keys() - wanted.keys()]):
            SipAccount.objects.filter(pk__in=[row.sip_account_id for row in gone]).update(last_seen_at=now)
            Registration.objects.filter(pk__in=[row.pk for row in gone]).delete()
        added = [wanted[key] for key in wanted.keys() - rows.keys()]
        _add_all(node, added, now)
    return {one.login for one in added}


def change_registrations(node: str, came: list[Contact], gone: list[Contact], now: datetime) -> None:
    """Add the rows of phones that came, after removing those of phones that went."""
    with transaction.atomic():
        for some in _portions(gone):
            sought = {(one.login, one.uri[:255]) for one in some}
            rows = Registration.objects.filter(node=node, sip_account__login__in={one.login for one in some})
            found = rows.values_list("pk", "sip_account_id", "sip_account__login", "uri")
            ended = [(row, account) for row, account, login, uri in found if (login, uri) in sought]
            SipAccount.objects.filter(pk__in=[account for _row, account in ended]).update(last_seen_at=now)
            Registration.objects.filter(pk__in=[row for row, _account in ended]).delete()
        _add_all(node, came, now)


def _portions(items: list[T]) -> Iterator[list[T]]:
    """Cut a list into portions: a database takes only so many values in one statement."""
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]


def _add_all(node: str, contacts: list[Contact], now: datetime) -> None:
    for some in _portions(contacts):
        accounts = dict(SipAccount.objects.filter(login__in=[one.login for one in some]).values_list("login", "id"))
        rows = [
            Registration(
                node=node,
                sip_account_id=accounts[one.login],
                uri=one.uri[:255],
                user_agent=one.user_agent[:255],
                since=now,
            )
            for one in some
            if one.login in accounts
        ]
        Registration.objects.bulk_create(rows, ignore_conflicts=True)
