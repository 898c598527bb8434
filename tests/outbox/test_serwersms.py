"""SerwerSMS.pl, as the sandbox's network plays it: it brings nothing, so it is asked for reports and messages."""

from decimal import Decimal

import pytest

from centralka.actions.sms.gateways import GatewayInput, add_gateway, try_gateway
from centralka.outbox.asked_gateways import AskedGateways
from centralka.sms.gateway_words import NotTaken, Taken
from centralka.sms.states import State
from centralka.store import money
from centralka.store import sms as store
from centralka.store.models import SipAccount, Sms, SmsGateway, SmsStop
from tests import cast

from .mail_server import free_port
from .text_messages import PASSWORD, Clock, Network, booked, events, queued, sandbox, sender, soon, state

pytestmark = pytest.mark.django_db(transaction=True)


def serwersms(port: int, secret: str = PASSWORD, numbers: str = "") -> SmsGateway:
    templates = {"numbers": numbers} if numbers else {}
    address = f"http://127.0.0.1:{port}"
    wanted = GatewayInput(
        name="SerwerSMS", kind="serwersms", priority=1, address=address, secret=secret, templates=templates
    )
    return add_gateway(cast.OPERATOR, wanted)


def until_told(played: Network, sms: Sms, status: str) -> None:
    """Wait for the network's own clock."""
    end = 200
    while played.network.messages[sms.key]["status"] != status and end:
        played.network.ended.wait(0.05)
        end -= 1
    assert end, played.network.messages


def until_answered(played: Network) -> None:
    end = 200
    while not played.network.answers and end:
        played.network.ended.wait(0.05)
        end -= 1
    assert end


@pytest.mark.parametrize(
    ("to", "told", "state_then", "reason"),
    [
        ("600 100 200", "delivered", State.DELIVERED, ""),
        ("600 100 203", "failed", State.FAILED, "message_expired"),
    ],
)
def test_a_message_is_taken_booked_and_its_report_asked_for(
    kwiaty: cast.Company, account: SipAccount, played: Network, to: str, told: str, state_then: State, reason: str
) -> None:
    serwersms(played.port)
    sms, clock = queued(kwiaty, account, to=to), Clock()
    asked = AskedGateways(clock)
    sender(clock).send_due()
    assert (state(sms), sms.their_id, booked(sms)) == (State.ACCEPTED, f"sandbox{sms.key}", [Decimal("-0.09")])
    until_told(played, sms, told)
    for _twice in range(2):
        soon(clock, 31)
        asked.look()
        assert (state(sms), sms.reason, booked(sms)) == (state_then, reason, [Decimal("-0.09")])


def test_what_it_refuses_has_failed_and_what_its_account_cannot_send_goes_to_the_next(
    kwiaty: cast.Company, account: SipAccount, played: Network
) -> None:
    gateway = serwersms(played.port)
    barred = queued(kwiaty, account, to="600 100 201")
    sender(Clock()).send_due()
    assert (state(barred), barred.reason, booked(barred)) == (State.FAILED, "2001: Invalid phone number", [])
    next_one = sandbox(played.port)
    exhausted = queued(kwiaty, account, to="600 100 207")
    sender(Clock()).send_due()
    assert (state(exhausted), booked(exhausted)) == (State.QUEUED, []), "the network is as busy for the next"
    gateway.refresh_from_db()
    assert gateway.problem.startswith("3002: ")
    SmsGateway.objects.filter(pk=gateway.pk).update(secret="wrong")
    other = queued(kwiaty, account)
    sender(Clock()).send_due()
    assert (state(other), other.gateway) == (State.ACCEPTED, next_one)
    gateway.refresh_from_db()
    assert gateway.problem == "1001: Incorrect login or password"


def test_an_answer_that_tells_nothing_is_asked_about_and_the_message_is_sent_once(
    kwiaty: cast.Company, account: SipAccount, played: Network
) -> None:
    serwersms(played.port)
    sms, clock = queued(kwiaty, account, to="600 100 209"), Clock()
    post = sender(clock)
    post.send_due()
    assert (state(sms), booked(sms)) == (State.UNKNOWN, [])
    soon(clock)
    post.send_due()
    assert state(sms) in (State.ACCEPTED, State.DELIVERED)
    assert (events(played, sms), booked(sms)) == (["taken"], [Decimal("-0.09")])


