"""The page to which an upload leads."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from centralka.store.models import PriceListRevision


def to_what_was_made(request: HttpRequest, made: PriceListRevision) -> HttpResponse:
    """Lead to the list with its new prices, or to the revisions, if a long list still loads or waits for its day."""
    if made.holds_from and made.holds_from <= timezone.now():
        messages.success(request, _("Uploaded. The list has so many prices now: %(count)s.") % {"count": made.rows})
        return redirect("price_list", made.price_list_id)
    return redirect("price_list_revisions", made.price_list_id)
