"""Money under every order of events, every crash and real threads: never overspent, never charged twice or not at all.

Each function of `store.money` is one transaction that begins with the company's lock, so every run of many processes
equals some order of whole steps: the machine below draws such orders. The threads show that the lock does hold: with
`lock` reading the row without locking it, four of them fail on PostgreSQL.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from centralka.actions.tenants.tenants import add_tenant
from centralka.calls.tariffs import Rate, billed_seconds, price
from centralka.store import money, settling
from centralka.store.models import LedgerEntry, Reservation, Tenant
from tests import cast
from tests.answers import answered
from tests.at_once import so_many_at_once

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
NODE = "node1"
MOBILE = Rate("48", "Polska", Decimal("0.60"), Decimal(0), 60, 1)


# -- Every order of events ---------------------------------------------------------------------------------------

deaths = st.sampled_from([False, False, False, True])
amounts = st.decimals(min_value=0, max_value=5, places=4)
rates = st.builds(
    Rate,
    prefix=st.just("48"),
    description=st.just(""),
    per_minute=st.sampled_from([Decimal("0.60"), Decimal("0.0123"), Decimal(3), Decimal(0)]),
    connection_fee=st.sampled_from([Decimal(0), Decimal("0.0999")]),
    first_increment=st.sampled_from([1, 60]),
    next_increment=st.sampled_from([1, 7, 60]),
)


@dataclass
class Leg:
    """One attempt of a call to get through, as whoever placed it knows it."""

    channel: str
    rate: Rate
    reservation: int
    held: Decimal
    granted: int
    answered: bool = False
    released: bool = False

    @property
    def peer(self) -> str:
        """The channel to the carrier."""
        return f"peer of {self.channel}"


@dataclass
class Call:
    """A call that was begun; `over` when nobody talks any more."""

    name: str
    legs: list[Leg] = field(default_factory=list)
    talked: int = 0
    over: bool = False
    paid: list[Decimal] | None = None
    """What the first settlement that reached the database came to."""

    @property
    def answered(self) -> list[Leg]:
        return [leg for leg in self.legs if leg.answered]

    @property
    def held(self) -> Decimal:
        """PLN that its legs have put aside, until it is settled."""
        return sum((leg.held for leg in self.legs if not leg.released), Decimal(0))

    @property
    def charges(self) -> list[settling.Charge]:
        return [
            settling.Charge(f"call:{self.name}:{leg.channel}", leg.peer, price(leg.rate, self.talked), {})
            for leg in self.answered
        ]


class Exchange(RuleBasedStateMachine):
    """Calls, bookings and deaths in any order. What is drawn as `dies` never gets to commit."""

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.tenant_id = add_tenant(cast.OPERATOR, "kwiaty", "Kwiaciarnia Alicja").pk
        Tenant.objects.filter(pk=self.tenant_id).update(calls_at_once=None)  # a rule against fraud stops none
        self.calls: list[Call] = []
        self.keys: dict[str, Decimal] = {}

    def teardown(self) -> None:
        try:
            self.everything_comes_to_its_end()
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    # What happens

    @initialize(net=st.decimals(min_value=1, max_value=5, places=4))
    def there_is_money(self, net: Decimal) -> None:
        money.book(self.tenant_id, key="begin", kind=LedgerEntry.Kind.TOP_UP, net=net, at=NOW)

    @property
    def running(self) -> list[Call]:
        return [call for call in self.calls if not call.over]

    @rule(rate=rates, seconds=st.integers(1, 400), dies=deaths, answers=st.booleans(), data=st.data())
    def a_call_asks_for_money(self, rate: Rate, seconds: int, dies: bool, answers: bool, data: st.DataObject) -> None:
        """A new call, or another leg of one that runs (a transfer, the next carrier)."""
        call = data.draw(st.sampled_from([None, *self.running]))
        can_spend = money.funds(self.tenant_id).available
        channel = f"channel{sum(len(one.legs) for one in self.calls)}"
        with transaction.atomic():
            made = money.reserve(
                self.tenant_id, node=NODE, channel=channel, number="+48600100200", rate=rate, now=NOW, seconds=seconds
            )
            transaction.set_rollback(dies)
        if made is None:
            assert price(rate, rate.first_increment) > can_spend, "a call that could be paid was refused"
        elif not dies:
            leg = Leg(channel, rate, made.id, made.amount, made.granted_seconds)
            if call is None:
                self.calls.append(call := Call(f"call{len(self.calls)}"))
            call.legs.append(leg)
            if answers:
                self.answer(leg)
            assert leg.granted >= rate.first_increment
            assert leg.held == price(rate, leg.granted)
            assert made.exhausted == (leg.granted < billed_seconds(rate, seconds))

    @rule(seconds=st.integers(1, 400), dies=deaths, data=st.data())
    @precondition(lambda self: self.running)
    def a_call_asks_for_more(self, seconds: int, dies: bool, data: st.DataObject) -> None:
        leg = data.draw(st.sampled_from([leg for call in self.running for leg in call.legs]))
        with transaction.atomic():
            grown = money.extend(leg.reservation, seconds)
            transaction.set_rollback(dies)
        assert grown is not None
        if not dies:
            assert grown.granted_seconds >= leg.granted, "what was granted is never taken back"
            assert grown.exhausted == (grown.granted_seconds < billed_seconds(leg.rate, leg.granted + seconds))
            leg.granted, leg.held = grown.granted_seconds, grown.amount

    @rule(data=st.data())
    @precondition(lambda self: any(len(call.answered) < len(call.legs) for call in self.running))
    def somebody_answers(self, data: st.DataObject) -> None:
        self.answer(data.draw(st.sampled_from([leg for call in self.running for leg in call.legs if not leg.answered])))

    def answer(self, leg: Leg) -> None:
        answered(leg.reservation, peer="PJSIP/trunk-1", peer_id=leg.peer, now=NOW)
        leg.answered = True

    @rule(late=st.integers(-200, 120), data=st.data())
    @precondition(lambda self: any(call.answered for call in self.running))
    def somebody_hangs_up(self, late: int, data: st.DataObject) -> None:
        """`late`: a cut that comes too late, or an engine that died, lets a call go on after its money."""
        call = data.draw(st.sampled_from([call for call in self.running if call.answered]))
        call.talked, call.over = max(0, max(leg.granted for leg in call.legs) + late), True

    @rule(dies=deaths, data=st.data())
    @precondition(lambda self: any(call.over for call in self.calls))
    def a_call_is_settled(self, dies: bool, data: st.DataObject) -> None:
        """Also one that was settled before: who died after the commit does not know, and tries again."""
        call = data.draw(st.sampled_from([call for call in self.calls if call.over]))
        self.settle(call, dies)

    def settle(self, call: Call, dies: bool = False) -> None:
        with transaction.atomic():
            channels = [channel for leg in call.legs for channel in (leg.channel, leg.peer)]
            (settled,) = settling.settle([settling.Finished(self.tenant_id, channels, call.charges, NOW)])
            transaction.set_rollback(dies)
        if dies:
            return
        came_to = [one.net for one in settled]
        if call.paid is None:
            assert came_to == [
                min(leg.held, charge.net) for leg, charge in zip(call.answered, call.charges, strict=True)
            ]
            call.paid = came_to
        assert came_to == call.paid, "a repetition came to something else"

    @rule(data=st.data())
    @precondition(lambda self: any(not call.answered for call in self.running))
    def a_call_comes_to_nothing(self, data: st.DataObject) -> None:
        call = data.draw(st.sampled_from([call for call in self.running if not call.answered]))
        self.release(call)
        call.over = True

    @rule()
    @precondition(lambda self: len(self.running) > 1)
    def the_engine_dies(self) -> None:
        """All calls are over. Whoever tidies up releases what nobody answered, and settles the rest later."""
        for call in self.running:
            call.talked, call.over = max(leg.granted for leg in call.legs), True
            self.release(call)

    def release(self, call: Call) -> None:
        """What nobody answered."""
        unanswered = [leg for leg in call.legs if not leg.answered]
        money.release([leg.reservation for leg in unanswered])
        for leg in unanswered:
            leg.released = True

    @rule(
        net=amounts,
        kind=st.sampled_from(LedgerEntry.Kind),
        takes=st.booleans(),
        repeated=st.booleans(),
        dies=deaths,
        data=st.data(),
    )
    def something_is_booked(
        self, net: Decimal, kind: LedgerEntry.Kind, takes: bool, repeated: bool, dies: bool, data: st.DataObject
    ) -> None:
        """A top-up, a correction, a fee; or the same once more."""
        known = sorted(self.keys)
        key = data.draw(st.sampled_from(known)) if repeated and known else f"key{len(known)}"
        net, can_spend = (-net if takes else net), money.funds(self.tenant_id).available
        is_new = key not in self.keys
        with transaction.atomic():
            try:
                made = money.book(self.tenant_id, key=key, kind=kind, net=net, at=NOW)
            except money.NotEnoughMoney:
                made, is_new = None, is_new and -net <= can_spend
            transaction.set_rollback(dies)
        assert (made is not None) == is_new
        if is_new and not dies:
            self.keys[key] = net

    @rule(limit=amounts)
    def the_credit_limit_changes(self, limit: Decimal) -> None:
        before = money.funds(self.tenant_id)
        try:
            money.set_credit_limit(self.tenant_id, limit)
        except money.NotEnoughMoney:
            assert before.balance + limit < before.reserved, "a limit that could be kept was refused"

    def everything_comes_to_its_end(self) -> None:
        """However it went, in the end each call is settled, and nothing stays put aside."""
        for call in self.running:
            call.talked, call.over = max(leg.granted for leg in call.legs) + 7, True
        for call in self.calls:
            self.settle(call)
        assert money.funds(self.tenant_id).reserved == 0
        self.calls_are_paid_once()

    # What always holds

    @invariant()
    def the_balance_is_within_its_limit(self) -> None:
        funds = money.funds(self.tenant_id)
        note(f"{funds}")
        assert funds.balance >= -funds.credit_limit
        assert funds.available >= 0
        held = sum(Reservation.objects.values_list("amount", flat=True), Decimal(0))
        assert funds.available == funds.balance + funds.credit_limit - held

    @invariant()
    def the_entries_are_the_balance(self) -> None:
        total = Decimal(0)
        for entry in LedgerEntry.objects.order_by("id"):
            total += entry.net
            assert entry.balance_after == total
        assert Tenant.objects.get(pk=self.tenant_id).balance == total

    @invariant()
    def calls_are_paid_once(self) -> None:
        booked: dict[str, list[Decimal]] = {}
        for entry in LedgerEntry.objects.filter(key__startswith="call:").order_by("id"):
            booked.setdefault(entry.key.split(":")[1], []).append(-entry.net)
        for call in self.calls:
            assert booked.get(call.name, []) == (call.paid or [])
            assert len(call.paid or []) == (len(call.answered) if call.paid else 0)

    @invariant()
    def what_is_put_aside_is_what_the_calls_hold(self) -> None:
        legs = [leg for call in self.calls if call.paid is None for leg in call.legs if not leg.released]
        assert dict(Reservation.objects.values_list("id", "amount")) == {leg.reservation: leg.held for leg in legs}


@pytest.mark.django_db(transaction=True)
def test_money_is_right_whatever_happens_in_whatever_order() -> None:
    """Outside a transaction: examples are rolled back one by one, and PostgreSQL drags none of them along.

    The orders are drawn for our own steps. What PostgreSQL may take otherwise is their statements: any order has them.
    """
    run_state_machine_as_test(
        Exchange,
        settings=settings(
            max_examples=60 if connection.vendor == "sqlite" else 15,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


# -- Real threads ------------------------------------------------------------------------------------------------

CALLS = 30


@pytest.fixture
def tenant_id(transactional_db: None) -> int:
    """A company with 3,00 zł: what five of thirty callers need for their first minute."""
    tenant = add_tenant(cast.OPERATOR, "kwiaty", "Kwiaciarnia Alicja")
    money.book(tenant.pk, key="top-up", kind=LedgerEntry.Kind.TOP_UP, net=Decimal(3), at=NOW)
    return tenant.pk


def begin(tenant_id: int, number: int) -> money.Reserved | None:
    return money.reserve(
        tenant_id, node=NODE, channel=f"channel{number}", number="+48600100200", rate=MOBILE, now=NOW, seconds=60
    )


def holds(tenant_id: int) -> bool:
    """Tell whether the books are in order, and no more is spent or put aside than there is."""
    funds = money.funds(tenant_id)
    entries = LedgerEntry.objects.aggregate(sum=Sum("net"))["sum"].quantize(Decimal("0.0001"))
    return bool(entries == funds.balance >= -funds.credit_limit and funds.available >= 0)


@pytest.mark.django_db(transaction=True)
def test_of_thirty_calls_at_once_those_begin_that_can_be_paid(tenant_id: int) -> None:
    begun = so_many_at_once(CALLS, lambda number: begin(tenant_id, number))
    assert sum(reservation is not None for reservation in begun) == 5
    assert holds(tenant_id)


@pytest.mark.django_db(transaction=True)
def test_the_same_thirty_overspend_where_looking_and_taking_are_two_steps(tenant_id: int) -> None:
    """So the test above can fail: here is what it would find without the lock."""
    all_have_looked = Barrier(CALLS)

    def careless(number: int) -> Reservation | None:
        can_spend = money.funds(tenant_id).available
        all_have_looked.wait(timeout=60)
        if can_spend < price(MOBILE, 60):
            return None
        return Reservation.objects.create(
            tenant_id=tenant_id, node=NODE, channel=str(number), number="+48600100200", amount=price(MOBILE, 60),
            granted_seconds=60, rate={}, made_at=NOW,
        )  # fmt: skip

    begun = so_many_at_once(CALLS, careless)
    assert sum(reservation is not None for reservation in begun) == CALLS
    assert not holds(tenant_id)


@pytest.mark.django_db(transaction=True)
def test_thirty_calls_talk_on_one_small_balance_until_it_is_used_up(tenant_id: int) -> None:
    """Each goes on second by second as far as there is money, talks a little too long, and is settled twice."""
    money.book(tenant_id, key="more", kind=LedgerEntry.Kind.TOP_UP, net=Decimal(20), at=NOW)
    Tenant.objects.filter(pk=tenant_id).update(calls_at_once=None)

    def talk(number: int) -> Decimal:
        reservation = begin(tenant_id, number)
        if reservation is None:
            return Decimal(0)
        answered(reservation.id, peer=f"PJSIP/trunk-{number}", peer_id=f"peer{number}", now=NOW)
        while reservation and not reservation.exhausted:
            reservation = money.extend(reservation.id, 30)
        assert reservation is not None
        net = price(MOBILE, reservation.granted_seconds + 5)
        charge = settling.Charge(f"call:{number}", f"peer{number}", net, {})
        for _ in range(2):
            channels = [f"channel{number}", f"peer{number}"]
            ((settled,),) = settling.settle([settling.Finished(tenant_id, channels, [charge], NOW)])
            assert (settled.net, settled.cut) == (reservation.amount, True)
        return reservation.amount

    spent = sum(amount for amount in so_many_at_once(CALLS, talk) if isinstance(amount, Decimal))
    assert holds(tenant_id)
    funds = money.funds(tenant_id)
    assert funds.reserved == 0
    assert funds.balance == 23 - spent
    assert funds.balance < price(MOBILE, 60), "there was money for another minute"


@pytest.mark.django_db(transaction=True)
def test_a_call_that_many_settle_at_once_is_charged_once(tenant_id: int) -> None:
    begin(tenant_id, 0)
    charge = settling.Charge("call:0", "peer0", Decimal("0.4"), {})
    ended = settling.Finished(tenant_id, ["channel0"], [charge], NOW)
    came_to = so_many_at_once(8, lambda number: settling.settle([ended]))
    assert came_to == [[[settling.Settled(Decimal("0.4"), cut=False)]]] * 8
    assert money.funds(tenant_id).balance == Decimal("2.6")


@pytest.mark.django_db(transaction=True)
def test_calls_of_two_companies_that_end_together_are_charged_as_if_one_after_the_other(tenant_id: int) -> None:
    """Also a channel that two of them name, as after a transfer: the first one pays with its money."""
    other = other_company()
    for owner, number in ((tenant_id, 0), (other, 1), (tenant_id, 2)):
        begin(owner, number)
    batch = [
        settling.Finished(tenant_id, ["channel0"], [charge(0, "0.1")], NOW),
        settling.Finished(other, ["channel0", "channel1"], [charge(1, "0.2")], NOW),
        settling.Finished(tenant_id, ["channel2"], [charge(2, "0.3"), charge(0, "0.3")], NOW),
        settling.Finished(tenant_id, ["channel2"], [charge(3, "0.3")], NOW),
    ]
    came_to = [[one.net for one in call] for call in settling.settle(batch)]
    tenth = Decimal("0.1")
    assert came_to == [[tenth], [2 * tenth], [3 * tenth, tenth], [Decimal(0)]]
    assert [[one.net for one in call] for call in settling.settle(batch)] == came_to
    left = LedgerEntry.objects.filter(tenant=tenant_id).order_by("id").values_list("balance_after", flat=True)
    assert list(left) == [3, 3 - tenth, 3 - 4 * tenth, 3 - 4 * tenth]
    assert (money.funds(tenant_id).balance, money.funds(other).balance) == (3 - 4 * tenth, 3 - 2 * tenth)
    assert not Reservation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_switchboards_that_settle_for_the_same_companies_never_wait_for_each_other_for_ever(tenant_id: int) -> None:
    owners = [tenant_id, other_company()]

    def settle(number: int) -> None:
        for turn in range(5):
            one = [settling.Finished(owner, [], [charge(f"{number}.{turn}.{owner}", "0")], NOW) for owner in owners]
            settling.settle(one if number % 2 else one[::-1])

    so_many_at_once(4, settle)
    assert LedgerEntry.objects.filter(kind=LedgerEntry.Kind.CALL).count() == 4 * 5 * 2


def other_company() -> int:
    """A company with 3,00 zł, too."""
    tenant = cast.celinas_company().tenant
    money.book(tenant.pk, key="theirs", kind=LedgerEntry.Kind.TOP_UP, net=Decimal(3), at=NOW)
    return tenant.pk


def charge(number: int | str, net: str) -> settling.Charge:
    return settling.Charge(f"call:{number}", f"peer{number}", Decimal(net), {})


@pytest.mark.django_db(transaction=True)
def test_a_booking_that_many_make_at_once_is_made_once(tenant_id: int) -> None:
    kind = LedgerEntry.Kind.TOP_UP
    made = so_many_at_once(8, lambda number: money.book(tenant_id, key="k", kind=kind, net=Decimal(1), at=NOW))
    assert sum(entry is not None for entry in made) == 1
    assert money.funds(tenant_id).balance == 4


@pytest.mark.django_db(transaction=True)
def test_no_booking_is_lost_among_many_at_once(tenant_id: int) -> None:
    def book(number: int) -> None:
        for turn in range(5):
            net = Decimal(1) if number % 2 else Decimal("-0.0001")
            money.book(tenant_id, key=f"{number}.{turn}", kind=LedgerEntry.Kind.CORRECTION, net=net, at=NOW)

    so_many_at_once(10, book)
    assert money.funds(tenant_id).balance == 3 + 25 - Decimal("0.0025")
    assert holds(tenant_id)


@pytest.mark.django_db(transaction=True)
def test_a_call_that_ends_while_it_is_extended_is_no_error(tenant_id: int) -> None:
    """Giving back takes no lock, so the reservation can go between the look at it and the change."""
    for turn in range(10):
        reservation = begin(tenant_id, turn)
        assert reservation is not None
        key = reservation.id
        so_many_at_once(4, lambda number, key=key: money.extend(key, 1) if number else money.release([key]))  # type: ignore[misc]
        assert money.funds(tenant_id).available == 3


# -- The ledger --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_booking_can_be_neither_changed_nor_removed(tenant_id: int) -> None:
    with pytest.raises(DatabaseError, match="never changed"):
        LedgerEntry.objects.update(net=Decimal(1_000_000))
    with pytest.raises(TypeError):
        LedgerEntry.objects.get().delete()
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError, match="never changed"):
            LedgerEntry.objects.all().delete()
    assert LedgerEntry.objects.get().net == 3


def test_amounts_with_many_digits_are_added_exactly(kwiaty: cast.Company) -> None:
    tenant_id = kwiaty.tenant.pk
    big, small = Decimal("999999999.9999"), Decimal("0.0001")
    for count, net in enumerate([big, small, -small, -small]):
        money.book(tenant_id, key=str(count), kind=LedgerEntry.Kind.CORRECTION, net=net, at=NOW)
    assert money.funds(tenant_id).balance == Tenant.objects.get().balance == Decimal("999999999.9998")


# -- Whoever lost the end ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_nobody_answered_is_given_back_when_its_call_is_over(tenant_id: int) -> None:
    begin(tenant_id, 0)
    assert settling.release_orphans(NODE, live=["channel0"], before=NOW + timedelta(minutes=1)) == 0
    assert settling.release_orphans(NODE, live=[], before=NOW) == 0, "it was only just put aside"
    assert settling.release_orphans(NODE, live=[], before=NOW + timedelta(minutes=1)) == 1
    assert money.funds(tenant_id) == money.Funds(balance=Decimal(3), credit_limit=Decimal(0), reserved=Decimal(0))


@pytest.mark.django_db
def test_what_was_answered_is_never_just_given_back(tenant_id: int) -> None:
    """Neither by a call that it left in a transfer, nor by who tidies up: what was granted has been talked, perhaps."""
    held = begin(tenant_id, 0)
    assert held is not None
    answered(held.id, peer="PJSIP/trunk-1-01", peer_id="peer0", now=NOW)
    money.release([held.id])
    assert settling.settle([settling.Finished(tenant_id, ["channel0"], [], NOW)]) == [[]]
    assert settling.release_orphans(NODE, live=["peer0"], before=NOW + timedelta(minutes=1)) == 0
    assert money.funds(tenant_id).reserved == held.amount
    assert settling.release_orphans(NODE, live=[], before=NOW + timedelta(minutes=1)) == 1
    assert money.funds(tenant_id).balance == Decimal(3) - held.amount
    assert money.funds(tenant_id).reserved == 0


@pytest.mark.django_db
def test_a_leg_is_charged_to_whoever_put_the_money_aside(tenant_id: int) -> None:
    """In whichever call it ends: two companies can stand in one after a transfer."""
    other = cast.celinas_company().tenant
    money.book(other.pk, key="theirs", kind=LedgerEntry.Kind.TOP_UP, net=Decimal(3), at=NOW)
    held = begin(tenant_id, 0)
    assert held is not None
    answered(held.id, peer="PJSIP/trunk-1-01", peer_id="peer0", now=NOW)
    charge = settling.Charge("call:0", "peer0", Decimal("0.2"), {})
    settling.settle([settling.Finished(other.pk, ["theirs", "peer0"], [charge], NOW)])
    assert money.funds(other.pk).balance == 3
    assert money.funds(tenant_id).balance == Decimal("2.8")


@pytest.mark.django_db
def test_an_answer_counts_once(tenant_id: int) -> None:
    held = begin(tenant_id, 0)
    assert held is not None
    answered(held.id, peer="PJSIP/trunk-1-01", peer_id="peer0", now=NOW)
    answered(held.id, peer="PJSIP/trunk-1-02", peer_id="peer1", now=NOW + timedelta(seconds=1))
    found = Reservation.objects.get()
    assert (found.peer, found.peer_id, found.answered_at) == ("PJSIP/trunk-1-01", "peer0", NOW)
