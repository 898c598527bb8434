"""The list of engines that the edge reads (Kamailio's module dispatcher: list_file)."""

from collections.abc import Iterable
from pathlib import Path

from centralka.files import write_whole


def write_engines(path: Path, addresses: Iterable[str]) -> None:
    """Write the list. Its order decides which company has which engine."""
    write_whole(path, engines_list(addresses))


def engines_list(addresses: Iterable[str]) -> str:
    """Write `1 sip:ADDRESS` for each engine."""
    return "".join(f"1 sip:{address}\n" for address in addresses)
