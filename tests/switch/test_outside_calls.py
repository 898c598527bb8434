"""Calls to and from outside at the switchboard: from the engine's opening line to the last command, and the money."""

import asyncio
import json
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from centralka.calls.forwarding import MOST_AT_ONCE
from centralka.calls.tariffs import Rate, rate_from_json
from centralka.store import money
from centralka.store.models import (
    ExternalNumber,
    Forward,
    FraudStop,
    Number,
    Price,
    Reservation,
    SipAccount,
    Tenant,
    Trunk,
)
from centralka.store.pins import digest_of_pin
from centralka.switch.database import PATIENCE
from centralka.switch.money.answers import answer_word
from tests import cast
from tests.answers import answered
from tests.locked import company_held_elsewhere

from .engine_peer import FROM_CARRIER, OPENING, EnginePeer, result_of_dial
from .stand_ins import nothing_to_read
from .test_switchboard import Desk

pytestmark = pytest.mark.django_db(transaction=True)

MOBILE = {"extension": "600100200"}
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Alicja's 100 shows the company's number outside; on it calls come in for Bartek's 101."""
    made = Desk(tmp_path / "calls.csv")
    number = cast.line_outside(made.bartek.tenant)
    SipAccount.objects.update(caller_id=number)
    Number.objects.update(sip_account=made.bartek)
    return made


def engine(dial: str = "ANSWER|16|900", digits: str = "") -> Callable[[str], str]:
    """101 is reachable; Dial ends like this (with the final SIP status, where there is one), and whoever is asked for
    digits types these."""

    def answer(command: str) -> str:
        if "DEVICE_STATE" in command:
            return "200 result=1 (NOT_INUSE)"
        if "DIALSTATUS" in command:
            return f"200 result=1 ({'|'.join(dial.split('|')[:3])})"
        if "HANGUPCAUSE" in command:
            return f"200 result=1 ({dial.split('|')[3] if dial.count('|') == 3 else ''})"
        if command.startswith('EXEC "Dial"'):
            return result_of_dial(dial)
        if command.startswith("GET DATA"):
            return f"200 result={digits} (timeout)"
        if "CHANNEL(name)" in command:
            return f"200 result=1 ({OPENING['agi_channel']})"
        return "200 result=0"

    return answer


def trunk() -> Trunk:
    return Trunk.objects.get(name="Operator")


def dials(commands: list[str]) -> list[str]:
    return [command for command in commands if command.startswith('EXEC "Dial"')]


def said(commands: list[str]) -> list[str]:
    return [command.split('"')[3] for command in commands if command.startswith('EXEC "Playback"')]


def journal(desk: Desk) -> list[dict[str, Any]]:
    return [json.loads(line) for line in desk.journal.read_text().splitlines()]


def decided(desk: Desk) -> dict[str, Any]:
    return journal(desk)[0]


def reason(desk: Desk) -> str:
    return str(decided(desk)["plan"]["steps"][0]["why"]["why"])


# -- Outgoing ------------------------------------------------------------------------------------------------------


def test_a_number_is_dialled_over_the_trunk_with_the_seconds_that_are_paid_for(desk: Desk) -> None:
    commands = desk.call(engine(), **MOBILE)
    held = Reservation.objects.get()
    assert (held.granted_seconds, held.channel, held.number) == (30, "node1-1.1", "+48600100200")
    word = answer_word(held.pk, "+48600100200", rate_from_json(held.rate))
    assert commands[:2] == [
        'EXEC "MSet" "CALLERID(num)=+48221234567,CALLERID(name)=,CALLERID(pres)=allowed"',
        f'EXEC "Dial" "PJSIP/+48600100200@{trunk().endpoint},120,iU(answered^30^{word})L(14400000:60000)"',
    ]


def test_the_journal_tells_whose_call_it_is_and_over_which_trunk_it_went(desk: Desk) -> None:
    desk.call(engine(), **MOBILE)
    (first,) = journal(desk)
    assert (first["tenant"], first["direction"], first["to_number"]) == (desk.bartek.tenant_id, "out", "600100200")
    assert first["rings"] == trunk().endpoint


