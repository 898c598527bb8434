"""Models whose changes are written to the audit log, however they are made through the ORM.

Actions need not remember it, so none can forget it. Raw SQL is not seen: it writes no column that is audited
(`tests/store/test_audit.py` looks).
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar
from urllib.parse import urlsplit

from django.db import models, transaction
from django.db.models.expressions import Combinable
from django.utils import timezone

from ..acting import acting
from .audit_entry import AuditEntry

_Row = TypeVar("_Row", bound=models.Model)
if TYPE_CHECKING:
    _Rows = models.QuerySet[Any]
else:
    _Rows = models.QuerySet
Values = dict[str, Any]
Change = list[str]
_LONGEST = 300
"""Characters of a value."""
_LONGEST_OF_MANY = 1000
"""Of one that has many in it: rules, a request."""
_TITLE_MAX = 200
_NEVER = frozenset({"sort_key", "created_at", "changed_at", "version"})
"""Columns that follow from others, on whatever model."""


class AuditedQuerySet(_Rows):
    """Notes what its statements change."""

    def update(self, **values: Any) -> int:
        names = self.model.audited_among(values)
        if not names:
            return super().update(**values)
        with transaction.atomic(using=self.db):
            before = {row.pk: row for row in self.model.audit_rows().filter(pk__in=self.order_by().values("pk"))}
            count = super().update(**values)
            after = self.model.audit_rows().in_bulk(list(before))
            _write(
                entry for pk, row in after.items() for entry in _changed(row, before[pk].audit_values(), names)
            )  # fmt: skip
        return count

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic(using=self.db):
            rows = list(self.order_by())
            _let_go(self.model, rows)
            gone = [entry for row in rows for entry in _entries(row, AuditEntry.Did.REMOVED)]
            found = super().delete()
            _write(gone)
        return found

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        with transaction.atomic(using=self.db):
            made = super().bulk_create(objs, *args, **kwargs)
            _write(entry for row in made for entry in _entries(row, AuditEntry.Did.ADDED))
        return made


class AuditedManager(models.Manager[_Row]):
    """Asks for rows by `AuditedQuerySet`."""

    def get_queryset(self) -> "models.QuerySet[_Row]":
        return AuditedQuerySet(self.model, using=self._db)


class Audited(models.Model):
    """Its columns are audited, but for those in `unaudited`."""

    unaudited: ClassVar[frozenset[str]] = frozenset()
    """Columns that machines write while they work, or that follow from others."""
    secrets: ClassVar[frozenset[str]] = frozenset()
    """Columns of which only is noted that they were changed; binary ones are taken as such."""
    hosts_alone: ClassVar[frozenset[str]] = frozenset()
    """Columns with the address of a program, of which the host alone is noted: the rest may let somebody in there."""

    objects: ClassVar[AuditedManager[Self]] = AuditedManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and note what became different from the row in the database."""
        with transaction.atomic():
            there = None if self.pk is None else self.audit_rows().filter(pk=self.pk).first()
            before = there.audit_values() if there else None
            super().save(*args, **kwargs)
            if before is None:
                _write(_entries(self, AuditEntry.Did.ADDED))
            else:
                saved = kwargs.get("update_fields")
                _write(_changed(self, before, self.audited_among(saved) if saved is not None else None))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, and note it; what goes along by itself belongs to it, and is not noted."""
        with transaction.atomic():
            _let_go(type(self), [self])
            gone = _entries(self, AuditEntry.Did.REMOVED)
            found = super().delete(*args, **kwargs)
            _write(gone)
        return found

    @classmethod
    def audited_fields(cls) -> "list[models.Field[Any, Any]]":
        """Return the columns that are audited."""
        return [
            field
            for field in cls._meta.concrete_fields
            if field.name not in cls.unaudited | _NEVER
            and not field.primary_key
            and not isinstance(field, models.GeneratedField)
        ]

    @classmethod
    def audit_rows(cls) -> "models.QuerySet[Any]":
        """Ask for rows without what is large and not audited."""
        large = {one.name for one in cls._meta.concrete_fields if isinstance(one, models.BinaryField)}
        return cls._base_manager.defer(*large - {one.name for one in cls.audited_fields()})

    @classmethod
    def is_secret(cls, field: "models.Field[Any, Any]") -> bool:
        return field.name in cls.secrets or isinstance(field, models.BinaryField)

    @classmethod
    def audited_among(cls, names: Iterable[str]) -> frozenset[str]:
        """Return those of the columns that are audited."""
        wanted = set(names)
        return frozenset(field.name for field in cls.audited_fields() if {field.name, field.attname} & wanted)

    def audit_values(self) -> Values:
        """Read the columns that are audited; of a row that is pointed at its key."""
        return {field.name: _plain(field, getattr(self, field.attname)) for field in self.audited_fields()}

    def audit_tenants(self) -> list[int | None]:
        """Return the companies whose it is; [None]: the operator's."""
        return [getattr(self, "tenant_id", None)]

    @property
    def audit_title(self) -> str:
        return str(self)


