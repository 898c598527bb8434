"""Keep the addresses at which edge and engines find each other."""

from .models import Edge, EngineNode
from .statements import rows_of

_ENGINES = "SELECT node, address FROM engine_node ORDER BY node"


def place_edge(address: str, version: str = "") -> None:
    """Note the edge's inner address and port; the engines read it with each endpoint. `version`: of its program."""
    Edge.objects.update_or_create(pk=1, defaults={"address": address, "version": version})


def edge_is_placed() -> bool:
    """Tell whether an edge of this installation has ever been started."""
    return Edge.objects.exists()


def place_engine(node: str, address: str, version: str = "") -> None:
    """Note an engine's inner address and port; companies are spread over all that are noted."""
    EngineNode.objects.update_or_create(node=node, defaults={"address": address, "version": version})


def engines() -> list[tuple[str, str]]:
    """Return the node and the address of each engine, always in the same order."""
    return rows_of(_ENGINES)


def forget_engine(node: str) -> bool:
    """Forget an engine that does not come back. Returns whether it was known."""
    return bool(EngineNode.objects.filter(node=node).delete()[0])
