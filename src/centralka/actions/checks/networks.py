"""Networks of IP addresses, as people write them and as the edge reads them."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from django.utils.translation import gettext as _

from ..errors import ProblemList

MOST_SIGNS = 500
"""Of a list, with its commas: about 30 networks."""


def tidy_network(text: str) -> str | None:
    """Write a network in CIDR notation: "203.0.113.0/24" also for 203.0.113.7/24, "203.0.113.7/32" for one address.

    None: it is no network.
    """
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    return None if "%" in str(network) else str(network)


def tidy_networks(problems: ProblemList, field: str, texts: Iterable[str]) -> str:
    """Write a list of networks with commas, each once, and note which texts are none. What is blank is left out."""
    found = []
    for text in (text.strip() for text in texts):
        if text:
            network = tidy_network(text)
            problems.check(network is not None, field, "malformed", no_network(text))
            found.append(network or "")
    listed = ",".join(dict.fromkeys(found))
    problems.check(len(listed) <= MOST_SIGNS, field, "too_many", _("These are too many networks; write wider ones."))
    return listed


def is_in(address: str, networks: Iterable[str]) -> bool:
    """Tell whether an IP address is in one of the networks (CIDR); what is no address is in none."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in ip_network(network) for network in networks)


def no_network(text: str) -> str:
    """Tell that a text is no network."""
    return _("“%(text)s” is no network. Write 203.0.113.0/24, or 203.0.113.7 for one address.") % {"text": text[:60]}
