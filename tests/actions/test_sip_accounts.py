"""What may become of a SIP account, whoever asks: panel and API both come through here."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection

from centralka.actions.account import accounts as actions
from centralka.actions.account import general
from centralka.actions.account.blocks import SipAccountInput
from centralka.actions.account.passwords import digest_of
from centralka.actions.actor import Actor
from centralka.actions.errors import ChangedMeanwhile, InvalidInput, NotAllowed, NotFound, Taken
from centralka.store.models import Registration, SipAccount
from tests import cast
from tests.at_once import at_once

GOOD = "Gf7kWq2mZp9x"


def wanted(**changes: object) -> SipAccountInput:
    return SipAccountInput(**({"extension": "100", "name": "Sekretariat", "password": GOOD} | changes))  # type: ignore[arg-type]


def codes(refused: pytest.ExceptionInfo[InvalidInput]) -> dict[str, list[str]]:
    return {field: [problem.code for problem in found] for field, found in refused.value.problems.items()}


def test_a_new_account_has_the_tenants_login_and_the_forms_defaults(kwiaty: cast.Company) -> None:
    account = actions.add_sip_account(kwiaty.manager, wanted())
    assert (account.login, account.ring_timeout, account.call_waiting) == ("kwiaty_100", 30, True)


def test_only_the_digest_of_the_password_is_stored(kwiaty: cast.Company) -> None:
    account = actions.add_sip_account(kwiaty.manager, wanted())
    assert account.password_digest == digest_of("kwiaty_100", GOOD)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM sip_account")
        assert GOOD not in str(cursor.fetchall())
    assert GOOD not in repr(wanted())


def test_the_hint_is_the_extension_added_last_even_after_it_was_deleted(kwiaty: cast.Company) -> None:
    account = actions.add_sip_account(kwiaty.manager, wanted())
    actions.delete_sip_account(kwiaty.manager, account.pk)
    kwiaty.tenant.refresh_from_db()
    assert kwiaty.tenant.last_extension == "100"


def test_white_space_around_what_was_typed_means_nothing(kwiaty: cast.Company) -> None:
    account = actions.add_sip_account(
        kwiaty.manager, wanted(extension=" 100 ", name="  Jan\u00a0 Nowak ", internal_caller_id=" 555 ")
    )
    assert (account.extension, account.name, account.internal_caller_id) == ("100", "Jan Nowak", "555")


def test_an_empty_presentation_is_the_real_extension(kwiaty: cast.Company) -> None:
    assert actions.add_sip_account(kwiaty.manager, wanted(internal_caller_id="")).internal_caller_id is None


@pytest.mark.parametrize(
    "field, value, code",
    [
        ("extension", "", "malformed"),
        ("extension", "1", "malformed"),
        ("extension", "012", "malformed"),
        ("extension", "1234567", "malformed"),
        ("extension", "١٠٠", "malformed"),
        ("extension", "100; DROP TABLE sip_account", "malformed"),
        ("extension", "112", "public_short_code"),
        ("extension", "116111", "public_short_code"),
        ("name", "", "required"),
        ("name", " \t ", "required"),
        ("name", "x" * 61, "too_long"),
        ("name", "a\0b", "bad_characters"),
        ("name", "a\u202eb", "bad_characters"),
        ("name", '"Jan" <112>', "bad_characters"),
        ("internal_caller_id", "12a", "not_digits"),
        ("internal_caller_id", "1" * 16, "not_digits"),
        ("internal_caller_id", "٣", "not_digits"),
        ("internal_caller_id", "112", "public_short_code"),
        ("ring_timeout", 4, "out_of_range"),
        ("ring_timeout", 181, "out_of_range"),
        ("ring_timeout", -1, "out_of_range"),
        ("ring_timeout", 10**30, "out_of_range"),
        ("password", None, "required"),
        ("password", "", "too_short"),
        ("password", "Ab1", "too_short"),
        ("password", "x1" * 65, "too_long"),
        ("password", "zażółćgęśląjaźń", "bad_characters"),
        ("password", "correct horse battery", "bad_characters"),
        ("password", "1234567890", "only_digits"),
        ("password", "aaaaaaaaaaaa", "too_few_distinct"),
        ("password", "password123", "too_common"),
        ("password", "Kwiaty_100x!", "too_similar"),
        ("password", "Sekretariat9!", "too_similar"),
    ],
)
def test_a_wrong_value_is_refused_with_its_reason(kwiaty: cast.Company, field: str, value: object, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.add_sip_account(kwiaty.manager, wanted(**{field: value}))
    assert code in codes(refused)[field]
    assert not SipAccount.objects.exists()


@pytest.mark.parametrize("name", ["Żółw, Ślimak i S-ka", "O'Brien; (biuro)", "会計", "Recepcja 2 p.", "a" * 60])
def test_names_of_people_and_rooms_are_accepted(kwiaty: cast.Company, name: str) -> None:
    assert actions.add_sip_account(kwiaty.manager, wanted(name=name)).name == name


def test_every_wrong_field_is_told_at_once(kwiaty: cast.Company) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.add_sip_account(kwiaty.manager, SipAccountInput(extension="1", name="", ring_timeout=1))
    assert set(codes(refused)) == {"extension", "name", "ring_timeout", "password"}


def test_a_taken_extension_is_refused_but_free_in_another_company(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    actions.add_sip_account(kwiaty.manager, wanted())
    with pytest.raises(Taken):
        actions.add_sip_account(kwiaty.manager, wanted(name="Inny"))
    assert actions.add_sip_account(ksiegi.manager, wanted()).login == "ksiegi_100"


def test_a_change_touches_only_what_was_asked(kwiaty: cast.Company) -> None:
    account = actions.add_sip_account(kwiaty.manager, wanted(internal_caller_id="555", call_waiting=False))
    changed = actions.change_sip_account(kwiaty.manager, account.pk, {"ring_timeout": 45})
    assert (changed.ring_timeout, changed.internal_caller_id, changed.call_waiting) == (45, "555", False)
    assert changed.password_digest == account.password_digest


def test_a_new_extension_needs_a_new_password_because_the_login_changes(kwiaty: cast.Company) -> None:
    account = actions.add_sip_account(kwiaty.manager, wanted())
    with pytest.raises(InvalidInput) as refused:
        actions.change_sip_account(kwiaty.manager, account.pk, {"extension": "200"})
    assert codes(refused) == {"password": ["required"]}
    moved = actions.change_sip_account(kwiaty.manager, account.pk, {"extension": "200", "password": GOOD})
    assert moved.password_digest == digest_of("kwiaty_200", GOOD)


def test_whoever_saves_second_on_an_old_form_is_told(kwiaty: cast.Company) -> None:
    account = actions.add_sip_account(kwiaty.manager, wanted())
    actions.change_sip_account(kwiaty.manager, account.pk, {"name": "Pierwszy"}, version=account.version)
    with pytest.raises(ChangedMeanwhile) as refused:
        actions.change_sip_account(kwiaty.owner, account.pk, {"name": "Drugi"}, version=account.version)
    assert refused.value.current.name == "Pierwszy"
    assert SipAccount.objects.get().name == "Pierwszy"


def test_search_finds_by_name_login_and_presentation(kwiaty: cast.Company) -> None:
    cast.phone(kwiaty.tenant, "100", "Sekretariat", internal_caller_id="777")
    cast.phone(kwiaty.tenant, "101", "Magazyn")
    cast.phone(kwiaty.tenant, "102", "Żółwik Łukasz")
    for search, found in [
        ("SEKR", ["100"]),
        ("żółw", ["102"]),
        ("ŻÓŁ", ["102"]),
        ("_101", ["101"]),
        ("77", ["100"]),
        ("%", []),
        ("\0", ["100", "101", "102"]),
    ]:
        assert [one.extension for one in actions.sip_accounts(kwiaty.reader, search=search)] == found


def test_a_deleted_account_takes_its_registrations_with_it(kwiaty: cast.Company) -> None:
    account = cast.phone(kwiaty.tenant, "100")
    Registration.objects.create(sip_account=account, node="node1", uri="sip:a", since=account.created_at)
    actions.delete_sip_account(kwiaty.manager, account.pk)
    assert not Registration.objects.exists()


DOORS: list[Callable[[Actor, int], object]] = [
    actions.sip_account,
    actions.delete_sip_account,
    lambda actor, number: actions.change_sip_account(actor, number, {"name": "Obcy"}),
]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("number", [None, 0, -1, 2**63, 10**40])
def test_a_stranger_and_a_wrong_number_find_nothing(
    kwiaty: cast.Company, ksiegi: cast.Company, door: Callable[[Actor, int], object], number: int | None
) -> None:
    account = cast.phone(kwiaty.tenant, "100")
    with pytest.raises(NotFound):
        door(ksiegi.owner, account.pk if number is None else number)
    assert SipAccount.objects.get().name == "Telefon"


@pytest.mark.parametrize("door", DOORS[1:])
def test_a_reader_changes_nothing(kwiaty: cast.Company, door: Callable[[Actor, int], object]) -> None:
    account = cast.phone(kwiaty.tenant, "100")
    with pytest.raises(NotAllowed):
        door(kwiaty.reader, account.pk)
    with pytest.raises(NotAllowed):
        actions.add_sip_account(kwiaty.reader, wanted())


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_add_the_same_extension_at_once_one_is_told_that_it_is_taken() -> None:
    company = cast.alicjas_company()

    def add(actor: Actor) -> str:
        try:
            actions.add_sip_account(actor, wanted())
        except Taken:
            return "taken"
        return "added"

    assert sorted(at_once(partial(add, company.owner), partial(add, company.manager))) == ["added", "taken"]
    assert SipAccount.objects.count() == 1


@pytest.mark.django_db
def test_the_unique_index_decides_when_the_check_came_too_early(
    kwiaty: cast.Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race itself, made to happen: both looked before either saved."""
    monkeypatch.setattr(general, "check_free", lambda *_: None)
    actions.add_sip_account(kwiaty.manager, wanted())
    with pytest.raises(Taken):
        actions.add_sip_account(kwiaty.owner, wanted())
