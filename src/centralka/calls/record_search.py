"""What a call is found by: names without their diacritics, numbers as they stand and in E.164, extensions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .alphabet import fold
from .destinations import destination

FROM_OUTSIDE = "in"
"""The direction of calls whose caller is nobody's extension."""


def search_text(
    *,
    direction: str,
    from_number: str,
    from_name: str,
    to_number: str,
    legs: Sequence[Mapping[str, Any]],
    why: Sequence[Mapping[str, Any] | None],
    logins: Iterable[str] = (),
) -> str:
    """One text to look in. It stays when accounts are renamed or deleted, as the record does.

    `logins`: of accounts that had a part in the call and are in no leg.
    """
    numbers = [from_number, to_number, *(str(leg.get("to") or "") for leg in legs)]
    extensions = {_extension(login) for login in (*logins, *(str(leg.get("login") or "") for leg in legs))}
    if direction != FROM_OUTSIDE:
        extensions.add(from_number)
    words = [from_name, *_names(legs, why), *_spelled(numbers), *map(token_of, sorted(extensions - {""}))]
    return f" {' '.join(dict.fromkeys(fold(word) for word in words if word))} "


def token_of(extension: str) -> str:
    """How an account that had a part stands in the text, between blanks: no number and no name looks like it."""
    return f"@{extension}"


def _extension(login: str) -> str:
    return login.rpartition("_")[2] if "_" in login else ""


def _names(legs: Sequence[Mapping[str, Any]], why: Sequence[Mapping[str, Any] | None]) -> Iterator[str]:
    """Of everybody who was called, as they were called then."""
    yield from (str(leg.get("name") or "") for leg in legs)
    reasons = [*(leg.get("why") for leg in legs), *why]
    yield from (str((reason.get("values") or {}).get("name") or "") for reason in reasons if reason)


def _spelled(numbers: Iterable[str]) -> Iterator[str]:
    for number in numbers:
        yield number
        if (to := destination(number)) is not None:
            yield to.number
