"""A company that can send text messages, and the sandbox's network to send them through."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from centralka.actions.sms.gateways import GatewayInput, add_gateway
from centralka.actions.sms.prices import SmsPriceInput, set_sms_prices
from centralka.actions.sms.sending import SmsInput, send
from centralka.carrier.sms_network import SmsNetwork, serve
from centralka.outbox.text_messages import Sender
from centralka.store.models import LedgerEntry, SipAccount, Sms, SmsGateway, Tenant
from tests import cast

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
PASSWORD = "piaskownica-1234"


@dataclass
class Clock:
    """Stands still unless it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Network:
    """The network, what it wants to tell, and a browser that brings it."""

    network: SmsNetwork
    port: int
    told: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def wait_for_news(self, number: int) -> None:
        """Until it wanted to tell so often."""
        end = monotonic() + 20
        while len(self.told) < number:
            assert monotonic() < end, self.told
            sleep(0.02)

    def bring(self, number: int) -> None:
        """Bring what it wanted to tell, once there is so much, in its order."""
        self.wait_for_news(number)
        for address, fields in self.told[:number]:
            answer = Client().post(urlsplit(address).path, fields, content_type="application/json")
            assert (answer.status_code, answer.content) == (200, b"OK")
        del self.told[:number]


@contextmanager
def network(folder: Path) -> Iterator[Network]:
    """A network in a thread of this process."""
    told: list[tuple[str, dict[str, str]]] = []
    played = SmsNetwork([PASSWORD], folder / "sms.jsonl", lambda address, fields: told.append((address, fields)))
    server = serve(played, "127.0.0.1", 0)
    try:
        yield Network(played, server.server_address[1], told)
    finally:
        played.end()
        server.shutdown()
        server.server_close()


def sandbox(port: int, name: str = "Piaskownica", **fields: Any) -> SmsGateway:
    """The gateway that leads to a network; it can be asked."""
    base = f"http://127.0.0.1:{port}/messages"
    given: dict[str, Any] = {
        "address": base,
        "secret": f"Bearer {PASSWORD}",
        "templates": {"ask": base + "/{key}"},
        **fields,
    }
    return add_gateway(cast.OPERATOR, GatewayInput(name=name, **given))


def texting_account(tenant: Tenant, balance: str = "10", **fields: Any) -> SipAccount:
    """An account whose company has money and prices for messages."""
    cast.line_outside(tenant, balance=balance)
    tenant.refresh_from_db()
    rows = [SmsPriceInput("48", Decimal("0.09"), Decimal("0.16")), SmsPriceInput("49", Decimal("0.40"))]
    set_sms_prices(cast.OPERATOR, tenant.price_list_id or 0, rows)
    return cast.phone(tenant, "100", **fields)


def queued(company: cast.Company, account: SipAccount, to: str = "600 100 200", text: str = "Dzień dobry") -> Sms:
    """A message that waits to be sent since noon."""
    return send(company.manager, SmsInput(account_id=account.pk, to=[to], text=text), now=NOON)[0]


def sender(clock: Clock) -> Sender:
    """A worker's sender, which has just started."""
    return Sender(clock)


def soon(clock: Clock, seconds: float = 30) -> None:
    clock.now += timedelta(seconds=seconds)


def state(sms: Sms) -> str:
    sms.refresh_from_db()
    return sms.state


def booked(sms: Sms) -> list[Decimal]:
    entries = LedgerEntry.objects.filter(kind=LedgerEntry.Kind.SMS, key=f"sms:{sms.key}")
    return list(entries.values_list("net", flat=True))


def events(played: Network, sms: Sms) -> list[str]:
    """Return what the network noted of handing over."""
    lines = [json.loads(line) for line in played.network._log.read_text().splitlines()]
    return [line["event"] for line in lines if line["id"] == sms.key and line["event"] in ("taken", "repeated")]
