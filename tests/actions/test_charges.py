"""What an account costs: told before, agreed to, charged once. Fees of months that begin: tests/outbox."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

import pytest
from django.db import transaction

from centralka.actions.account.accounts import add_sip_account, delete_sip_account
from centralka.actions.account.blocks import SipAccountInput
from centralka.actions.errors import InvalidInput, NotAllowed, Taken
from centralka.actions.money import top_up
from centralka.actions.prices.charges import (
    Agreement,
    Charge,
    ConsentNeeded,
    TooLittleMoney,
    charges_for_new_account,
    due_now,
    fingerprint,
)
from centralka.store.models import Consent, Installation, LedgerEntry, PriceList, RequestKey, SipAccount, Tenant
from tests import cast
from tests.at_once import at_once

MID_NOVEMBER = datetime(2026, 11, 16, 12, tzinfo=UTC)
"""15 of 30 days are left."""
AGREED = Agreement("192.0.2.7")


def wanted(extension: str = "100", **changes: object) -> SipAccountInput:
    return SipAccountInput(**{"extension": extension, "name": "Biuro", "password": cast.SIP_PASSWORD, **changes})  # type: ignore[arg-type]


def prices(company: cast.Company, activation: str = "20", monthly: str = "10") -> PriceList:
    made = PriceList.objects.create(
        name=f"Cennik {company.tenant.slug}",
        account_activation=Decimal(activation),
        account_monthly=Decimal(monthly),
    )
    Tenant.objects.filter(pk=company.tenant.pk).update(price_list=made)
    return made


def booked() -> list[tuple[str, Decimal]]:
    found = LedgerEntry.objects.exclude(kind="top_up").order_by("id")
    return [(entry.key, entry.net) for entry in found]


@pytest.fixture
def rich(kwiaty: cast.Company) -> cast.Company:
    """Alicja's company with prices and 100 zł."""
    prices(kwiaty)
    top_up(cast.OPERATOR, kwiaty.tenant.pk, Decimal(100))
    return kwiaty


# -- What it costs -----------------------------------------------------------------------------------------------


def test_without_a_price_list_nothing_costs_and_nothing_is_asked(kwiaty: cast.Company) -> None:
    assert charges_for_new_account(kwiaty.tenant, MID_NOVEMBER) == []
    add_sip_account(kwiaty.manager, wanted())
    assert not LedgerEntry.objects.exists()
    assert not Consent.objects.exists()


def test_charges_are_told_net_and_gross_with_the_rest_of_the_month(rich: cast.Company) -> None:
    activation, monthly = charges_for_new_account(rich.tenant, MID_NOVEMBER)
    vat = Decimal(23)
    assert activation == Charge("activation", Decimal(20), Decimal("24.60"), vat, None)
    assert monthly == Charge("monthly", Decimal(10), Decimal("12.30"), vat, first_month_net=Decimal(5))
    assert monthly.first_month_gross == Decimal("6.15")
    assert due_now([activation, monthly]) == 25


def test_gross_goes_by_the_installations_vat(rich: cast.Company) -> None:
    Installation.objects.update_or_create(pk=1, defaults={"vat_percent": Decimal(8)})
    assert [charge.gross for charge in charges_for_new_account(rich.tenant, MID_NOVEMBER)] == [
        Decimal("21.60"),
        Decimal("10.80"),
    ]


def test_the_month_is_that_of_our_clock(rich: cast.Company) -> None:
    """23:30 UTC on 31 March is 1:30 on 1 April in Warsaw."""
    monthly = charges_for_new_account(rich.tenant, datetime(2026, 3, 31, 23, 30, tzinfo=UTC))[1]
    assert monthly.first_month_net == 10
    account = add_sip_account(rich.manager, wanted(), AGREED, now=datetime(2026, 3, 31, 23, 30, tzinfo=UTC))
    assert (f"monthly:{account.pk}:2026-04", Decimal(-10)) in booked()


# -- Asking first ------------------------------------------------------------------------------------------------


def test_nothing_is_made_or_charged_before_somebody_agreed(rich: cast.Company) -> None:
    with pytest.raises(ConsentNeeded) as refused:
        add_sip_account(rich.manager, wanted(), now=MID_NOVEMBER)
    assert refused.value.charges == charges_for_new_account(rich.tenant, MID_NOVEMBER)
    assert not SipAccount.objects.exists()
    assert booked() == []


