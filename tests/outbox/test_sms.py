"""Text messages through a real network over HTTP: each is handed over once and paid once, whatever dies when."""

import socket
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from threading import Thread

import pytest
from django.test import Client
from django.utils import translation

from centralka.gateways import http
from centralka.probes.finding import Kind
from centralka.probes.outside import texts
from centralka.sms.gateway_words import Incoming, NotTaken, Request, Unclear
from centralka.sms.states import State
from centralka.store import money
from centralka.store import sms as store
from centralka.store.models import Mail, Reservation, SipAccount, Sms, SmsStop, Tenant, WebhookDelivery
from centralka.store.sms_in import keep_incoming
from tests import cast

from .mail_server import free_port
from .text_messages import NOON, Clock, Network, booked, events, network, queued, sandbox, sender, soon, state

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_message_is_taken_booked_and_delivered(kwiaty: cast.Company, account: SipAccount, played: Network) -> None:
    sandbox(played.port)
    sms = queued(kwiaty, account, to="600 100 200")
    assert money.funds(kwiaty.tenant.pk).available == Decimal("9.91")
    sender(Clock()).send_due()
    assert (state(sms), booked(sms)) == (State.ACCEPTED, [Decimal("-0.09")])
    assert not Reservation.objects.exists()
    assert played.network.messages[sms.key]["text"] == "Dzień dobry"
    played.bring(1)
    assert (state(sms), sms.reason) == (State.DELIVERED, "")
    assert (money.funds(kwiaty.tenant.pk).available, booked(sms)) == (Decimal("9.91"), [Decimal("-0.09")])


def test_reports_twice_and_out_of_order_change_nothing(
    kwiaty: cast.Company, account: SipAccount, played: Network
) -> None:
    sandbox(played.port)
    sms = queued(kwiaty, account, to="600 100 208")
    sender(Clock()).send_due()
    played.bring(4)
    assert (state(sms), booked(sms)) == (State.DELIVERED, [Decimal("-0.09")])


def test_a_refused_message_costs_nothing_and_says_why(
    kwiaty: cast.Company, account: SipAccount, played: Network
) -> None:
    sandbox(played.port)
    sms = queued(kwiaty, account, to="600 100 201")
    sender(Clock()).send_due()
    assert (state(sms), sms.reason, booked(sms)) == (State.FAILED, "barred", [])
    assert money.funds(kwiaty.tenant.pk).available == Decimal("10")


def test_a_message_that_fails_after_acceptance_is_paid(
    kwiaty: cast.Company, account: SipAccount, played: Network
) -> None:
    sandbox(played.port)
    sms = queued(kwiaty, account, to="600 100 203")
    sender(Clock()).send_due()
    played.bring(2)
    assert (state(sms), sms.reason, booked(sms)) == (State.FAILED, "absent subscriber", [Decimal("-0.09")])


def test_the_next_gateway_gets_what_the_first_certainly_did_not_take(
    kwiaty: cast.Company, account: SipAccount, played: Network
) -> None:
    dead = sandbox(free_port(), name="Martwa", priority=1)
    there = sandbox(played.port)
    sms = queued(kwiaty, account)
    sender(Clock()).send_due()
    assert (state(sms), sms.gateway) == (State.ACCEPTED, there)
    dead.refresh_from_db()
    assert "no connection" in dead.problem


def test_without_any_gateway_that_answers_a_message_waits_and_goes_out_later(
    kwiaty: cast.Company, account: SipAccount, played: Network
) -> None:
    gateway = sandbox(free_port())
    sms, clock = queued(kwiaty, account), Clock()
    post = sender(clock)
    post.send_due()
    assert (state(sms), sms.attempts) == (State.QUEUED, 2)
    gateway.address = f"http://127.0.0.1:{played.port}/messages"
    gateway.save()
    soon(clock, 60)
    post.send_due()
    assert state(sms) == State.ACCEPTED


def test_what_no_gateway_takes_for_a_day_has_failed(kwiaty: cast.Company, account: SipAccount) -> None:
    sandbox(free_port())
    sms, clock = queued(kwiaty, account), Clock()
    post = sender(clock)
    for _hour in range(26):
        post.send_due()
        soon(clock, 3600)
    assert (state(sms), booked(sms)) == (State.FAILED, [])
    assert money.funds(kwiaty.tenant.pk).available == Decimal("10")


