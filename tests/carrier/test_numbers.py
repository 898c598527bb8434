"""Whose number it is that is called at the carrier."""

from pathlib import Path

import pytest
from pytest_django import Settings

from centralka.carrier.numbers import BrokenNumbers, Numbers, Owned, carrier_numbers

NUMBERS = Numbers({"+48226": "centralka", "+482260001": "druga", "+4930": "druga"})


@pytest.fixture
def file(settings: Settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    (tmp_path / "carrier").mkdir()
    return tmp_path / "carrier/numbers.json"


@pytest.mark.parametrize("called", ["+48226100100", "48226100100", "0048226100100", "226100100", "22 610 01 00"])
def test_a_number_is_known_in_every_spelling(called: str) -> None:
    assert NUMBERS.owner(called) == Owned("+48226100100", "centralka")


def test_the_longest_beginning_counts() -> None:
    assert NUMBERS.owner("226000100") == Owned("+48226000100", "druga")


@pytest.mark.parametrize("called", ["227100100", "112", "", "*43", "26", "x226100100", "600100200", "49301"])
def test_every_other_number_is_one_of_the_outside_world(called: str) -> None:
    assert NUMBERS.owner(called) is None


def test_without_a_file_nobody_has_a_number(file: Path) -> None:
    assert carrier_numbers() == Numbers({})
    assert carrier_numbers().others == []


def test_the_file_names_the_other_customers(file: Path) -> None:
    file.write_text('{"+48226": "centralka", "+48228": "druga", "+48229": "druga", "+48": "a-1"}')
    assert carrier_numbers().others == ["a-1", "druga"]


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", '{"226": "druga"}', '{"+48226": 1}', '{"+48226": "Druga"}', '{"+48226": "a/b"}', '{"+0": "druga"}'],
)
def test_a_broken_file_is_named_in_one_sentence(file: Path, content: str) -> None:
    file.write_text(content)
    with pytest.raises(BrokenNumbers, match=r"numbers\.json needs to be like"):
        carrier_numbers()
