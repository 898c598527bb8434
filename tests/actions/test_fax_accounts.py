"""Fax accounts: what they may be, and what they may not do."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from centralka.actions.account.accounts import change_sip_account, delete_sip_account, sip_account, sip_accounts
from centralka.actions.account.fax_accounts import (
    FaxAccountInput,
    add_fax_account,
    change_fax_account,
    delete_fax_account,
    fax_account,
)
from centralka.actions.account.forwarding import ForwardChoice
from centralka.actions.calls import plan_for
from centralka.actions.errors import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound, Taken
from centralka.actions.numbers import set_number_target
from centralka.actions.prices.charges import Agreement, ConsentNeeded
from centralka.actions.request_keys import KeyReused
from centralka.calls.facts import FaxToneFacts
from centralka.calls.plan import FaxTone, ReceiveFax, StepName
from centralka.calls.planner import plan_fax_tone
from centralka.store.facts import fax_tone_facts
from centralka.store.models import LedgerEntry, PriceList, SipAccount
from tests import cast

FAX = FaxAccountInput(extension="15", name="Faks", emails=("a@kwiaty.example", "b@kwiaty.example"), station="+48 22 1")


def codes(refused: InvalidInput) -> dict[str, list[str]]:
    return {field: [problem.code for problem in found] for field, found in refused.problems.items()}


def test_it_is_made_and_has_nothing_a_phone_could_register_with(kwiaty: cast.Company) -> None:
    made = add_fax_account(kwiaty.manager, FAX)
    kept = SipAccount.objects.get(pk=made.pk)
    assert (kept.kind, kept.extension, kept.login, kept.password_digest) == ("fax", "15", "kwiaty_15", "")
    assert (kept.fax_emails.splitlines(), kept.fax_station) == (list(FAX.emails), "+48 22 1")


@pytest.mark.parametrize(
    "wrong, expected",
    [
        ({"extension": "1"}, {"extension": ["malformed"]}),
        ({"extension": "112"}, {"extension": ["public_short_code"]}),
        ({"name": ""}, {"name": ["required"]}),
        ({"emails": ("a@kwiaty.example", "nobody")}, {"emails": ["malformed"]}),
        ({"emails": tuple(f"{n}@kwiaty.example" for n in range(11))}, {"emails": ["too_many"]}),
        ({"station": "x" * 21}, {"station": ["malformed"]}),
        ({"station": "żółw"}, {"station": ["malformed"]}),
        ({"station": "22,1"}, {"station": ["malformed"]}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    kwiaty: cast.Company, wrong: dict[str, object], expected: dict[str, list[str]]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        add_fax_account(kwiaty.manager, FaxAccountInput(**{"extension": "15", "name": "Faks", **wrong}))  # type: ignore[arg-type]
    assert codes(refused.value) == expected


def test_white_space_and_doubles_mean_nothing(kwiaty: cast.Company) -> None:
    typed = FaxAccountInput(extension=" 15 ", name=" Faks  biura ", emails=(" a@b.pl", "", "a@b.pl"), station=" 22  1 ")
    made = add_fax_account(kwiaty.manager, typed)
    assert (made.extension, made.name, made.fax_emails, made.fax_station) == ("15", "Faks biura", "a@b.pl", "22 1")


def test_an_extension_is_a_phones_or_a_faxs(kwiaty: cast.Company) -> None:
    cast.phone(kwiaty.tenant, "15")
    with pytest.raises(Taken):
        add_fax_account(kwiaty.manager, FAX)


def test_it_costs_what_an_account_costs_and_once(kwiaty: cast.Company) -> None:
    cast.line_outside(kwiaty.tenant, balance="100")
    PriceList.objects.update(account_activation=Decimal(5), account_monthly=Decimal(10))
    now = datetime(2026, 11, 1, 12, tzinfo=UTC)
    kwiaty.manager.tenant.refresh_from_db()
    with pytest.raises(ConsentNeeded):
        add_fax_account(kwiaty.manager, FAX, request="k1", now=now)
    made = [add_fax_account(kwiaty.manager, FAX, Agreement("192.0.2.1"), request="k1", now=now) for _ in range(2)]
    assert made[0].pk == made[1].pk
    fees = LedgerEntry.objects.exclude(kind=LedgerEntry.Kind.TOP_UP)
    assert sorted(fees.values_list("kind", flat=True)) == ["activation", "monthly"]


def test_a_key_stands_for_one_request(kwiaty: cast.Company) -> None:
    add_fax_account(kwiaty.manager, FAX, request="k1")
    with pytest.raises(KeyReused):
        add_fax_account(kwiaty.manager, FaxAccountInput(extension="16", name="Inny"), request="k1")


def test_it_is_changed_by_whoever_saw_its_last_version(kwiaty: cast.Company) -> None:
    made = add_fax_account(kwiaty.manager, FAX)
    changed = change_fax_account(kwiaty.manager, made.pk, {"extension": "16", "emails": ()}, version=1)
    assert (changed.login, changed.fax_emails, changed.fax_station, changed.version) == ("kwiaty_16", "", "+48 22 1", 2)
    with pytest.raises(ChangedMeanwhile):
        change_fax_account(kwiaty.manager, made.pk, {"name": "X"}, version=1)


def test_it_is_no_account_for_calls(kwiaty: cast.Company) -> None:
    made = add_fax_account(kwiaty.manager, FAX)
    assert not sip_accounts(kwiaty.manager).exists()
    for knock in (sip_account, delete_sip_account):
        with pytest.raises(NotFound):
            knock(kwiaty.manager, made.pk)
    with pytest.raises(NotFound):
        change_sip_account(kwiaty.manager, made.pk, {"name": "X"})
    with pytest.raises(InvalidInput):
        plan_for(kwiaty.manager, "15", "*43")


def test_an_account_for_calls_is_no_fax_account(kwiaty: cast.Company) -> None:
    phone = cast.phone(kwiaty.tenant, "100")
    for knock in (fax_account, delete_fax_account):
        with pytest.raises(NotFound):
            knock(kwiaty.manager, phone.pk)


def test_strangers_and_readers_do_not_get_at_it(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    made = add_fax_account(kwiaty.manager, FAX)
    with pytest.raises(NotFound):
        change_fax_account(ksiegi.manager, made.pk, {"name": "X"})
    with pytest.raises(NotAllowed):
        change_fax_account(kwiaty.reader, made.pk, {"name": "X"})
    with pytest.raises(NotAllowed):
        add_fax_account(kwiaty.reader, FaxAccountInput(extension="16", name="X"))


def test_a_number_a_colleague_and_a_forward_lead_there(kwiaty: cast.Company) -> None:
    made = add_fax_account(kwiaty.manager, FAX)
    number = cast.line_outside(kwiaty.tenant)
    set_number_target(kwiaty.manager, number.pk, made.pk)
    phone = cast.phone(kwiaty.tenant, "100")
    cast.phone(kwiaty.tenant, "101")
    change_sip_account(kwiaty.manager, phone.pk, {"forward_busy": ForwardChoice("extension", extension="15")})
    reached = [
        plan_for(kwiaty.manager, *call)[1] for call in (("600100200", "221234567"), ("100", "15"), ("101", "100"))
    ]
    assert [len([one for one in plan.steps.values() if isinstance(one, ReceiveFax)]) for plan in reached] == [1, 1, 1]


def test_deleted_it_takes_its_faxes_along_and_tells_what_pointed_there(kwiaty: cast.Company) -> None:
    made = add_fax_account(kwiaty.manager, FAX)
    cast.fax(made)
    number = cast.line_outside(kwiaty.tenant)
    set_number_target(kwiaty.manager, number.pk, made.pk)
    assert delete_fax_account(kwiaty.manager, made.pk).numbers == ["+48221234567"]
    assert not SipAccount.objects.exists()


def test_an_account_hands_fax_calls_to_it_until_it_is_deleted(kwiaty: cast.Company) -> None:
    made, phone = add_fax_account(kwiaty.manager, FAX), cast.phone(kwiaty.tenant, "100", "Ala")
    cast.phone(kwiaty.tenant, "101")
    assert change_sip_account(kwiaty.manager, phone.pk, {"switch_to_fax": " 15 "}).switch_to_fax == made
    assert plan_for(kwiaty.manager, "101", "100")[1].fax_tone == FaxTone("kwiaty_15", 30 + 30 + 60)
    assert change_sip_account(kwiaty.manager, phone.pk, {"ring_timeout": 20}).switch_to_fax == made, "it stays"
    change_fax_account(kwiaty.manager, made.pk, {"extension": "16"})
    assert plan_for(kwiaty.manager, "101", "100")[1].fax_tone == FaxTone("kwiaty_16", 20 + 30 + 60)
    assert delete_fax_account(kwiaty.manager, made.pk).switched == ["100 Ala"]
    assert plan_for(kwiaty.manager, "101", "100")[1].fax_tone is None


def test_only_a_fax_account_of_the_company_takes_calls_over(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    phone = cast.phone(kwiaty.tenant, "100")
    cast.phone(kwiaty.tenant, "101")
    cast.fax_account(ksiegi.tenant, "17")
    for extension in ("101", "100", "17", "99", "x\0"):
        with pytest.raises(InvalidInput) as refused:
            change_sip_account(kwiaty.manager, phone.pk, {"switch_to_fax": extension})
        assert list(refused.value.problems) == ["switch_to_fax"]


def test_the_facts_of_a_fax_tone_are_those_of_the_fax_account(kwiaty: cast.Company) -> None:
    add_fax_account(kwiaty.manager, FAX)
    cast.phone(kwiaty.tenant, "100")

    def asked(login: str) -> FaxToneFacts | None:
        caller, now = ("+48600100200", "JAN"), timezone.now()
        return fax_tone_facts(login=login, caller=caller, to_number=login, direction="in", now=now)

    facts = asked("kwiaty_15")
    assert facts
    assert (facts.tenant_id, facts.receiver.extension, facts.receiver.fax_station) == (
        kwiaty.tenant.pk,
        "15",
        "+48 22 1",
    )
    assert facts.longest_call == kwiaty.tenant.longest_call
    step = plan_fax_tone(facts).steps[StepName("start")]
    assert isinstance(step, ReceiveFax)
    assert asked("kwiaty_100") is None
    assert asked("kwiaty_99") is None