def test_an_answer_that_tells_nothing_is_asked_about_and_the_message_sent_once(
    kwiaty: cast.Company, account: SipAccount, played: Network
) -> None:
    sandbox(played.port)
    sms, clock = queued(kwiaty, account, to="600 100 209"), Clock()
    post = sender(clock)
    post.send_due()
    assert (state(sms), booked(sms)) == (State.UNKNOWN, [])
    assert money.funds(kwiaty.tenant.pk).available == Decimal("9.91")  # its money stays put aside
    soon(clock)
    post.send_due()
    assert (state(sms), booked(sms)) == (State.DELIVERED, [Decimal("-0.09")]) or state(sms) == State.ACCEPTED
    assert events(played, sms) == ["taken"]


@pytest.mark.parametrize("died", ["before the request", "after the request"])
def test_a_worker_that_dies_while_it_hands_over_sends_nothing_twice(
    kwiaty: cast.Company, account: SipAccount, played: Network, died: str
) -> None:
    gateway, clock = sandbox(played.port), Clock()
    sms = queued(kwiaty, account, to="600 100 200")
    assert store.going_to(sms, gateway, clock())
    if died == "after the request":
        given = {"to": sms.number, "from": "", "text": sms.text, "id": sms.key, "report": ""}
        assert played.network.take(given)[0] == 200
    post = sender(clock)
    post.send_due()
    assert state(sms) == State.SENDING  # the other worker may still be at it
    soon(clock, store.LEASE.total_seconds())
    post.send_due()
    assert state(sms) in (State.ACCEPTED, State.DELIVERED)
    assert (events(played, sms), booked(sms)) == (["taken"], [Decimal("-0.09")])


def test_a_gateway_that_dies_after_acceptance_is_asked_when_it_is_back(
    kwiaty: cast.Company, account: SipAccount, tmp_path: Path
) -> None:
    with network(tmp_path) as played:
        gateway = sandbox(played.port)
        sms, clock = queued(kwiaty, account, to="600 100 209"), Clock()
        post = sender(clock)
        post.send_due()
        kept, port = played.network.messages, played.port
    for _minute in range(10):
        soon(clock, 60)
        post.send_due()
    assert (state(sms), booked(sms)) == (State.UNKNOWN, [])
    with network(tmp_path) as back:
        back.network.messages |= kept
        gateway.templates = {"ask": f"http://127.0.0.1:{back.port}/messages/{{key}}"}
        gateway.save()
        soon(clock, 600)
        post.send_due()
        assert state(sms) in (State.ACCEPTED, State.DELIVERED)
        assert (events(back, sms), booked(sms)) == (["taken"], [Decimal("-0.09")])
    assert port


def test_a_gateway_that_cannot_be_asked_never_gets_it_again_and_a_report_decides(
    kwiaty: cast.Company, account: SipAccount, played: Network
) -> None:
    sandbox(played.port, templates={})
    sms, clock = queued(kwiaty, account, to="600 100 209"), Clock()
    post = sender(clock)
    for _time in range(20):
        post.send_due()
        soon(clock, 600)
    assert (state(sms), events(played, sms)) == (State.UNKNOWN, ["taken"])
    played.bring(1)
    assert (state(sms), booked(sms)) == (State.DELIVERED, [Decimal("-0.09")])


def test_what_nobody_ever_tells_of_has_failed_and_its_money_is_given_back(
    kwiaty: cast.Company, account: SipAccount, played: Network
) -> None:
    sandbox(played.port, templates={})
    sms, clock = queued(kwiaty, account, to="600 100 209"), Clock()
    post = sender(clock)
    post.send_due()
    soon(clock, (store.FORGOTTEN + timedelta(minutes=20)).total_seconds())
    post.send_due()
    assert (state(sms), booked(sms), events(played, sms)) == (State.FAILED, [], ["taken"])
    assert money.funds(kwiaty.tenant.pk).available == Decimal("10")


def test_an_answer_comes_in_once_is_mailed_and_stop_blocks(
    kwiaty: cast.Company, account: SipAccount, played: Network
) -> None:
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(sms_email="biuro@kwiaty.example")
    sandbox(played.port)
    sms = queued(kwiaty, account, to="600 100 205")
    sender(Clock()).send_due()
    played.wait_for_news(2)
    played.told *= 2
    played.bring(4)
    came = Sms.objects.get(direction=Sms.Direction.IN)
    assert (came.number, came.text, came.sip_account, came.seen) == (sms.number, "STOP", account, False)
    assert Mail.objects.filter(kind=Mail.Kind.SMS, to="biuro@kwiaty.example", sms=came).count() == 1
    assert SmsStop.objects.get().number == sms.number


