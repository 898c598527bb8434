"""Find Kamailio, the edge: the machine's own, an unpacked bundle, or a fresh bundle from Debian's next release."""

import os
from pathlib import Path

from centralka.debian.errors import Progress
from centralka.debian.fetching import bundle_in

from .bundle import EDGE, edge_of
from .installed import installed_edge
from .program import EdgeProgram


def find_edge(edge_dir: Path, progress: Progress) -> EdgeProgram:
    """Find the edge to use: a `kamailio` on PATH, the bundle in `edge_dir`, or a bundle fetched there.

    `progress` receives a line per stage, and while downloading every few seconds. Raises ProgramUnavailable.
    """
    edge = installed_edge(os.environ.get("PATH", ""), progress)
    return edge or edge_of(bundle_in(EDGE, edge_dir, progress))
