"""The phone in the browser: one per person and company, for the account that the person was given.

It proves itself with a name and password of its own, which are good for ten minutes, are prolonged while the phone is
open, and end with the session (docs/decisions/0039). No password of an account ever reaches a page.
"""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from centralka.calls.destinations import destination
from centralka.store.models import BrowserPhone, Membership, SipAccount

from .account.passwords import digest_of
from .actor import Actor
from .errors import ActionError, NotFound

GOOD_FOR = timedelta(minutes=10)
SILENT_FOR = timedelta(minutes=3)
"""An open window asks twice a minute; one that has asked nothing for so long was not closed but lost."""
LONGEST_WINDOW = 64


class NoAccount(ActionError):
    """The person was given no account."""


class OpenElsewhere(ActionError):
    """The person has a phone open in another window."""


@dataclass(frozen=True, slots=True)
class Browser:
    """The session that asks for a phone, and the window of its browser."""

    session_key: str
    window: str
    username: str = ""
    """The user name that the window was given before; "": none."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """User name and password with which a phone registers. `password`: "" where it is still the one that was told."""

    account: SipAccount
    username: str
    password: str = field(repr=False)


def phone_account(actor: Actor) -> SipAccount:
    """Return the account for which the person may call in the browser. Raises NoAccount."""
    return _account_of(_membership(actor))


def keep_phone(actor: Actor, browser: Browser, *, take_over: bool = False) -> Credentials:
    """Open the person's phone in a window, or prolong it there.

    Raises NoAccount, and OpenElsewhere unless `take_over`.
    """
    if not 0 < len(browser.window) <= LONGEST_WINDOW:
        raise NotFound
    with transaction.atomic():
        member = _membership(actor, locked=True)
        account = _account_of(member)
        phone = BrowserPhone.objects.filter(membership=member).first()
        if phone and _is_its_own(phone, browser, account):
            BrowserPhone.objects.filter(pk=phone.pk).update(expires_at=timezone.now() + GOOD_FOR)
            return Credentials(account, phone.username, "")
        if phone and phone.window != browser.window and not take_over and _is_open(phone):
            raise OpenElsewhere
        return _given(member, account, browser)


def close_phone(actor: Actor, browser: Browser) -> None:
    """End what the phone in this window proves itself with: the window is being closed."""
    found = BrowserPhone.objects.filter(membership=_membership(actor), window=browser.window)
    # By its name, too: a page that is loaded again may have been given another one by now.
    found.filter(session_key=browser.session_key, username=browser.username).delete()


def name_of(actor: Actor, number: str) -> str:
    """Return whose number it is, an extension of a colleague's or a saved external number; "": nobody knows."""
    accounts = actor.tenant.sip_accounts
    if account := accounts.filter(extension=number).first() or accounts.filter(internal_caller_id=number).first():
        return account.name
    to = destination(number)
    saved = actor.tenant.external_numbers.filter(e164=to.number).first() if to else None
    return saved.name if saved else ""


def _membership(actor: Actor, *, locked: bool = False) -> Membership:
    members = actor.tenant.memberships.select_related("sip_account")
    if locked:
        members = members.select_for_update(of=("self",))
    member = members.filter(person=actor.person).first()
    if member is None:
        raise NotFound
    return member


def _account_of(member: Membership) -> SipAccount:
    account = member.sip_account
    if account is None or account.tenant_id != member.tenant_id:
        raise NoAccount
    return account


def _is_its_own(phone: BrowserPhone, browser: Browser, account: SipAccount) -> bool:
    ours = (phone.window, phone.session_key, phone.username) == (browser.window, browser.session_key, browser.username)
    return ours and phone.username.startswith(f"{account.login}.web.")


def _is_open(phone: BrowserPhone) -> bool:
    now = timezone.now()
    asked_at = phone.expires_at - GOOD_FOR
    return (
        asked_at + SILENT_FOR > now
        and Session.objects.filter(session_key=phone.session_key, expire_date__gt=now).exists()
    )


def _given(member: Membership, account: SipAccount, browser: Browser) -> Credentials:
    username = f"{account.login}.web.{secrets.token_hex(12)}"
    password = secrets.token_urlsafe(32)
    BrowserPhone.objects.update_or_create(
        membership=member,
        defaults={
            "username": username,
            "digest": digest_of(username, password),
            "session_key": browser.session_key,
            "window": browser.window,
            "expires_at": timezone.now() + GOOD_FOR,
        },
    )
    return Credentials(account, username, password)
