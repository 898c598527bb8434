"""The recorder and money: each call is charged exactly once, whatever dies, and nothing stays put aside for ever."""

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, connections

from centralka.calls.plan_json import plan_as_json
from centralka.calls.planner import plan_call
from centralka.calls.tariffs import Rate
from centralka.store import call_records, money
from centralka.store.models import CallRecord, JournalPosition, LedgerEntry, Number, Reservation, SipAccount, Tenant
from centralka.switch.journal import record_keeper
from centralka.switch.journal.record_keeper import RecordKeeper
from centralka.switch.journal.recorder import Recorder
from centralka.switch.money.answers import answer_word
from tests import cast
from tests.calls.people import a_call_from_outside, a_call_outside
from tests.locked import company_held_elsewhere, little_patience

from .test_recorder import append, keeping, line

NODE = "node1"
BEGINS = datetime.fromtimestamp(1795381399, UTC)
SECOND = timedelta(seconds=1)
RATE = Rate("486", "Polska, komórkowe", Decimal("0.60"), Decimal(0), 1, 1)
"""A grosz a second."""
A, T = "node1-0.0", "node1-0.1"


@pytest.fixture
def tenant(kwiaty: cast.Company) -> Tenant:
    """With 10 zł and Alicja's 100."""
    number = cast.line_outside(kwiaty.tenant)
    cast.phone(kwiaty.tenant, "100", caller_id=number)
    return kwiaty.tenant


@pytest.fixture
def journal(tenant: Tenant, tmp_path: Path) -> Path:
    return tmp_path / "calls.csv"


def decided(tenant: Tenant, rate: Rate = RATE) -> str:
    facts = a_call_outside(rate=rate)
    return said(
        "decided",
        channel=A,
        tenant=tenant.pk,
        direction="out",
        from_number="100",
        from_name="Alicja",
        to_number="600100200",
        plan=plan_as_json(plan_call(facts)),
    )


def said(kind: str, at: float = 0, **fields: Any) -> str:
    return json.dumps({"kind": kind, "time": BEGINS.timestamp() + at, **fields})


def walked(outcome: str, at: float) -> str:
    tries = [["trunk-1", "Pierwszy", outcome, 16]]
    steps = [{"name": "start", "outcome": outcome, "number": "+48600100200", "tries": tries}]
    return said("walked", at, channel=A, steps=steps)


def a_call(tenant: Tenant, seconds: int = 60) -> list[str]:
    """The lines of a call to a mobile that talks so long."""
    end = 5 + seconds
    dialled = '{"hangupcause":16,"hangupsource":"","dialstatus":"ANSWER"}'
    return [
        line("CHAN_START", 0, A, A, "kwiaty_100"),
        decided(tenant),
        line("CHAN_START", 1, T, A, "trunk-1"),
        line("ANSWER", 5, T, A, "trunk-1"),
        line("ANSWER", 5, A, A, "kwiaty_100"),
        line("HANGUP", end, T, A, "trunk-1"),
        walked("answered", end),
        line("HANGUP", end, A, A, "kwiaty_100", dialled),
        line("LINKEDID_END", end, A, A, "kwiaty_100"),
    ]


def answered(held: money.Reserved) -> str:
    """The engine's line of an answer that the reservation pays for."""
    word = answer_word(held.id, "+48600100200", RATE)
    return line("PAID", 5, T, A, "trunk-1", json.dumps({"extra": word}))


def a_paid_call(tenant: Tenant, held: money.Reserved, seconds: int = 60) -> list[str]:
    lines = a_call(tenant, seconds)
    return [*lines[:4], answered(held), *lines[4:]]


def a_busy_call(tenant: Tenant) -> list[str]:
    return [
        line("CHAN_START", 0, A, A, "kwiaty_100"),
        decided(tenant),
        line("CHAN_START", 1, T, A, "trunk-1"),
        line("HANGUP", 3, T, A, "trunk-1"),
        walked("busy", 3),
        line("HANGUP", 3, A, A, "kwiaty_100"),
        line("LINKEDID_END", 3, A, A, "kwiaty_100"),
    ]


def put_aside(tenant: Tenant, seconds: int = 90, channel: str = A, made: float = 0) -> money.Reserved:
    held = money.reserve(
        tenant.pk,
        node=NODE,
        channel=channel,
        number="+48600100200",
        rate=RATE,
        now=BEGINS + timedelta(seconds=made),
        seconds=seconds,
    )
    assert held is not None
    return held


def charged() -> list[Decimal]:
    return [-entry.net for entry in LedgerEntry.objects.filter(kind=LedgerEntry.Kind.CALL)]


