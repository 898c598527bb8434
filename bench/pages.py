"""Measure the weight and the cost of the panel's pages in a big installation, in a process with a database of its own.

python -m bench.pages   prints one JSON object
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from .accounts import environment
from .figure import Figure

if TYPE_CHECKING:
    from centralka.store.models import Tenant

ACCOUNTS, NUMBERS, COMPANIES, CALLS = 3_000, 200, 30, 20_000
ROUNDS = 5
MOST_BYTES, MOST_MS = 150 * 1024, 300
_PAGES = {
    "accounts": "/konta-sip/",
    "accounts, last page": "/konta-sip/?page=60",
    "accounts, search": "/konta-sip/?search=lukasz",
    "account": "/konta-sip/{account}/",
    "account form": "/konta-sip/{account}/zmien",
    "new account": "/konta-sip/dodaj",
    "picker": "/wybor/przekierowanie?q=kowalska",
    "numbers": "/numery/",
    "external numbers": "/numery-zewnetrzne/",
    "calls": "/polaczenia/",
    "calls, search": "/polaczenia/?number=lukasz",
    "calls, nothing found": "/polaczenia/?number=nobodyatall",
    "what happens": "/co-sie-stanie/?who={extension}&to=%2B48221234500",
    "voice messages": "/wiadomosci/",
    "finances": "/finanse/",
    "people": "/osoby/",
    "companies": "/firmy/",
    "company": "/firmy/{company}/",
    "number stock": "/zasob-numerow/",
    "numbers to the stock": "/zasob-numerow/dodaj",
    "price lists": "/cenniki/",
}
_NAMES = ("Łukasz Żółć", "Anna Kowalska", "Michał Śliwa", "Recepcja", "Magazyn", "Ewa Ćwik", "Dział obsługi klienta")


def measure() -> list[Figure]:
    """Measure in a process of its own, as Django knows one database a process."""
    with tempfile.TemporaryDirectory(prefix="centralka-bench-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "bench.pages"], env=environment(Path(folder)), stdout=subprocess.PIPE, check=True
        )
    found: dict[str, dict[str, float]] = json.loads(done.stdout)
    heaviest = max(found, key=lambda page: found[page]["bytes"])
    slowest = max(found, key=lambda page: found[page]["ms"])
    size = f"{ACCOUNTS} accounts, {NUMBERS} numbers, {COMPANIES} companies, {CALLS} calls"
    measured = f"{len(found)} pages, processor time, median of {ROUNDS}, signed in as owner and operator; {size}"
    return [
        Figure(
            "Heaviest page of the panel, compressed",
            _kilobytes(found[heaviest], heaviest),
            f"≤ {MOST_BYTES // 1024} KB",
            measured,
        ),
        Figure(
            "Slowest page of the panel, on the server",
            _milliseconds(found[slowest], slowest),
            f"≤ {MOST_MS} ms",
            measured,
        ),
    ]


def _kilobytes(page: dict[str, float], name: str) -> str:
    return f"**{page['bytes'] / 1024:.0f} KB** ({name}; {page['plain'] / 1024:.0f} KB before)"


def _milliseconds(page: dict[str, float], name: str) -> str:
    return f"**{page['ms']:.0f} ms** ({name})"


def _measure_here() -> dict[str, dict[str, float]]:
    from django.conf import settings

    from centralka.start.database import prepare_database

    settings.ALLOWED_HOSTS = ["testserver"]
    prepare_database()
    person, places = _installation()
    return {name: _page(person, path.format(**places)) for name, path in _PAGES.items()}


def _page(person: object, path: str) -> dict[str, float]:
    from django.test import Client

    client = Client(headers={"accept-encoding": "gzip", "accept-language": "pl"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    times = []
    for _round in range(ROUNDS):
        begun = time.process_time()
        answer = client.get(path)
        times.append((time.process_time() - begun) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"bench: {path} answered {answer.status_code}")
    plain = client.get(path, headers={"accept-encoding": "identity"})
    return {"bytes": len(answer.content), "plain": len(plain.content), "ms": statistics.median(times)}


def _installation() -> tuple[object, dict[str, object]]:
    """Make a person who owns a big company among others and runs the installation, and the rows that pages show."""
    from centralka.store.models import Membership, Person, Role, SipAccount, Tenant

    for number in range(COMPANIES):
        Tenant.objects.create(slug=f"firma{number}", name=f"Firma {number} Spółka z o.o.")
    tenant = Tenant.objects.earliest("pk")
    person = Person.objects.create(email="anna@firma.example", name="Anna", is_operator=True)
    for company in Tenant.objects.all():
        Membership.objects.create(tenant=company, person=person, role=Role.OWNER)
    _accounts(tenant)
    _calls(tenant)
    account = SipAccount.objects.first()
    assert account is not None
    return person, {"account": account.pk, "extension": account.extension, "company": tenant.pk}


def _accounts(tenant: "Tenant") -> None:
    """Make the accounts: half of them registered, every one with a number and a forward."""
    from centralka.store.models import ExternalNumber, Forward, Number, Registration, SipAccount

    numbers = Number.objects.bulk_create(Number(e164=f"+4822123{4500 + n}", tenant=tenant) for n in range(NUMBERS))
    SipAccount.objects.bulk_create(
        SipAccount(
            tenant=tenant,
            extension=str(1000 + n),
            login=f"firma0_{1000 + n}",
            name=f"{_NAMES[n % len(_NAMES)]} {n}",
            password_digest="0" * 32,
            caller_id=numbers[n % NUMBERS],
            voicemail_enabled=n % 3 == 0,
        )
        for n in range(ACCOUNTS)
    )
    accounts = list(SipAccount.objects.order_by("pk"))
    for place, number in enumerate(numbers):
        number.sip_account = accounts[place]
    Number.objects.bulk_update(numbers, ["sip_account"])
    now = datetime.now(UTC)
    Registration.objects.bulk_create(
        Registration(sip_account=one, node="n", uri=f"sip:{one.login}@192.0.2.1", user_agent="Phone 1.0", since=now)
        for one in accounts[::2]
    )
    ExternalNumber.objects.bulk_create(
        ExternalNumber(tenant=tenant, e164=f"+48600100{n:03}", name=f"{_NAMES[n % len(_NAMES)]} {n}")
        for n in range(100, 300)
    )
    Forward.objects.bulk_create(
        Forward(sip_account=one, condition="no_answer", kind="extension", target=accounts[0]) for one in accounts[1:]
    )


def _calls(tenant: "Tenant") -> None:
    from centralka.store.models import CallRecord

    now = datetime.now(UTC)
    CallRecord.objects.bulk_create(
        (
            CallRecord(
                call_id=f"call-{n}",
                node="n",
                tenant=tenant,
                from_number=str(1000 + n % ACCOUNTS),
                from_name=_NAMES[n % len(_NAMES)],
                to_number=f"60010{n % 10_000:04}",
                direction="out",
                started_at=now - timedelta(minutes=n),
                answered_at=now - timedelta(minutes=n),
                ended_at=now - timedelta(minutes=n - 1),
                outcome="answered",
            )
            for n in range(CALLS)
        ),
        batch_size=1000,
    )


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centralka.settings")
    django.setup()
    print(json.dumps(_measure_here()))
