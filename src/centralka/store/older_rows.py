"""Fill in columns that follow from other columns, in rows that are older than the column.

This runs after the migrations (Django's `post_migrate`): today's code knows today's tables, and a migration that used
it would meet the tables of its own day. If it is broken off, it goes on at the next start.
"""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from django.apps import AppConfig
from django.db import models

_FOLLOW = {
    "sort_key": ("ExternalNumber", "Person", "PriceList", "SipAccount", "Tenant"),
    "search": ("CallRecord",),
}
"""The columns, and which tables have them."""
_AT_ONCE = 1000


def fill_in_older_rows(sender: AppConfig, using: str, **why: object) -> None:
    """Fill in the columns. For `post_migrate`; `flush` sends it too, without a plan, and has left no rows."""
    if "plan" in why:
        for column, names in _FOLLOW.items():
            for name in names:
                _fill_in(sender.get_model(name), column, using)


def _fill_in(model: type[models.Model], column: str, using: str) -> None:
    """Fill in from the newest row to the oldest, which therefore tells whether it was done already."""
    rows = model._base_manager.using(using)
    oldest = rows.order_by("pk").values_list(column, flat=True).first()
    if oldest != "":
        return
    follows = cast("models.Field[Any, Any]", model._meta.get_field(column)).pre_save
    for batch in _batches(rows.filter(**{column: ""})):
        for row in batch:
            follows(row, add=False)
        rows.bulk_update(batch, [column])


def _batches(rows: "models.QuerySet[Any]") -> Iterator[Sequence[Any]]:
    batch = list(rows.order_by("-pk")[:_AT_ONCE])
    while batch:
        yield batch
        batch = list(rows.filter(pk__lt=batch[-1].pk).order_by("-pk")[:_AT_ONCE])
