"""Devices of an account, each with a password of its own: made, listed, signed out (docs/decisions/0040).

The account's own password goes on working beside them, and all phones of an account ring.
"""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centralka.store.models import Device, Registration, Role, SipAccount

from ..actor import Actor
from ..errors import InvalidInput, NotFound, Problem, ProblemList
from .accounts import locked_sip_account, sip_account
from .passwords import digest_of, generate_password

NAME_MAX = 60
MOST = 10
"""Devices of an account: the edge keeps no more phones of it (edge/registrar.cfg)."""
_REMEMBERED = timedelta(days=90)
"""A device that was signed out is kept for so long: what its old password or address is used for can be named."""


def devices(actor: Actor, account_id: int) -> QuerySet[Device]:
    """Return the account's devices that are not signed out, the oldest first, with where they are registered now.

    Raises NotFound.
    """
    now = Prefetch("registrations", Registration.objects.order_by("since", "id"))
    return sip_account(actor, account_id).devices.filter(revoked_at=None).prefetch_related(now)


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
    name, now = " ".join(name.split()), timezone.now()
    with transaction.atomic():
        account = locked_sip_account(actor, account_id)
        _check(account, name)
        account.devices.filter(revoked_at__lt=now - _REMEMBERED).delete()
        made = Device(sip_account=account, name=name, username=f"{account.login}.{secrets.token_hex(4)}")
        password = generate_password()
        made.digest = digest_of(made.username, password)
        made.save()
    return made, password


def sign_out(actor: Actor, account_id: int, device_id: int) -> None:
    """Refuse the device's password from now on, and end what it registered; a call that goes on is not ended.

    Raises NotFound.
    """
    actor.require(Role.MANAGER)
    found = device(actor, account_id, device_id)
    Device.objects.filter(pk=found.pk, revoked_at=None).update(revoked_at=timezone.now())


def _check(account: SipAccount, name: str) -> None:
    problems = ProblemList()
    problems.check(0 < len(name) <= NAME_MAX, "name", "length", _("Give the device a name of 1 to 60 characters."))
    problems.check(name.isprintable(), "name", "bad_characters", _("The name must not contain control characters."))
    theirs = list(account.devices.filter(revoked_at=None).values_list("name", flat=True))
    taken = name.casefold() in {each.casefold() for each in theirs}
    problems.check(not taken, "name", "taken", _("The account has a device of this name already."))
    problems.raise_any()
    if len(theirs) >= MOST:
        full = _("The account has 10 devices already. Sign one out first.")
        raise InvalidInput({"name": [Problem("too_many", full)]})
