"""The text by which a call is found: names without their diacritics, numbers as they stand and in E.164, extensions."""

from collections.abc import Iterable, Iterator, Sequence

from .alphabet import fold
from .destinations import destination
from .endpoints import extension_of
from .reasons import Reason
from .record.leg import Leg

FROM_OUTSIDE = "in"
"""The direction of calls whose caller is no extension."""
_BETWEEN = "\0"
"""Is in no name: databases take none."""


def search_text(
    *,
    direction: str,
    from_number: str,
    from_name: str,
    to_number: str,
    legs: Sequence[Leg],
    why: Sequence[Reason],
    logins: Iterable[str] = (),
) -> str:
    """Make one text to look in. It stays when accounts are renamed or deleted, as the record does.

    `logins`: of accounts that had a part in the call and are in no leg.
    """
    numbers = [from_number, to_number, *(leg.to for leg in legs)]
    extensions = {extension_of(login) for login in (*logins, *(leg.login or "" for leg in legs)) if "_" in login}
    if direction != FROM_OUTSIDE:
        extensions.add(from_number)
    words = [from_name, *_names(legs, why), *_spelled(numbers), *map(token_of, sorted(extensions - {""}))]
    # All at once: a call is written two or three times, and to fold each word by itself costs twice as much.
    return f" {' '.join(dict.fromkeys(fold(_BETWEEN.join(filter(None, words))).split(_BETWEEN)))} "


def token_of(extension: str) -> str:
    """Write an account that had a part as it stands in the text, between blanks: no number or name looks like it."""
    return f"@{extension}"


def _names(legs: Sequence[Leg], why: Sequence[Reason]) -> Iterator[str]:
    """Return the names of all called accounts, as they were then, also of accounts to which the call was forwarded."""
    for reason in [*(leg.why for leg in legs), *why]:
        values = reason.values if reason else {}
        yield from (str(values.get(name) or "") for name in ("name", "to_name"))


def _spelled(numbers: Iterable[str]) -> Iterator[str]:
    for number in numbers:
        yield number
        if (to := destination(number)) is not None:
            yield to.number
