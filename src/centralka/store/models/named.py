"""Models that are listed by name."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models

from centralka.calls.alphabet import KEY_MAX, sort_key

if TYPE_CHECKING:
    _Text = models.CharField[str, str]
else:
    _Text = models.CharField


class SortKeyField(_Text):
    """The key that puts rows in order by their `name` as Poles sort; written whenever the row is."""

    def __init__(self, **given: Any) -> None:
        fixed = {"max_length": KEY_MAX, "editable": False, "default": "", "blank": True}
        super().__init__(**(given | fixed))

    def deconstruct(self) -> Any:
        """For migrations, which must not need this class: a column of text."""
        name, _path, given, named = super().deconstruct()
        return name, "django.db.models.CharField", given, named

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Make the place in the order, also for `bulk_create`."""
        key = sort_key(getattr(model_instance, "name"))  # noqa: B009 (a model has no such attribute for mypy)
        setattr(model_instance, self.attname, key)
        return key


class Named(models.Model):
    """Has a `name`, and a `sort_key` that follows it."""

    sort_key = SortKeyField()

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save the place in the order with the name, also where the name alone is saved."""
        if update_fields is not None and "name" in update_fields:
            update_fields = {*update_fields, "sort_key"}
        super().save(*args, update_fields=update_fields, **kwargs)
