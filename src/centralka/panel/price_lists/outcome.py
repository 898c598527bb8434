"""Where an upload leads."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from centralka.store.models import PriceListRevision


def to_what_was_made(request: HttpRequest, made: PriceListRevision) -> HttpResponse:
    """The list with its new prices; or the revisions, where a long list is seen to be loaded or to wait for its day."""
    if made.holds_from and made.holds_from <= timezone.now():
        messages.success(request, _("Uploaded. The list has so many prices now: %(count)s.") % {"count": made.rows})
        return redirect("price_list", made.price_list_id)
    return redirect("price_list_revisions", made.price_list_id)
