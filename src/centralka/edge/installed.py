"""A Kamailio of the machine's own."""

from centralka.debian.bundle import missing_in
from centralka.debian.errors import Progress
from centralka.debian.installed import first_with, installed_program, lua_folders, module_folders

from .bundle import EDGE
from .packages import LUA_MODULE
from .program import REQUIRED_MODULES, EdgeProgram
from .versions import new_enough, version_of


def installed_edge(search_path: str, progress: Progress) -> EdgeProgram | None:
    """Find the `kamailio` on `search_path` (or in the system's sbin folders), if it is new enough and complete."""
    program = installed_program("kamailio", search_path)
    if program is None:
        return None
    version = version_of((str(program),))
    modules = first_with("tm.so", module_folders(program))
    if version is None or not new_enough(version):
        progress(f"Edge: {program} is not used: {version or 'its version'} is older than {EDGE.oldest}.")
        return None
    lost = missing_in(modules, REQUIRED_MODULES) if modules else ["its modules"]
    if not first_with(LUA_MODULE, lua_folders(program)):
        lost.append(f"Lua's {LUA_MODULE}")
    if modules is None or lost:
        progress(f"Edge: {program} is not used: it lacks {', '.join(lost)}.")
        return None
    return EdgeProgram((str(program),), version, modules)
