"""A newcomer's first text messages: out through the sandbox's network, and an answer back; whatever dies, each once."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from centralka.gateways.webhooks import signature
from tests.live.carrier_instance import Carrier
from tests.live.instance import Answer, Installation
from tests.live.office import Account, Office, extension_of
from tests.live.phones import Phone, until
from tests.live.sipp import Outcome, run_scenario
from tests.webhook_receiver import Receiver

pytestmark = pytest.mark.live

HERE = Path(__file__).parent
SOON = 60


@pytest.fixture(scope="module")
def house() -> Iterator[Installation]:
    # A company's program on this machine may be told of events.
    with Installation(CENTRALKA_WEBHOOK_NETWORKS="127.0.0.0/8") as house, Carrier(house.home, house.carrier_port):
        yield house


def send(house: Installation, *to: str, text: str = "Dzień dobry") -> list[dict[str, Any]]:
    answer = house.api("POST", "/sms", {"from": "100", "to": list(to), "text": text})
    assert answer.status == 201, answer.body
    found: list[dict[str, Any]] = answer.body["items"]
    return found


def state(house: Installation, sms: dict[str, Any]) -> str:
    return str(house.api("GET", f"/sms/{sms['id']}").body["state"])


def comes_to(house: Installation, sms: dict[str, Any], wanted: str) -> None:
    until(lambda: state(house, sms) == wanted, SOON, f"the message is {wanted}, not {state(house, sms)}")


def bookings(house: Installation) -> dict[str, int]:
    """How often each message was booked."""
    found: dict[str, int] = {}
    for row in house.rows("ledger_entry"):
        if row["kind"] == "sms":
            found[row["key"]] = found.get(row["key"], 0) + 1
    return found


def taken(home: Path) -> list[str]:
    """The ids of the messages that the network took, as often as it was given them."""
    lines = [json.loads(line) for line in (home / "carrier/sms.jsonl").read_text().splitlines()]
    return [line["id"] for line in lines if line["event"] in ("taken", "repeated")]


def time_goes_by(house: Installation) -> None:
    """As if the claims of the dead had ended."""
    with closing(sqlite3.connect(house.home / "centralka.sqlite3", timeout=30)) as connection, connection:
        connection.execute("UPDATE sms SET next_at = created_at WHERE state IN ('queued', 'sending', 'unknown')")


def test_a_message_goes_out_is_delivered_and_answered(house: Installation) -> None:
    (sms,) = send(house, "600 100 204")
    comes_to(house, sms, "delivered")
    until(lambda: house.items("/sms?direction=in"), SOON, "the answer is there")
    (answer,) = house.items("/sms?direction=in")
    assert (answer["number"], answer["text"]) == ("+48600100204", "Dzień dobry")
    assert house.items("/ledger")[0]["net"] == "-0.0900"


@pytest.fixture
def program(house: Installation) -> Iterator[Receiver]:
    """The company's, which is told of text messages."""
    receiver = Receiver()
    assert house.api("PATCH", "/tenant", {"webhook": receiver.address, "webhook_sms": True}).status == 200
    yield receiver
    assert house.api("PATCH", "/tenant", {"webhook": "", "webhook_sms": False}).status == 200
    receiver.close()


def test_a_companys_program_is_told_of_the_message_and_of_the_answer(house: Installation, program: Receiver) -> None:
    (sms,) = send(house, "600 100 204", text="Z webhookiem")

    def told() -> set[str]:
        return {one["event"] for one in program.events}

    wanted = {"sms.accepted", "sms.delivered", "sms.received"}
    until(lambda: told() >= wanted, SOON, f"the program is told, so far: {told()}")
    by_event = {one["event"]: one["message"] for one in program.events}
    assert by_event["sms.delivered"]["id"] == sms["id"]
    assert by_event["sms.received"]["text"] == "Z webhookiem"
    secret = house.api("GET", "/tenant").body["webhook_secret"]
    headers, body = program.got[0]
    at = headers["Centralka-Signature"].removeprefix("t=").split(",")[0]
    assert headers["Centralka-Signature"] == signature(secret, body, datetime.fromtimestamp(int(at), UTC))
    tried = house.api("POST", "/webhook-test")
    assert (tried.status, tried.body["state"]) == (200, "delivered")
    assert "test" in told()


