"""Trunks: the operator's connections to carriers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from centralka.store.models import Trunk

from .actor import Operator
from .checks.trunk_hosts import address_in, check_host, tidy_host
from .errors import NotFound, Problem, ProblemList, Taken, require_unchanged

NAME_MAX = 60
USERNAME_MAX, PASSWORD_MAX = 80, 128
PORT_MAX = 65_535
PRIORITY_MIN, PRIORITY_MAX = 1, 999
# It stands in a SIP address as it is, where every other sign would mean something or need escaping.
_USERNAME = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_+*!~=")
# The engine's driver for PostgreSQL cuts values at a semicolon and reads ^xx as a character.
_NOT_IN_PASSWORDS = set(";^")
_CONNECTS = ("kind", "host", "port", "transport", "username", "enabled", "pings")
"""After a change of one of these, or of the password, the states of the old connection say nothing any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkInput:
    """A trunk as the form or the API wants it. The defaults are those of an empty form."""

    name: str
    host: str
    kind: str = Trunk.Kind.REGISTRATION
    port: int = 5060
    transport: str = Trunk.Transport.UDP
    username: str = ""
    password: str | None = None
    """None: keep the present password; a trunk that registers needs one."""
    priority: int = 10
    enabled: bool = True
    number_style: str = Trunk.NumberStyle.E164
    called_number: str = Trunk.CalledNumberIn.AUTOMATIC
    sends_pai: bool = True
    foreign_caller_ids: bool = False
    pings: bool = True

    def __repr__(self) -> str:
        return f"TrunkInput({self.name!r}, {self.host!r})"  # never the password


def trunks(operator: Operator) -> QuerySet[Trunk]:
    """Return all trunks in the order in which they are tried."""
    return Trunk.objects.order_by("priority", "id")


def trunk(operator: Operator, trunk_id: int) -> Trunk:
    """Return one trunk. Raises `NotFound`."""
    try:
        return Trunk.objects.get(pk=trunk_id)
    except (Trunk.DoesNotExist, OverflowError):
        raise NotFound from None


def add_trunk(operator: Operator, wanted: TrunkInput) -> Trunk:
    """Add a trunk; the switchboard registers it within seconds. Raises `InvalidInput`, `Taken` for a name in use."""
    wanted = _tidy(wanted)
    _check(wanted, None)
    made = Trunk()
    _write(made, wanted)
    return _saved(made)


def change_trunk(operator: Operator, trunk_id: int, changes: Mapping[str, Any], *, version: int | None = None) -> Trunk:
    """Change some fields (names as in `TrunkInput`); counts from the next call on.

    `version`: the trunk's version that the form was filled from; `ChangedMeanwhile` if somebody saved since. A trunk
    that is not to register any more forgets its user name and password, unless they are given.
    """
    with transaction.atomic():
        found = _locked(trunk_id)
        require_unchanged(found, version)
        wanted = _tidy(TrunkInput(**{**_base(found, changes), **changes}))
        _check(wanted, found)
        _write(found, wanted)
        found.version += 1
        return _saved(found)


def delete_trunk(operator: Operator, trunk_id: int) -> None:
    """Remove a trunk: no call goes over it from now on; calls in progress go on."""
    with transaction.atomic():
        _locked(trunk_id).delete()


def current_input(found: Trunk) -> dict[str, Any]:
    """Return the trunk as it is, in the words of `TrunkInput`; the password is not told and stays None."""
    return {field.name: getattr(found, field.name) for field in fields(TrunkInput) if field.name != "password"}


def _base(found: Trunk, changes: Mapping[str, Any]) -> dict[str, Any]:
    stops_registering = changes.get("kind", found.kind) != Trunk.Kind.REGISTRATION
    return {**current_input(found), **({"username": ""} if stops_registering else {})}


def _tidy(wanted: TrunkInput) -> TrunkInput:
    """Strip white space around what was typed: it means nothing, but in a password it may."""
    given = asdict(wanted)
    given |= {"name": " ".join(wanted.name.split()), "host": tidy_host(wanted.host)}
    given["username"] = wanted.username.strip()
    return TrunkInput(**given)


