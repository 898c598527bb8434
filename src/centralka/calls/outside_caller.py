"""The caller from outside, as far as a carrier's INVITE tells and the company may know.

The network tells the caller's number (P-Asserted-Identity, RFC 3325; Remote-Party-ID of older carriers), else the
caller does (From). Each of them tells whether it may be shown: a caller whom any header hides is hidden (RFC 3323,
RFC 3325 §9.3).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .destinations import destination
from .sip_address import SipAddress, address, addresses
from .spelling import bare, parse_number

UNKNOWN = "unknown"
"""Stands for the number of a caller who gave none, or a number that does not exist."""

_MARKS = {"pl": "[zewn.]", "en": "[outside]"}
"""In front of such a caller's name, so that nobody takes it for a colleague's. Every phone can show these letters."""
_LEAST_INTERNATIONAL = 10
"""Digits. Many carriers write a number of the world without its plus; fewer digits can as well be a national one."""
_LONGEST_NAME = 60

# `history`, `session` and `critical` are about other things than the caller (RFC 3323 §4.2, RFC 7044 §10.1). `id`,
# `user` and `header` hide the caller (ITU-T Q.1912.5: presentation restricted), and so does any undefined value.
_HIDES_NOBODY = frozenset({"none", "history", "session", "critical"})
_ANONYMOUS_USERS = frozenset({"anonymous", "restricted", "private", "withheld"})
_ANONYMOUS_HOST = "anonymous.invalid"
_NOT_TOLD = frozenset({"", UNKNOWN, "unavailable"})


@dataclass(frozen=True, slots=True)
class IdentityHeaders:
    """The values of the headers that tell the caller; "" and () for headers that did not come."""

    sender: str = ""
    """From."""
    asserted: tuple[str, ...] = ()
    """P-Asserted-Identity, each line of it."""
    remote_party: tuple[str, ...] = ()
    """Remote-Party-ID, each line of it."""
    privacy: tuple[str, ...] = ()
    """Privacy, each line of it."""


@dataclass(frozen=True, slots=True)
class OutsideCaller:
    """A caller from outside."""

    number: str = ""
    """E.164, or a public short code; "" if it is hidden, `UNKNOWN` if there is none that exists."""
    name: str = ""
    """As it was sent; "" if the number is hidden."""
    claimed: str = ""
    """The text in the number's place, where that is no number that exists."""

    def shown_name(self, language: str) -> str:
        """Return the name as people of the company see it. `language`: theirs, "pl" or "en"."""
        if self.number != UNKNOWN:
            return self.name
        told = self.claimed if self.claimed.casefold() != self.name.casefold() else ""
        claimed = f"({told})" if told and self.name else told
        return " ".join(filter(None, [_MARKS[language], self.name, claimed]))[:_LONGEST_NAME].rstrip()


HIDDEN = OutsideCaller()


def caller_of(headers: IdentityHeaders) -> OutsideCaller:
    """Find the caller of an INVITE with these headers."""
    sender = address(headers.sender)
    asserted = [each for line in headers.asserted for each in addresses(line)]
    remote = [each for line in headers.remote_party for each in addresses(line) if _is_caller(each)]
    if _is_private(headers.privacy) or any(map(_is_anonymous, [sender, *asserted, *remote])):
        return HIDDEN
    return _known(asserted, remote, [sender])


def caller_with(number: str, name: str = "") -> OutsideCaller:
    """Find the caller by a number without a header around it, in any spelling."""
    return _known([SipAddress(name=name, user=number)])


def number_of(user: str, context: str = "") -> str | None:
    """Read a number as E.164 or a public short code; None for a text that is no existing number.

    `context`: the calling code to which a local number belongs (RFC 3966 §5.1.5), or "".
    """
    digits = bare(user)
    if digits is None:
        return None
    if context.startswith("+") and not digits.startswith("+"):
        return parse_number(context + digits)
    plus = f"+{digits}" if len(digits) >= _LEAST_INTERNATIONAL else ""
    found = destination(digits)
    return parse_number(digits) or parse_number(plus) or (found.number if found else None)


def _known(*sources: Sequence[SipAddress]) -> OutsideCaller:
    """Find the caller by the first source that has a number; a name beside it counts before the name that the caller
    gave."""
    for source in sources:
        for each in source:
            if number := number_of(each.user, each.context):
                return OutsideCaller(number, _name([each, *source, *sources[-1]]))
    every = [each for source in sources for each in source]
    return OutsideCaller(UNKNOWN, _name(every), _claimed(every))


def _name(given: Iterable[SipAddress]) -> str:
    return next((each.name[:_LONGEST_NAME].rstrip() for each in given if each.name), "")


def _claimed(given: Iterable[SipAddress]) -> str:
    return next((each.user for each in given if each.user.lower() not in _NOT_TOLD), "")


def _is_private(privacy: Iterable[str]) -> bool:
    """Tell whether any value hides the caller. RFC 3323 parts values by semicolons; commas are seen, too."""
    values = {value.strip().lower() for line in privacy for value in line.replace(",", ";").split(";")}
    return bool(values - _HIDES_NOBODY - {""})


def _is_anonymous(address: SipAddress) -> bool:
    """Tell whether an address is anonymous, by RFC 3323 §4.1.1.3 or as carriers write it, in Remote-Party-ID too."""
    privacy = [value for name, value in address.parameters if name == "privacy"]
    return (
        address.user.lower() in _ANONYMOUS_USERS
        or address.host == _ANONYMOUS_HOST
        or address.name.lower() == "anonymous"
        or any(value.removesuffix("-network") != "off" for value in privacy)
    )


def _is_caller(address: SipAddress) -> bool:
    """Tell whether an address is the caller's. Remote-Party-ID can tell other parties (draft-ietf-sip-privacy-04)."""
    return dict(address.parameters).get("party", "calling") == "calling"
