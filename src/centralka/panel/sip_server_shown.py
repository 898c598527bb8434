"""The server at which a phone registers, as pages show it."""

from django.http import HttpRequest

from centralka.actions.sip_server import sip_addresses
from centralka.certificates.source import certificate_source
from centralka.machine import in_uri
from centralka.store.models import SipAccount

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def needs_own_authority(account: SipAccount) -> bool:
    """Tell whether phones of the account have to be given this installation's own authority to believe it."""
    return account.media_encryption != SipAccount.MediaEncryption.OFF and certificate_source().is_own


def server_in(request: HttpRequest) -> dict[str, object]:
    """Return what `panel/accounts/connect.html` shows of the server, for whoever reached us by this address."""
    by_transport = {one.transport: one for one in sip_addresses(request.get_host())}
    usual, secure = by_transport["udp"], by_transport["tls"]
    return {"server": usual.host, "port": usual.port, "secure": f"{in_uri(secure.host)}:{secure.port}"}
