"""Companies' programs are told by signed requests, again until they are taken, and never in inner networks."""

import contextlib
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from itertools import pairwise

import pytest
from pytest_django import Settings

from centralka.actions.errors import InvalidInput, NotAllowed
from centralka.actions.webhooks import renew_secret, try_webhook
from centralka.gateways.http import exchange_over
from centralka.gateways.webhooks import deliver, may_be_reached, signature
from centralka.outbox.monitoring import tell
from centralka.outbox.webhooks import Webhooks
from centralka.store.models import MonitoringNews, WebhookDelivery
from centralka.store.webhooks import MOST_TRIES, queue_event
from tests import cast
from tests.webhook_receiver import Receiver

from .text_messages import Clock as SmsClock
from .text_messages import Network, queued, sandbox, sender, texting_account

NOW = datetime(2126, 11, 29, 12, tzinfo=UTC)
"""Later than the clock on the wall, by which callbacks note what came."""
SECRET = "secret of kwiaty"


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    made = Receiver()
    yield made
    made.close()


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def event(company: cast.Company, receiver: Receiver, key: str = "monitoring:1") -> WebhookDelivery:
    company.tenant.webhook, company.tenant.webhook_secret = receiver.address, SECRET
    company.tenant.save()
    queue_event(company.tenant, "account.gone", {"account": {"extension": "100"}}, key, NOW)
    return WebhookDelivery.objects.get(key=key)


def test_what_is_taken_is_signed_told_once_and_on_record(kwiaty: cast.Company, receiver: Receiver) -> None:
    row = event(kwiaty, receiver)
    queue_event(kwiaty.tenant, "account.gone", {}, row.key, NOW)
    webhooks = Webhooks(Clock())
    webhooks.send_due()
    webhooks.send_due()
    ((headers, body),) = receiver.got
    told = json.loads(body)
    assert (told["event"], told["company"], told["id"]) == ("account.gone", "kwiaty", "monitoring:1")
    at, signed = headers["Centralka-Signature"].removeprefix("t=").split(",v1=")
    assert at == str(int(NOW.timestamp()))
    assert signed == hmac.new(SECRET.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    assert headers["Centralka-Delivery"] == "monitoring:1"
    row.refresh_from_db()
    assert (row.state, row.answer, row.attempts, row.delivered_at) == ("delivered", "HTTP 200", 1, NOW)


def test_what_is_not_taken_is_tried_again_later_and_later_and_given_up(
    kwiaty: cast.Company, receiver: Receiver
) -> None:
    row, clock = event(kwiaty, receiver), Clock()
    receiver.answers = [500]
    webhooks = Webhooks(clock)
    tries: list[datetime] = []
    while (waiting := WebhookDelivery.objects.get()).state == "queued":
        clock.now = waiting.next_at - timedelta(seconds=1)
        webhooks.send_due()
        assert len(receiver.got) == len(tries), "it is not due yet"
        clock.now = waiting.next_at
        webhooks.send_due()
        tries.append(clock.now)
    row.refresh_from_db()
    assert (row.state, row.answer, len(tries)) == ("failed", "HTTP 500", MOST_TRIES)
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=10)
    assert pauses[-1] == timedelta(hours=1)


def test_after_a_failure_it_arrives(kwiaty: cast.Company, receiver: Receiver) -> None:
    row, clock = event(kwiaty, receiver), Clock()
    receiver.answers = [503, 204]
    for _ in range(2):
        Webhooks(clock).send_due()
        clock.now += timedelta(minutes=1)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("delivered", 2)


def test_no_redirect_is_followed(kwiaty: cast.Company, receiver: Receiver) -> None:
    row = event(kwiaty, receiver)
    receiver.answers = [302]
    Webhooks(Clock()).send_due()
    row.refresh_from_db()
    assert (row.state, row.answer, len(receiver.got)) == ("queued", "HTTP 302", 1)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"])
