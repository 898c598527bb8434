"""The fields of a block that are called, sent, kept and shown alike."""

from typing import Any

from pydantic import BaseModel

from centralka.store.models import SipAccount

from ..http.fields import Body


def as_they_were_sent(sent: Body, block: type[Body], but: frozenset[str]) -> dict[str, Any]:
    """Return the fields of a block that were sent, in the words of `SipAccountInput`; `but`: others' words."""
    names = sent.model_fields_set.intersection(block.model_fields).difference(but)
    return {name: getattr(sent, name) for name in names}


def as_they_are(account: SipAccount, block: type[BaseModel]) -> dict[str, Any]:
    """Return the fields of a block that are columns of the account by the same name and hold the same."""
    columns = {column.name for column in SipAccount._meta.get_fields() if not column.is_relation}
    return {name: getattr(account, name) for name in block.model_fields if name in columns}
