"""The bundle: an Asterisk in a folder of ours."""

from centralka.debian.bundle import Bundle
from centralka.debian.recipe import Recipe

from .engine import REQUIRED_MODULES, Engine
from .packages import NEEDED_BYTES, OPENED_LATER, PACKAGES, UNNEEDED_PACKAGES, copy_share
from .versions import SAFE, new_enough, version_of

ENGINE = Recipe(
    name="Engine",
    product="Asterisk",
    program="asterisk",
    oldest=SAFE,
    packages=PACKAGES,
    unneeded=UNNEEDED_PACKAGES,
    needed_bytes=NEEDED_BYTES,
    required_modules=REQUIRED_MODULES,
    opened_later=OPENED_LATER,
    copy_share=copy_share,
    version_of=version_of,
    new_enough=new_enough,
)


def engine_of(bundle: Bundle) -> Engine:
    """Return the engine in a finished bundle."""
    return Engine(bundle.command, bundle.version, bundle.root / "modules", bundle.root / "share")
