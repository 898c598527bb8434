"""What carriers and called parties learn of the caller: the chosen number, or none, and never the internal name."""

from typing import Any

import pytest

from centralka.calls.prompts import Prompt
from tests.live.carrier_instance import Carrier
from tests.live.office import SOON, over, talk
from tests.live.phones import until
from tests.live.sipp import run_scenario

from .sipp_trunk import SippTrunk
from .spoken import is_told
from .tenant import Firm, invite, invites, outside_number


def test_the_chosen_number_is_shown(firm: Firm, carrier: Carrier) -> None:
    """Alicja shows the company's second number; Bartek, who chose nothing, the first."""
    second = firm.account("Alicja", caller_id={"mode": "number", "number": firm.numbers[1]})
    for phone, shown in ((firm.phone(second), firm.numbers[1]), (firm.phone("Bartek"), firm.numbers[0])):
        number = outside_number("00")
        phone.dial(number)
        until(lambda phone=phone: phone.in_call, SOON, "the outside world answers")  # type: ignore[misc]
        seen = invite(carrier, number)
        assert (seen["from_user"], seen["from_name"], seen["privacy"]) == (shown, "", None)
        assert seen["pai"].startswith(f"<sip:{shown}@")


def test_a_restricted_number_is_hidden_from_people_and_told_to_the_carrier(firm: Firm, carrier: Carrier) -> None:
    """From is anonymous with Privacy: id; P-Asserted-Identity has a number of the company (RFC 3323, RFC 3325)."""
    alicja, number = firm.phone(firm.account("Alicja", caller_id={"mode": "restricted"})), outside_number("00")
    alicja.dial(number)
    until(lambda: alicja.in_call, SOON, "the outside world answers")
    seen = invite(carrier, number)
    assert (seen["from_user"], seen["from_host"]) == ("anonymous", "anonymous.invalid")
    assert seen["privacy"] == "id"
    assert seen["pai"].startswith(f"<sip:{firm.numbers[0]}@")


def test_a_phone_that_calls_anonymously_is_known_by_its_password(firm: Firm, carrier: Carrier) -> None:
    """The phone hides itself (RFC 3323 §4.1.1.3). What is shown says the account's form, to colleagues and outside; and
    it needs the right password as any other."""
    alicja, bartek = firm.account("Alicja"), firm.account("Bartek")
    phone, number = firm.phone(bartek), outside_number("00")
    anonymous: dict[str, Any] = {
        "login": "anonymous",
        "from_host": "anonymous.invalid",
        "display": '"Anonymous" ',
        "headers": "\nPrivacy: id",
        "auth": alicja.login,
        "port": firm.house.sip_port,
    }
    run_scenario("uac_refused", password="Wrong-77-wrong", called=bartek.extension, final=401, **anonymous)
    assert not phone.all_calls
    run_scenario("uac_cancel", password=alicja.password, called=bartek.extension, ring_ms=300, **anonymous)
    over(phone)
    assert [(call.number, call.name) for call in phone.all_calls] == [(alicja.extension, "Alicja")]
    run_scenario("uac_call", password=alicja.password, called=number, talk_ms=300, **anonymous)
    seen = invite(carrier, number)
    assert (seen["from_user"], seen["privacy"]) == (firm.numbers[0], None)
    assert [(one.from_number, one.outcome) for one in firm.records(2)] == [
        (alicja.extension, "cancelled"),
        (alicja.extension, "answered"),
    ]


def test_an_emergency_call_is_never_hidden(firm: Firm, carrier: Carrier) -> None:
    """Whoever answers 112 has to know who calls."""
    alicja = firm.phone(firm.account("Alicja", caller_id={"mode": "restricted"}))
    before = len(invites(carrier, "112"))
    alicja.dial("112")
    until(lambda: alicja.in_call, SOON, "112 answers")
    seen = invites(carrier, "112")[before]
    assert (seen["called"], seen["from_user"], seen["privacy"]) == ("112", firm.numbers[0], None)
    alicja.hang_up()
    (record,) = firm.records(1)
    assert (record.reasons, record.price) == (["emergency_dialled"], None)