def test_what_is_refused_and_what_fails_is_told(house: Installation) -> None:
    refused, failed = send(house, "600 100 201", "600 100 203")
    comes_to(house, refused, "failed")
    comes_to(house, failed, "failed")
    assert house.api("GET", f"/sms/{failed['id']}").body["reason"] == "absent subscriber"


def test_a_worker_that_is_killed_while_it_waits_for_the_gateway_sends_once(house: Installation) -> None:
    (sms,) = send(house, "600 100 206")  # the gateway takes it, and says nothing
    until(lambda: state(house, sms) == "sending", SOON, "it is being handed over")
    key = next(row["key"] for row in house.rows("sms") if row["id"] == sms["id"])
    until(lambda: key in taken(house.home), SOON, "the network has it")
    dead = house.kill("worker")
    house.wait_for_another("worker", dead)
    time_goes_by(house)
    comes_to(house, sms, "delivered")
    assert taken(house.home).count(key) == 1
    assert bookings(house)[f"sms:{key}"] == 1


def test_a_worker_that_is_killed_again_and_again_sends_each_of_many_once(house: Installation) -> None:
    many = send(house, *(f"60010{number:02}00" for number in range(40)), text="Hurtem")
    for _killed in range(3):
        until(lambda: any(state(house, sms) != "queued" for sms in many), SOON, "some are on their way")
        house.wait_for_another("worker", house.kill("worker"))
        time_goes_by(house)
    for sms in many:
        comes_to(house, sms, "delivered")
    keys = [row["key"] for row in house.rows("sms") if row["batch"] == many[0]["batch"]]
    assert sorted(key for key in taken(house.home) if key in keys) == sorted(keys)
    assert all(bookings(house)[f"sms:{key}"] == 1 for key in keys)
    assert [row for row in house.rows("reservation") if row["node"] == "sms"] == []


# -- Phones that write (SIP MESSAGE) -----------------------------------------------------------------------------------


def gets_a_text(phone: Phone, number: int = 1) -> None:
    until(lambda: len(phone.texts) >= number, SOON, f"{phone} has {number} messages")


def is_answered(phone: Phone, answer: str, times: int = 1) -> None:
    until(lambda: phone.answers_to("MESSAGE").count(answer) >= times, SOON, f"{phone} hears {answer}")


def test_a_phone_writes_and_the_answer_comes_to_all_phones_of_the_account(office: Office) -> None:
    """To a number that answers: the answer comes to the phone that wrote, and by TCP to Alicja's other one."""
    account = office.account("Alicja")
    alicja, other = office.phone(account, writes_to="600100204"), office.phone(account, transport="tcp")
    alicja.write("Zażółć gęślą jaźń")
    is_answered(alicja, "202 Accepted")
    for phone in (alicja, other):
        gets_a_text(phone)
        assert phone.texts[0].body == "Zażółć gęślą jaźń"
        assert "+48600100204@" in (phone.texts[0].header("From") or "")
        assert phone.texts[0].header("X-Centralka") is None
    (sent,) = office.items("/sms?direction=out&number=600100204&limit=1")
    assert (sent["sip_account"], sent["by"]) == (account.id, account.login)


def test_a_phone_writes_to_a_colleague_and_gets_an_answer(office: Office) -> None:
    """From phone to phone in the company: with name and extension, and nothing of it costs, or is kept."""
    account = office.account("Bartek")
    alicja = office.phone("Alicja", writes_to=account.extension)
    alicja.write("Jesteś?")
    is_answered(alicja, "480 No Phone For Messages")
    bartek = office.phone(account)
    alicja.write("Kawa?")
    is_answered(alicja, "200 OK")
    gets_a_text(bartek)
    (text,) = bartek.texts
    assert text.body == "Kawa?"
    assert f'"Alicja" <sip:{extension_of(alicja)}@' in (text.header("From") or "")
    assert not [row for row in office.house.rows("sms") if row["text"] in ("Jesteś?", "Kawa?")]


SAID = "Content-Type: text/plain;charset=UTF-8"