def _check(wanted: TrunkInput, found: Trunk | None) -> None:
    problems = ProblemList()
    _check_name(problems, wanted.name)
    _check_choices(problems, wanted)
    check_host(problems, wanted.host, wanted.port)
    problems.check(1 <= wanted.port <= PORT_MAX, "port", "out_of_range", _("A port is from 1 to 65535."))
    problems.check(
        PRIORITY_MIN <= wanted.priority <= PRIORITY_MAX,
        "priority",
        "out_of_range",
        _("The priority is from 1 to 999; the lowest is tried first."),
    )
    if wanted.kind == Trunk.Kind.REGISTRATION:
        _check_username(problems, wanted.username)
        has_one = found is not None and found.password != ""
        _check_password(problems, wanted.password, has_one=has_one)
    else:
        _check_no_credentials(problems, wanted)
    problems.raise_any()


def _check_name(problems: ProblemList, name: str) -> None:
    problems.check(0 < len(name) <= NAME_MAX, "name", "length", _("Give a name of 1 to 60 characters."))
    problems.check(name.isprintable(), "name", "bad_characters", _("The name must not contain control characters."))


def _check_choices(problems: ProblemList, wanted: TrunkInput) -> None:
    said = _("This is none of the choices.")
    problems.check(wanted.kind in Trunk.Kind.values, "kind", "unknown", said)
    problems.check(wanted.transport in Trunk.Transport.values, "transport", "unknown", said)
    problems.check(wanted.number_style in Trunk.NumberStyle.values, "number_style", "unknown", said)
    problems.check(wanted.called_number in Trunk.CalledNumberIn.values, "called_number", "unknown", said)


def _check_username(problems: ProblemList, username: str) -> None:
    problems.check(username != "", "username", "required", _("Give the user name that the carrier gave you."))
    problems.check(len(username) <= USERNAME_MAX, "username", "too_long", _("The user name has at most 80 characters."))
    problems.check(
        set(username) <= _USERNAME,
        "username",
        "bad_characters",
        _("Only letters without accents, digits and . - _ + * ! ~ = can stand in a SIP address."),
    )


def _check_password(problems: ProblemList, password: str | None, *, has_one: bool) -> None:
    if not problems.check(
        bool(password) or (password is None and has_one),
        "password",
        "required",
        _("Give the password that the carrier gave you."),
    ):
        return
    given = password or ""
    problems.check(len(given) <= PASSWORD_MAX, "password", "too_long", _("The password has at most 128 characters."))
    problems.check(
        given.isprintable() and not _NOT_IN_PASSWORDS & set(given),
        "password",
        "bad_characters",
        _("The password must not contain control characters, semicolons or ^: the engine cannot read them."),
    )
    problems.check(
        given == given.strip(),
        "password",
        "space_around",
        _("The password begins or ends with a space; perhaps it was copied along."),
    )


def _check_no_credentials(problems: ProblemList, wanted: TrunkInput) -> None:
    unused = _("A trunk that the carrier knows by its address signs in nowhere; leave this empty.")
    problems.check(wanted.username == "", "username", "not_used", unused)
    problems.check(not wanted.password, "password", "not_used", unused)


def _write(found: Trunk, wanted: TrunkInput) -> None:
    before = {name: getattr(found, name) for name in _CONNECTS}
    if found.host != wanted.host:
        found.addresses = address_in(wanted.host)
    for name, value in asdict(wanted).items():
        if name != "password":
            setattr(found, name, value)
    if wanted.kind != Trunk.Kind.REGISTRATION:
        found.password = ""
    elif wanted.password is not None:
        found.password = wanted.password
    if wanted.password or before != {name: getattr(found, name) for name in _CONNECTS}:
        found.status, found.answer, found.reachable, found.status_at = "", "", None, None


def _locked(trunk_id: int) -> Trunk:
    try:
        return Trunk.objects.select_for_update().get(pk=trunk_id)
    except (Trunk.DoesNotExist, OverflowError):
        raise NotFound from None


def _saved(found: Trunk) -> Trunk:
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        raise Taken({"name": [Problem("taken", _("A trunk of this name exists already."))]}) from None
    return found
