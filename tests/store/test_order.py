"""Order and search, which both databases have to do alike (also run with PostgreSQL)."""

import pytest
from django.db import connection

from centralka.actions import external_numbers, numbers, people
from centralka.actions.account import accounts as sip_accounts
from centralka.actions.tenants import tenants
from centralka.calls.alphabet import fold
from centralka.store.models import ExternalNumber, Membership, Number, Person, PriceList, Role, SipAccount, Tenant
from tests import cast

NAMES = ["adam", "Anna", "Anna Bąk", "Ądam", "ćwik", "Lech", "Łukasz", "Sala 2", "Sala 10", "Żaneta"]


def test_extensions_are_in_the_order_of_numbers(kwiaty: cast.Company) -> None:
    for extension in ("100", "11", "999999", "20", "1000"):
        cast.phone(kwiaty.tenant, extension)
    found = [account.extension for account in sip_accounts.sip_accounts(kwiaty.reader)]
    assert found == ["11", "20", "100", "1000", "999999"]
    assert [account.extension for account in SipAccount.objects.all()] == found


def test_an_extension_that_is_changed_takes_its_new_place(kwiaty: cast.Company) -> None:
    changed, _other = cast.phone(kwiaty.tenant, "11"), cast.phone(kwiaty.tenant, "20")
    wanted = {"extension": "100", "password": cast.SIP_PASSWORD}
    sip_accounts.change_sip_account(kwiaty.manager, changed.pk, wanted)
    assert [account.extension for account in sip_accounts.sip_accounts(kwiaty.reader)] == ["20", "100"]


def test_names_are_in_the_order_of_the_polish_alphabet(kwiaty: cast.Company) -> None:
    for place, name in enumerate(reversed(NAMES)):
        ExternalNumber.objects.create(tenant=kwiaty.tenant, e164=f"+4860010020{place}", name=name)
        PriceList.objects.create(name=name)
        person = Person.objects.create(email=f"{place}@kwiaty.example", name=name)
        Membership.objects.create(tenant=kwiaty.tenant, person=person, role=Role.READER)
    assert [number.name for number in external_numbers.external_numbers(kwiaty.reader)] == NAMES
    assert [price_list.name for price_list in PriceList.objects.all()] == NAMES
    here = [member.person.name for member in people.people(kwiaty.owner)]
    assert here == [
        "adam",
        "Alicja",
        "Anna",
        "Anna Bąk",
        "Ądam",
        "Bartek",
        "ćwik",
        "Lech",
        "Łukasz",
        "Marek",
        *NAMES[7:],
    ]


def test_a_company_that_is_renamed_takes_its_new_place(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    assert list(Tenant.objects.all()) == [ksiegi.tenant, kwiaty.tenant]
    tenants.change_tenant(cast.OPERATOR, ksiegi.tenant.pk, {"name": "Łódzkie Księgi"})
    assert list(Tenant.objects.all()) == [kwiaty.tenant, ksiegi.tenant]


@pytest.mark.parametrize(
    "typed", ["lukasz", "ŁUKASZ", "Łuk", "  żółć ", "zolc", "22 123-45 67", "+48 22 1234567", "2345"]
)
def test_an_account_is_found_however_it_is_spelled(kwiaty: cast.Company, typed: str) -> None:
    shown = Number.objects.create(e164="+48221234567", tenant=kwiaty.tenant)
    cast.phone(kwiaty.tenant, "100", "Łukasz Żółć", caller_id=shown)
    cast.phone(kwiaty.tenant, "101", "Lech")
    found = sip_accounts.sip_accounts(kwiaty.reader, search=typed)
    assert [account.extension for account in found] == ["100"]


@pytest.mark.parametrize("typed", ["%", "_", "\\", "x\0y", "\u0301"])
def test_a_sign_that_means_something_to_a_database_is_only_a_sign(kwiaty: cast.Company, typed: str) -> None:
    cast.phone(kwiaty.tenant, "100", "Lech")
    assert [account.extension for account in sip_accounts.sip_accounts(kwiaty.reader, search=typed)] in ([], ["100"])
    assert not sip_accounts.sip_accounts(kwiaty.reader, search=f"ech{typed}%").exists()


def test_a_number_is_found_by_a_part_and_by_its_company(kwiaty: cast.Company) -> None:
    Number.objects.create(e164="+48221234567", tenant=kwiaty.tenant)
    Number.objects.create(e164="+48600100200")
    for typed in ("22 123", "(0-22) 123", "0048 22", "kwiaciarnia", "KWIATY", "Kwiaciarnią"):
        assert [number.e164 for number in numbers.numbers(cast.OPERATOR, search=typed)] == ["+48221234567"]


def test_the_database_folds_as_the_code_does(db: None) -> None:
    odd = "Łódź ŻÓŁĆ Mu\u0308ller ß Юлия Ø İ %_"
    PriceList.objects.create(name=odd)
    folded = PriceList.objects.values_list("name__folded", flat=True).get()
    assert folded == fold(odd), connection.vendor
