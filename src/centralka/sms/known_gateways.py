"""The kinds of gateways, and how each is spoken to."""

from collections.abc import Mapping
from enum import StrEnum
from typing import assert_never

from .gateway_words import Gateway
from .http_gateway import HttpGateway, Templates
from .serwersms import SerwerSms, read_numbers
from .smsapi import Smsapi


class GatewayKind(StrEnum):
    """The values are the gateway's."""

    HTTP = "http"
    SMSAPI = "smsapi"
    SERWERSMS = "serwersms"
    SMPP = "smpp"

    @property
    def comes_to_us(self) -> bool:
        """Tell whether it reports messages at an address of ours; others are asked, or report over their connection."""
        return self in (GatewayKind.HTTP, GatewayKind.SMSAPI)


def gateway(kind: GatewayKind, address: str, secret: str, templates: Mapping[str, str]) -> Gateway | None:
    """Return what speaks to a gateway in requests; None: it is spoken to over a connection (`sms.smpp`).

    `secret`: the Authorization header of a general one, the token of others.
    """
    match kind:
        case GatewayKind.HTTP:
            return HttpGateway(Templates(address=address, **templates), secret)
        case GatewayKind.SMSAPI:
            return Smsapi(secret, address)
        case GatewayKind.SERWERSMS:
            return SerwerSms(secret, address, read_numbers(templates.get("numbers", "")))
        case GatewayKind.SMPP:
            return None
        case _:
            assert_never(kind)
