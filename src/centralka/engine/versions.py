"""The versions of Asterisk that are safe to run."""

import re
from collections.abc import Mapping

from centralka.debian.errors import ProgramUnavailable
from centralka.debian.programs import run_to_end

# The first version of each branch without CVE-2026-57191, by which a single NOTIFY from anywhere ends the engine's SIP.
FIXED = {22: (22, 10, 1), 23: (23, 4, 1)}
# The version for which our configuration is written; a distribution's version below FIXED is never taken below it.
OLDEST = (22, 8)
SAFE = ".".join(str(number) for number in FIXED[min(FIXED)])
PATCHED_SETTING = "CENTRALKA_ENGINE_PATCHED"


def version_of(command: tuple[str, ...]) -> str | None:
    """Ask `asterisk -V` for the version, e.g. "22.10.1"; None when it does not run."""
    try:
        return parse_version(run_to_end([*command, "-V"]).stdout)
    except OSError:
        return None


def parse_version(text: str) -> str | None:
    """Read the dotted number in "Asterisk 22.10.1~dfsg+…"; None when there is none."""
    found = re.search(r"Asterisk\s+\D*(\d+(?:\.\d+)+)", text)
    return found[1] if found else None


def new_enough(version: str, patched: str = "") -> bool:
    """Tell if "22.10.1" is without the known hole: by its number, or because it reaches `patched` of its branch."""
    found = numbers(version)
    fixed: tuple[int, ...] = FIXED.get(found[0], FIXED[min(FIXED)])
    if patched and numbers(patched)[0] == found[0]:
        fixed = max(numbers(patched), OLDEST)
    return found >= fixed


def safe_version(version: str) -> str:
    """Return the first safe version of the branch; for a branch not in FIXED, that of the oldest branch there."""
    return ".".join(str(number) for number in FIXED.get(numbers(version)[0], FIXED[min(FIXED)]))


def numbers(version: str) -> tuple[int, ...]:
    """Read (22, 10, 1) from "22.10.1"."""
    return tuple(int(part) for part in version.split("."))


def patched_version(environment: Mapping[str, str]) -> str:
    """Read the setting for distributions that backport, e.g. "22.8.2", or "". Raises ProgramUnavailable."""
    given = environment.get(PATCHED_SETTING, "").strip()
    if given and not (re.fullmatch(r"\d+(\.\d+)+", given) and numbers(given) >= OLDEST):
        raise ProgramUnavailable(f"{PATCHED_SETTING} needs a version of Asterisk from 22.8 on, not {given!r}.")
    return given
