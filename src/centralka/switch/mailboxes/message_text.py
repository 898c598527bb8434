"""The text beside the sound of a message: who called, when, and for how long. Source: `apps/app_voicemail.c`."""

import re
import secrets
from pathlib import Path

from .protocol import Caller

_CALLER = re.compile(r'(?:"(?P<name>.*)" )?<(?P<number>[^>]*)>')
_ESCAPED = re.compile(r"\\(.)")
_NUMBER = re.compile(r"[+*#0-9]+")
_UNKNOWN = "Unknown"


def fields_in(text: Path) -> dict[str, str]:
    """Read the fields of a text, by name. Raises OSError."""
    # A caller's name can hold what Unicode takes for the end of a line, and the engine does not.
    lines = text.read_text(errors="replace").split("\n")
    pairs = (line.partition("=") for line in lines if line[:1] not in (";", "["))
    return {name.strip(): value.strip() for name, _sign, value in pairs}


def caller_in(written: str) -> Caller:
    """Read `"name" <number>`, or one of the two alone. Between its quotes the engine escapes quotes and backslashes."""
    if found := _CALLER.fullmatch(written):
        return Caller(found["number"], _ESCAPED.sub(r"\1", found["name"] or ""))
    if written in ("", _UNKNOWN):
        return Caller("", "")
    return Caller(written, "") if _NUMBER.fullmatch(written) else Caller("", written)


def text_of(box: Path, caller: Caller, began: float, seconds: int) -> str:
    """Write the text that the engine would have written. `began`: Unix time."""
    # The engine's own ids end with a counter from its start: it never comes so far.
    msg_id = f"{int(began)}-f{secrets.token_hex(4)[1:]}"
    name = caller.name.replace("\\", "\\\\").replace('"', '\\"')
    shown = f'"{name}" <{caller.number}>' if name and caller.number else caller.number or caller.name
    fields = {
        "origmailbox": box.name,
        "callerid": shown or _UNKNOWN,
        "origtime": int(began),
        "msg_id": msg_id,
        "flag": "",
        "duration": seconds,
    }
    return "[message]\n" + "".join(f"{name}={value}\n" for name, value in fields.items())