def another_trunk() -> None:
    Trunk.objects.create(name="Zapasowy", kind=Trunk.Kind.ADDRESS, host="192.0.2.2")


def nothing() -> None:
    """All is as it was."""


@pytest.mark.parametrize(
    ("otherwise", "changes"),
    [
        (another_trunk, {}),
        (nothing, {"channel": "PJSIP/kwiaty_100.dtls-00000001"}),
        (nothing, {"arg_1": "PJSIP/kwiaty_101-00000002"}),
    ],
    ids=["several trunks", "a caller who has yet to encrypt", "a transfer"],
)
def test_what_needs_the_switchboard_meanwhile_is_not_left_to_the_engine(
    desk: Desk, otherwise: Callable[[], None], changes: dict[str, str]
) -> None:
    otherwise()
    assert len(dials(desk.call(engine(), **MOBILE | changes))) == 1
    decided, begun, walked = journal(desk)
    assert (decided["rings"], begun["kind"], begun["step"]) == ("", "begun", "start")
    assert walked["steps"][0]["tries"] == [[trunk().endpoint, "Operator", "answered", 16]]


def test_a_trunk_that_was_silent_is_watched_by_the_switchboard_until_it_answers(desk: Desk) -> None:
    """Then it is no suspect any more."""

    async def story(port: int) -> None:
        for dial in ("CHANUNAVAIL|18|", "ANSWER|16|900", "ANSWER|16|900"):
            await (await EnginePeer.call(port, **MOBILE)).answer_all(engine(dial))

    desk.run(story)
    kinds = [line["kind"] for line in journal(desk)]
    assert kinds == ["decided", "went_on", "walked", "decided", "begun", "walked", "decided"]


def test_a_caller_who_gives_up_is_heard_of_no_more(desk: Desk) -> None:
    """What was put aside comes back with the record."""
    assert desk.call(engine("CANCEL|0|900"), **MOBILE)[-1].startswith('EXEC "Dial"')
    assert [line["kind"] for line in journal(desk)] == ["decided"]
    assert Reservation.objects.count() == 1


def test_what_the_carrier_said_is_in_the_journal(desk: Desk) -> None:
    desk.call(engine("BUSY|17|300|486"), **MOBILE)
    _decided, went_on, walked = journal(desk)
    assert went_on["kind"] == "went_on"
    dialled, refused = walked["steps"]
    assert dialled["tries"] == [[trunk().endpoint, "Operator", "busy", 17, 486]]
    assert refused["refusal"] == "busy"


def test_a_busy_number_is_said_before_the_call_ends_and_the_money_is_free_again(desk: Desk) -> None:
    commands = desk.call(engine("BUSY|17|300|486"), **MOBILE)
    assert commands[-3:] == ['EXEC "Progress" ""', 'EXEC "Playback" "number-busy,noanswer"', 'EXEC "Hangup" "17"']
    assert not Reservation.objects.exists()


def no_price() -> None:
    Tenant.objects.update(price_list=None)


def foreign_number() -> None:
    Number.objects.update(tenant=cast.celinas_company().tenant, sip_account=None)


def no_number() -> None:
    SipAccount.objects.update(caller_id=None)


def no_money() -> None:
    Tenant.objects.update(balance=0)


def low_limit() -> None:
    SipAccount.objects.update(max_rate="0.1199")


def no_trunk() -> None:
    Trunk.objects.update(enabled=False)


@pytest.mark.parametrize(
    "happens, why, prompt, cause",
    [
        (no_price, "no_price", "price-unknown", "21"),
        (low_limit, "above_max_rate", "rate-too-high", "21"),
        (no_money, "no_money", "credit-too-low", "21"),
        (foreign_number, "caller_id_not_owned", "caller-id-not-owned", "21"),
        (no_number, "no_caller_id", "no-outgoing-number", "21"),
        (no_trunk, "no_trunk", "no-trunk", "34"),
    ],
)
def test_a_refusal_is_spoken_before_its_status(
    desk: Desk, happens: Callable[[], None], why: str, prompt: str, cause: str
) -> None:
    happens()
    commands = desk.call(engine(), **MOBILE)
    (spoken,) = said(commands)
    assert spoken.partition(",")[0].partition("&")[0] == prompt
    assert (reason(desk), commands[-1], dials(commands)) == (why, f'EXEC "Hangup" "{cause}"', [])


