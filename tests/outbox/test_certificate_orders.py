"""The worker orders beside its other work: one at a time, and not before it is time."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from centralka.certificates.acme.answers import Answers
from centralka.certificates.acme.errors import CannotObtain
from centralka.certificates.acme.obtaining import Obtaining
from centralka.outbox import certificate_orders
from centralka.outbox.certificate_orders import CertificateOrders

NOW = datetime(2026, 11, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class SlowPanel:
    """The look at the panel with which each order begins: it takes until `goes_on`, then the order fails."""

    def __init__(self) -> None:
        self.asked, self.goes_on = 0, threading.Event()

    def __call__(self, _answers: Answers) -> None:
        self.asked += 1
        self.goes_on.wait(30)
        raise CannotObtain("nobody answers.")


@pytest.fixture
def panel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[SlowPanel]:
    panel = SlowPanel()
    wanted = Obtaining("https://127.0.0.1:1/directory", "sip.kwiaty.example", tmp_path, panel)
    monkeypatch.setattr(certificate_orders, "obtaining", lambda: wanted)
    yield panel
    panel.goes_on.set()


def ended(orders: CertificateOrders) -> None:
    thread = orders._thread
    assert thread
    thread.join(30)


def test_the_worker_goes_on_while_an_order_does_and_begins_no_second(panel: SlowPanel) -> None:
    orders = CertificateOrders()
    for minutes in range(3):
        orders.look(NOW + minutes * MINUTE)
        assert orders.is_at_it()
    panel.goes_on.set()
    ended(orders)
    assert panel.asked == 1


def test_after_a_failure_it_waits_also_in_another_worker(panel: SlowPanel) -> None:
    panel.goes_on.set()
    orders = CertificateOrders()
    orders.look(NOW)
    ended(orders)
    for one in (orders, CertificateOrders()):
        one.look(NOW + 59 * MINUTE)
        assert not one.is_at_it()
    assert panel.asked == 1
    orders.look(NOW + 60 * MINUTE)
    ended(orders)
    assert panel.asked == 2


def test_a_failure_that_cannot_be_noted_is_no_reason_to_try_each_minute(
    panel: SlowPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.goes_on.set()
    monkeypatch.setattr("centralka.certificates.acme.obtaining.write_whole", _full)
    orders = CertificateOrders()
    for minutes in (0, 1, 59):
        orders.look(NOW + minutes * MINUTE)
        ended(orders)
    assert orders._rests_until == NOW + 60 * MINUTE


def _full(path: Path, _content: str) -> None:
    raise OSError(28, "No space left on device", str(path))


def test_without_an_authority_nothing_is_ordered(settings: Settings) -> None:
    settings.ACME_DIRECTORY = ""
    orders = CertificateOrders()
    orders.look(NOW)
    assert not orders.is_at_it()
