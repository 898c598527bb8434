"""Find the company's number that a carrier calls: not all carriers write it into the request line.

To a customer who registers, many send the name of the registration there (it is the address that was registered), or
the customer's head number; what was dialled stands in To, or in P-Called-Party-ID (RFC 7315 §4.2).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from .outside_caller import HIDDEN, OutsideCaller, number_of
from .sip_address import address


class CalledNumberIn(StrEnum):
    """The place where a trunk's carrier writes the called number; the values are the trunk's."""

    AUTOMATIC = "automatic"
    """In the request line; where that holds our registration's name, or no number, in P-Called-Party-ID or else To."""
    REQUEST_LINE = "request_line"
    TO = "to"
    P_CALLED_PARTY_ID = "p_called_party_id"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A call that a carrier brings in."""

    request_line: str
    """The user part of the request's address; the engine's "s" where there is none, or one that is no number."""
    caller: OutsideCaller = HIDDEN
    to: str = ""
    """The value of To."""
    p_called_party_id: str = ""
    """The value of P-Called-Party-ID; "" if it did not come."""

    def called(self, where: CalledNumberIn, registration: str = "") -> str:
        """Return the called number as the carrier wrote it; "" where it wrote nothing there.

        `registration`: the name under which we register at the carrier, "" if we do not.
        """
        match where:
            case CalledNumberIn.AUTOMATIC:
                return self._automatic(registration)
            case CalledNumberIn.REQUEST_LINE:
                return _user(self.request_line)
            case CalledNumberIn.TO:
                return address(self.to).user
            case CalledNumberIn.P_CALLED_PARTY_ID:
                return address(self.p_called_party_id).user
            case _:
                assert_never(where)

    def _automatic(self, registration: str) -> str:
        request_line = _user(self.request_line)
        others = (address(header).user for header in (self.p_called_party_id, self.to))
        given = (user for user in (request_line, *others) if number_of(user) and not _is_same(user, registration))
        return next(given, request_line)


def _user(text: str) -> str:
    """Return the user part without parameters: `+48221234567;npdi`."""
    return text.partition(";")[0]


def _is_same(user: str, registration: str) -> bool:
    """Tell whether a text is the registration's name, which can be a number written in another way here."""
    number = number_of(user)
    return user == registration or (number is not None and number == number_of(registration))