def test_a_price_above_the_limit_is_told(desk: Desk) -> None:
    low_limit()
    (spoken,) = said(desk.call(engine(), **MOBILE))
    assert spoken.startswith("rate-too-high&price-per-minute&")


def test_of_a_price_with_a_fee_the_first_minute_is_told(desk: Desk) -> None:
    low_limit()
    Price.objects.update(per_minute=0, connection_fee=2)
    (spoken,) = said(desk.call(engine(), **MOBILE))
    assert spoken.partition(",")[0] == "rate-too-high&price-of-first-minute&digits/2&money/zloty-2"


def test_money_that_another_call_took_meanwhile_refuses_the_call(desk: Desk) -> None:
    """The plan found enough; when the money is put aside it is gone."""
    Tenant.objects.update(balance="0.0020")

    async def story(port: int) -> list[list[str]]:
        peers = [await EnginePeer.call(port, uniqueid=f"node1-1.{n}", **MOBILE) for n in range(5)]
        return await asyncio.gather(*(peer.answer_all(engine()) for peer in peers))

    calls: list[list[str]] = desk.run(story)
    assert sum(len(dials(commands)) for commands in calls) == Reservation.objects.count() == 1
    assert [said(commands) for commands in calls].count(["credit-too-low,noanswer"]) == 4


def test_a_number_abroad_is_above_the_level_and_the_accounts_own_level_opens_it(desk: Desk) -> None:
    germany = {"extension": "004930123456"}
    assert said(desk.call(engine(), **germany)) == ["national-only,noanswer"]
    SipAccount.objects.filter(extension="100").update(international="eea")
    assert dials(desk.call(engine(), **germany))


@pytest.mark.parametrize("dialled", ["112", "+48112", "997"])
def test_an_emergency_call_goes_out_with_everything_against_it(desk: Desk, dialled: str) -> None:
    for happens in (no_price, low_limit, no_money):
        happens()
    SipAccount.objects.update(outbound_pin_digest=digest_of_pin("4711"), caller_id_restricted=True)
    commands = desk.call(engine(), extension=dialled)
    assert commands[:2] == [
        'EXEC "MSet" "CALLERID(num)=+48221234567,CALLERID(name)=,CALLERID(pres)=allowed"',
        f'EXEC "Dial" "PJSIP/{dialled[-3:]}@{trunk().endpoint},120,i"',
    ]
    assert not Reservation.objects.exists()


def test_a_restricted_caller_is_marked_private_for_the_carrier(desk: Desk) -> None:
    SipAccount.objects.update(caller_id_restricted=True)
    assert "CALLERID(num)=+48221234567,CALLERID(name)=,CALLERID(pres)=prohib" in desk.call(engine(), **MOBILE)[0]


# -- What calls that are over had put aside ---------------------------------------------------------------------------


async def give_back() -> None:
    """Read that all calls are over."""
    await asyncio.to_thread(forget_reservations)


def forget_reservations() -> None:
    Reservation.objects.all().delete()
    connection.close()


def hold_all_money(desk: Desk) -> None:
    """In the name of another call of the company."""
    money.reserve(
        desk.bartek.tenant_id,
        node="node1",
        channel="node1-0.1",
        number="+48600100200",
        rate=Rate("48600", "", Decimal(1), Decimal(0), 1, 1),
        now=datetime.now(UTC),
        seconds=10**6,
    )


@pytest.mark.parametrize("is_read", [True, False])
def test_money_of_a_call_that_has_just_ended_is_there_for_the_next(desk: Desk, is_read: bool) -> None:
    """Its end is in the journal, and on record a second later: that is not waited for."""
    hold_all_money(desk)
    desk.catch_up = give_back if is_read else nothing_to_read
    assert bool(dials(desk.call(engine(), **MOBILE))) == is_read
    assert reason(desk) == ("number_dialled" if is_read else "no_money")


