"""Words for the terminal once everything runs: where to click and what to type into a softphone."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from centralka.calls.spelling import grouped


def welcome(demo: dict[str, Any]) -> str:
    """Tell where to click and what to type into a softphone."""
    lines = [f"  {title:<14} {value}" for title, value in _table(demo)]
    return "\n".join(
        [
            "",
            "Centralka is running.",
            "",
            *lines,
            "",
            "Try: open the panel, choose Telefon, and dial *43 to hear yourself.",
            "Or register both phones, and dial 101 from 100.",
            "Outside: `make carrier` in another terminal plays the network; dial 22 123 45 00 (docs/carrier.md).",
            "Ctrl-C stops it; all data stay.",
            "",
        ]
    )


def _table(demo: dict[str, Any]) -> Iterator[tuple[str, str]]:
    known = "login" in demo  # else demo.json, the only place where these secrets are, was removed
    yield "Panel", demo["panel_url"]
    if known:
        yield "  company", f"{demo['login']} / {demo['password']}"
        yield "  operator", f"{demo['operator_login']} / {demo['operator_password']}"
    yield "API", demo["api_url"]
    if known:
        yield "  tokens", f"in {settings.HOME / 'demo.json'}"
    yield "SIP server", f"{demo['sip']['host']}:{demo['sip']['port']} (UDP, TCP), port {demo['sip']['tls_port']} (TLS)"
    for account in demo.get("accounts", []):
        yield f"  phone {account['extension']}", f"{account['login']} / {account['password']}"
    if "numbers" in demo:
        yield "Public numbers", ", ".join(grouped(number) for number in demo["numbers"])
