"""Blocking and deleting companies."""

from datetime import timedelta

import pytest
from django.utils import timezone

from centralka.actions.errors import InUse, InvalidInput, NotFound
from centralka.actions.numbers import give_numbers
from centralka.actions.tenants.blocks import block, unblock
from centralka.actions.tenants.deletion import contents, delete_tenant
from centralka.actions.tenants.tenants import add_tenant, customer, reset_owner_password, tenant, tenants
from centralka.calls.called_number import Arrival
from centralka.store.facts import call_facts, incoming_facts
from centralka.store.models import CallRecord, LedgerEntry, Number, Person, Registration, SipAccount, Tenant
from tests import cast
from tests.operators import top_up

OPERATOR = cast.OPERATOR
WHY = "Nieopłacona faktura 7/2026"


def facts_say(number: Number) -> tuple[str | None, str | None]:
    """Why the company is blocked, to the planner of a call outside and of one from outside."""
    now = timezone.now()
    out = call_facts(login="kwiaty_100", dialled="600100200", now=now)
    came = incoming_facts(trunk_id=1, arrival=Arrival(number.e164), now=now)
    assert out
    assert out.outside
    assert came
    return out.outside.blocked, came.blocked


def test_a_block_counts_for_the_next_call_and_ends_with_the_next_one(kwiaty: cast.Company) -> None:
    number = cast.line_outside(kwiaty.tenant, "+48221234567")
    cast.phone(kwiaty.tenant, "100")
    assert facts_say(number) == (None, None)
    assert block(OPERATOR, kwiaty.tenant.pk, f"  {WHY} ").block_reason == WHY
    assert facts_say(number) == (WHY, WHY)
    since = tenant(OPERATOR, kwiaty.tenant.pk).blocked_at
    assert block(OPERATOR, kwiaty.tenant.pk, "Nadużycie").blocked_at == since, "only the reason is another one"
    unblock(OPERATOR, kwiaty.tenant.pk)
    assert facts_say(number) == (None, None)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201, "a\0b"])
def test_a_reason_is_needed(kwiaty: cast.Company, reason: str) -> None:
    with pytest.raises(InvalidInput):
        block(OPERATOR, kwiaty.tenant.pk, reason)
    assert customer(OPERATOR, kwiaty.tenant.pk).blocked_at is None


