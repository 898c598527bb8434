"""The account as a decision about a call sees it: columns named as the fields of `calls.facts.Account`."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import Enum
from typing import Any, get_type_hints

from centralka.calls.facts import Account

Row = Mapping[str, Any]
"""Values by the names of their columns."""
# A phone over WebSocket says so in its contact (RFC 7118, 5).
_COUNTED = {
    "in_browser": "EXISTS (SELECT 1 FROM registration r"
    " WHERE r.sip_account_id = {table}.id AND r.uri LIKE '%%;transport=ws%%')",
    "fax_login": "(SELECT f.login FROM sip_account f WHERE f.id = {table}.switch_to_fax_id)",
}
"""Fields that are no columns of the account's own row."""
ACCOUNT_COLUMNS = tuple(field.name for field in fields(Account) if field.name not in _COUNTED)
_FIELDS = (*ACCOUNT_COLUMNS, *_COUNTED)
# SQLite has neither booleans nor choices: it gives 0, 1 and texts. Choices are looked up, since to call an enumeration
# costs several times as much, and each call comes by here twice.
_READ: Mapping[str, Callable[[Any], Any]] = {
    name: bool if kind is bool else {each.value: each for each in kind}.__getitem__
    for name, kind in get_type_hints(Account).items()
    if isinstance(kind, type) and issubclass(kind, bool | Enum)
}


def account_columns(table: str) -> str:
    """List the columns that `account_in` reads, of the table or alias in a statement: `a.id, a.login, …`."""
    counted = [f"{sql.format(table=table)} AS {name}" for name, sql in _COUNTED.items()]
    return ", ".join([*(f"{table}.{name}" for name in ACCOUNT_COLUMNS), *counted])


def account_in(row: Row) -> Account:
    """Read the account in a row. Raises KeyError for a row that lacks a column."""
    values = {name: row[name] for name in _FIELDS}
    for name, read in _READ.items():
        values[name] = read(values[name])
    return Account(**values)
