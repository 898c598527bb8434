"""Devices of an account, each with a password of its own: made, listed, signed out (docs/decisions/0040).

The account's own password goes on working beside them, and all phones of an account ring.
"""

import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centralka.store.models import Device, Registration, Role, SipAccount

from ..actor import Actor
from ..errors import InvalidInput, NotFound, Problem, ProblemList
from ..phone_settings import FIRST_OF_MACS, LINK_GOOD_FOR, mac_in, new_address
from .accounts import locked_sip_account, sip_account
from .passwords import digest_of, generate_password

NAME_MAX = 60
MAC_TYPED_MAX = 17
DESK_PHONES = frozenset(FIRST_OF_MACS)
APPS = frozenset(Device.Maker) - DESK_PHONES
MOST = 10
"""Devices of an account: the edge keeps no more phones of it (edge/registrar.cfg)."""
_REMEMBERED = timedelta(days=90)
"""A device that was signed out is kept for so long: what its old password or address is used for can be named."""


def devices(actor: Actor, account_id: int) -> QuerySet[Device]:
    """Return the account's devices that are not signed out, the oldest first, with where they are registered now.

    Raises NotFound.
    """
    now = Prefetch("registrations", Registration.objects.order_by("since", "id"))
    return sip_account(actor, account_id).devices.filter(revoked_at=None).prefetch_related(now, "fetches")


def device(actor: Actor, account_id: int, device_id: int) -> Device:
    """Return one device that is not signed out. Raises NotFound."""
    try:
        return devices(actor, account_id).get(pk=device_id)
    except (Device.DoesNotExist, OverflowError):
        raise NotFound from None


def add_device(actor: Actor, account_id: int, name: str) -> tuple[Device, str]:
    """Make a device. Returns it and its password, which is shown this once and cannot be read again.

    Raises NotFound, and InvalidInput for a name that is wrong or another device's, or if there are ten.
    """
    actor.require(Role.MANAGER)
    with transaction.atomic():
        return added_device(locked_sip_account(actor, account_id), " ".join(name.split()))


def added_device(account: SipAccount, name: str) -> tuple[Device, str]:
    """Add a device to an account that is locked. Returns it and its password. Raises InvalidInput."""
    _check(account, name)
    return _made(account, name, timezone.now())


def add_phone(actor: Actor, account_id: int, name: str, maker: str, mac: str) -> tuple[Device, str]:
    """Make a desk phone that fetches its settings, with its password, by itself. Returns it and what stands in the
    address for that, which is shown this once.

    `mac`: in any spelling. Raises NotFound, and InvalidInput.
    """
    actor.require(Role.MANAGER)
    name, mac_typed, now = " ".join(name.split()), mac.strip(), timezone.now()
    with transaction.atomic():
        account = locked_sip_account(actor, account_id)
        _check(account, name, _phone_problems(account, maker, mac_typed))
        return _fetching(account, name, now, maker=maker, mac=mac_in(mac_typed))


def add_app(actor: Actor, account_id: int, name: str, maker: str, now: datetime) -> tuple[Device, str]:
    """Make an app that fetches its settings, with its password, once, in the next hour. Returns it and what stands in
    the address for that, which is shown this once.

    Raises NotFound, and InvalidInput.
    """
    actor.require(Role.MANAGER)
    with transaction.atomic():
        return added_app(locked_sip_account(actor, account_id), " ".join(name.split()), maker, now)


def added_app(account: SipAccount, name: str, maker: str, now: datetime) -> tuple[Device, str]:
    """Add an app to an account that is locked. Returns it and what stands in its address. Raises InvalidInput."""
    problems = ProblemList()
    problems.check(maker in APPS, "maker", "unknown", _("Choose the maker of the phone."))
    _check(account, name, problems)
    return _fetching(account, name, now, maker=maker, settings_until=now + LINK_GOOD_FOR)


