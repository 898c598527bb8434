"""Networks as people write them."""

from ipaddress import ip_network


def in_words(listed: str) -> str:
    """Write a list with commas: with spaces, and a single address without the length of its prefix."""
    return ", ".join(map(_one, listed.split(",")))


def _one(text: str) -> str:
    found = ip_network(text)
    return str(found.network_address if found.num_addresses == 1 else found)
