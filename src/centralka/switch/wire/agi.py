"""The words of FastAGI, without sockets: bytes in, frozen values out.

Source: Asterisk documentation, "Asterisk Gateway Interface (AGI)", and `res/res_agi.c`. A connection opens with
`agi_name: value` lines and an empty line; then each command is one line and is answered by one line, e.g.
`200 result=1 (value)`. Between the two the engine may send `HANGUP`, and `100 Trying...` for commands that take long.
"""

from dataclasses import dataclass
from functools import lru_cache
from secrets import compare_digest
from typing import Self

from centralka.calls.endpoints import Endpoint, Phone, endpoint_named, fax_call_named

_NEEDED = {"agi_uniqueid", "agi_channel", "agi_context"}


class Stranger(Exception):
    """Not the engine: any process of this machine can connect to the port, and would decide about calls and money."""


@dataclass(frozen=True, slots=True)
class AgiRequest:
    """The engine's request when a channel arrives."""

    channel: str
    uniqueid: str
    caller_number: str
    caller_name: str
    dialled: str
    script: str = ""
    """The path of the agi:// address: the kind of request, e.g. `call`; behind the secret where there is one."""
    argument: str = ""
    """The first argument behind the path."""
    engine_call: str = ""
    """The name of the call in the engine's log, e.g. `C-0000001a`. Its next life begins to count anew."""
    sip_call: str = ""
    """Its name in the edge's log: the Call-ID with which it came, without the host, which can be a phone's."""
    language: str = ""
    """The language in which prompts are played, "pl" or "en"."""
    thread: str = ""
    """The engine's thread that carries out the dialplan. It stays when a transfer puts another party, with another
    channel's name and id, into the caller's place."""
    presentation: str = ""
    """The engine's word on showing the caller's number: 0 to 3 yes, 32 and more no (`AST_PRES_…`)."""

    @property
    def hides_number(self) -> bool:
        """Tell whether the caller wants the number hidden (Privacy, RFC 3323), though the carrier told it."""
        return self.presentation not in ("", "0", "1", "2", "3")

    @classmethod
    def parse(cls, block: bytes, secret: str | None = None) -> Self:
        """Read the opening block, without its empty line. Raises ValueError when it is not one.

        `secret`: what stands before the word of the dialplan; None: nothing does. Raises Stranger for another one.

        What was dialled is the phone's text: the dialplan lets no line break through, and a header that comes twice
        is refused here, since one of the two would be the phone's own.
        """
        lines = block.decode("utf-8", "replace").split("\n")
        try:
            found = dict([line.split(":", 1) for line in lines])
        except ValueError:
            raise ValueError("an AGI header line has no colon") from None
        if len(found) < len(lines):
            raise ValueError("an AGI header comes twice")
        if not found.keys() >= _NEEDED:
            raise ValueError("an AGI request names no channel")

        def told(name: str) -> str:
            return found.get(f"agi_{name}", "").strip()

        script = told("network_script")
        if secret is not None:
            given, _slash, script = script.partition("/")
            if not compare_digest(given.encode(), secret.encode()):
                raise Stranger
        return cls(
            channel=told("channel"),
            uniqueid=told("uniqueid"),
            caller_number=_known(told("callerid")),
            caller_name=_known(told("calleridname")),
            dialled=told("extension"),
            script=script,
            argument=told("arg_1"),
            engine_call=told("arg_2").strip("[]"),
            sip_call=told("arg_3").partition("@")[0],
            language=told("language"),
            thread=told("threadid"),
            presentation=told("callingpres"),
        )


@lru_cache(256)  # each call asks it several times of the same two or three channels
def endpoint_of(channel_name: str) -> Endpoint | None:
    """Read the account `demo_100` of `PJSIP/demo_100-0000001a`, the trunk 7 of `PJSIP/trunk-7-0000001b`; else None.

    The call `Local/demo_100.17@fax-call-0000001c;1`, which brings a fax, is one of the account `demo_100`.
    """
    technology, _, rest = channel_name.partition("/")
    if technology == "Local":
        sending = fax_call_named(rest.partition("@fax-call-")[0])
        return Phone(sending.login) if sending else None
    return endpoint_named(rest.rpartition("-")[0]) if technology == "PJSIP" else None


def has_handshake(channel_name: str) -> bool:
    """Tell whether the sound of a phone's channel becomes encrypted only after the answer."""
    side = endpoint_of(channel_name)
    return isinstance(side, Phone) and side.encryption.has_handshake


def is_way_of_fax(channel_name: str) -> bool:
    """Tell whether a channel is the half of a fax's call that goes the way of a call: the other one is the call."""
    return channel_name.startswith("Local/") and "@fax-call-" in channel_name and channel_name.endswith(";2")


def login_of(channel_name: str) -> str | None:
    """Return the login of the account whose phone a channel is; None for a channel of no phone."""
    endpoint = endpoint_of(channel_name)
    return endpoint.login if isinstance(endpoint, Phone) else None


def _known(value: str) -> str:
    return "" if value == "unknown" else value


@dataclass(frozen=True, slots=True)
class AgiReply:
    """The answer to one command."""

    code: int
    result: str
    value: str
    """The text in the brackets, e.g. a variable's content."""

    @property
    def hung_up(self) -> bool:
        """Tell whether the channel is gone (511) or the command failed because of it (-1)."""
        return self.code == 511 or self.result == "-1"


@dataclass(frozen=True, slots=True)
class Hangup:
    """The engine says that the channel hung up; the command under way is still answered."""


def parse_line(line: bytes) -> AgiReply | Hangup | None:
    """Read one line from the engine; None for a line that only says "wait" (100 Trying, the usage text of a 520)."""
    text = line.decode("utf-8", "replace").strip()
    if text == "HANGUP":
        return Hangup()
    code, _, rest = text.partition(" ")
    if not code.isdecimal() or code == "100":
        return None
    return AgiReply(int(code), _result(rest), _bracketed(rest))


def _result(rest: str) -> str:
    if not rest.startswith("result="):
        return ""
    return rest.removeprefix("result=").partition(" ")[0]


def _bracketed(rest: str) -> str:
    start, end = rest.find("("), rest.rfind(")")
    return rest[start + 1 : end] if 0 <= start < end else ""


def command(*words: str) -> bytes:
    """Write one command line. Each argument is quoted, so that no value can end it or begin another."""
    verb, *arguments = words
    return (" ".join([verb, *map(_quoted, arguments)]) + "\n").encode()


def _quoted(argument: str) -> str:
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.translate(_NO_LINE_BREAKS) + '"'


_NO_LINE_BREAKS = {ord("\n"): " ", ord("\r"): " ", 0: None}
