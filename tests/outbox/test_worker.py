"""The worker process: does what is due, survives what fails, and ends when it is told to."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import OperationalError

from centralka.actions.account.accounts import add_sip_account
from centralka.actions.account.blocks import SipAccountInput
from centralka.actions.money import top_up
from centralka.actions.prices.charges import Agreement
from centralka.outbox.beats import Beating
from centralka.outbox.worker import work
from centralka.store.models import LedgerEntry, PriceList, Tenant
from tests import cast
from tests.migrated import copy_sqlite

OCTOBER = datetime(2026, 10, 20, 12, tzinfo=UTC)


def test_the_worker_touches_its_heartbeat_between_two_pieces_of_work(tmp_path: Path) -> None:
    heartbeat = tmp_path / "worker.alive"
    end = Beating(EndAfter(1), heartbeat)
    for ask in (end.asked_for, lambda: end.within(1)):
        ask()
        assert heartbeat.exists()
        heartbeat.unlink()


def test_a_heartbeat_that_cannot_be_written_ends_no_worker(tmp_path: Path) -> None:
    assert Beating(EndAfter(1), tmp_path / "no folder" / "worker.alive").within(1)


class EndAfter:
    """Ends after so many looks; each moves the clock on by a day."""

    def __init__(self, looks: int) -> None:
        self.now, self._left = OCTOBER, looks

    def asked_for(self) -> bool:
        return False

    def within(self, seconds: float) -> bool:
        self.now += timedelta(days=1)
        self._left -= 1
        return self._left == 0


def test_it_charges_each_month_that_begins_while_it_runs(kwiaty: cast.Company) -> None:
    prices = PriceList.objects.create(name="Cennik", account_monthly=Decimal(1))
    Tenant.objects.update(price_list=prices)
    top_up(cast.OPERATOR, kwiaty.tenant.pk, Decimal(100))
    wanted = SipAccountInput(extension="100", name="Biuro", password=cast.SIP_PASSWORD)
    add_sip_account(kwiaty.manager, wanted, Agreement(), now=OCTOBER)
    end = EndAfter(looks=50)
    work(end, lambda: end.now)
    months = [entry.details["month"] for entry in LedgerEntry.objects.filter(kind="monthly").order_by("id")]
    assert months == ["2026-10", "2026-11", "2026-12"]


def test_what_fails_is_tried_again_at_the_next_look(db: None) -> None:
    end, looks = EndAfter(looks=3), 0

    def clock() -> datetime:
        nonlocal looks
        looks += 1
        if looks < 3:
            raise OperationalError("the database is away")
        return end.now

    work(end, clock)
    assert looks >= 3


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A real worker on a database of its own."""
    environment = {**os.environ, "CENTRALKA_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    environment.pop("CENTRALKA_DATABASE_URL", None)
    copy_sqlite(tmp_path / "centralka.sqlite3")
    centralka = [sys.executable, "-m", "centralka"]
    subprocess.run([*centralka, "operator-token", "x"], env=environment, check=True, capture_output=True)
    log = tmp_path / "worker.log"
    with log.open("wb") as out:
        process = subprocess.Popen([*centralka, "worker"], env=environment, stdout=out, stderr=out)
    yield process, log
    process.kill()
    process.wait()


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_signal_ends_it_cleanly(worker: tuple[subprocess.Popen[bytes], Path]) -> None:
    process, log = worker
    until(lambda: "the worker is there" in log.read_text())
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    assert "Traceback" not in log.read_text()
