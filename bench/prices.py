"""Measure the look-up of a price and the rating of a record, in a process with a database of its own.

python -m bench.prices   prints one JSON object
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from .accounts import environment
from .figure import Figure, ratio

SIZES = (1_000, 10_000, 100_000)
ROUNDS, LOOKUPS = 9, 1_000
RECORDS = 500
_START = datetime(2026, 1, 1, tzinfo=UTC).timestamp()


def measure() -> list[Figure]:
    """Measure in a process of its own, as Django knows one database a process."""
    with tempfile.TemporaryDirectory(prefix="centralka-bench-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "bench.prices"],
            env=environment(Path(folder)),
            stdout=subprocess.PIPE,
            check=True,
        )
    found = json.loads(done.stdout)
    curve = ", ".join(f"{size}: {ratio(found['lookups'][str(size)])}" for size in SIZES[1:])
    return [
        Figure(
            f"CPU per price look-up by prefixes in the list, against {SIZES[0]}",
            curve,
            "",
            f"{ROUNDS} × {LOOKUPS} numbers each, in turn; here {found['microseconds']:.0f} µs with {SIZES[0]}",
        ),
        Figure(
            "CPU per record that is rated and charged, against one of an internal call",
            ratio(found["records"]),
            "",
            f"{ROUNDS} × {RECORDS} calls of each kind read from a journal; "
            f"here {found['rated_per_second']:.0f} rated records per processor second",
        ),
    ]


def _measure_here() -> dict[str, object]:
    from centralka.start.database import prepare_database
    from centralka.store.models import PriceList

    prepare_database()
    lists = {size: _price_list(PriceList, size) for size in SIZES}
    lookups, base = _lookups(lists)
    records, per_second = _records(lists[SIZES[0]])
    return {"lookups": lookups, "microseconds": base, "records": records, "rated_per_second": per_second}


def _price_list(model: type, size: int) -> int:
    """Make prefixes as real lists have them: short ones and many long ones, all different."""
    from centralka.store.models import Price, PriceListRevision

    made = model.objects.create(name=f"{size} prefixes")  # type: ignore[attr-defined]  # a Django model
    began = datetime.now(UTC)
    holding = PriceListRevision.objects.create(
        price_list=made, state="ready", holds_from=began, made_at=began, touched_at=began, rows=size, loaded=size
    )
    Price.objects.bulk_create(
        [Price(revision=holding, prefix=str(10_000_000 + 7 * number), per_minute="0.1") for number in range(size - 9)]
        + [Price(revision=holding, prefix=str(digit), per_minute="0.5") for digit in range(1, 10)],
        batch_size=5000,
    )
    return int(made.pk)


def _lookups(lists: dict[int, int]) -> tuple[dict[int, list[float]], float]:
    from centralka.store.facts import rate_for

    chance = random.Random(1)
    numbers = [f"+{chance.randrange(10**10, 10**11)}" for _ in range(LOOKUPS)]

    now = datetime.now(UTC)

    def look_up(size: int) -> float:
        return _seconds(lambda: [rate_for(lists[size], one, now) for one in numbers])

    rounds = [{size: look_up(size) for size in SIZES} for _ in range(ROUNDS)]
    ratios = {size: [one[size] / one[SIZES[0]] for one in rounds] for size in SIZES[1:]}
    return ratios, 1e6 * statistics.median(one[SIZES[0]] for one in rounds) / LOOKUPS


def _records(price_list: int) -> tuple[list[float], float]:
    tenant = _company(price_list)
    rated, internal = [], []
    for number in range(ROUNDS):
        internal.append(_recording(number, tenant, outside=False))
        rated.append(_recording(number, tenant, outside=True))
    pairs = [one / other for one, other in zip(rated, internal, strict=True)]
    return pairs, RECORDS / statistics.median(rated)


def _company(price_list: int) -> int:
    from centralka.store.models import Tenant

    made = Tenant.objects.create(slug="demo", name="Demo", price_list_id=price_list, balance=1_000_000)
    return int(made.pk)


def _recording(number: int, tenant: int, *, outside: bool) -> float:
    """Measure the processor seconds that it takes to read a journal of `RECORDS` calls and to write their records."""
    from centralka.switch.journal.recorder import Recorder

    node = f"{'o' if outside else 'i'}{number}"
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "calls.csv"
        lines = [line for call in range(RECORDS) for line in _call(f"{node}-{call}", outside, tenant)]
        journal.write_text("".join(f"{line}\n" for line in lines))
        if outside:
            _put_aside(node, tenant)
        recorder = Recorder(journal, node)
        return _seconds(recorder.catch_up)


def _put_aside(node: str, tenant: int) -> None:
    from centralka.calls.tariffs import price, rate_as_json, rate_from_json
    from centralka.store.models import Reservation

    rate = rate_from_json(_RATE)
    Reservation.objects.bulk_create(
        Reservation(
            tenant_id=tenant,
            node=node,
            channel=f"{node}-{call}.0",
            number="+48221234567",
            amount=price(rate, 90),
            granted_seconds=90,
            rate=rate_as_json(rate),
            made_at=datetime.now(UTC),
        )
        for call in range(RECORDS)
    )


_RATE: dict[str, str | int] = {
    "prefix": "48",
    "description": "",
    "per_minute": "0.1000",
    "connection_fee": "0.0000",
    "first_increment": 1,
    "next_increment": 1,
}


def _call(call: str, outside: bool, tenant: int) -> list[str]:
    """Write one answered call of a minute, as engine and switchboard do."""
    caller, callee = f"{call}.0", f"{call}.1"
    names = {caller: "PJSIP/demo_100-0001", callee: "PJSIP/trunk-1-0002" if outside else "PJSIP/demo_101-0002"}

    def engine(kind: str, at: float, channel: str, extra: str = "") -> str:
        fields = [kind, f"{_START + at}", channel, caller, names[channel], "100", "101", "internal", extra]
        return ",".join('"' + field.replace('"', '""') + '"' for field in fields)

    step = (
        {"kind": "dial_out", "number": "+48221234567", "trunks": [{"id": 1, "name": "Trunk"}], "rate": _RATE}
        if outside
        else {"kind": "ring", "extension": "101"}
    )
    walked = (
        {"number": "+48221234567", "tries": [["trunk-1", "Trunk", "answered", 16]]}
        if outside
        else {"login": "demo_101"}
    )
    decided = {
        "kind": "decided",
        "time": _START + 0.1,
        "channel": caller,
        "tenant": tenant,
        "direction": "out" if outside else "internal",
        "from_number": "100",
        "from_name": "Sekretariat",
        "to_number": "221234567" if outside else "101",
        "plan": {
            "start": "start",
            "steps": [{"name": "start", **step, "why": {"why": "number_dialled", "values": {}}}],
        },
    }
    ended = {
        "kind": "walked",
        "time": _START + 61,
        "channel": caller,
        "steps": [{"name": "start", "outcome": "answered", **walked}],
    }
    return [
        engine("CHAN_START", 0, caller),
        json.dumps(decided),
        engine("CHAN_START", 0.2, callee),
        engine("ANSWER", 1, callee),
        engine("ANSWER", 1, caller),
        engine("HANGUP", 61, callee, '{"hangupcause":16,"hangupsource":"","dialstatus":""}'),
        engine("HANGUP", 61, caller, '{"hangupcause":16,"hangupsource":"","dialstatus":"ANSWER"}'),
        json.dumps(ended),
        engine("LINKEDID_END", 61, caller),
    ]


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centralka.settings")
    django.setup()
    print(json.dumps(_measure_here()))
