"""Call records as they stand in the database, read past Django: what the stories check the product against."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.rows import dict_row


@dataclass(frozen=True)
class CallRow:
    """One row of `call_record`."""

    call_id: str
    tenant_id: int
    direction: str
    from_number: str
    from_name: str
    to_number: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: str
    legs: list[dict[str, Any]]
    why: list[dict[str, Any]]
    plan: dict[str, Any] | None
    price: Decimal | None

    @classmethod
    def of(cls, row: dict[str, Any]) -> "CallRow":
        kept: dict[str, Any] = {field.name: row[field.name] for field in fields(cls)}
        kept |= {name: as_time(row[name]) for name in ("started_at", "answered_at", "ended_at")}
        kept |= {name: as_data(row[name]) for name in ("legs", "why", "plan")}
        kept["price"] = None if row["price"] is None else as_money(row["price"])
        return cls(**kept)

    @property
    def reasons(self) -> list[str]:
        """The codes of why it went where it went."""
        return [reason["why"] for reason in self.why]

    @property
    def rang(self) -> list[tuple[str, str]]:
        """Return who was rung and what came of it, in order."""
        return [(leg["to"], leg["outcome"]) for leg in self.legs]

    def concerns(self, extensions: set[str]) -> bool:
        """Tell whether one of these called, was dialled or was rung."""
        return bool(extensions & {self.from_number, self.to_number, *(leg["to"] for leg in self.legs)})


def rows_of(database_url: str, table: str) -> list[dict[str, Any]]:
    """All rows of a table in the order of their ids."""
    parts = urlsplit(database_url)
    query = f"SELECT * FROM {table} ORDER BY id"
    if parts.scheme == "sqlite":
        return sqlite_rows(parts.path.removeprefix("/") if parts.path.startswith("//") else parts.path, query)
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        return connection.execute(query.encode()).fetchall()


def sqlite_rows(path: str, query: str) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query)]


def as_time(value: datetime | str | None) -> datetime | None:
    """A moment of either database; SQLite keeps UTC without saying so."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def as_money(value: Any) -> Decimal:
    """PLN of either database; SQLite keeps floating-point numbers."""
    return Decimal(str(value)).quantize(Decimal("0.0001"))


def as_data(value: Any) -> Any:
    """A JSON column of either database."""
    return json.loads(value) if isinstance(value, str) else value
