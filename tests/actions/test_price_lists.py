"""Price lists: all of a file or nothing of it, with the line of each mistake; and who still needs a list."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from centralka.actions.errors import InUse, InvalidInput, NotFound, Taken
from centralka.actions.prices import price_lists as actions
from centralka.actions.prices import rows, uploads, vat
from centralka.actions.prices.price_lists import PriceListInput
from centralka.actions.prices.uploads import WrongPriceList
from centralka.outbox.price_lists import look_after_price_lists
from centralka.store.models import Price, PriceList, PriceListRevision, Tenant
from tests import cast

HEADER = "prefix,description,price per minute,connection fee,first increment,next increment"
FILE = f"{HEADER}\n48,Polska,0.05,0,1,1\n4822,Warszawa,0.03,0,1,1\n49,Niemcy,0.15,0.10,60,30\n"


def add(name: str = "Standard", **fees: str) -> PriceList:
    amounts = {field: Decimal(amount) for field, amount in fees.items()}
    return actions.add_price_list(cast.OPERATOR, PriceListInput(name=name, **amounts))


def upload(found: PriceList, text: str, encoding: str = "utf-8") -> int:
    return uploads.import_prices(cast.OPERATOR, found.pk, text.encode(encoding))


def prefixes(found: PriceList, search: str = "") -> list[str]:
    return [price.prefix for price in rows.prices(cast.OPERATOR, found.pk, search)]


def codes(refused: pytest.ExceptionInfo[InvalidInput]) -> dict[str, list[str]]:
    return {field: [problem.code for problem in found] for field, found in refused.value.problems.items()}


@pytest.fixture
def standard(db: None) -> PriceList:
    return add()


def test_a_file_replaces_all_prices(standard: PriceList) -> None:
    assert upload(standard, FILE) == 3
    assert upload(standard, f"{HEADER}\n420,Czechy,0.20,0.00,30,6\n") == 1
    only = cast.prices_now(standard).get()
    assert (only.prefix, only.description, only.per_minute, only.connection_fee) == (
        "420",
        "Czechy",
        Decimal("0.2"),
        Decimal(0),
    )
    assert (only.first_increment, only.next_increment) == (30, 6)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1250"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_file_is_read_as_spreadsheets_write_it(standard: PriceList, encoding: str, separator: str) -> None:
    rows = [
        ["Prefiks", "Opis", "Cena za minutę", "Opłata za połączenie", "Pierwszy takt", "Kolejny takt"],
        ["48", "Łódź, Żagań", "0,05", "0", "1", "1"],
    ]
    text = "\r\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows)
    upload(standard, text, encoding)
    only = cast.prices_now(standard).get()
    assert (only.description, only.per_minute) == ("Łódź, Żagań", Decimal("0.05"))


def test_a_mistake_leaves_every_price_as_it_was_and_tells_its_line(standard: PriceList) -> None:
    upload(standard, FILE)
    with pytest.raises(WrongPriceList) as refused:
        upload(
            standard, f"{HEADER}\n420,Czechy,0.20,0,1,1\n421,Słowacja,-1,x,0,1\n420,Czechy,0.20,0,1,1\nabc,,1,1,1,1\n"
        )
    found = [(one.line, one.column, one.code) for one in refused.value.lines]
    assert found == [
        (3, "per_minute", "negative"),
        (3, "connection_fee", "not_a_price"),
        (3, "first_increment", "seconds_out_of_range"),
        (4, "prefix", "double_prefix"),
        (5, "prefix", "prefix"),
    ]
    assert refused.value.total == 5
    assert prefixes(standard) == ["48", "4822", "49"]


@pytest.mark.parametrize(
    "data", [b"", b" \n", b"\0\1\2", b"PK\x03\x04" + b"\0" * 100, b"\xff" * 50, b"no header\n1,2\n", b'"']
)
def test_what_is_no_price_list_is_told_in_words(standard: PriceList, data: bytes) -> None:
    with pytest.raises(WrongPriceList) as refused:
        uploads.import_prices(cast.OPERATOR, standard.pk, data)
    for one in refused.value.lines:
        assert one.message
        assert "%(" not in one.message


def test_a_hundred_megabytes_are_refused_as_too_large(standard: PriceList) -> None:
    with pytest.raises(WrongPriceList) as refused:
        uploads.import_prices(cast.OPERATOR, standard.pk, b"x" * 100_000_000)
    assert [one.code for one in refused.value.lines] == ["too_large"]


def test_thousands_of_mistakes_are_counted_but_not_listed(standard: PriceList) -> None:
    with pytest.raises(WrongPriceList) as refused:
        upload(standard, f"{HEADER}\n" + "x,x,x,x,x,x\n" * 3000)
    assert refused.value.total == 15_000
    assert len(refused.value.lines) == 100


def test_many_prices_are_imported_and_counted(standard: PriceList) -> None:
    rows = "".join(f"{number},Kierunek,0.0001,0,1,1\n" for number in range(100_000, 120_000))
    assert upload(standard, f"{HEADER}\n{rows}") == 20_000
    cast_company = Tenant.objects.create(slug="a", name="A", price_list=standard)
    Tenant.objects.create(slug="b", name="B", price_list=standard)
    found = actions.price_list(cast.OPERATOR, standard.pk)
    assert (found.price_count, found.tenant_count) == (20_000, 2)  # type: ignore[attr-defined]  # annotated
    assert cast_company.price_list == standard


def test_prices_are_found_by_prefix_by_description_and_by_a_whole_number(standard: PriceList) -> None:
    upload(standard, FILE)
    assert prefixes(standard) == ["48", "4822", "49"]
    assert prefixes(standard, "48") == ["48", "4822"]
    assert prefixes(standard, "+482") == ["4822"]
    assert prefixes(standard, "22 123 45 67") == ["48", "4822"]
    assert prefixes(standard, "niemcy") == ["49"]
    for nothing in ("%", "\0x", "7" * 500, "١"):
        assert prefixes(standard, nothing) == []


@pytest.mark.parametrize(
    ("field", "bad", "code"),
    [
        ("name", "", "length"),
        ("name", "x" * 61, "length"),
        ("name", "a\x07", "bad_characters"),
        ("account_activation", Decimal(-1), "negative"),
        ("account_activation", Decimal("NaN"), "not_a_number"),
        ("account_activation", Decimal("Infinity"), "not_a_number"),
        ("account_monthly", Decimal("0.00001"), "too_precise"),
        ("account_monthly", Decimal(10_001), "too_large"),
        ("account_monthly", Decimal("1E+300"), "too_large"),
    ],
)
def test_a_wrong_field_is_named(standard: PriceList, field: str, bad: Any, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.add_price_list(cast.OPERATOR, PriceListInput(**({"name": "Nowy"} | {field: bad})))
    assert codes(refused) == {field: [code]}
    with pytest.raises(InvalidInput) as refused:
        actions.change_price_list(cast.OPERATOR, standard.pk, {field: bad})
    assert codes(refused) == {field: [code]}
    standard.refresh_from_db()
    assert standard.name == "Standard"


def test_a_name_is_given_once(standard: PriceList) -> None:
    with pytest.raises(Taken):
        add(" Standard ")
    other = add("Inny")
    with pytest.raises(Taken):
        actions.change_price_list(cast.OPERATOR, other.pk, {"name": "Standard"})


def test_fees_are_changed_and_the_rest_stays(standard: PriceList) -> None:
    actions.change_price_list(cast.OPERATOR, standard.pk, {"account_monthly": Decimal("9.99")})
    standard.refresh_from_db()
    assert (standard.name, standard.account_activation, standard.account_monthly) == (
        "Standard",
        Decimal(0),
        Decimal("9.99"),
    )


def test_a_list_that_a_company_has_is_not_deleted(standard: PriceList, kwiaty: cast.Company) -> None:
    upload(standard, FILE)
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(price_list=standard)
    with pytest.raises(InUse) as refused:
        actions.delete_price_list(cast.OPERATOR, standard.pk)
    assert codes(refused) == {"tenants": ["in_use"]}
    Tenant.objects.update(price_list=None)
    actions.delete_price_list(cast.OPERATOR, standard.pk)
    assert not PriceList.objects.exists()
    look_after_price_lists(timezone.now, lambda: False)
    assert not Price.objects.exists()
    assert not PriceListRevision.objects.exists()


@pytest.mark.parametrize("number", [0, -1, 999_999, 2**70])
def test_what_is_not_there_is_not_found(db: None, number: int) -> None:
    for door in (actions.price_list, actions.delete_price_list, rows.prices):
        with pytest.raises(NotFound):
            door(cast.OPERATOR, number)
    with pytest.raises(NotFound):
        uploads.import_prices(cast.OPERATOR, number, FILE.encode())
    with pytest.raises(NotFound):
        actions.change_price_list(cast.OPERATOR, number, {})


def test_vat_is_23_percent_until_it_is_changed(db: None) -> None:
    assert vat.vat_percent() == 23
    assert vat.set_vat(cast.OPERATOR, Decimal("8.50")) == Decimal("8.5")
    assert vat.set_vat(cast.OPERATOR, Decimal(0)) == vat.vat_percent() == 0


@pytest.mark.parametrize(
    ("bad", "code"), [("-1", "negative"), ("50.01", "too_large"), ("23.001", "too_precise"), ("NaN", "not_a_number")]
)
def test_an_absurd_vat_is_refused(db: None, bad: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        vat.set_vat(cast.OPERATOR, Decimal(bad))
    assert codes(refused) == {"vat_percent": [code]}
    assert vat.vat_percent() == 23