@pytest.mark.parametrize("is_read", [True, False])
def test_who_has_just_hung_up_may_call_again_at_the_limit_of_calls_at_once(desk: Desk, is_read: bool) -> None:
    Tenant.objects.update(calls_at_once=1)
    desk.call(engine(), **MOBILE)
    desk.catch_up = give_back if is_read else nothing_to_read
    assert bool(dials(desk.call(engine(), **MOBILE))) == is_read
    assert FraudStop.objects.exists() != is_read


@pytest.mark.parametrize("is_read", [True, False])
def test_a_limit_of_money_is_not_reached_by_a_call_that_has_just_ended(desk: Desk, is_read: bool) -> None:
    """It would begin to hold, for all calls, until somebody lifts it."""
    Tenant.objects.update(spend_per_hour="2.50")
    desk.call(engine(), **MOBILE)
    Reservation.objects.update(amount="2.50")
    desk.catch_up = give_back if is_read else nothing_to_read
    assert bool(dials(desk.call(engine(), **MOBILE))) == is_read
    assert FraudStop.objects.exists() != is_read


def one_at_once(desk: Desk) -> None:
    """A call of the company, which may have one."""
    Tenant.objects.update(calls_at_once=1)
    desk.call(engine(), **MOBILE)


def ten_to_the_number(desk: Desk) -> None:
    """As many as are forwarded to one number."""
    for _ in range(MOST_AT_ONCE):
        desk.call(engine(), **MOBILE)


@pytest.mark.parametrize("happened", [hold_all_money, one_at_once, ten_to_the_number])
@pytest.mark.parametrize("caller", [{}, FROM_CARRIER], ids=["from inside", "from outside"])
@pytest.mark.parametrize("is_read", [True, False])
def test_a_forward_outside_is_followed_though_a_call_has_just_ended(
    desk: Desk, happened: Callable[[Desk], None], caller: dict[str, str], is_read: bool
) -> None:
    ola = ExternalNumber.objects.create(tenant=desk.bartek.tenant, e164="+48600100200", name="Ola")
    Forward.objects.create(sip_account=desk.bartek, condition="busy", kind="external", external=ola)
    happened(desk)
    desk.journal.unlink(missing_ok=True)
    desk.catch_up = give_back if is_read else nothing_to_read
    desk.call(engine(), **caller)
    whys = {step["why"]["why"] for step in decided(desk)["plan"]["steps"]}
    assert whys & {"forwarded_outside", "forward_not_followed"} == {
        "forwarded_outside" if is_read else "forward_not_followed"
    }


def test_what_no_journal_can_lift_is_not_read_for(desk: Desk) -> None:
    asked = 0

    async def count() -> None:
        nonlocal asked
        asked += 1

    desk.catch_up = count
    tenant = desk.bartek.tenant
    stop = FraudStop.objects.create(tenant=tenant, rule="per_hour", limit="1.00", at=NOW)
    desk.call(engine(), **MOBILE)
    FraudStop.objects.filter(pk=stop.pk).delete()
    low_limit()
    desk.call(engine(), **MOBILE)
    assert asked == 0


# -- While somebody holds the company ----------------------------------------------------------------------------------


def test_a_call_goes_out_only_when_its_money_could_be_put_aside(desk: Desk) -> None:
    """Nor is any put aside for it later, when nobody waits for that."""
    desk.patience = 1
    with company_held_elsewhere(desk.bartek.tenant_id):
        assert dials(desk.call(engine(), **MOBILE)) == []
    assert not Reservation.objects.exists()
    desk.patience = PATIENCE
    assert len(dials(desk.call(engine(), **MOBILE))) == 1


def test_a_call_that_ends_meanwhile_ends_as_it_should(desk: Desk) -> None:
    """Its money is given back with its record, where that is not possible without what is held."""
    end, desk.patience = engine("BUSY|17|300|486"), 1
    with ExitStack() as held:

        def answer(command: str) -> str:
            if command.startswith('EXEC "Dial"'):
                held.enter_context(company_held_elsewhere(desk.bartek.tenant_id))
            return end(command)

        commands = desk.call(answer, **MOBILE)
    assert commands[-2:] == ['EXEC "Playback" "number-busy,noanswer"', 'EXEC "Hangup" "17"']
    assert Reservation.objects.exists() == (connection.vendor == "sqlite")


