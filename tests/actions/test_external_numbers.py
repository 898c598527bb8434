"""Other people's numbers that a company saved."""

import pytest

from centralka.actions import external_numbers as actions
from centralka.actions.errors import InvalidInput, NotAllowed, NotFound, Taken
from centralka.store.models import ExternalNumber, Number
from tests import cast


def codes(refused: pytest.ExceptionInfo[InvalidInput]) -> dict[str, list[str]]:
    return {field: [problem.code for problem in found] for field, found in refused.value.problems.items()}


@pytest.mark.parametrize("text", ["600100200", "600 100 200", "+48 600-100-200", "0048600100200", " tel:+48600100200 "])
def test_a_number_is_kept_in_e164_whatever_its_spelling(kwiaty: cast.Company, text: str) -> None:
    assert actions.add_external_number(kwiaty.manager, text, "  Serwis   wind ").e164 == "+48600100200"
    assert ExternalNumber.objects.get().name == "Serwis wind"


def test_numbers_abroad_can_be_saved(kwiaty: cast.Company) -> None:
    assert actions.add_external_number(kwiaty.manager, "+49 30 23125000", "Berlin").e164 == "+493023125000"


def test_they_are_listed_by_name(kwiaty: cast.Company) -> None:
    for number, name in [("600100200", "Serwis"), ("600100201", "Biuro")]:
        actions.add_external_number(kwiaty.manager, number, name)
    assert [found.name for found in actions.external_numbers(kwiaty.reader)] == ["Biuro", "Serwis"]


@pytest.mark.parametrize(
    "text", ["", " ", "abc", "100", "*98", "300000000", "sip:a@b", "60010020", "9" * 10_000, "\0", "٦٠٠١٠٠٢٠٠"]
)
def test_what_is_no_public_number_is_refused(kwiaty: cast.Company, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.add_external_number(kwiaty.manager, text, "Serwis")
    assert codes(refused) == {"number": ["not_a_number"]}


@pytest.mark.parametrize("text", ["112", "997", "+48112", "116111", "118913"])
def test_emergency_and_service_numbers_are_no_target(kwiaty: cast.Company, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.add_external_number(kwiaty.manager, text, "Pomoc")
    assert codes(refused) == {"number": ["short_code"]}


def test_a_number_of_the_company_is_not_outside(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    Number.objects.create(e164="+48221234567", tenant=kwiaty.tenant)
    with pytest.raises(InvalidInput) as refused:
        actions.add_external_number(kwiaty.manager, "22 123 45 67", "My")
    assert codes(refused) == {"number": ["own_number"]}
    assert actions.add_external_number(ksiegi.manager, "22 123 45 67", "Kwiaciarnia").e164 == "+48221234567"


@pytest.mark.parametrize(
    "name, code",
    [
        ("", "required"),
        (" \t", "required"),
        ("x" * 61, "too_long"),
        ("a\0b", "bad_characters"),
        ('"A" <1>', "bad_characters"),
    ],
)
def test_a_name_is_what_a_phone_can_display(kwiaty: cast.Company, name: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.add_external_number(kwiaty.manager, "600100200", name)
    assert codes(refused) == {"name": [code]}


def test_a_number_is_saved_once_but_in_each_company(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    actions.add_external_number(kwiaty.manager, "600100200", "Serwis")
    with pytest.raises(Taken) as refused:
        actions.add_external_number(kwiaty.manager, "+48600100200", "Inaczej")
    assert codes(refused) == {"number": ["taken"]}
    assert actions.add_external_number(ksiegi.manager, "600100200", "Serwis").tenant == ksiegi.tenant


def test_a_stranger_sees_and_deletes_nothing(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    number = actions.add_external_number(kwiaty.manager, "600100200", "Serwis")
    assert not actions.external_numbers(ksiegi.reader).exists()
    for act in (actions.external_number, actions.delete_external_number):
        with pytest.raises(NotFound):
            act(ksiegi.manager, number.pk)
    for nowhere in (0, -1, 2**63, 10**30):
        with pytest.raises(NotFound):
            actions.external_number(kwiaty.manager, nowhere)


def test_a_reader_only_reads(kwiaty: cast.Company) -> None:
    number = actions.add_external_number(kwiaty.manager, "600100200", "Serwis")
    with pytest.raises(NotAllowed):
        actions.add_external_number(kwiaty.reader, "600100201", "Biuro")
    with pytest.raises(NotAllowed):
        actions.delete_external_number(kwiaty.reader, number.pk)
    assert actions.external_number(kwiaty.reader, number.pk) == number


def test_a_deleted_number_can_be_saved_again(kwiaty: cast.Company) -> None:
    number = actions.add_external_number(kwiaty.manager, "600100200", "Serwis")
    assert actions.delete_external_number(kwiaty.manager, number.pk) == []
    assert actions.add_external_number(kwiaty.manager, "600100200", "Serwis").e164 == number.e164
