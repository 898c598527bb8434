"""Public numbers: in every spelling into the stock, from there to companies, from these to their phones."""

from collections.abc import Callable

import pytest

from centralka.actions import numbers as actions
from centralka.actions.errors import InUse, InvalidInput, NotAllowed, NotFound, Taken
from centralka.store.models import Number
from tests import cast
from tests.at_once import at_once

WARSAW, MOBILE = "+48221234567", "+48600100200"


def codes(refused: pytest.ExceptionInfo[InvalidInput]) -> dict[str, list[str]]:
    return {field: [problem.code for problem in found] for field, found in refused.value.problems.items()}


def add(text: str, company: cast.Company | None = None) -> Number:
    return actions.add_numbers(cast.OPERATOR, [text], company.tenant.pk if company else None)[0]


def listed(**asked: object) -> list[str]:
    return [found.e164 for found in actions.numbers(cast.OPERATOR, **asked)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "+48221234567", "221234567", "22 123 45 67", "22-123-45-67", "(22) 123-45-67", "48221234567", "0048221234567",
        "+48 22 123 45 67", "  22 1234567\t", "tel:+48-22-123-45-67", "(0-22) 123 45 67", "+48 (0)22 123 45 67",
        "22.123.45.67", "22\u00a0123\u202f45\u201167",
    ],
)  # fmt: skip
def test_a_number_is_known_in_every_spelling(db: None, text: str) -> None:
    assert add(text).e164 == WARSAW