# -- The PIN -------------------------------------------------------------------------------------------------------


@pytest.fixture
def pin(desk: Desk) -> Desk:
    SipAccount.objects.filter(extension="100").update(outbound_pin_digest=digest_of_pin("4711"))
    return desk


def test_the_right_pin_lets_the_call_out(pin: Desk) -> None:
    commands = pin.call(engine(digits="4711"), **MOBILE)
    assert commands[:2] == ['EXEC "Answer" ""', 'GET DATA "enter-pin" "8000" "10"']
    assert len(dials(commands)) == 1


def test_three_wrong_pins_end_the_call(pin: Desk) -> None:
    commands = pin.call(engine(digits="4712"), **MOBILE)
    assert [command for command in commands if command.startswith("GET DATA")] == [
        'GET DATA "enter-pin" "8000" "10"',
        'GET DATA "wrong-pin" "8000" "10"',
        'GET DATA "wrong-pin" "8000" "10"',
    ]
    assert said(commands) == ["wrong-pin-goodbye,noanswer"]
    assert (commands[-1], dials(commands)) == ('EXEC "Hangup" "21"', [])


def test_who_hangs_up_at_the_question_is_asked_no_more(pin: Desk) -> None:
    commands = pin.call(engine(digits="-1"), **MOBILE)
    assert commands[-1].startswith("GET DATA")
    assert not Reservation.objects.exists()


@pytest.mark.parametrize("dialled", ["101", "*43", "7", "112"])
def test_no_pin_is_asked_for_a_call_that_stays_inside_or_is_an_emergency(pin: Desk, dialled: str) -> None:
    assert not [line for line in pin.call(engine(), extension=dialled) if line.startswith("GET DATA")]


# -- While it goes on ----------------------------------------------------------------------------------------------


def test_from_the_answer_on_the_seconds_of_the_reservation_run(desk: Desk) -> None:
    desk.call(engine(), **MOBILE)
    held = Reservation.objects.get()
    assert money.running_calls("node1") == []
    answered(held.pk, peer="PJSIP/trunk-1-00000008", peer_id="node1-1.2", now=NOW)
    (running,) = money.running_calls("node1")
    assert (running.peer, running.channel_name) == ("PJSIP/trunk-1-00000008", "PJSIP/kwiaty_100-00000001")
    money.release([held.pk])
    assert Reservation.objects.exists(), "it is charged, not given back"


def test_an_answer_whose_reservation_is_gone_disturbs_nothing(desk: Desk) -> None:
    answered(999999, peer="PJSIP/trunk-1-00000008", peer_id="node1-1.2", now=NOW)
    assert money.running_calls("node1") == []


# -- Incoming ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialled", ["48221234567", "+48221234567", "0048221234567", "221234567"])
def test_a_call_for_a_number_rings_the_account_that_it_points_at(desk: Desk, dialled: str) -> None:
    commands = desk.call(engine(), **{**FROM_CARRIER, "extension": dialled})
    assert commands[1] == 'SET VARIABLE "CHANNEL(language)" "pl"'
    assert 'SET VARIABLE "CALLERID(num)" "600100200"' in commands
    assert dials(commands) == ['EXEC "Dial" "PJSIP/kwiaty_101,20,iIL(14400000:60000)"']
    found = decided(desk)
    assert (found["direction"], found["from_number"], found["to_number"]) == ("in", "+48600100200", "+48221234567")
    assert found["tenant"] == desk.bartek.tenant_id


def test_the_caller_hears_the_companys_language(desk: Desk) -> None:
    Tenant.objects.update(language="en")
    assert desk.call(engine(), **FROM_CARRIER)[1] == 'SET VARIABLE "CHANNEL(language)" "en"'


@pytest.mark.parametrize("presentation, shown", [("0", True), ("1", True), ("3", True), ("32", False), ("35", False)])
def test_a_caller_who_hides_the_number_is_hidden_from_the_phone_and_the_journal(
    desk: Desk, presentation: str, shown: bool
) -> None:
    commands = desk.call(engine(), **{**FROM_CARRIER, "calleridname": "Ola", "callingpres": presentation})
    told = 'SET VARIABLE "CALLERID(num)" "600100200"' if shown else 'SET VARIABLE "CALLERID(num)" ""'
    assert told in commands
    assert ("600100200" in desk.journal.read_text()) == shown
    assert ("Ola" in desk.journal.read_text()) == shown