def test_a_message_to_an_own_number_goes_to_its_account(kwiaty: cast.Company, account: SipAccount) -> None:
    gateway = sandbox(free_port())
    number = cast.line_outside(kwiaty.tenant, "+48601222333")
    number.sip_account = account
    number.save()
    fields = {"from": "+48 500 600 700", "to": "601222333", "text": "Czy są\0 róże?", "id": "7"}
    for _twice in range(2):
        assert Client().post(f"/bramka-sms/{gateway.callback}", fields).status_code == 200
    came = Sms.objects.get()
    assert (came.number, came.sender, came.text) == ("+48500600700", "+48601222333", "Czy są róże?")
    assert (came.sip_account, came.tenant) == (account, kwiaty.tenant)


def test_whoever_wants_no_more_and_says_so_again_is_listed_with_the_latest_answer(
    kwiaty: cast.Company, account: SipAccount
) -> None:
    """Who would lift the stop is told of that one, and asked anew where it came meanwhile."""
    gateway = sandbox(free_port())
    cast.line_outside(kwiaty.tenant, "+48601222333")
    for id_, text, at in (("1", "STOP", NOON), ("2", "Halo", NOON), ("3", "Nie!", NOON + timedelta(days=1))):
        assert keep_incoming(gateway, "", Incoming("600 100 200", "601222333", text, id_), at)
    stop = SmsStop.objects.get()
    assert (stop.number, stop.text, stop.at) == ("+48600100200", "Nie!", NOON + timedelta(days=1))


def test_an_id_that_is_longer_than_what_is_kept_of_it_loses_no_message(
    kwiaty: cast.Company, account: SipAccount
) -> None:
    gateway = sandbox(free_port())
    cast.line_outside(kwiaty.tenant, "+48601222333")
    for number in (1, 2, 2):
        told = Incoming("600 100 200", "601222333", "Halo", "x" * 300 + str(number))
        assert keep_incoming(gateway, "", told, NOON)
    assert [len(one.their_id) for one in Sms.objects.all()] == [100, 100]


def test_an_account_says_what_happens_to_messages_that_come_in(kwiaty: cast.Company, account: SipAccount) -> None:
    """To the panel in any case; by mail to its own addresses or the company's, to phones and to a program if wanted."""
    hears = {"webhook": "https://crm.kwiaty.example/", "webhook_sms": True, "sms_email": "biuro@kwiaty.example"}
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(**hears)
    gateway = sandbox(free_port())
    number = cast.line_outside(kwiaty.tenant, "+48601222333")
    number.sip_account = account
    number.save()

    def comes(**wanted: object) -> tuple[Sms, list[str], int]:
        SipAccount.objects.filter(pk=account.pk).update(**wanted)
        told, mailed = WebhookDelivery.objects.count(), Mail.objects.count()
        fields = {"from": "+48 500 600 700", "to": "601222333", "text": "Dzień dobry", "id": str(mailed + told)}
        for _twice in range(2):
            assert Client().post(f"/bramka-sms/{gateway.callback}", fields).status_code == 200
        mails = Mail.objects.order_by("pk").values_list("to", flat=True)[mailed:]
        return Sms.objects.latest("pk"), sorted(mails), WebhookDelivery.objects.count() - told

    sms, mails, told = comes()
    assert (sms.phones_at is not None, mails, told) == (True, ["biuro@kwiaty.example"], 1)
    sms, mails, told = comes(sms_emails="a@kwiaty.example, b@kwiaty.example", sms_phones=False)
    assert (sms.phones_at, mails, told) == (None, ["a@kwiaty.example", "b@kwiaty.example"], 1)
    sms, mails, told = comes(sms_mail=False, sms_webhook=False)
    assert (sms.seen, sms.sip_account, mails, told) == (False, account, [], 0)
    assert Sms.objects.count() == 3


def test_strangers_and_forged_reports_change_nothing(
    kwiaty: cast.Company, account: SipAccount, played: Network
) -> None:
    gateway = sandbox(played.port)
    other = sandbox(free_port(), name="Inna", enabled=False)
    sms = queued(kwiaty, account, to="600 100 202")
    report = {"id": sms.key, "status": "failed"}
    early = Client().post(f"/bramka-sms/{gateway.callback}/{sms.key}", report)
    assert (early.status_code, state(sms)) == (200, State.QUEUED)  # no gateway has it yet
    sender(Clock()).send_due()
    for address in (f"wrong/{sms.key}", f"{gateway.callback[:-1]}", f"%00/{sms.key}", "x" * 2000):
        assert Client().post(f"/bramka-sms/{address}", report).status_code == 404
    assert Client().post(f"/bramka-sms/{other.callback}/{sms.key}", report).status_code == 200
    for body in (b"", b"[]", b"{", b'{"id": 1}', b"[" * 50_000):
        answer = Client().post(f"/bramka-sms/{gateway.callback}", body, content_type="application/json")
        assert answer.status_code == 200
    assert state(sms) == State.ACCEPTED
    stranger = {"from": "+48500600700", "to": "+48999", "text": "?"}
    assert Client().get(f"/bramka-sms/{gateway.callback}", stranger).status_code == 200
    assert not Sms.objects.filter(direction=Sms.Direction.IN).exists()


