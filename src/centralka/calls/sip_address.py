"""The addresses in a SIP header: `"Jan \\"Szybki\\" K" <sip:+48600100200@example.org;user=phone>;tag=1`.

RFC 3261 §25.1 (name-addr, addr-spec, quoted-string), RFC 3966 (tel). Headers come from anybody: nothing here fails, and
a broken header is read as far as it goes, in time that grows with its length only.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

# Each of them matches wherever it begins, a quote or a bracket without its end up to the end of the text: so no part of
# the text is looked at twice.
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|<[^>]*>?|[,;]|[^,;"<]+', re.DOTALL)
_URI = re.compile(r"\s*(?P<scheme>sips?|tel):(?P<rest>[^?]*)", re.IGNORECASE | re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_JOINS_EMOJI = "\u200d"


@dataclass(frozen=True, slots=True)
class SipAddress:
    """One address with the name that is displayed for it."""

    name: str = ""
    """As its owner wrote it: without the quotes around it and the escapes inside."""
    user: str = ""
    """User part of a sip: address, number of a tel: one; without its parameters."""
    host: str = ""
    """In lower case; "" for tel: addresses."""
    context: str = ""
    """`phone-context` of a number that is none of the whole world (RFC 3966 §5.1.5)."""
    parameters: tuple[tuple[str, str], ...] = ()
    """The header's parameters, names and values in lower case: `(("privacy", "full"),)`."""


def addresses(header: str) -> list[SipAddress]:
    """Read every address of a header's value, in its order; empty for an empty value."""
    values: list[list[str]] = [[]]
    for piece in _PIECE.findall(header):
        if piece == ",":
            values.append([])
        else:
            values[-1].append(piece)
    return [_address(pieces) for pieces in values if "".join(pieces).strip()]


def address(header: str) -> SipAddress:
    """Read the first address; an empty address where there is none."""
    return next(iter(addresses(header)), SipAddress())


def _address(pieces: list[str]) -> SipAddress:
    at = next((index for index, piece in enumerate(pieces) if piece.startswith("<")), None)
    if at is None:  # Without brackets everything behind the first semicolon belongs to the header (RFC 3261 §20.10).
        at = pieces.index(";") if ";" in pieces else len(pieces)
        return _parts("", "".join(pieces[:at]), "".join(pieces[at:]))
    return _parts(_name(pieces[:at]), pieces[at].strip("<>"), "".join(pieces[at + 1 :]))


def _parts(name: str, uri: str, parameters: str) -> SipAddress:
    found = _URI.match(uri)
    if found is None:
        return SipAddress(name=name, parameters=_parameters(parameters))
    if found["scheme"].lower() == "tel":
        userinfo, host = found["rest"], ""
    else:
        before, at, behind = found["rest"].rpartition("@")
        userinfo, host = (before, behind) if at else ("", before or behind)
    user, _semicolon, of_user = userinfo.partition(";")
    return SipAddress(
        name=name,
        user=_printable(unquote(user.partition(":")[0])),
        host=re.split("[;:]", host, maxsplit=1)[0].strip().lower(),
        context=dict(_parameters(of_user)).get("phone-context", ""),
        parameters=_parameters(parameters),
    )


def _parameters(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (part.partition("=") for part in text.lower().split(";") if part.strip())
    return tuple((name.strip(), unquote(value).strip(' "')) for name, _sign, value in pairs)


def _name(pieces: list[str]) -> str:
    return _printable("".join(_unquoted(piece) for piece in pieces))


def _unquoted(piece: str) -> str:
    found = _QUOTED.match(piece)
    return _ESCAPED.sub(r"\1", found[1]) if found else piece


def _printable(text: str) -> str:
    """Remove line breaks, and signs that would write what follows from right to left."""
    kept = (
        " " if sign.isspace() else sign for sign in text if sign.isspace() or sign.isprintable() or sign == _JOINS_EMOJI
    )
    return "".join(kept).strip()