def test_a_call_is_charged_when_it_has_ended_and_the_rest_is_free_again(journal: Path, tenant: Tenant) -> None:
    put_aside(tenant)
    recorder = Recorder(journal, NODE)
    append(journal, a_call(tenant)[:5])
    recorder.catch_up()
    assert (charged(), CallRecord.objects.get().price) == ([], None)
    assert money.funds(tenant.pk).reserved == Decimal("0.9")

    append(journal, a_call(tenant)[5:])
    recorder.catch_up()
    assert charged() == [Decimal("0.6")]
    funds = money.funds(tenant.pk)
    assert (funds.balance, funds.reserved) == (Decimal("9.4"), Decimal(0))


def test_the_record_has_the_price_the_rate_and_the_trunk_that_were_charged(journal: Path, tenant: Tenant) -> None:
    put_aside(tenant)
    append(journal, a_call(tenant))
    Recorder(journal, NODE).catch_up()
    record, entry = CallRecord.objects.get(), LedgerEntry.objects.get(kind=LedgerEntry.Kind.CALL)
    assert (record.price, record.direction, record.outcome) == (Decimal("0.6"), "out", "answered")
    (leg,) = record.legs
    assert (leg["price"], leg["trunk"], leg["rate"]["per_minute"]) == ("0.6000", "Pierwszy", "0.60")
    assert entry.key == f"call:{A}:{T}"
    assert (entry.details["number"], entry.details["seconds"], entry.details["from"]) == ("+48600100200", 60, "100")
    assert entry.at == record.ended_at


@pytest.mark.parametrize("died_after", range(10))
def test_a_recorder_that_dies_after_any_line_leaves_the_call_charged_once(
    journal: Path, tenant: Tenant, died_after: int
) -> None:
    put_aside(tenant)
    lines = a_call(tenant)
    append(journal, lines[:died_after])
    Recorder(journal, NODE).catch_up()
    append(journal, lines[died_after:])
    successor = Recorder(journal, NODE)
    successor.catch_up()
    successor.catch_up()
    assert charged() == [Decimal("0.6")]
    assert (CallRecord.objects.get().price, money.funds(tenant.pk).reserved) == (Decimal("0.6"), Decimal(0))


def test_a_journal_that_is_read_from_its_beginning_again_charges_nothing_again(journal: Path, tenant: Tenant) -> None:
    put_aside(tenant)
    append(journal, a_call(tenant))
    Recorder(journal, NODE).catch_up()
    JournalPosition.objects.all().delete()
    Recorder(journal, NODE).catch_up()
    assert charged() == [Decimal("0.6")]
    record = CallRecord.objects.get()
    assert (record.price, record.legs[0]["price"]) == (Decimal("0.6"), "0.6000")