def test_zero_prices_are_agreed_to_as_well_and_then_nothing_is_booked(kwiaty: cast.Company) -> None:
    prices(kwiaty, "0", "0")
    with pytest.raises(ConsentNeeded):
        add_sip_account(kwiaty.manager, wanted())
    add_sip_account(kwiaty.manager, wanted(), AGREED)
    assert Consent.objects.get().charges[0]["gross"] == "0.00"
    assert booked() == []


@pytest.mark.parametrize("agreement", [None, AGREED])
@pytest.mark.parametrize("wrong", [{"extension": "112"}, {"name": ""}, {"password": "short"}, {"ring_timeout": 1}])
def test_a_wrong_form_is_told_so_before_any_cost_and_charges_nothing(
    rich: cast.Company, agreement: Agreement | None, wrong: dict[str, object]
) -> None:
    with pytest.raises(InvalidInput):
        add_sip_account(rich.manager, wanted(**wrong), agreement)  # type: ignore[arg-type]
    assert booked() == []
    assert not Consent.objects.exists()


def test_a_taken_extension_charges_nothing(rich: cast.Company) -> None:
    cast.phone(rich.tenant, "100")
    with pytest.raises(Taken):
        add_sip_account(rich.manager, wanted(), AGREED)
    assert booked() == []


def test_a_reader_cannot_agree(rich: cast.Company) -> None:
    with pytest.raises(NotAllowed):
        add_sip_account(rich.reader, wanted(), AGREED)


def test_account_consent_and_bookings_come_together(rich: cast.Company) -> None:
    account = add_sip_account(rich.manager, wanted(), AGREED, now=MID_NOVEMBER)
    assert booked() == [
        (f"activation:{account.pk}", Decimal(-20)),
        (f"monthly:{account.pk}:2026-11", Decimal(-5)),
    ]
    entry = LedgerEntry.objects.get(kind="monthly")
    assert (entry.by, entry.at) == (rich.manager.who, MID_NOVEMBER)
    assert entry.details == {"extension": "100", "name": "Biuro", "sip_account": account.pk, "month": "2026-11"}
    consent = Consent.objects.get()
    assert (consent.tenant, consent.person, consent.who, consent.address, consent.at, consent.subject) == (
        rich.tenant,
        rich.manager.person,
        rich.manager.who,
        "192.0.2.7",
        MID_NOVEMBER,
        f"sip-account:{account.pk}",
    )
    activation, monthly = consent.charges
    assert (activation["net"], activation["gross"], monthly["net"]) == ("20.0000", "24.60", "10.0000")
    assert account.charged_month == SipAccount.objects.get().charged_month == "2026-11"


def test_a_crash_before_the_end_leaves_neither_account_nor_charge(rich: cast.Company) -> None:
    with transaction.atomic():
        add_sip_account(rich.manager, wanted(), AGREED, request="r1")
        transaction.set_rollback(True)  # what the database does when the process dies
    assert not SipAccount.objects.exists()
    assert not RequestKey.objects.exists()
    assert booked() == []


def test_prices_that_changed_since_they_were_shown_are_asked_about_again(rich: cast.Company) -> None:
    seen = fingerprint(charges_for_new_account(rich.tenant, MID_NOVEMBER))
    PriceList.objects.update(account_activation=Decimal(30))
    with pytest.raises(ConsentNeeded) as refused:
        add_sip_account(rich.manager, wanted(), Agreement("192.0.2.7", seen), now=MID_NOVEMBER)
    seen = fingerprint(refused.value.charges)
    add_sip_account(rich.manager, wanted(), Agreement("192.0.2.7", seen), now=MID_NOVEMBER)
    assert booked()[0][1] == -30


# -- Too little money --------------------------------------------------------------------------------------------


def test_who_cannot_pay_at_once_gets_no_account(kwiaty: cast.Company) -> None:
    prices(kwiaty)
    top_up(cast.OPERATOR, kwiaty.tenant.pk, Decimal("24.9999"))
    with pytest.raises(ConsentNeeded):  # the costs are told first
        add_sip_account(kwiaty.manager, wanted(), now=MID_NOVEMBER)
    with pytest.raises(TooLittleMoney) as refused:
        add_sip_account(kwiaty.manager, wanted(), AGREED, now=MID_NOVEMBER)
    assert (refused.value.available, len(refused.value.charges)) == (Decimal("24.9999"), 2)
    assert not SipAccount.objects.exists()
    top_up(cast.OPERATOR, kwiaty.tenant.pk, Decimal("0.0001"))
    add_sip_account(kwiaty.manager, wanted(), AGREED, now=MID_NOVEMBER)
    assert Tenant.objects.get(pk=kwiaty.tenant.pk).balance == 0


