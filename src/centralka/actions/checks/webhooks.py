"""The address of a company's program, as it is typed."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from centralka.gateways.webhooks import may_be_reached

from ..errors import ProblemList

LONGEST = 500


def check_webhook(problems: ProblemList, field: str, address: str) -> None:
    """Check the address; "": there is none. Where a name leads to is looked at again at each delivery."""
    if not address:
        return
    if problems.check(_is_address(address), field, "malformed", _("Give an address such as https://example.com/hook.")):
        inner = _("This address leads into an inner network, or back to this exchange; events do not go there.")
        problems.check(not _leads_inside(address), field, "inner", inner)


def _is_address(address: str) -> bool:
    try:
        url = urlsplit(address)
        port_is_good = url.port != 0
    except ValueError:
        return False
    plain = address.isascii() and address.isprintable() and " " not in address and len(address) <= LONGEST
    secure = url.scheme == "https" or (url.scheme == "http" and bool(settings.WEBHOOK_NETWORKS))
    return plain and secure and bool(url.hostname) and port_is_good and not url.username and not url.fragment


def _leads_inside(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    ours = urlsplit(settings.PUBLIC_URL).hostname
    if host == "localhost" or host.endswith(".localhost") or (ours and host == ours):
        return True
    try:
        return not may_be_reached(ip_address(host))
    except ValueError:
        return False