def test_a_number_that_points_nowhere_is_said_not_to_exist(desk: Desk) -> None:
    Number.objects.update(sip_account=None)
    commands = desk.call(engine(), **FROM_CARRIER)
    assert (said(commands), commands[-1]) == (["no-such-number,noanswer"], 'EXEC "Hangup" "1"')


@pytest.mark.parametrize("dialled", ["48221234568", "100", "101", "112", "s", "x;y", "kwiaty_101"])
def test_a_carrier_reaches_numbers_and_nothing_else(desk: Desk, dialled: str) -> None:
    """No extension, nobody else's number, and never out again."""
    assert desk.call(engine(), **{**FROM_CARRIER, "extension": dialled})[1:] == ['EXEC "Hangup" "1"']
    assert not desk.journal.exists()


# -- Transfers -----------------------------------------------------------------------------------------------------


def test_who_transfers_a_caller_to_a_colleague_leaves_the_callers_number_shown(desk: Desk) -> None:
    to_bartek = {"channel": "PJSIP/trunk-1-00000007", "callerid": "600100200", "arg_1": "PJSIP/kwiaty_100-00000001"}
    commands = desk.call(engine(), **to_bartek)
    assert len(dials(commands)) == 1
    assert not [command for command in commands if "CALLERID" in command]


def test_who_transfers_a_caller_outside_pays_and_shows_the_own_number(desk: Desk) -> None:
    transferred = {"channel": "PJSIP/trunk-1-00000007", "arg_1": "PJSIP/kwiaty_100-00000001", **MOBILE}
    commands = desk.call(engine(), **transferred)
    assert "CALLERID(num)=+48221234567" in commands[0]
    held = Reservation.objects.get()
    assert (held.tenant, held.channel_name) == (desk.bartek.tenant, "PJSIP/trunk-1-00000007")


@pytest.mark.parametrize("presentation, shown", [("0", "+48600100200"), ("32", "+48221234567")])
def test_who_transfers_a_caller_outside_shows_the_caller_where_the_trunk_allows_it(
    desk: Desk, presentation: str, shown: str
) -> None:
    """A caller who hides the number is not shown there either."""
    Trunk.objects.update(foreign_caller_ids=True)
    sent = {"channel": "PJSIP/trunk-1-00000007", "arg_1": "PJSIP/kwiaty_100-00000001", "callerid": "600100200"}
    commands = desk.call(engine(), **sent, callingpres=presentation, **MOBILE)
    assert f"CALLERID(num)={shown}" in commands[0]


def test_who_transfers_a_colleague_outside_decides_and_pays(desk: Desk) -> None:
    """The colleague may call the whole world; who sends the colleague there may not."""
    SipAccount.objects.filter(extension="101").update(international="world")
    SipAccount.objects.filter(extension="100").update(international="national")
    abroad = {"channel": "PJSIP/kwiaty_101-00000002", "extension": "0049301234567"}
    commands = desk.call(engine(), **abroad, arg_1="PJSIP/kwiaty_100-00000001")
    assert dials(commands) == []
    assert said(commands) == ["national-only,noanswer"]


@pytest.mark.parametrize("by", ["", "PJSIP/trunk-2-00000001", "PJSIP/ksiegi_100-1", "Local/100@internal-1;1"])
def test_a_carriers_channel_that_no_account_transferred_can_dial_nothing(desk: Desk, by: str) -> None:
    assert desk.call(engine(), **{"channel": "PJSIP/trunk-1-00000007", "arg_1": by, **MOBILE}) == []


def test_a_company_whose_name_looks_like_a_trunk_is_a_company(desk: Desk) -> None:
    SipAccount.objects.filter(extension="100").update(login="trunk-7_100")
    assert dials(desk.call(engine(), channel="PJSIP/trunk-7_100-00000001"))