def asks(
    office: Office, account: Account, to: str, body: str, *, final: int, kind: str = SAID,
    scenario: str = "uac_message", **keys: Any,
) -> Outcome:  # fmt: skip
    """Write as the account, by SIPp; `final` is the answer."""
    return run_scenario(
        HERE / f"{scenario}.xml", login=account.login, password=account.password, called=to, port=office.house.sip_port,
        kind=kind, body=body, final=final, **keys,
    )  # fmt: skip


def test_what_a_phone_may_not_send_is_refused_with_the_reason(office: Office) -> None:
    account, limited = office.account("Alicja"), office.account("Celina", outbound_pin="4711")
    refused = [
        asks(office, account, "112", "Pomocy", final=403).answers[-1],
        asks(office, account, "221234567", "Halo", final=403).answers[-1],
        asks(office, account, "12345", "Halo", final=404).answers[-1],
        asks(office, account, "600100200", " ", final=400).answers[-1],
        asks(office, account, "600100200", "a" * 2000, final=413, transport="tcp").answers[-1],
        asks(office, account, "600100200", "<x/>", final=415, kind="Content-Type: application/xml").answers[-1],
        asks(office, limited, "600100200", "Halo", final=403).answers[-1],
        asks(office, account, account.extension, "Halo", final=403).answers[-1],
    ]
    assert refused == [
        "403 Service Numbers Take No Messages",
        "403 No Mobile Number",
        "404 No Such Number",
        "400 Empty Message",
        "413 Message Too Long",
        "415 Unsupported Media Type",
        "403 Calls Outside Need A PIN",
        "403 Own Extension",
    ]
    assert not [row for row in office.house.rows("sms") if row["by"] in (account.login, limited.login)]


def test_a_stop_refuses_messages_by_api_and_phone_until_it_is_lifted(office: Office) -> None:
    """Of one account; also once there is no limit any more that it could break."""
    account, house = office.account("Alicja"), office.house
    limits, text = f"/sip-accounts/{account.id}/fraud-limits", {"from": account.extension, "to": "600100200"}
    assert house.api("PATCH", limits, {"spend_per_hour": "0.10"}).status == 200
    asks(office, account, "600100200", "Raz", final=202)
    refused = [asks(office, account, "600100200", "Dwa", final=403).answers[-1]]
    assert house.api("PATCH", limits, {"spend_per_hour": None}).status == 200
    refused.append(asks(office, account, "600100200", "Trzy", final=403).answers[-1])
    assert refused == ["403 Limit Of Spending Reached"] * 2
    assert "fraud_limit" in str(house.api("POST", "/sms", {**text, "text": "Trzy"}).body)
    (stop,) = [one for one in house.items("/fraud-stops") if one["sip_account"] == account.id]
    assert house.api("DELETE", f"/fraud-stops/{stop['id']}").status == 204
    asks(office, account, "600100200", "Cztery", final=202)
    assert [row["text"] for row in house.rows("sms") if row["by"] == account.login] == ["Raz", "Cztery"]


def test_a_message_that_comes_again_is_sent_once(office: Office) -> None:
    """A long one, of more than 1,300 octets, by UDP; and the same once more when its transaction is forgotten."""
    account = office.account("Alicja")
    heard = asks(office, account, "600100200", "Zażółć " * 90, final=202, scenario="uac_message_again")
    assert heard.answers.count("202 Accepted") >= 2  # an answer that was late was asked for once more
    assert len([row for row in office.house.rows("sms") if row["by"] == account.login]) == 1


def test_a_phone_that_takes_no_messages_is_not_asked_again(office: Office) -> None:
    """Bartek's desk phone says 405 to the first; his other one has both."""
    account = office.account("Bartek")
    desk = office.sipp_phone(HERE / "uas_no_messages.xml", account)
    bartek = office.phone(account)
    alicja = office.phone("Alicja", writes_to=account.extension)
    for number in (1, 2):
        alicja.write(f"Raz {number}")
        is_answered(alicja, "200 OK", number)
    assert [text.body for text in bartek.texts] == ["Raz 1", "Raz 2"]
    assert len({message.header("Call-ID") for message in desk.requests("MESSAGE")}) == 1