# -- Sent twice --------------------------------------------------------------------------------------------------


def test_the_same_request_sent_twice_makes_and_charges_once(rich: cast.Company) -> None:
    made = [add_sip_account(rich.manager, wanted(), AGREED, request="r1", now=MID_NOVEMBER) for _ in range(3)]
    assert len({account.pk for account in made}) == 1
    assert len(booked()) == 2
    assert Consent.objects.count() == 1


def test_a_request_that_was_refused_can_be_sent_again_with_its_key(rich: cast.Company) -> None:
    with pytest.raises(ConsentNeeded):
        add_sip_account(rich.manager, wanted(), request="r1")
    with pytest.raises(InvalidInput):
        add_sip_account(rich.manager, wanted("112"), AGREED, request="r1")
    add_sip_account(rich.manager, wanted("101"), AGREED, request="r1")
    assert SipAccount.objects.get().extension == "101"


def test_a_key_stands_for_one_request(rich: cast.Company) -> None:
    add_sip_account(rich.manager, wanted("100"), AGREED, request="r1")
    for other in (wanted("101"), wanted("100", name="Magazyn")):
        with pytest.raises(InvalidInput) as refused:
            add_sip_account(rich.manager, other, AGREED, request="r1")
        assert refused.value.has("reused")
    assert SipAccount.objects.count() == 1


def test_a_key_of_one_company_means_nothing_in_another(rich: cast.Company, ksiegi: cast.Company) -> None:
    mine = add_sip_account(rich.manager, wanted(), AGREED, request="r1")
    theirs = add_sip_account(ksiegi.manager, wanted(), AGREED, request="r1")
    assert mine.pk != theirs.pk


def test_a_late_repetition_does_not_bring_a_deleted_account_back(rich: cast.Company) -> None:
    account = add_sip_account(rich.manager, wanted(), AGREED, request="r1")
    delete_sip_account(rich.manager, account.pk)
    with pytest.raises(InvalidInput) as refused:
        add_sip_account(rich.manager, wanted(), AGREED, request="r1")
    assert refused.value.has("reused")
    assert len(booked()) == 2


@pytest.mark.parametrize("key", ["a\0b", "x" * 201, "\ud800"])
def test_a_key_that_cannot_be_kept_is_refused(rich: cast.Company, key: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        add_sip_account(rich.manager, wanted(), AGREED, request=key)
    assert refused.value.has("malformed")


@pytest.fixture
def rich_for_threads(transactional_db: None) -> cast.Company:
    company = cast.alicjas_company()
    prices(company)
    top_up(cast.OPERATOR, company.tenant.pk, Decimal(100))
    return company


def _at_once(company: cast.Company, requests: list[tuple[str, str]]) -> list[object]:
    """Add an account for each (extension, key), in its own thread. Returns the ids or the refusals' types."""

    def add(extension: str, key: str) -> object:
        try:
            return add_sip_account(company.manager, wanted(extension), AGREED, request=key).pk
        except (TooLittleMoney, Taken) as refused:
            return type(refused)

    return at_once(*(partial(add, *request) for request in requests))


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_and_charges_once(rich_for_threads: cast.Company) -> None:
    results = _at_once(rich_for_threads, [("100", "r1")] * 8)
    assert set(results) == {SipAccount.objects.get().pk}
    assert len(booked()) == 2


@pytest.mark.django_db(transaction=True)
def test_of_many_who_add_at_once_only_those_get_an_account_whom_the_money_reaches(
    rich_for_threads: cast.Company,
) -> None:
    results = _at_once(rich_for_threads, [(str(extension), "") for extension in range(100, 108)])
    each = -sum(net for _key, net in booked()) / SipAccount.objects.count()
    assert SipAccount.objects.count() == 100 // each
    assert results.count(TooLittleMoney) == 8 - 100 // each
    assert Tenant.objects.get(pk=rich_for_threads.tenant.pk).balance >= 0
