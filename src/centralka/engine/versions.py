"""Which versions of Asterisk are safe to run."""

import re
from collections.abc import Mapping

from .engine import EngineUnavailable
from .programs import run_to_end

# The first version of each branch without CVE-2026-57191, by which one NOTIFY from anybody ends the engine's SIP.
FIXED = {22: (22, 10, 1), 23: (23, 4, 1)}
# What our configuration is written for; a distribution's version below FIXED is never taken below this.
OLDEST = (22, 8)
SAFE = ".".join(str(number) for number in FIXED[min(FIXED)])
PATCHED_SETTING = "CENTRALKA_ENGINE_PATCHED"


def version_of(command: tuple[str, ...]) -> str | None:
    """What `asterisk -V` says, e.g. "22.10.1"; None when it does not run."""
    try:
        return parse_version(run_to_end([*command, "-V"]).stdout)
    except OSError:
        return None


def parse_version(text: str) -> str | None:
    """The dotted number in "Asterisk 22.10.1~dfsg+…"; None when there is none."""
    found = re.search(r"Asterisk\s+\D*(\d+(?:\.\d+)+)", text)
    return found[1] if found else None


def new_enough(version: str, patched: str = "") -> bool:
    """Whether "22.10.1" is without the known hole: by its number, or because it reaches `patched` of its branch."""
    found = numbers(version)
    fixed: tuple[int, ...] = FIXED.get(found[0], FIXED[min(FIXED)])
    if patched and numbers(patched)[0] == found[0]:
        fixed = max(numbers(patched), OLDEST)
    return found >= fixed


def safe_version(version: str) -> str:
    """The first one of its branch without the known hole; of the oldest branch that has one, for an older branch."""
    return ".".join(str(number) for number in FIXED.get(numbers(version)[0], FIXED[min(FIXED)]))


def numbers(version: str) -> tuple[int, ...]:
    """(22, 10, 1) of "22.10.1"."""
    return tuple(int(part) for part in version.split("."))


def patched_version(environment: Mapping[str, str]) -> str:
    """What the setting for distributions that backport says, e.g. "22.8.2", or "". Raises EngineUnavailable."""
    given = environment.get(PATCHED_SETTING, "").strip()
    if given and not (re.fullmatch(r"\d+(\.\d+)+", given) and numbers(given) >= OLDEST):
        raise EngineUnavailable(f"{PATCHED_SETTING} needs a version of Asterisk from 22.8 on, not {given!r}.")
    return given