def test_a_message_waits_for_a_phone_and_comes_in_pieces_by_udp(office: Office) -> None:
    """Nobody is registered when it comes in; the phone that registers has it at once, each piece below 1,300 octets."""
    account = office.account("Alicja")
    long = "Zażółć gęślą jaźń. " * 33
    (sms,) = send_from(office, account, "600100204", long.strip())
    until(lambda: answers_of(office, account), SOON, "the answer is in the panel")
    alicja = office.phone(account)
    gets_a_text(alicja, 2)
    assert " ".join(text.body for text in alicja.texts) == long.strip()
    assert all(len(text.body.encode()) <= 900 for text in alicja.texts)
    until(lambda: not any(row["phones_at"] for row in answers_of(office, account)), SOON, "nothing waits for a phone")
    comes_to(office.house, sms, "delivered")


def test_a_switchboard_that_dies_loses_no_message(office: Office) -> None:
    """The phone hears 503, or its message is taken by the next one; either way it is there at most once."""
    account = office.account("Alicja")
    alicja = office.phone(account, writes_to="600100200")
    dead = office.house.kill("switchboard")
    alicja.write("Czy ktoś tam jest?")
    office.house.wait_for_another("switchboard", dead)
    until(lambda: any(one[0] in "25" for one in alicja.answers_to("MESSAGE")), SOON, "it is answered")
    taken_at_once = "202 Accepted" in alicja.answers_to("MESSAGE")
    assert len([row for row in office.house.rows("sms") if row["by"] == account.login]) == int(taken_at_once)


def send_from(office: Office, account: Account, to: str, text: str) -> list[dict[str, Any]]:
    answer = office.house.api("POST", "/sms", {"from": account.extension, "to": [to], "text": text})
    assert answer.status == 201, answer.body
    found: list[dict[str, Any]] = answer.body["items"]
    return found


def answers_of(office: Office, account: Account) -> list[dict[str, Any]]:
    """What came in for the account."""
    return [row for row in office.house.rows("sms") if row["sip_account_id"] == account.id and row["direction"] == "in"]


# -- Over SMPP ---------------------------------------------------------------------------------------------------


@pytest.fixture
def over_serwersms(house: Installation) -> Iterator[Installation]:
    """The same network, spoken to as SerwerSMS.pl: it brings nothing, and is asked."""
    (there,) = [one for one in operated(house, "GET", "/operator/sms-gateways").body["items"] if one["enabled"]]
    wanted = {
        "name": "SerwerSMS",
        "kind": "serwersms",
        "priority": 1,
        "address": there["address"].removesuffix("/messages"),
        "secret": json.loads((house.home / "carrier.json").read_text())["password"],
    }
    made = operated(house, "POST", "/operator/sms-gateways", wanted)
    assert made.status == 201, made
    yield house
    assert operated(house, "PATCH", f"/operator/sms-gateways/{made.body['id']}", {"enabled": False}).status == 200


def test_serwersms_is_asked_for_reports_and_answers_and_for_what_a_dead_worker_left(
    over_serwersms: Installation,
) -> None:
    house = over_serwersms
    answered, silent = send(house, "600 100 304", "600 100 306", text="Przez SerwerSMS")
    until(lambda: state(house, silent) == "sending", SOON, "it is being handed over")
    keys = {row["id"]: row["key"] for row in house.rows("sms")}
    until(lambda: keys[silent["id"]] in taken(house.home), SOON, "the network has it")
    house.wait_for_another("worker", house.kill("worker"))
    time_goes_by(house)
    for sms in (answered, silent):
        comes_to(house, sms, "delivered")
        assert taken(house.home).count(keys[sms["id"]]) == 1
        assert bookings(house)[f"sms:{keys[sms['id']]}"] == 1
        assert house.api("GET", f"/sms/{sms['id']}").body["gateway"] == "SerwerSMS"
    came = until(
        lambda: [one for one in house.items("/sms?direction=in") if one["text"] == "Przez SerwerSMS"], SOON, "it came"
    )
    assert [one["number"] for one in came] == ["+48600100304"]


@pytest.fixture(scope="module")
def over_smpp(house: Installation) -> Installation:
    """The demo's gateway over SMPP alone; it stands last in this file."""
    gateways = operated(house, "GET", "/operator/sms-gateways").body["items"]
    for gateway in gateways:
        change = {"enabled": gateway["kind"] == "smpp"}
        assert operated(house, "PATCH", f"/operator/sms-gateways/{gateway['id']}", change).status == 200
    return house


