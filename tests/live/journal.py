"""The engine's own account of the calls, read with other code than the product's: records are checked against it."""

import re
from pathlib import Path

BEGUN = re.compile(r'^"CHAN_START","[^"]*","(?P<channel>[^"]*)","(?P<call>[^"]*)",', re.MULTILINE)


def attempts(journal: Path) -> set[str]:
    """The ids of all channels with which a phone entered the exchange: one for each attempt to call."""
    return {line["channel"] for line in BEGUN.finditer(journal.read_text()) if line["channel"] == line["call"]}
