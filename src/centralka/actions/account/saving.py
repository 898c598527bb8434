"""The means that the blocks of an account share when it is saved."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from centralka.store.models import SipAccount, Tenant


@dataclass(frozen=True, slots=True)
class Case:
    """The account that is to be saved, and what of it is in question."""

    tenant: Tenant
    account: SipAccount | None
    """The account as it is; None: a new account."""
    extension: str
    """The extension that it is to have."""
    asked: Collection[str]
    """The fields of `SipAccountInput` that are changed. Whether what the other fields point at is still right is not
    judged now: each call asks again."""
    holds: bool = True
    """The rows that the account is to point at must stay as they are until the transaction is over."""


def read(account: SipAccount, block: type, but: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Read the fields of a block that are columns by the same name from the account."""
    return {name: getattr(account, name) for name in _columns(block, but)}


def put(account: SipAccount, wanted: object, block: type, but: frozenset[str] = frozenset()) -> None:
    """Write the fields of a block that are columns by the same name; the account is not saved here."""
    for name in _columns(block, but):
        setattr(account, name, getattr(wanted, name))


@cache
def _columns(block: type, but: frozenset[str]) -> tuple[str, ...]:
    names = tuple(field.name for field in fields(block) if field.name not in but)
    for name in names:
        SipAccount._meta.get_field(name)  # raises for a field without a column, which would be saved nowhere
    return names
