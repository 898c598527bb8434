"""The prices of calls in a revision, to be looked through."""

from django.db.models import Q, QuerySet, Subquery
from django.utils import timezone

from centralka.calls.spelling import parse_number
from centralka.calls.tariffs import prefixes_of
from centralka.store.models import Price, PriceListRevision

from ..actor import Operator
from ..checks.search import named
from ..errors import NotFound
from .holding import holding
from .price_lists import price_list

_SEARCHED = 60


def revision(operator: Operator, price_list_id: int, revision_id: int) -> PriceListRevision:
    """Return one revision of a list, also while it is being loaded. Raises `NotFound`."""
    try:
        return PriceListRevision.objects.select_related("price_list").get(pk=revision_id, price_list=price_list_id)
    except (PriceListRevision.DoesNotExist, OverflowError):
        raise NotFound from None


def prices(operator: Operator, price_list_id: int, search: str = "", revision_id: int | None = None) -> QuerySet[Price]:
    """Return the prices of calls by prefix, of the revision that holds now or of another one. Raises `NotFound`.

    `search`: a part of the description, the beginning of a prefix, or a whole number: then every prefix that it has.
    """
    listed = price_list(operator, price_list_id)
    if revision_id is None:
        wanted = Subquery(holding(timezone.now(), listed.pk).values("pk")[:1])
        found = Price.objects.filter(revision_id=wanted).order_by("prefix", "id")
    else:
        found = revision(operator, price_list_id, revision_id).prices.order_by("prefix", "id")
    search = search.strip().replace("\0", "")[:_SEARCHED]
    return found.filter(_fits(search)) if search else found


def _fits(search: str) -> Q:
    digits = search.removeprefix("+").replace(" ", "")
    described = named("description", search)
    if e164 := parse_number(search):
        return Q(prefix__in=prefixes_of(e164)) | described
    return Q(prefix__startswith=digits) | described if digits.isdigit() else described