def test_an_inner_address_gets_nothing_by_whatever_name(
    host: str, kwiaty: cast.Company, receiver: Receiver, settings: Settings
) -> None:
    row = event(kwiaty, receiver)
    settings.WEBHOOK_NETWORKS = []
    WebhookDelivery.objects.update(address=f"http://{host}:{receiver.port}/")
    Webhooks(Clock()).send_due()
    row.refresh_from_db()
    assert (row.state, receiver.got) == ("failed", [])
    assert row.answer == "the address leads into an inner network"


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("8.8.8.8", True), ("2606:4700::1111", True), ("10.1.2.3", False), ("192.168.1.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("fe80::1", False), ("fd00::1", False), ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False), ("::", False),
    ],
)  # fmt: skip
def test_where_events_may_go(address: str, may: bool, settings: Settings) -> None:
    settings.WEBHOOK_NETWORKS = []
    assert may_be_reached(ip_address(address)) is may


def test_nobody_there_is_told_and_another_company_is_not_held_up(
    kwiaty: cast.Company, ksiegi: cast.Company, receiver: Receiver
) -> None:
    lost, fine = event(kwiaty, receiver, "monitoring:1"), event(ksiegi, receiver, "monitoring:2")
    WebhookDelivery.objects.filter(pk=lost.pk).update(address="http://127.0.0.1:1/")
    Webhooks(Clock()).send_due()
    lost.refresh_from_db()
    fine.refresh_from_db()
    assert (lost.state, lost.answer) == ("queued", "no connection: ConnectionRefusedError")
    assert fine.state == "delivered"


@contextmanager
def program_that_hangs(words: Iterable[bytes]) -> Iterator[str]:
    """The address of a program that takes an event and then never says the whole of its answer."""
    ended = threading.Event()

    def serve(listening: socket.socket) -> None:
        with contextlib.suppress(OSError), listening.accept()[0] as taken:
            for word in words:
                taken.sendall(word)
                if ended.wait(0.05):
                    return
            ended.wait(60)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=serve, args=[listening], daemon=True)
        server.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            ended.set()
            server.join(60)  # it listens for ever where nobody came


