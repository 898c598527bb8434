"""Received faxes: list, read, mail on, delete. Faxes are private: readers have no access."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from centralka.store.mail import queue_fax_to
from centralka.store.models import AuditEntry, Fax, FaxFile, FaxPage, Role
from centralka.store.models.audited import note

from .account.fax_accounts import check_fax_addresses
from .actor import Actor
from .errors import NotFound, ProblemList


def faxes(actor: Actor, *, account: int | None = None) -> QuerySet[Fax]:
    """Return the company's faxes, or those of one account, newest first."""
    actor.require(Role.MANAGER)
    found = Fax.objects.filter(sip_account__tenant=actor.tenant)
    if account is not None:
        found = found.filter(sip_account=account) if 0 < account < 2**63 else found.none()
    return found.select_related("sip_account").order_by("-received_at", "-id")


def fax(actor: Actor, fax_id: int) -> Fax:
    """Return one fax. Raises `NotFound` for a fax of another company."""
    try:
        return faxes(actor).get(pk=fax_id)
    except (Fax.DoesNotExist, OverflowError):
        raise NotFound from None


def fax_pdf(actor: Actor, fax_id: int) -> bytes:
    """Return the fax as a PDF. Raises `NotFound` also where no page could be drawn."""
    try:
        return bytes(FaxFile.objects.get(fax=fax(actor, fax_id)).pdf)
    except FaxFile.DoesNotExist:
        raise NotFound from None


def fax_picture(actor: Actor, fax_id: int, number: int) -> bytes:
    """Return a page, from 1, as a picture (PNG). Raises `NotFound`."""
    try:
        return bytes(FaxPage.objects.get(fax=fax(actor, fax_id), number=number).png)
    except (FaxPage.DoesNotExist, OverflowError):
        raise NotFound from None


def mail_fax(actor: Actor, fax_id: int, address: str) -> None:
    """Mail a fax to an address. Raises `InvalidInput` with a problem at `address`."""
    found, problems = fax(actor, fax_id), ProblemList()
    address = address.strip()
    check_fax_addresses(problems, "address", (address,))
    problems.raise_any()
    with transaction.atomic():
        queue_fax_to(found, address, timezone.now())


def delete_fax(actor: Actor, fax_id: int) -> None:
    """Delete a fax for good. Mails that were sent with it stay where they are; a waiting mail is not sent any more."""
    found = fax(actor, fax_id)
    with transaction.atomic():
        note(AuditEntry.Did.REMOVED, "fax", _title(found), actor.tenant.pk, pk=found.pk)
        found.delete()


def _title(found: Fax) -> str:
    return f"{found.caller_number or '–'} → {found.sip_account}"
