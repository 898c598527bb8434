"""Links by which somebody sets a phone of an account up without a login: mailed, good once, for three days.

What stands in a link is computed from its row and the installation's key, so no database and no log has it. Opening it
shows nothing secret, since mail scanners open links: only the button on the page uses it up.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from centralka.store.mail import queue_setup
from centralka.store.models import Device, Role, SetupLink, SipAccount

from ..actor import Actor
from ..checks.emails import check_email
from ..errors import NotFound, ProblemList
from .accounts import locked_sip_account
from .devices import NAME_MAX, added_app, added_device

GOOD_FOR = timedelta(days=3)
_PROOF_LENGTH = 40
_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class SetUp:
    """A device that was made by a link. `secret`: its password; of an app, what stands in its settings' address."""

    device: Device
    secret: str = field(repr=False)


def send_setup_link(actor: Actor, account_id: int, email: str) -> SetupLink:
    """Mail a link by which a phone of the account is set up; a link of before that nobody used is over.

    Raises NotFound, and InvalidInput.
    """
    actor.require(Role.MANAGER)
    email, now = email.strip(), timezone.now()
    problems = ProblemList()
    problems.check(email != "", "email", "required", _("Give the e-mail address of the person."))
    check_email(problems, "email", email)
    unknown = _("Links in mails need the panel's address, which the operator sets (CENTRALKA_PUBLIC_URL).")
    problems.check(bool(settings.PUBLIC_URL), "email", "no_panel_address", unknown)
    problems.raise_any()
    with transaction.atomic():
        account = locked_sip_account(actor, account_id)
        SetupLink.objects.filter(sip_account=account, used_at=None).delete()
        link = SetupLink.objects.create(
            sip_account=account,
            nonce=secrets.token_hex(16),
            email=email,
            password_digest=account.password_digest,
            created_at=now,
            expires_at=now + GOOD_FOR,
        )
        queue_setup(link, now)
    return link


def token_of(link: SetupLink) -> str:
    """Return what stands in the link."""
    return f"{link.pk}-{_proof(link.pk, link.nonce)}"


def link_with(token: str, now: datetime) -> SetupLink:
    """Return the link that this stands in. Raises NotFound for one that never was, is used, or over for any reason."""
    number, _dash, proof = token.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER):
        raise NotFound
    link = SetupLink.objects.select_related("sip_account__tenant").filter(pk=int(number)).first()
    if link is None or not constant_time_compare(proof, _proof(link.pk, link.nonce)) or not is_good(link, now):
        raise NotFound
    return link


def set_up_app(token: str, maker: str, now: datetime) -> SetUp:
    """Use the link up for an app that fetches its settings. Raises NotFound, and InvalidInput if ten are there."""
    return _use(token, now, lambda account, name: added_app(account, name, maker, now))


def set_up_by_hand(token: str, now: datetime) -> SetUp:
    """Use the link up for a device with a password to type. Raises NotFound, and InvalidInput if ten are there."""
    return _use(token, now, added_device)


def _use(token: str, now: datetime, add: Callable[[SipAccount, str], tuple[Device, str]]) -> SetUp:
    with transaction.atomic():
        link = link_with(token, now)
        # Of two people who use it at once one gets a device.
        if not SetupLink.objects.filter(pk=link.pk, used_at=None).update(used_at=now):
            raise NotFound
        account = SipAccount.objects.select_for_update().get(pk=link.sip_account_id)
        return SetUp(*add(account, _free_name(account, link.email)))


def is_good(link: SetupLink, now: datetime) -> bool:
    """Tell whether a link that stands in the database can be used."""
    account = link.sip_account
    same = constant_time_compare(link.password_digest, account.password_digest)
    return link.used_at is None and now < link.expires_at and same and account.tenant.blocked_at is None


def _proof(number: int, nonce: str) -> str:
    return salted_hmac("centralka.setup_link", f"{number}:{nonce}", algorithm="sha256").hexdigest()[:_PROOF_LENGTH]


def _free_name(account: SipAccount, email: str) -> str:
    taken = {name.casefold() for name in account.devices.filter(revoked_at=None).values_list("name", flat=True)}
    names = [email[:NAME_MAX], *(f"{email[: NAME_MAX - 4]} {number}" for number in range(2, 12))]
    return next(name for name in names if name.casefold() not in taken)