def test_what_it_does_not_know_after_a_worker_died_is_never_sent_again(
    kwiaty: cast.Company, account: SipAccount, played: Network
) -> None:
    gateway, clock = serwersms(played.port), Clock()
    sms = queued(kwiaty, account)
    assert store.going_to(sms, gateway, clock())
    post = sender(clock)
    for _time in range(5):
        soon(clock, store.LEASE.total_seconds())
        post.send_due()
    assert (state(sms), played.network.messages) == (State.UNKNOWN, {})
    soon(clock, store.FORGOTTEN.total_seconds())
    post.send_due()
    assert (state(sms), played.network.messages, booked(sms)) == (State.FAILED, {}, [])
    assert money.funds(kwiaty.tenant.pk).available == Decimal("10")


def test_replies_and_messages_to_own_numbers_are_fetched_once(
    kwiaty: cast.Company, account: SipAccount, played: Network
) -> None:
    number = cast.line_outside(kwiaty.tenant, "+48601222333")
    number.sip_account = account
    number.save()
    gateway = serwersms(played.port, numbers="601 222 333")
    assert gateway.templates == {"numbers": "+48601222333"}
    sms, clock = queued(kwiaty, account, to="600 100 205"), Clock()
    sender(clock).send_due()
    until_answered(played)
    played.network.answers.append({"from": "+48500600700", "to": "601222333", "text": "Czy są\0 róże?", "id": "7"})
    played.network.answers.append({"from": "+48500600700", "to": "601999999", "text": "Nie nasz", "id": "8"})
    asked = AskedGateways(clock)
    for _time in range(3):
        asked.look()
        soon(clock, 31)
    AskedGateways(clock).look()  # another worker, or this one after its death
    came = {one.number: one for one in Sms.objects.filter(direction=Sms.Direction.IN)}
    assert {number: (one.sender, one.text, one.sip_account) for number, one in came.items()} == {
        sms.number: ("", "STOP", account),
        "+48500600700": ("+48601222333", "Czy są róże?", account),
    }
    assert Sms.objects.filter(direction=Sms.Direction.IN).count() == 2
    assert SmsStop.objects.get().number == sms.number


def test_the_test_button_and_a_gateway_that_is_away(played: Network) -> None:
    gateway = serwersms(played.port)
    assert isinstance(try_gateway(cast.OPERATOR, gateway.pk, "600 100 200"), Taken)
    (key,) = played.network.messages
    assert key.isalnum()
    SmsGateway.objects.filter(pk=gateway.pk).update(address=f"http://127.0.0.1:{free_port()}", problem="")
    assert isinstance(try_gateway(cast.OPERATOR, gateway.pk, "600 100 200"), NotTaken)
    SmsGateway.objects.update(problem="")
    clock = Clock()
    asked = AskedGateways(clock)
    asked.look()
    gateway.refresh_from_db()
    assert gateway.problem == "no connection: ConnectionRefusedError"
    SmsGateway.objects.update(address=f"http://127.0.0.1:{played.port}")
    soon(clock, 60)
    asked.look()  # left alone for two minutes
    gateway.refresh_from_db()
    assert gateway.problem
    soon(clock, 61)
    asked.look()
    gateway.refresh_from_db()
    assert gateway.problem == ""


def test_an_answered_question_leaves_alone_what_was_said_to_a_message(played: Network) -> None:
    gateway, clock = serwersms(played.port), Clock()
    SmsGateway.objects.filter(pk=gateway.pk).update(address=f"http://127.0.0.1:{free_port()}")
    asked = AskedGateways(clock)
    asked.look()
    refused = "3002: No messages left"
    SmsGateway.objects.filter(pk=gateway.pk).update(address=f"http://127.0.0.1:{played.port}", problem=refused)
    soon(clock, 121)
    asked.look()
    gateway.refresh_from_db()
    assert gateway.problem == refused