@pytest.mark.parametrize("words", [[], [b"HTTP/1.1 200 OK\r\nX: ", *[b"x"] * 1000]], ids=["silent", "dripping"])
def test_a_program_that_hangs_is_left_and_holds_up_nobody(
    words: list[bytes], kwiaty: cast.Company, ksiegi: cast.Company, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = exchange_over.__kwdefaults__
    assert limits
    monkeypatch.setitem(limits, "answer", 0.5)  # seconds; nobody waits for 15 of them here
    hanging, fine = event(kwiaty, receiver, "monitoring:1"), event(ksiegi, receiver, "monitoring:2")
    with program_that_hangs(words) as address:
        WebhookDelivery.objects.filter(pk=hanging.pk).update(address=address)
        Webhooks(Clock()).send_due()
    hanging.refresh_from_db()
    fine.refresh_from_db()
    assert (hanging.state, hanging.attempts, hanging.answer) == ("queued", 1, "no answer: TimeoutError")
    assert fine.state == "delivered"


@pytest.mark.django_db
def test_a_wrong_certificate_is_not_talked_to(receiver: Receiver) -> None:
    """The receiver speaks no TLS at all: nothing of the event is sent."""
    tried = deliver(f"https://127.0.0.1:{receiver.port}/", "{}", "k", SECRET, NOW)
    assert not tried.taken
    assert receiver.got == []


def test_news_of_an_account_become_an_event_also_without_an_address_for_mail(
    kwiaty: cast.Company, receiver: Receiver
) -> None:
    event(kwiaty, receiver).delete()
    account = cast.phone(kwiaty.tenant, "100", "Alicja")
    news = MonitoringNews.objects.create(
        tenant=kwiaty.tenant, sip_account=account, kind="gone", since=NOW - timedelta(minutes=3), at=NOW
    )
    tell(kwiaty.tenant.pk, NOW)
    row = WebhookDelivery.objects.get()
    assert (row.key, row.event) == (f"monitoring:{news.pk}", "account.gone")
    assert json.loads(row.body)["account"] == {"id": account.pk, "extension": "100", "name": "Alicja"}


def test_without_an_address_nothing_is_queued(kwiaty: cast.Company) -> None:
    queue_event(kwiaty.tenant, "account.gone", {}, "k", NOW)
    assert not WebhookDelivery.objects.exists()


# -- Text messages -----------------------------------------------------------------------------------------------------


def listening(kwiaty: cast.Company, receiver: Receiver, *, sms: bool = True) -> None:
    kwiaty.tenant.webhook, kwiaty.tenant.webhook_secret, kwiaty.tenant.webhook_sms = receiver.address, SECRET, sms
    kwiaty.tenant.save()
    kwiaty.manager.tenant.refresh_from_db()


def test_what_becomes_of_a_message_and_its_answer_are_told_once(
    kwiaty: cast.Company, receiver: Receiver, played: Network
) -> None:
    account = texting_account(kwiaty.tenant)
    listening(kwiaty, receiver)
    sandbox(played.port)
    sms = queued(kwiaty, account, to="600 100 204", text="Czy jutro?")
    sender(SmsClock()).send_due()
    played.wait_for_news(2)
    played.told *= 2  # everything twice
    played.bring(4)
    Webhooks(Clock()).send_due()
    told = {one["event"]: one for one in receiver.events}
    assert len(receiver.events) == len(told)
    assert set(told) == {"sms.accepted", "sms.delivered", "sms.received"}
    delivered, received = told["sms.delivered"], told["sms.received"]
    assert (delivered["id"], delivered["message"]["id"]) == (f"sms:{sms.pk}:delivered", sms.pk)
    assert "text" not in delivered["message"]
    assert (received["message"]["number"], received["message"]["text"]) == ("+48600100204", "Czy jutro?")
    assert received["message"]["account"] == {"id": account.pk, "extension": "100", "name": account.name}


def test_a_message_that_fails_is_told_with_the_reason(
    kwiaty: cast.Company, receiver: Receiver, played: Network
) -> None:
    account = texting_account(kwiaty.tenant)
    listening(kwiaty, receiver)
    sandbox(played.port)
    queued(kwiaty, account, to="600 100 201")
    sender(SmsClock()).send_due()
    Webhooks(Clock()).send_due()
    (told,) = receiver.events
    assert (told["event"], told["message"]["reason"]) == ("sms.failed", "barred")


def test_who_wants_no_messages_is_told_of_none(kwiaty: cast.Company, receiver: Receiver, played: Network) -> None:
    account = texting_account(kwiaty.tenant)
    listening(kwiaty, receiver, sms=False)
    sandbox(played.port)
    queued(kwiaty, account, to="600 100 200")
    sender(SmsClock()).send_due()
    played.bring(1)
    assert not WebhookDelivery.objects.exists()


# -- A test, and a new secret ------------------------------------------------------------------------------------------


def test_a_test_is_sent_at_once_and_is_on_record_but_not_repeated(kwiaty: cast.Company, receiver: Receiver) -> None:
    listening(kwiaty, receiver)
    receiver.answers = [204, 500]
    assert (try_webhook(kwiaty.manager).state, try_webhook(kwiaty.manager).answer) == ("delivered", "HTTP 500")
    assert [one["event"] for one in receiver.events] == ["test", "test"]
    later = Clock()
    later.now = datetime.now(UTC) + timedelta(hours=2)
    Webhooks(later).send_due()
    assert len(receiver.got) == 2
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"delivered", "failed"}


def test_a_test_goes_into_no_inner_network(kwiaty: cast.Company, receiver: Receiver, settings: Settings) -> None:
    listening(kwiaty, receiver)
    settings.WEBHOOK_NETWORKS = []
    assert try_webhook(kwiaty.manager).answer == "the address leads into an inner network"
    assert receiver.got == []


def test_after_a_new_secret_what_waits_is_signed_with_it(kwiaty: cast.Company, receiver: Receiver) -> None:
    event(kwiaty, receiver)
    kwiaty.manager.tenant.refresh_from_db()
    secret = renew_secret(kwiaty.manager).webhook_secret
    assert secret != SECRET
    Webhooks(Clock()).send_due()
    ((headers, body),) = receiver.got
    assert headers["Centralka-Signature"] == signature(secret, body, NOW)


def test_without_an_address_there_is_nothing_to_try_or_renew(kwiaty: cast.Company) -> None:
    for do in (try_webhook, renew_secret):
        with pytest.raises(InvalidInput):
            do(kwiaty.manager)
        with pytest.raises(NotAllowed):
            do(kwiaty.reader)
