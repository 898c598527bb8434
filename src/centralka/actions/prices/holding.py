"""Find the revision of a price list that holds."""

from datetime import datetime

from django.db.models import OuterRef, QuerySet

from centralka.store.models import PriceListRevision


def holding(now: datetime, price_list_id: int | None = None) -> QuerySet[PriceListRevision]:
    """Return the revisions that hold or held, present one first; of a list, or of the one in the query around it."""
    of = OuterRef("pk") if price_list_id is None else price_list_id
    held = PriceListRevision.objects.filter(price_list=of, holds_from__lte=now)
    return held.order_by("-holds_from", "-id")