def test_record_and_charge_are_written_together_or_not_at_all(
    journal: Path, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_aside(tenant)
    append(journal, a_call(tenant))
    recorder = Recorder(journal, NODE)
    with monkeypatch.context() as patched:
        patched.setattr(call_records, "_POSITION", "INSERT INTO nowhere (node, position) VALUES (%s, %s)")
        with pytest.raises(DatabaseError):
            recorder.catch_up()
    assert (charged(), CallRecord.objects.count(), Reservation.objects.count()) == ([], 0, 1)
    Recorder(journal, NODE).catch_up()
    assert charged() == [Decimal("0.6")]


def test_a_call_is_never_charged_more_than_was_put_aside_and_says_that_it_was_cut(
    journal: Path, tenant: Tenant
) -> None:
    """The engine cut it a moment late; the next increment was not there to be paid."""
    money.book(tenant.pk, key="spent", kind=LedgerEntry.Kind.CORRECTION, net=Decimal("-9.7"), at=BEGINS)
    assert put_aside(tenant).granted_seconds == 30
    append(journal, a_call(tenant, seconds=31))
    Recorder(journal, NODE).catch_up()
    record = CallRecord.objects.get()
    assert (charged(), record.price, money.funds(tenant.pk).balance) == ([Decimal("0.3")], Decimal("0.3"), Decimal(0))
    assert [reason["why"] for reason in record.why] == ["number_dialled", "money_used_up"]


def test_a_call_that_comes_to_nothing_has_no_price_and_frees_what_a_dead_switchboard_left(
    journal: Path, tenant: Tenant
) -> None:
    put_aside(tenant)
    append(journal, a_busy_call(tenant))
    Recorder(journal, NODE).catch_up()
    assert (charged(), CallRecord.objects.get().price, Reservation.objects.count()) == ([], None, 0)


def test_a_call_that_the_engine_took_down_is_charged_until_then(journal: Path, tenant: Tenant) -> None:
    put_aside(tenant)
    died = said("engine_started", 100, stopped_at=BEGINS.timestamp() + 25)
    append(journal, [*a_call(tenant)[:5], died])
    Recorder(journal, NODE).catch_up()
    record = CallRecord.objects.get()
    assert (record.outcome, record.price, charged()) == ("interrupted", Decimal("0.2"), [Decimal("0.2")])
    assert Reservation.objects.count() == 0


# -- The answer ----------------------------------------------------------------------------------------------------


def test_the_engines_line_of_the_answer_starts_the_seconds_that_are_paid_for(journal: Path, tenant: Tenant) -> None:
    """From the moment at which it was written, however late it is read."""
    held = put_aside(tenant)
    append(journal, a_paid_call(tenant, held)[:5])
    Recorder(journal, NODE).catch_up()
    (running,) = money.running_calls(NODE)
    assert (running.id, running.peer, running.answered_at) == (held.id, "PJSIP/trunk-1-0001", BEGINS + 5 * SECOND)
    assert Reservation.objects.get().peer_id == T


@pytest.mark.parametrize("died_after", range(11))
def test_a_recorder_that_dies_around_the_answer_leaves_the_call_charged_once(
    journal: Path, tenant: Tenant, died_after: int
) -> None:
    held = put_aside(tenant)
    lines = a_paid_call(tenant, held)
    append(journal, lines[:died_after])
    Recorder(journal, NODE).catch_up()
    append(journal, lines[died_after:])
    for _ in range(2):
        Recorder(journal, NODE).catch_up()
    assert charged() == [Decimal("0.6")]
    assert (Reservation.objects.count(), money.funds(tenant.pk).reserved) == (0, Decimal(0))


def test_an_answer_that_is_read_together_with_the_end_is_charged_to_its_own_reservation(
    journal: Path, tenant: Tenant
) -> None:
    """Not to the one that was made by the same caller for a call before it, which nobody answered."""
    before = put_aside(tenant, seconds=30)
    held = put_aside(tenant)
    append(journal, a_paid_call(tenant, held))
    Recorder(journal, NODE).catch_up()
    assert charged() == [Decimal("0.6")]
    assert not Reservation.objects.filter(pk__in=[before.id, held.id]).exists()


def test_an_answer_is_noted_with_its_record_or_not_at_all(
    journal: Path, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = put_aside(tenant)
    append(journal, a_paid_call(tenant, held)[:5])
    with monkeypatch.context() as patched:
        patched.setattr(call_records, "_POSITION", "INSERT INTO nowhere (node, position) VALUES (%s, %s)")
        with pytest.raises(DatabaseError):
            Recorder(journal, NODE).catch_up()
    assert money.running_calls(NODE) == []
    Recorder(journal, NODE).catch_up()
    assert len(money.running_calls(NODE)) == 1


def test_a_call_that_was_answered_long_after_its_money_was_put_aside_keeps_it(journal: Path, tenant: Tenant) -> None:
    """It rang for longer than money is kept without a call, and its caller left it before the answer was read."""
    held = put_aside(tenant)
    now = [BEGINS]
    recorder = Recorder(journal, NODE, now=lambda: now[0])
    lines = a_paid_call(tenant, held)
    append(journal, lines[:3])
    recorder.catch_up()
    now[0] += timedelta(minutes=3)
    append(journal, [*lines[3:6], line("HANGUP", 6, A, A, "kwiaty_100")])
    recorder.catch_up()
    assert [one.id for one in money.running_calls(NODE)] == [held.id]


# -- While somebody holds the company ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_call_that_ended_while_the_company_was_held_is_charged_once_that_is_over(
    journal: Path, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_keeper, "_TRY_AGAIN_AFTER", 0.05)
    held = put_aside(tenant)

    async def story(keeper: RecordKeeper) -> None:
        with company_held_elsewhere(tenant.pk):
            append(journal, a_paid_call(tenant, held))
            await keeper.catch_up()  # in vain
            assert await asyncio.to_thread(known) == (0, [], 1)
        while await asyncio.to_thread(known) != (1, [Decimal("0.6")], 0):
            await keeper.catch_up()
        await keeper.catch_up()

    with little_patience():
        keeping(journal, story)
    assert known() == (1, [Decimal("0.6")], 0)


def known() -> tuple[int, list[Decimal], int]:
    """How many calls are over on record, what was charged, and how often money is put aside."""
    try:
        over = CallRecord.objects.filter(ended_at__isnull=False).count()
        return over, charged(), Reservation.objects.count()
    finally:
        connections.close_all()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="on SQLite everything is held")