def issue_again(actor: Actor, account_id: int, device_id: int) -> str:
    """Give a phone another address, at which it gets another password, once; the address before is refused.

    Returns what stands in the new one. Raises NotFound, also for a device that fetches no settings.
    """
    actor.require(Role.MANAGER)
    token, digest = new_address()
    with transaction.atomic():
        found = device(actor, account_id, device_id)
        before = found.token_digest
        if before is None:
            raise NotFound
        again: dict[str, object] = {"token_digest": digest, "token_before": before, "password_due": True}
        if found.settings_until:
            again["settings_until"] = timezone.now() + LINK_GOOD_FOR
        if not Device.objects.filter(pk=found.pk, revoked_at=None, token_digest=before).update(**again):
            raise NotFound
    return token


def is_unusual_mac(found: Device) -> bool:
    """Tell whether a phone's MAC begins as none that we know of its maker's."""
    return bool(found.mac) and not found.mac.startswith(FIRST_OF_MACS[Device.Maker(found.maker)])


def sign_out(actor: Actor, account_id: int, device_id: int) -> None:
    """Refuse the device's password from now on, and end what it registered; a call that goes on is not ended.

    Raises NotFound.
    """
    actor.require(Role.MANAGER)
    found = device(actor, account_id, device_id)
    Device.objects.filter(pk=found.pk, revoked_at=None).update(revoked_at=timezone.now())


def _fetching(account: SipAccount, name: str, now: datetime, **fields: Any) -> tuple[Device, str]:
    """Make a device that fetches its settings; until then its password is nobody's. Returns what stands in the
    address, too."""
    token, digest = new_address()
    made, _nobodys = _made(account, name, now, token_digest=digest, password_due=True, **fields)
    return made, token


def _made(account: SipAccount, name: str, now: datetime, **fields: Any) -> tuple[Device, str]:
    """Make a device, and forget those that were signed out long ago. Returns its password, too."""
    account.devices.filter(revoked_at__lt=now - _REMEMBERED).delete()
    username, password = f"{account.login}.{secrets.token_hex(4)}", generate_password()
    made = account.devices.create(name=name, username=username, digest=digest_of(username, password), **fields)
    return made, password


def _phone_problems(account: SipAccount, maker: str, mac: str) -> ProblemList:
    problems = ProblemList()
    problems.check(maker in DESK_PHONES, "maker", "unknown", _("Choose the maker of the phone."))
    only_dtls = account.media_encryption == SipAccount.MediaEncryption.DTLS
    no_sdes = _("Desk phones encrypt by SDES, which this account does not take: change “Encryption of calls” first.")
    problems.check(not only_dtls, "maker", "needs_sdes", no_sdes)
    found = mac_in(mac)
    wrong = _("Give the MAC address from the phone's label: 12 digits and letters from A to F.")
    if problems.check(bool(found) and len(mac) <= MAC_TYPED_MAX and _is_mac_alone(mac), "mac", "bad_mac", wrong):
        others = Device.objects.filter(sip_account__tenant=account.tenant_id, mac=found, revoked_at=None)
        taken = _("The company has a phone with this MAC among its devices already: sign that out first.")
        problems.check(not others.exists(), "mac", "taken", taken)
    return problems


def _is_mac_alone(text: str) -> bool:
    return len(re.sub("[^0-9A-Za-z]", "", text)) == 12


def _check(account: SipAccount, name: str, problems: ProblemList | None = None) -> None:
    problems = problems or ProblemList()
    problems.check(0 < len(name) <= NAME_MAX, "name", "length", _("Give the device a name of 1 to 60 characters."))
    problems.check(name.isprintable(), "name", "bad_characters", _("The name must not contain control characters."))
    theirs = list(account.devices.filter(revoked_at=None).values_list("name", flat=True))
    taken = name.casefold() in {each.casefold() for each in theirs}
    problems.check(not taken, "name", "taken", _("The account has a device of this name already."))
    problems.raise_any()
    if len(theirs) >= MOST:
        full = _("The account has 10 devices already. Sign one out first.")
        raise InvalidInput({"name": [Problem("too_many", full)]})
