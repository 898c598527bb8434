"""The addresses of customers' exchanges, with which they registered."""

import re

# A text that would be more than an address to Dial is none.
_CONTACT = re.compile(r"PJSIP/(?P<customer>[^/]+)/(?P<scheme>sips?):(?:[^@;]*@)?(?P<rest>[^,&()]+)")


def contacts_of(customer: str) -> str:
    """Return the expression by which the engine tells the registered addresses."""
    return f"PJSIP_DIAL_CONTACTS({customer})"


def dialled_at(contacts: str, number: str) -> str | None:
    """Return what to dial, by the registered addresses: the number before of the first one; None when there is none.

    Everything behind the host stays as registered, since the exchange knows its registration by it (`line`).
    """
    found = _CONTACT.fullmatch(contacts.split("&")[0])
    return f"PJSIP/{found['customer']}/{found['scheme']}:{number}@{found['rest']}" if found else None
