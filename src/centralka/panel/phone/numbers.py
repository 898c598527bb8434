"""Check the number that the phone in the browser is to dial."""

import re

_DIALLED = re.compile(r"\+?[0-9*#]{1,32}")


def is_dialled(number: str) -> bool:
    """Tell whether this is a number that can be dialled as it is: digits, * and #, with or without a plus."""
    return _DIALLED.fullmatch(number) is not None