def test_numbers_of_other_countries_are_numbers_too(db: None) -> None:
    assert add("+49 30 23125000").e164 == "+493023125000"


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "abc", "112", "116111", "100", "12345", "22123456", "2212345678", "+48", "+4822123456789", "+",
        "+000", "00", "+99912345678", "300000000", "22 123 45 67 wew. 3", "22١23٤567", "２２１２３４５６７", "22\0",
        "*43", "\u202e221234567",
        "9" * 10_000, "'; DROP TABLE number; --", "sip:221234567@x", "1e9",
    ],
)  # fmt: skip
def test_what_is_no_public_number_is_refused(db: None, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(text)
    assert codes(refused) == {"numbers.0": ["not_a_number"]}
    assert len(str(refused.value.problems["numbers.0"][0].message)) < 150


def test_several_are_added_all_or_none_and_each_wrong_one_is_named(db: None) -> None:
    add(WARSAW)
    with pytest.raises(InvalidInput) as refused:
        actions.add_numbers(cast.OPERATOR, [MOBILE, "x", "600 100 200", ""])
    assert codes(refused) == {"numbers.1": ["not_a_number"], "numbers.2": ["repeated"], "numbers.3": ["not_a_number"]}
    with pytest.raises(Taken) as taken:
        actions.add_numbers(cast.OPERATOR, [MOBILE, "22 123 45 67"])
    assert codes(taken) == {"numbers.1": ["taken"]}
    assert listed() == [WARSAW]


@pytest.mark.parametrize(("texts", "code"), [([], "required"), (["600100200"] * 1001, "too_many")])
def test_none_and_far_too_many_are_refused(db: None, texts: list[str], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.add_numbers(cast.OPERATOR, texts)
    assert codes(refused) == {"numbers": [code]}


@pytest.mark.parametrize("tenant_id", [0, -1, 999_999, 2**70])
def test_a_company_that_is_not_there_gets_no_number(db: None, tenant_id: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.add_numbers(cast.OPERATOR, [WARSAW], tenant_id)
    assert codes(refused) == {"tenant_id": ["unknown"]}
    found = add(WARSAW)
    with pytest.raises(InvalidInput) as refused:
        actions.give_number(cast.OPERATOR, found.pk, tenant_id)
    assert codes(refused) == {"tenant_id": ["unknown"]}


@pytest.mark.django_db(transaction=True)
def test_of_two_operators_who_add_a_number_at_once_one_is_told_that_it_exists() -> None:
    def add() -> str:
        try:
            actions.add_numbers(cast.OPERATOR, [MOBILE, WARSAW])
        except Taken:
            return "taken"
        return "added"

    assert sorted(at_once(add, add)) == ["added", "taken"]
    assert Number.objects.count() == 2


def test_the_list_finds_by_number_in_any_spelling_by_company_and_by_what_is_free(
    kwiaty: cast.Company, ksiegi: cast.Company
) -> None:
    add(WARSAW, kwiaty)
    add(MOBILE, ksiegi)
    add("+48223334455")
    assert listed() == [WARSAW, "+48223334455", MOBILE]
    for search in ("22 123 45 67", "0048221234567", "1234567", "kwiaciarnia", "KWIATY"):
        assert listed(search=search) == [WARSAW], search
    assert listed(search="+4822") == [WARSAW, "+48223334455"]
    assert listed(search="nikt") == listed(search="\0%") == []
    assert listed(tenant_id=ksiegi.tenant.pk) == [MOBILE]
    assert listed(given=False) == ["+48223334455"]
    assert listed(given=True) == [WARSAW, MOBILE]


def test_a_number_that_is_given_to_another_company_rings_nowhere(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    found = add(WARSAW, kwiaty)
    phone = cast.phone(kwiaty.tenant, "100")
    actions.set_number_target(kwiaty.manager, found.pk, phone.pk)
    assert actions.give_number(cast.OPERATOR, found.pk, kwiaty.tenant.pk).sip_account == phone  # theirs already
    given = actions.give_number(cast.OPERATOR, found.pk, ksiegi.tenant.pk)
    assert (given.tenant, given.sip_account) == (ksiegi.tenant, None)
    assert actions.give_number(cast.OPERATOR, found.pk, None).tenant is None


def test_the_list_says_which_numbers_are_shown_by_accounts_that_may_not(
    kwiaty: cast.Company, ksiegi: cast.Company
) -> None:
    found = add(WARSAW, kwiaty)
    for extension in ("100", "101"):
        cast.phone(kwiaty.tenant, extension, caller_id=found)

    def shown() -> tuple[int, int]:
        now = actions.number(cast.OPERATOR, found.pk)
        return now.shown, now.shown_elsewhere  # type: ignore[attr-defined]  # annotated

    assert shown() == (2, 0)
    actions.give_number(cast.OPERATOR, found.pk, ksiegi.tenant.pk)
    assert shown() == (2, 2)
    cast.phone(ksiegi.tenant, "100", caller_id=found)
    assert shown() == (3, 2)
    actions.give_number(cast.OPERATOR, found.pk, None)
    assert shown() == (3, 3)
    add(MOBILE)
    assert [(one.shown, one.shown_elsewhere) for one in actions.numbers(cast.OPERATOR, search=MOBILE)] == [(0, 0)]  # type: ignore[attr-defined]


def test_a_number_is_deleted_only_from_the_stock(kwiaty: cast.Company) -> None:
    found = add(WARSAW, kwiaty)
    account = cast.phone(kwiaty.tenant, "100", caller_id=found)
    with pytest.raises(InUse):
        actions.delete_number(cast.OPERATOR, found.pk)
    actions.give_number(cast.OPERATOR, found.pk, None)
    actions.delete_number(cast.OPERATOR, found.pk)
    account.refresh_from_db()
    assert (account.caller_id, account.caller_id_restricted) == (None, False)
    assert not Number.objects.exists()


@pytest.mark.parametrize("number_id", [0, -1, 999_999, 2**70])
def test_what_is_not_there_is_not_found(kwiaty: cast.Company, number_id: int) -> None:
    doors: list[Callable[[], object]] = [
        lambda: actions.number(cast.OPERATOR, number_id),
        lambda: actions.give_number(cast.OPERATOR, number_id, None),
        lambda: actions.delete_number(cast.OPERATOR, number_id),
        lambda: actions.own_number(kwiaty.reader, number_id),
        lambda: actions.set_number_target(kwiaty.manager, number_id, None),
    ]
    for door in doors:
        with pytest.raises(NotFound):
            door()


def test_a_company_sees_and_points_only_its_own_numbers(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    own, theirs = add(WARSAW, kwiaty), add(MOBILE, ksiegi)
    phone, strange_phone = cast.phone(kwiaty.tenant, "100"), cast.phone(ksiegi.tenant, "100")
    assert list(actions.own_numbers(kwiaty.reader)) == [own]
    assert actions.set_number_target(kwiaty.manager, own.pk, phone.pk).sip_account == phone
    with pytest.raises(NotFound):
        actions.own_number(kwiaty.owner, theirs.pk)
    with pytest.raises(NotFound):
        actions.set_number_target(kwiaty.owner, theirs.pk, phone.pk)
    for account_id in (strange_phone.pk, 0, 2**70):
        with pytest.raises(InvalidInput) as refused:
            actions.set_number_target(kwiaty.manager, own.pk, account_id)
        assert codes(refused) == {"target": ["unknown"]}
    assert actions.set_number_target(kwiaty.manager, own.pk, None).sip_account is None


def test_a_reader_points_nothing(kwiaty: cast.Company) -> None:
    with pytest.raises(NotAllowed):
        actions.set_number_target(kwiaty.reader, add(WARSAW, kwiaty).pk, None)


def test_a_number_of_a_deleted_account_rings_nowhere(kwiaty: cast.Company) -> None:
    found, phone = add(WARSAW, kwiaty), cast.phone(kwiaty.tenant, "100")
    actions.set_number_target(kwiaty.manager, found.pk, phone.pk)
    phone.delete()
    assert actions.own_number(kwiaty.reader, found.pk).sip_account is None
