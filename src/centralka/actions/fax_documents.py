"""Documents to be faxed: uploaded, made into pages, looked at. Private as faxes are: readers have no access."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from centralka.fax.preparation import prepared
from centralka.fax.problems import BadFile, FileProblem
from centralka.store.models import FaxDocument, FaxDocumentPage, Role
from centralka.store.sent_faxes import keep_document

from .actor import Actor
from .errors import InvalidInput, NotFound, Problem

NAME_MAX = 100
WRONG_DOCUMENT: dict[FileProblem, str | Promise] = {
    FileProblem.EMPTY: _("Choose a file: this one is empty."),
    FileProblem.TOO_BIG: _("The file is larger than 20 MB."),
    FileProblem.UNKNOWN: _("Choose a PDF, JPEG or PNG file; others cannot be faxed. Most programs can save a PDF."),
    FileProblem.ENCRYPTED: _("The PDF asks for a password. Save it without one."),
    FileProblem.BROKEN: _("The file is broken, or has no page."),
    FileProblem.TOO_MANY_PAGES: _("The PDF has more than 50 pages. Split it."),
    FileProblem.TOO_LARGE: _("The picture has too many pixels: at most 40 million can be faxed. Make it smaller."),
    FileProblem.TOO_LONG: _("The pages take too long to draw. Save the document as a simpler PDF, or scan it."),
}


def add_document(actor: Actor, name: str, upload: bytes, now: datetime | None = None) -> FaxDocument:
    """Keep a PDF, JPEG or PNG as pages that can be faxed. It is removed after a day if nobody sends it.

    Raises `InvalidInput` with a problem at `file`.
    """
    actor.require(Role.MANAGER)
    actor.require_unblocked()
    try:
        made = prepared(upload)
    except BadFile as bad:
        raise InvalidInput({"file": [Problem(bad.problem, WRONG_DOCUMENT[bad.problem])]}) from None
    named = "".join(sign for sign in name if sign.isprintable()).strip()[-NAME_MAX:]
    return keep_document(actor.tenant, named, made.tiff, made.pictures, actor.who, now or timezone.now())


def documents(actor: Actor) -> QuerySet[FaxDocument]:
    """Return the company's documents, newest first."""
    actor.require(Role.MANAGER)
    return FaxDocument.objects.filter(tenant=actor.tenant).order_by("-created_at", "-id")


def document(actor: Actor, document_id: int) -> FaxDocument:
    """Return one document. Raises `NotFound` for one of another company."""
    found = documents(actor).filter(pk=document_id).first() if 0 < document_id < 2**63 else None
    if found is None:
        raise NotFound
    return found


def document_picture(actor: Actor, document_id: int, number: int) -> bytes:
    """Return a page, from 1, as it is sent (PNG). Raises `NotFound`."""
    found = document(actor, document_id)
    page = FaxDocumentPage.objects.filter(document=found, number=number).first() if 0 < number < 2**15 else None
    if page is None:
        raise NotFound
    return bytes(page.png)
