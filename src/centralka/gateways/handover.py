"""A message and a gateway: hand it over, or ask for it. Touches no database, so several can be at it at once."""

from django.conf import settings

from centralka.environment import reached_at
from centralka.sms.gateway_words import Answer, Gateway, NotTaken, Outgoing, Unclear
from centralka.sms.known_gateways import GatewayKind, gateway
from centralka.sms.parts import Coding
from centralka.store.models import Sms, SmsGateway

from .http import exchange
from .smpp.links import Links, once


def hand_over(sms: Sms, to: SmsGateway, links: Links | None = None) -> Answer:
    """Hand a message to a gateway, once, and tell what it says. `links`: the connections of this process.

    Without them a gateway over SMPP is connected to for this message alone, and tells no more of it.
    """
    speaks = _speaks(to)
    if speaks is None:
        message = _outgoing(sms, to)
        return links.hand_over(message, sms.pk, to) if links else once(message, to)
    answered = exchange(speaks.send(_outgoing(sms, to)))
    return answered if isinstance(answered, NotTaken | Unclear) else speaks.sent(answered.status, answered.body)


def ask_for(sms: Sms, to: SmsGateway) -> Answer | None:
    """Ask the gateway whether it has a message; `NotTaken`: it has not. None: it cannot be asked."""
    speaks = _speaks(to)
    question = speaks.ask(_outgoing(sms, to), sms.their_id) if speaks else None
    if speaks is None or question is None:
        return None  # SMPP asks by the id that is in the answer, which is what never came
    answered = exchange(question)
    if isinstance(answered, NotTaken):
        return Unclear(answered.reason)  # not asked: what it has is as unknown as before
    return answered if isinstance(answered, Unclear) else speaks.asked(answered.status, answered.body)


def callback_address(to: SmsGateway, key: str = "") -> str:
    """Return the address at which a gateway tells of messages, or of one; "" for a kind that does not come to us."""
    if not GatewayKind(to.kind).comes_to_us:
        return ""
    base = settings.PUBLIC_URL or f"http://{_host()}:{settings.HTTP_PORT}"
    return f"{base.rstrip('/')}/bramka-sms/{to.callback}" + (f"/{key}" if key else "")


def _host() -> str:
    host = reached_at(settings.BIND)
    return f"[{host}]" if ":" in host else host


def _speaks(to: SmsGateway) -> Gateway | None:
    return gateway(GatewayKind(to.kind), to.address, to.secret, to.templates)


def _outgoing(sms: Sms, to: SmsGateway) -> Outgoing:
    return Outgoing(
        key=sms.key,
        to=sms.number,
        sender=sms.sender,
        text=sms.text,
        coding=Coding(sms.coding),
        report_address=callback_address(to, sms.key),
    )
