"""Keep of the engine's documentation what it cannot start without: names.

It refuses an option of its own that its documentation does not have, and reads all of it for that at each start (1.6 MB
of XML): four fifths of the processor time of a start, and half of the memory (docs/decisions/0013). So it is given the
names of all that it documents, and no text. Source: Asterisk's `main/xmldoc.c`.
"""

from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from centralka.files import write_whole, write_whole_and_sync

from .engine_settings import PRIVATE_DIR

CORE = "core-en_US.xml"
_FORM = 1
"""To be raised when names are written in another way than before."""
_XI = "http://www.w3.org/2001/XInclude"
_CONFIG = ("configFile", "configObject", "configOption", f"{{{_XI}}}include")
_LOOKED_UP = ("application", "function", "manager", "agi", "configInfo")


def names_only(documentation: Path, folder: Path) -> Path:
    """Return the folder that the engine is given in place of `documentation`: `folder`, made anew if that has changed.

    It is `documentation` itself where there is none that can be read: the engine says then what it misses.
    """
    core = documentation / CORE
    try:
        status = core.stat()
    except FileNotFoundError:
        return documentation
    stamp, now = folder / ".made-of", f"{_FORM} {core} {status.st_size} {status.st_mtime_ns}"
    if not stamp.exists() or stamp.read_text() != now:
        try:
            names = _names(core)
        except ElementTree.ParseError:
            return documentation
        folder.mkdir(exist_ok=True, mode=PRIVATE_DIR)
        write_whole_and_sync(folder / CORE, names)
        write_whole(stamp, now)
    return folder


def _names(core: Path) -> bytes:
    ElementTree.register_namespace("xi", _XI)
    names = Element("docs")
    for described in ElementTree.parse(core).getroot():  # noqa: S314 (as much the engine's own as its program)
        if described.tag in _LOOKED_UP:
            names.append(_without_text(described))
    written: bytes = ElementTree.tostring(names, encoding="UTF-8", xml_declaration=True)
    return written


def _without_text(described: Element) -> Element:
    bare = Element(described.tag, described.attrib)
    bare.extend(_without_text(inner) for inner in described if inner.tag in _CONFIG)
    if described.tag in _LOOKED_UP and not len(bare):
        bare.append(Element("synopsis"))  # one with nothing in it counts as missing
    return bare
