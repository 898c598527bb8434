"""Where a customer's exchange is: the address with which it registered."""

import re

# What would be more than an address to Dial is none.
_CONTACT = re.compile(r"PJSIP/(?P<customer>[^/]+)/(?P<scheme>sips?):(?:[^@;]*@)?(?P<rest>[^,&()]+)")


def contacts_of(customer: str) -> str:
    """The expression by which the engine tells the registered addresses."""
    return f"PJSIP_DIAL_CONTACTS({customer})"


def dialled_at(contacts: str, number: str) -> str | None:
    """What to dial, from the registered addresses: the number in front of the first one; None when there is none.

    Everything behind the host stays as registered, since the exchange knows its registration by it (`line`).
    """
    found = _CONTACT.fullmatch(contacts.split("&")[0])
    return f"PJSIP/{found['customer']}/{found['scheme']}:{number}@{found['rest']}" if found else None