def operated(house: Installation, method: str, path: str, body: Any = None) -> Answer:
    return house.api(method, path, body, token=house.demo["operator_token"])


def handed_over(house: Installation, sms: dict[str, Any]) -> int:
    """How often the network took a message with this text for this number; over SMPP it does not know our id."""
    lines = [json.loads(line) for line in (house.home / "carrier/sms.jsonl").read_text().splitlines()]
    return sum((line["event"], line["to"], line["text"]) == ("taken", sms["number"], sms["text"]) for line in lines)


def booked_once(house: Installation, sms: dict[str, Any]) -> bool:
    key = next(row["key"] for row in house.rows("sms") if row["id"] == sms["id"])
    return bookings(house).get(f"sms:{key}") == 1


def test_over_smpp_a_message_goes_out_is_delivered_and_answered(over_smpp: Installation) -> None:
    text = "Zażółć gęślą jaźń, po raz pierwszy. " * 5
    (sms,) = send(over_smpp, "600 100 204", text=text)
    comes_to(over_smpp, sms, "delivered")
    until(lambda: text.strip() in texts_in(over_smpp), SOON, "the answer is there, all its parts joined")
    assert booked_once(over_smpp, sms)
    (gateway,) = (one for one in operated(over_smpp, "GET", "/operator/sms-gateways").body["items"] if one["enabled"])
    assert (gateway["kind"], gateway["problem"]) == ("smpp", "")
    tried = operated(over_smpp, "POST", f"/operator/sms-gateways/{gateway['id']}/test", {"number": "600 100 200"})
    assert tried.body == {"taken": True, "reason": ""}


def texts_in(house: Installation) -> list[str]:
    return [sms["text"] for sms in house.items("/sms?direction=in")]


def test_over_smpp_a_worker_killed_between_request_and_answer_sends_once(over_smpp: Installation) -> None:
    """The gateway has it and says nothing; its receipt comes to the next worker's connection."""
    (sms,) = send(over_smpp, "600 100 206", text="Bez odpowiedzi")
    until(lambda: handed_over(over_smpp, sms) == 1, SOON, "the network has it")
    dead = over_smpp.kill("worker")
    over_smpp.wait_for_another("worker", dead)
    time_goes_by(over_smpp)
    comes_to(over_smpp, sms, "delivered")
    assert handed_over(over_smpp, sms) == 1
    assert booked_once(over_smpp, sms)


def test_over_smpp_a_worker_killed_again_and_again_sends_none_of_many_twice(over_smpp: Installation) -> None:
    """Before the request, between it and the answer, after the answer: what the network has is delivered and paid once.

    What it does not have was about to be handed over: nobody can say so, and it is not offered again.
    """
    many = send(over_smpp, *(f"60020{number:02}00" for number in range(40)), text="Hurtem po SMPP")
    for _killed in range(2):
        until(lambda: any(row["state"] != "queued" for row in rows(over_smpp, many)), SOON, "some are on their way")
        over_smpp.wait_for_another("worker", over_smpp.kill("worker"))
        time_goes_by(over_smpp)
    until(lambda: are_settled(over_smpp, many), SOON, "what the network has is delivered, the rest is not known")
    booked = bookings(over_smpp)
    delivered = [row for row in rows(over_smpp, many) if row["state"] == "delivered"]
    assert all(booked[f"sms:{row['key']}"] == 1 for row in delivered)
    assert not any(f"sms:{row['key']}" in booked for row in rows(over_smpp, many) if row not in delivered)
    assert len(delivered) > len(many) // 2


def rows(house: Installation, many: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in house.rows("sms") if row["batch"] == many[0]["batch"]]


def are_settled(house: Installation, many: list[dict[str, Any]]) -> bool:
    lines = [json.loads(line) for line in (house.home / "carrier/sms.jsonl").read_text().splitlines()]
    had = [line["to"] for line in lines if line["event"] == "taken" and line["text"] == many[0]["text"]]
    wanted = {row["number"]: "delivered" if row["number"] in had else "unknown" for row in rows(house, many)}
    assert all(had.count(number) <= 1 for number in wanted)
    return all(row["state"] == wanted[row["number"]] for row in rows(house, many))
