"""Settings from the environment, typed; a wrong value is told in one sentence."""

import os

import environ
from django.core.exceptions import ImproperlyConfigured


class WrongSetting(ImproperlyConfigured):
    """One sentence that names the variable, what it holds and what it needs."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def number(name: str, default: int) -> int:
    """A whole number."""
    given = text(name) or str(default)
    if not given.isascii() or not given.isdigit():
        raise WrongSetting(f"{name} needs a whole number, not {given!r}.")
    return int(given)


def flag(name: str) -> bool:
    """Off unless it is one of 1, true, yes, on."""
    given = text(name, "off").lower()
    if given not in {*_ON, *_OFF}:
        raise WrongSetting(f"{name} needs on or off, not {given!r}.")
    return given in _ON


_ON = {"1", "true", "yes", "on"}
_OFF = {"0", "false", "no", "off", ""}


def names(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Words with commas between them."""
    given = [word.strip() for word in text(name).split(",") if word.strip()]
    return given or list(default)


def database(name: str, default: str) -> tuple[str, dict[str, object]]:
    """The address of a SQLite or PostgreSQL database, and what Django makes of it."""
    url = text(name) or default
    if not url.startswith(("sqlite:///", "postgresql://", "postgres://")):
        raise WrongSetting(f"{name} needs a sqlite:///… or postgresql://… address.")
    return url, environ.Env.db_url_config(url)


def reached_at(bind: str) -> str:
    """The address under which this machine itself reaches what listens on `bind`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)  # noqa: S104 (compared only)
