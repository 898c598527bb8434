"""The engine's own account of the calls, read with other code than the product's: records are checked against it."""

import json
import re
from pathlib import Path

BEGUN = re.compile(r'^"CHAN_START","[^"]*","(?P<channel>[^"]*)","(?P<call>[^"]*)","(?!Local/s@)', re.MULTILINE)
"""Not what the engine does to a channel from beside: a key to send, or a warning to whisper."""


def attempts(journal: Path) -> set[str]:
    """The ids of all channels with which a phone entered the exchange: one for each attempt to call."""
    return {line["channel"] for line in BEGUN.finditer(journal.read_text()) if line["channel"] == line["call"]}


def turned_away(journal: Path) -> set[str]:
    """The ids of the calls that the engine refused before they had a channel: the switchboard notes them."""
    noted = (json.loads(line) for line in journal.read_text().splitlines() if line.startswith('{"kind":"turned_away"'))
    return {line["channel"] for line in noted}
