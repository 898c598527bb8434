"""The versions of Kamailio for which our configuration is written."""

import re

from centralka.debian.programs import run_to_end

OLDEST = (6, 1)


def version_of(command: tuple[str, ...]) -> str | None:
    """Ask `kamailio -v` for the version, e.g. "6.1.5"; None when it does not run."""
    try:
        return parse_version(run_to_end([*command, "-v"]).stdout)
    except OSError:
        return None


def parse_version(text: str) -> str | None:
    """Read the dotted number in "version: kamailio 6.1.5 (x86_64/Linux)"; None when there is none."""
    found = re.search(r"version: kamailio (\d+(?:\.\d+)+)", text)
    return found[1] if found else None


def new_enough(version: str) -> bool:
    """Tell if "6.1.5" is not below OLDEST."""
    return tuple(int(part) for part in version.split(".")) >= OLDEST