@pytest.mark.parametrize(
    ("style", "called", "abroad", "shown"),
    [
        ("e164", "+48{}", "+4930123400", "+48{}"),
        ("digits", "48{}", "4930123400", "48{}"),
        ("national", "{}", "004930123400", "{}"),
    ],
)
def test_numbers_are_written_as_the_carrier_wants_them(
    firm: Firm, style: str, called: str, abroad: str, shown: str
) -> None:
    """The called number and the caller's, in From and in P-Asserted-Identity."""
    firm.set(international="eea")
    alicja, number = firm.phone("Alicja"), outside_number("00")
    own = shown.format(firm.numbers[0].removeprefix("+48"))
    with SippTrunk(firm.house, "uas_carrier", number_style=style) as sipp:
        for dialled, expected in ((number, called.format(number)), ("+4930123400", abroad)):
            alicja.dial(dialled)
            until(lambda: alicja.in_call, SOON, "the carrier answers")
            got = sipp.requests("INVITE")[-1]
            assert got.start.startswith(f"INVITE sip:{expected}@")
            assert f"<sip:{own}@" in (got.header("From") or "")
            assert f"<sip:{own}@" in (got.header("P-Asserted-Identity") or "")
            alicja.hang_up()
            until(lambda: not alicja.calls, SOON, "the call is over")
        firm.records(2)


def test_a_carrier_can_do_without_the_asserted_identity(firm: Firm) -> None:
    """Where the trunk sends none, a shown number stands in From alone, and a restricted one nowhere."""
    alicja = firm.phone("Alicja")
    bartek = firm.phone(firm.account("Bartek", caller_id={"mode": "restricted"}))
    with SippTrunk(firm.house, "uas_carrier", sends_pai=False) as sipp:
        for phone in (alicja, bartek):
            phone.dial(outside_number("00"))
            until(lambda phone=phone: phone.in_call, SOON, "the carrier answers")  # type: ignore[misc]
            phone.hang_up()
        firm.records(2)
        shown, hidden = sipp.requests("INVITE")
    assert shown.header("P-Asserted-Identity") is None
    assert f"<sip:{firm.numbers[0]}@" in (shown.header("From") or "")
    assert hidden.header("P-Asserted-Identity") is None
    assert firm.numbers[0].removeprefix("+48") not in str(hidden)
    assert "anonymous" in (hidden.header("From") or "")


def test_nothing_internal_leaves(firm: Firm) -> None:
    """Nothing that the carrier gets has a name, login or extension of the company's, not even after a transfer."""
    accounts = [firm.account("Tajemniczy", internal_caller_id="55123"), firm.account("Niewidzialny")]
    alicja, bartek = (firm.phone(account) for account in accounts)
    with SippTrunk(firm.house, "uas_carrier") as sipp:
        alicja.dial(outside_number("00"))
        until(lambda: alicja.in_call, SOON, "the carrier answers")
        held = alicja.calls[0]
        alicja.hold()
        talk(alicja, bartek)
        alicja.transfer_held_to_talking(held, alicja.calls[-1])
        over(alicja)
        bartek.hang_up()
        firm.records(2)
        until(lambda: sipp.requests("BYE"), SOON, "the carrier is told of the end")
        got = sipp.got
    assert {message.start.split()[0] for message in got} == {"INVITE", "ACK", "BYE"}
    secrets = ["Tajemniczy", "Niewidzialny", "55123", firm.slug]
    secrets += [f":{account.extension}@" for account in accounts]
    assert not [(secret, message) for secret in secrets for message in got if secret in str(message)]


def test_a_number_that_was_taken_away_is_not_shown(firm: Firm, carrier: Carrier) -> None:
    """The operator gave the number back to the stock: calls that would show it are refused, and nothing replaces it."""
    alicja, number = firm.phone("Alicja"), outside_number("00")
    firm.lose(firm.numbers[0])
    alicja.dial(number)
    is_told(alicja, "403 Forbidden", Prompt.CALLER_ID_NOT_OWNED)
    (record,) = firm.records(1)
    assert (record.outcome, record.reasons) == ("refused", ["caller_id_not_owned"])
    assert record.why[0]["values"] == {"number": firm.numbers[0]}
    assert not invites(carrier, number)
