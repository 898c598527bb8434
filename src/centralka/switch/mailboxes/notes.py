"""Notes of the caller who is leaving a message, for a recording that the engine or the disk breaks off."""

import json
import secrets
from pathlib import Path

from centralka.files import write_whole

from .old_files import changed_at
from .protocol import Caller


def write_note(folder: Path, account_id: int, caller: Caller) -> Path:
    """Note the caller who begins to leave a message for this account. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    note = folder / f"{account_id}-{secrets.token_hex(8)}.json"
    write_whole(note, json.dumps([caller.number, caller.name]).encode())
    return note


def caller_noted(folder: Path, account_id: int, began_at: float) -> Caller:
    """Find the caller who had begun to leave a message when this recording began: the last note before it."""
    notes = [(changed_at(note), note) for note in folder.glob(f"{account_id}-*.json")]
    before = [(at, note) for at, note in notes if 0 < at <= began_at]
    try:
        number, name = json.loads(max(before)[1].read_text()) if before else ("", "")
    except FileNotFoundError:
        return Caller("", "")
    return Caller(str(number), str(name))