def note(
    did: AuditEntry.Did,
    what: str,
    title: str,
    tenant: int | None,
    changes: Iterable[Change] = (),
    pk: int | None = None,
) -> None:
    """Note what no column of an audited model tells. Call it in the transaction that does it."""
    _write([_entry(did, what, title, tenant, list(changes), pk)])


def _write(entries: Iterable[AuditEntry]) -> None:
    if found := list(entries):
        AuditEntry.objects.bulk_create(found, batch_size=200)


def _let_go(model: type[Audited], rows: list[Any]) -> None:
    """Empty what points at rows that go and stays itself, so that it is noted: Django would do it by raw statements."""
    for pointer in model._meta.related_objects:
        there, name = pointer.related_model, pointer.field.name
        if pointer.on_delete is models.SET_NULL and issubclass(there, Audited) and there.audited_among([name]):
            there.objects.filter(**{f"{name}__in": rows}).update(**{name: None})


def _changed(row: Audited, before: Values, names: frozenset[str] | None) -> list[AuditEntry]:
    """Make entries of what is different. A thing that another company has now is removed here, and added there."""
    after = row.audit_values()
    if "tenant" in after and (names is None or "tenant" in names) and before["tenant"] != after["tenant"]:
        moved = ((before["tenant"], AuditEntry.Did.REMOVED), (after["tenant"], AuditEntry.Did.ADDED))
        return [_entry(did, _what(row), row.audit_title, tenant, [], row.pk) for tenant, did in moved if tenant]
    different = {
        name for name, value in after.items() if value != before[name] and (names is None or name in names)
    }  # fmt: skip
    changes = [_change(row, field, before, after) for field in row.audited_fields() if field.name in different]
    if not changes:
        return []
    return [
        _entry(AuditEntry.Did.CHANGED, _what(row), row.audit_title, tenant, changes, row.pk)
        for tenant in row.audit_tenants()
    ]


def _entries(row: Audited, did: AuditEntry.Did) -> list[AuditEntry]:
    """Make entries of a row that comes or goes, with what of it is not as it is by default."""
    values = row.audit_values()
    nothing: Values = dict.fromkeys(values)
    told = [
        field
        for field in row.audited_fields()
        if field.name != "tenant" and not row.is_secret(field) and _tells(field, values[field.name])
    ]
    before, after = (nothing, values) if did == AuditEntry.Did.ADDED else (values, nothing)
    changes = [_change(row, field, before, after) for field in told]
    title, pk, what = row.audit_title, row.pk, _what(row)
    return [_entry(did, what, title, tenant, changes, pk) for tenant in row.audit_tenants()]


def _tells(field: "models.Field[Any, Any]", value: Any) -> bool:
    return value not in (None, "", [], {}) and value != _plain(field, field.get_default())


def _entry(
    did: AuditEntry.Did, what: str, title: str, tenant: int | None, changes: list[Change], pk: int | None
) -> AuditEntry:
    who = acting()
    if did == AuditEntry.Did.REMOVED and what == "tenant":
        tenant = None  # with the company goes what is its
    return AuditEntry(
        tenant_id=tenant,
        at=timezone.now(),
        by=who.kind.value,
        who=who.who,
        by_operator=who.operator and tenant not in who.tenants,
        address=who.address,
        did=did,
        what=what,
        object_id=pk,
        title=title[:_TITLE_MAX],
        changes=changes,
    )


def _what(row: models.Model) -> str:
    return row._meta.db_table


def _change(row: Audited, field: "models.Field[Any, Any]", before: Values, after: Values) -> Change:
    if row.is_secret(field):
        return [field.name]
    if field.name in row.hosts_alone:
        hosts = [_host(values[field.name]) for values in (before, after)]
        return [field.name] if hosts[0] == hosts[1] else [field.name, *hosts]
    return [field.name, _told(field, before[field.name]), _told(field, after[field.name])]


def _host(address: str | None) -> str:
    return urlsplit(address or "").hostname or ""


def _plain(field: "models.Field[Any, Any]", value: Any) -> Any:
    """Return the value as it comes out of the database, so that what was typed compares with what was stored."""
    if isinstance(field, models.ForeignKey) or isinstance(value, Combinable):
        return value
    if isinstance(field, models.DecimalField) and value is not None:
        return Decimal(field.to_python(value)).normalize()
    if isinstance(field, models.BinaryField):
        return bytes(value) if value is not None else None
    return field.to_python(value) if isinstance(value, str) else value


def _told(field: "models.Field[Any, Any]", value: Any) -> str:
    """Write a value as text that programs can read; the panel says it in words."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.isoformat()
        case _ if isinstance(field, models.ForeignKey):
            there = field.related_model._base_manager.filter(pk=value).first()
            return str(there) if there else f"#{value}"
        case _ if isinstance(value, (Mapping, list)):
            return _cut(json.dumps(value, ensure_ascii=False), _LONGEST_OF_MANY)
        case _:
            return _cut(str(value))


def _cut(text: str, most: int = _LONGEST) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