def test_companies_are_found_by_name_short_name_and_people(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    account = cast.phone(kwiaty.tenant, "100")
    for extension, phones in (("101", 2), ("102", 0)):
        other = cast.phone(kwiaty.tenant, extension)
        for number in range(phones):
            Registration.objects.create(sip_account=other, node="n", uri=f"sip:{number}", since=timezone.now())
    Registration.objects.create(sip_account=account, node="n", uri="sip:x", since=timezone.now())
    owner = kwiaty.owner.person
    assert owner
    for search in (kwiaty.tenant.name[:5], "KWIATY", owner.name, owner.email.upper()):
        (found,) = tenants(OPERATOR, search=search)
        assert (found.pk, found.accounts, found.registered) == (kwiaty.tenant.pk, 3, 2), search  # type: ignore[attr-defined]
    assert not tenants(OPERATOR, search="nikt taki")
    assert tenants(OPERATOR).count() == 2


def test_an_owner_gets_a_new_first_password(kwiaty: cast.Company) -> None:
    olga = cast.olga_the_operator()
    owner = kwiaty.tenant.memberships.get(person=kwiaty.owner.person)
    person = reset_owner_password(OPERATOR, kwiaty.tenant.pk, owner.pk, cast.PASSWORD[::-1])
    person.refresh_from_db()
    assert person.check_password(cast.PASSWORD[::-1])
    assert person.must_change_password
    manager = kwiaty.tenant.memberships.get(person=kwiaty.manager.person)
    with pytest.raises(NotFound):
        reset_owner_password(OPERATOR, kwiaty.tenant.pk, manager.pk, cast.PASSWORD)
    hers = kwiaty.tenant.memberships.create(person=olga, role="owner")
    with pytest.raises(InvalidInput):
        reset_owner_password(OPERATOR, kwiaty.tenant.pk, hers.pk, cast.PASSWORD)


# -- Deleting --------------------------------------------------------------------------------------------------------


def test_only_a_blocked_company_without_calls_is_deleted(kwiaty: cast.Company) -> None:
    now = timezone.now()
    with pytest.raises(InUse):
        delete_tenant(OPERATOR, kwiaty.tenant.pk)
    block(OPERATOR, kwiaty.tenant.pk, WHY)
    call = CallRecord.objects.create(call_id="c", tenant=kwiaty.tenant, started_at=now)
    with pytest.raises(InUse) as refused:
        delete_tenant(OPERATOR, kwiaty.tenant.pk)
    assert refused.value.has("calls")
    CallRecord.objects.filter(pk=call.pk).update(ended_at=now + timedelta(minutes=1))
    delete_tenant(OPERATOR, kwiaty.tenant.pk)
    with pytest.raises(NotFound):
        customer(OPERATOR, kwiaty.tenant.pk)


def test_everything_goes_but_the_bookings(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    number = cast.line_outside(kwiaty.tenant, "+48221234567")
    cast.phone(kwiaty.tenant, "100", caller_id=number)
    cast.phone(ksiegi.tenant, "100")
    both = kwiaty.owner.person
    assert both
    ksiegi.tenant.memberships.create(person=both, role="reader")
    top_up(kwiaty.tenant)
    before = contents(OPERATOR, kwiaty.tenant.pk)
    assert (before.accounts, before.numbers, before.bookings) == (1, 1, 2)
    block(OPERATOR, kwiaty.tenant.pk, WHY)
    delete_tenant(OPERATOR, kwiaty.tenant.pk)
    number.refresh_from_db()
    assert (number.tenant, number.sip_account) == (None, None)
    assert list(SipAccount.objects.values_list("tenant", flat=True)) == [ksiegi.tenant.pk]
    assert Person.objects.filter(pk=both.pk).exists(), "works elsewhere"
    assert not Person.objects.filter(email=getattr(kwiaty.manager.person, "email", "")).exists()
    assert LedgerEntry.objects.filter(tenant=kwiaty.tenant).count() == 2
    assert [one.pk for one in tenants(OPERATOR)] == [ksiegi.tenant.pk]
    assert [one.pk for one in tenants(OPERATOR, closed=True)] == [kwiaty.tenant.pk]
    for action in (lambda: block(OPERATOR, kwiaty.tenant.pk, WHY), lambda: delete_tenant(OPERATOR, kwiaty.tenant.pk)):
        with pytest.raises(NotFound):
            action()
    with pytest.raises(InvalidInput):
        give_numbers(OPERATOR, [number.pk], kwiaty.tenant.pk)


def test_a_company_that_nothing_was_booked_for_leaves_its_short_name(db: None) -> None:
    made = add_tenant(OPERATOR, "pomylka", "Pomyłka")
    block(OPERATOR, made.pk, WHY)
    delete_tenant(OPERATOR, made.pk)
    assert not Tenant.objects.filter(slug="pomylka").exists()


# -- Numbers ---------------------------------------------------------------------------------------------------------


def test_ten_numbers_are_given_at_once_or_none(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    made = [Number.objects.create(e164=f"+4822123450{digit}").pk for digit in range(10)]
    assert give_numbers(OPERATOR, made, kwiaty.tenant.pk) == 10
    assert kwiaty.tenant.numbers.count() == 10
    rings = cast.phone(kwiaty.tenant, "100")
    Number.objects.filter(pk=made[0]).update(sip_account=rings)
    assert give_numbers(OPERATOR, made, kwiaty.tenant.pk) == 0
    assert Number.objects.get(pk=made[0]).sip_account == rings, "what the company has stays as it is"
    with pytest.raises(NotFound):
        give_numbers(OPERATOR, [*made, 2**62], ksiegi.tenant.pk)
    assert ksiegi.tenant.numbers.count() == 0
    with pytest.raises(InvalidInput):
        give_numbers(OPERATOR, [], ksiegi.tenant.pk)
    assert give_numbers(OPERATOR, made[:3], None) == 3
    assert kwiaty.tenant.numbers.count() == 7
