"""The rules of extension numbers: which digits may be one, and which are a public short code already."""

import re

from phonenumbers import PhoneNumber
from phonenumbers.shortnumberinfo import is_possible_short_number_for_region, is_valid_short_number_for_region

COUNTRY = "PL"
COUNTRY_CODE = 48

_LONGEST_SHORT_CODE = 6
_SERVICE_BESIDES_THE_DATA = re.compile(r"116[0-9]{3}|989")
"""Telephony law keeps all of 116 for services of social value; the data know only those in use when they were made.
989 is health insurance information."""
_EXTENSION = re.compile(r"[1-9][0-9]{1,5}")


def is_well_formed_extension(text: str) -> bool:
    """Tell whether it has 2 to 6 ASCII digits and does not start with 0 (SPEC "General")."""
    return _EXTENSION.fullmatch(text) is not None


def is_public_short_code(text: str) -> bool:
    """Tell whether it is a number that the Polish network answers itself: 112, 116111, 118913 …

    The data are those of libphonenumber's short-number metadata for Poland, and what these lack. An extension of that
    number would hide an emergency or public service from the whole company.
    """
    if not text.isascii() or not text.isdigit() or len(text) > _LONGEST_SHORT_CODE or text.startswith("0"):
        return False
    if _SERVICE_BESIDES_THE_DATA.fullmatch(text):
        return True
    number = PhoneNumber(country_code=COUNTRY_CODE, national_number=int(text))
    possible: bool = is_possible_short_number_for_region(number, COUNTRY)
    valid: bool = is_valid_short_number_for_region(number, COUNTRY)
    return possible and valid
