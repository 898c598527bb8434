"""Make the database of a release, with a row in each table, for the test that brings it up to what comes later.

Run once for a release, at its commit, on an empty database of each kind (see README.md in this folder):

    CENTRALKA_HOME=/tmp/release python -m tests.releases.filling
"""

import os
import sys
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import django

MOMENT = datetime(2026, 11, 1, 12, tzinfo=UTC)
_ROUNDS = 20
"""More than the longest line of tables of which each refers to the next."""


def main() -> None:
    """Make the company of a first start, then whatever its tables have no row of yet."""
    from django.apps import apps

    from centralka.demo import write_demo
    from centralka.start.database import prepare_database

    prepare_database()
    write_demo()
    waiting = [model for model in apps.get_app_config("store").get_models() if model._meta.managed]
    problems: dict[str, str] = {}
    for _ in range(_ROUNDS):
        waiting = [model for model in waiting if not model._default_manager.exists() and not _made(model, problems)]
    if waiting:
        sys.exit("\n".join(problems[model.__name__] for model in waiting))


def _made(model: Any, problems: dict[str, str]) -> bool:
    """Add a row. False where a row that it refers to is not there yet, or a rule of the table refuses it."""
    from django.db import IntegrityError, transaction

    try:
        with transaction.atomic():
            model._default_manager.create(**_values(model))
    except (IntegrityError, LookupError) as problem:
        problems[model.__name__] = f"{model.__name__}: {problem!r}"
        return False
    return True


def _values(model: Any) -> dict[str, Any]:
    fields = [field for field in model._meta.concrete_fields if not field.auto_created]
    return {field.name: _value(field) for field in fields if not (field.has_default() or field.null)}


def _value(field: Any) -> Any:
    from django.db import models

    if field.is_relation:
        found = field.related_model._default_manager.first()
        if found is None:
            raise LookupError(f"no {field.related_model.__name__} for {field.name}")
        return found
    if field.choices:
        return field.choices[0][0]
    by_type: list[tuple[type, Any]] = [
        (models.DateTimeField, MOMENT),
        (models.DateField, date(2026, 11, 1)),
        (models.TimeField, time(12)),
        (models.DecimalField, Decimal(1)),
        (models.BooleanField, False),
        (models.IntegerField, 1),
        (models.FloatField, 1.0),
        (models.BinaryField, b"\x00\xffdata"),
        (models.JSONField, {}),
        (models.EmailField, "alicja@kwiaty.example"),
        (models.CharField, "Łąka"[: getattr(field, "max_length", None) or 4]),
        (models.TextField, "Łąka"),
    ]
    return next(value for kind, value in by_type if isinstance(field, kind))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centralka.settings")
    django.setup()
    main()
