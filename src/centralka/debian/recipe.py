"""The parts of a bundle."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Recipe:
    """A program with its modules, as it comes from Debian's archive, and how it is called before people.

    The program is `usr/sbin/<program>` of the packages; its modules are in `<program>/modules` beneath the folder of
    libraries, where libraries that only it uses may be too.
    """

    name: str
    """Begins each line of progress: "Engine"."""
    product: str
    """The program's name in sentences: "Asterisk"."""
    program: str
    oldest: str
    """The oldest version that is good enough, for sentences."""
    packages: tuple[str, ...]
    unneeded: re.Pattern[str]
    """Packages that only serve modules we never load, by the beginning of their names."""
    needed_bytes: int
    """Downloads, their unpacked form and the finished bundle are on disk together for a moment."""
    required_modules: tuple[str, ...]
    """A bundle without these cannot do its work."""
    opened_later: tuple[str, ...]
    """Libraries that are opened by name at run time, so that no list of dependencies shows them.

    A bundle without these cannot do its work either.
    """
    version_of: Callable[[tuple[str, ...]], str | None]
    """Asks the program that this command starts for its version; None when it does not run."""
    new_enough: Callable[[str], bool]
    copy_share: Callable[[Path, Path], None] | None = None
    """Copies what the program reads, from `usr/share/<program>` of the packages to the bundle's folder."""
