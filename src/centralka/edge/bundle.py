"""The bundle: a Kamailio in a folder of ours."""

from centralka.debian.bundle import Bundle
from centralka.debian.recipe import Recipe

from .packages import NEEDED_BYTES, OPENED_LATER, PACKAGES, UNNEEDED_PACKAGES
from .program import REQUIRED_MODULES, EdgeProgram
from .versions import OLDEST, new_enough, version_of

EDGE = Recipe(
    name="Edge",
    product="Kamailio",
    program="kamailio",
    oldest=".".join(str(number) for number in OLDEST),
    packages=PACKAGES,
    unneeded=UNNEEDED_PACKAGES,
    needed_bytes=NEEDED_BYTES,
    required_modules=REQUIRED_MODULES,
    opened_later=OPENED_LATER,
    version_of=version_of,
    new_enough=new_enough,
)


def edge_of(bundle: Bundle) -> EdgeProgram:
    """Return the edge in a finished bundle."""
    return EdgeProgram(bundle.command, bundle.version, bundle.root / "modules")