def _serve(answer: bytes, *, hold: bool = False) -> int:
    """A server that says this to whoever comes first, and perhaps holds the line then."""
    server = socket.create_server(("127.0.0.1", 0))

    def say() -> None:
        with server, server.accept()[0] as line:
            line.recv(65536)
            line.sendall(answer)
            while hold and line.recv(1):
                pass

    Thread(target=say, daemon=True).start()
    port: int = server.getsockname()[1]
    return port


@pytest.mark.parametrize(
    ("answer", "hold"),
    [
        (b"", False),
        (b"nonsense\r\n\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nslow", True),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000, False),
        (b"HTTP/1.1 200 " + b"x" * 70_000, False),
    ],
)
def test_answers_that_are_empty_slow_huge_or_nonsense_are_unclear(answer: bytes, hold: bool) -> None:
    request = Request("POST", f"http://127.0.0.1:{_serve(answer, hold=hold)}/", {}, b"x")
    found = http.exchange(request, answer=0.5)
    assert isinstance(found, Unclear) or found.body == b"short"  # type: ignore[union-attr]


def test_what_never_left_us_was_not_taken() -> None:
    for address in (f"http://127.0.0.1:{free_port()}/", "http://nowhere.invalid/", "https://127.0.0.1:1/"):
        assert isinstance(http.exchange(Request("POST", address)), NotTaken)
    plain = _serve(b"HTTP/1.1 200 OK\r\n\r\n")  # speaks no TLS
    assert isinstance(http.exchange(Request("POST", f"https://127.0.0.1:{plain}/")), NotTaken)


def test_at_night_messages_wait_for_the_morning(kwiaty: cast.Company, account: SipAccount, played: Network) -> None:
    """The clock of the installation is Warsaw's: at NOON it is 12 o'clock there."""
    sandbox(played.port)
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(sms_night_from="21:00", sms_night_until="08:00")
    by_day, clock = queued(kwiaty, account), Clock()
    post = sender(clock)
    post.send_due()
    assert state(by_day) == State.ACCEPTED
    soon(clock, 9 * 3600)
    by_night = queued(kwiaty, account, to="600 100 208")
    post.send_due()
    while clock.now < NOON + timedelta(hours=19, minutes=50):
        soon(clock, 600)
        post.send_due()
        assert (state(by_night), booked(by_night)) == (State.QUEUED, [])
    assert (by_night.reason, by_night.attempts) == (Sms.NIGHT, 0)
    with translation.override("pl"):
        assert by_night.reason_in_words == "czeka do rana"
    soon(clock, 600)
    post.send_due()
    assert (state(by_night), booked(by_night)) == (State.ACCEPTED, [Decimal("-0.09")])


def test_a_night_that_is_taken_back_holds_nothing_any_more(
    kwiaty: cast.Company, account: SipAccount, played: Network
) -> None:
    sandbox(played.port)
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(sms_night_from="11:00", sms_night_until="23:00")
    sms, clock = queued(kwiaty, account), Clock()
    post = sender(clock)
    post.send_due()
    assert (state(sms), sms.reason) == (State.QUEUED, Sms.NIGHT)
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(sms_night_from="", sms_night_until="")
    soon(clock, 600)
    post.send_due()
    assert state(sms) == State.ACCEPTED


def test_a_night_is_over_for_the_reason_too(kwiaty: cast.Company, account: SipAccount) -> None:
    """What waits at night is no fault; what no gateway takes in the morning says so."""
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(sms_night_from="11:00", sms_night_until="13:00")
    sandbox(free_port())
    sms, clock = queued(kwiaty, account), Clock()
    post = sender(clock)
    post.send_due()
    assert (state(sms), sms.reason) == (State.QUEUED, Sms.NIGHT)
    later = clock.now + timedelta(minutes=30)
    assert list(texts(later)) == []
    soon(clock, 3600)
    post.send_due()
    assert (state(sms), sms.reason == Sms.NIGHT) == (State.QUEUED, False)
    assert [found.kind for found in texts(clock.now)] == [Kind.TEXTS_WAIT]
