"""From where a request comes: an IP address in one spelling, or none."""

from ipaddress import ip_address

from .asgi_types import Application, Receive, Scope, Send


class ClientAddress:
    """Let everything behind it read an IP address, or nothing.

    A proxy that is believed passes on what a header says, which may be any text ("unknown", or 4000 characters), and
    the address goes into columns, lock-outs and checks of networks.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if client := scope.get("client"):
            address = tidy_address(str(client[0]))
            scope = {**scope, "client": (address, client[1]) if address else None}
        await self._application(scope, receive, send)


def tidy_address(text: str) -> str:
    """Write an IP address without a zone, and one of IPv4 that is written as IPv6 as IPv4; "" for what is none."""
    try:
        found = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)
