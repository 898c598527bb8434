"""Measure how fast queued text messages go out, in a process with a database of its own, to the sandbox's network.

python -m bench.messages   prints the seconds that went by, and those of the processor, as JSON
"""

import json
import secrets
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from .accounts import environment
from .figure import Figure

if TYPE_CHECKING:
    from centralka.store.models import SipAccount

QUEUED = 1_000
_PASSWORD = "bench"


def measure() -> list[Figure]:
    """Measure in a process of its own, as Django knows one database a process."""
    with tempfile.TemporaryDirectory(prefix="centralka-bench-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "bench.messages", folder],
            env=environment(Path(folder)),
            stdout=subprocess.PIPE,
            check=True,
        )
    # Before it stand the lines of the log, one for each message, as the worker writes them.
    seconds, processor = json.loads(done.stdout.splitlines()[-1])
    got = f"**{QUEUED / seconds:.0f} a second**; {processor / QUEUED * 1000:.1f} ms of the processor for each"
    measured = "one round; the network that takes them is in the same process, and counts"
    return [Figure(f"Text messages through the outbox, {QUEUED} queued", got, "", measured)]


def _measure_here(folder: Path) -> tuple[float, float]:
    from centralka.carrier.sms_network import SmsNetwork, serve
    from centralka.outbox.text_messages import Sender
    from centralka.start.database import prepare_database

    prepare_database()
    # Reports are left out: they come to the web process.
    network = SmsNetwork([_PASSWORD], folder / "sms.jsonl", lambda _address, _fields: None)
    server = serve(network, "127.0.0.1", 0)
    account = _company(server.server_address[1])
    _queue(account)
    sender = Sender(lambda: datetime.now(UTC))
    begun, processor = time.monotonic(), time.process_time()
    while sender.send_due():
        pass
    found = time.monotonic() - begun, time.process_time() - processor
    network.end()
    if len(network.messages) != QUEUED:
        raise SystemExit(f"bench: {len(network.messages)} of {QUEUED} messages arrived")
    return found


def _company(port: int) -> "SipAccount":
    from centralka.store.models import SipAccount, SmsGateway, Tenant

    address = f"http://127.0.0.1:{port}/messages"
    SmsGateway.objects.create(name="bench", address=address, secret=f"Bearer {_PASSWORD}")
    tenant = Tenant.objects.create(slug="firma", name="Firma", balance=Decimal(10_000))
    return SipAccount.objects.create(tenant=tenant, extension="100", login="firma_100", name="Anna")


def _queue(account: "SipAccount") -> None:
    """Queue messages as `actions.sms.sending` does, with their money put aside."""
    from centralka.store import money
    from centralka.store.models import Sms
    from centralka.store.sms import keep

    now = datetime.now(UTC)
    messages = [
        Sms(
            tenant=account.tenant, sip_account=account, direction=Sms.Direction.OUT, number=f"+4860{place:05}00",
            text="Zamówienie jest gotowe do odbioru.", coding="ucs2", parts=1, tier="standard", price=Decimal("0.09"),
            state=Sms.State.QUEUED, key=secrets.token_hex(16), next_at=now, created_at=now,
        )
        for place in range(QUEUED)
    ]  # fmt: skip
    money.put_aside(account.tenant_id, account.pk, [(one.key, one.number, Decimal("0.09")) for one in messages], now)
    keep(messages)


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(_measure_here(Path(sys.argv[1]))))