@pytest.mark.django_db(transaction=True)
def test_an_answer_is_known_though_the_records_wait_for_another_company(
    journal: Path, tenant: Tenant, ksiegi: cast.Company
) -> None:
    """Or no more money would be put aside for the call, and it would end."""
    cast.phone(ksiegi.tenant, "200")
    held = put_aside(tenant)
    append(journal, [line("CHAN_START", 0, "node1-9.0", "node1-9.0", "ksiegi_200"), *a_paid_call(tenant, held)[:5]])
    with company_held_elsewhere(ksiegi.tenant.pk), little_patience():
        connection.close()
        for _ in range(2):
            with pytest.raises(OperationalError):
                Recorder(journal, NODE).catch_up()
        assert [call.id for call in money.running_calls(NODE)] == [held.id]
        assert not CallRecord.objects.exists()
    connection.close()
    append(journal, a_paid_call(tenant, held)[5:])
    Recorder(journal, NODE).catch_up()
    assert charged() == [Decimal("0.6")]


# -- Whose call it is ----------------------------------------------------------------------------------------------


def without_decision(lines: Iterable[str]) -> list[str]:
    return [text for text in lines if not text.startswith("{")]


def test_a_call_of_an_account_that_was_deleted_meanwhile_is_charged_all_the_same(journal: Path, tenant: Tenant) -> None:
    put_aside(tenant)
    append(journal, a_call(tenant)[:5])
    SipAccount.objects.all().delete()
    append(journal, a_call(tenant)[5:])
    Recorder(journal, NODE).catch_up()
    assert charged() == [Decimal("0.6")]


def test_an_incoming_call_belongs_to_the_company_whose_number_was_called(
    journal: Path, tenant: Tenant, ksiegi: cast.Company
) -> None:
    """Also where the switchboard was away, and the number was spelled without a plus."""
    Number.objects.create(e164="+48222222222", tenant=ksiegi.tenant)
    for number, dialled in enumerate(["48221234567", "+48222222222", "48229999999"]):
        channel = f"node1-{number}.9"
        fields = [channel, channel, "PJSIP/trunk-1-0001", "+48600100200", dialled, "outside", ""]
        for kind in ("CHAN_START", "HANGUP", "LINKEDID_END"):
            append(journal, [",".join(f'"{field}"' for field in [kind, "1795381399.0", *fields])])
    Recorder(journal, NODE).catch_up()
    found = dict(CallRecord.objects.values_list("to_number", "tenant__slug"))
    assert found == {"48221234567": "kwiaty", "+48222222222": "ksiegi"}
    assert set(CallRecord.objects.values_list("direction", "from_number")) == {("in", "+48600100200")}


def test_an_incoming_call_stays_with_the_company_that_had_the_number_when_it_came(
    journal: Path, tenant: Tenant, ksiegi: cast.Company
) -> None:
    facts = a_call_from_outside(None)
    plan = plan_as_json(plan_call(facts))
    told: dict[str, Any] = {"tenant": tenant.pk, "direction": "in", "from_number": "+48600100200", "from_name": ""}
    append(
        journal,
        [line("CHAN_START", 0, A, A, "trunk-1"), said("decided", channel=A, to_number=facts.number, plan=plan, **told)],
    )
    Number.objects.update(tenant=ksiegi.tenant)
    append(journal, [line("HANGUP", 2, A, A, "trunk-1"), line("LINKEDID_END", 2, A, A, "trunk-1")])
    Recorder(journal, NODE).catch_up()
    assert CallRecord.objects.get().tenant == tenant


# -- Money that nobody claims --------------------------------------------------------------------------------------


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.second = 0.0

    def __call__(self) -> datetime:
        return BEGINS + timedelta(seconds=self.second)


def test_money_put_aside_for_a_call_that_is_over_is_given_back_after_a_while(journal: Path, tenant: Tenant) -> None:
    """A switchboard that died between putting it aside and dialling, after the call's record was written."""
    watch = Watch()
    recorder = Recorder(journal, NODE, now=watch)
    put_aside(tenant, channel="node1-9.9")
    watch.second = 59
    recorder.catch_up()
    assert Reservation.objects.count() == 1
    watch.second = 61
    recorder.catch_up()
    assert Reservation.objects.count() == 0


def test_money_of_a_call_that_goes_on_is_kept_however_long_it_takes(journal: Path, tenant: Tenant) -> None:
    watch = Watch()
    recorder = Recorder(journal, NODE, now=watch)
    put_aside(tenant)
    append(journal, a_call(tenant)[:5])
    for hour in range(1, 4):
        watch.second = hour * 3600
        recorder.catch_up()
    assert Reservation.objects.count() == 1


def test_money_of_another_engines_calls_and_of_calls_that_just_began_is_kept(journal: Path, tenant: Tenant) -> None:
    watch = Watch()
    recorder = Recorder(journal, "node2", now=watch)
    put_aside(tenant, channel="node1-9.9")
    watch.second = 3600
    recorder.catch_up()
    mine = Recorder(journal, NODE, now=watch)
    put_aside(tenant, channel="node1-9.8", made=3630)
    watch.second = 3661.5
    mine.catch_up()
    assert [one.channel for one in Reservation.objects.all()] == ["node1-9.8"]
