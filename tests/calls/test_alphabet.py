"""The order of names, and finding them without their diacritics."""

import random

import pytest

from centralka.calls.alphabet import KEY_MAX, fold, sort_key

IN_ORDER = [
    "",
    "# Recepcja",
    "0",
    "2",
    "10",
    "adam",
    "Anna",
    "Anna Bąk",
    "Anna-Maria",
    "Ądam",
    "Cezary",
    "ćwik",
    "Élise",
    "Ewa",
    "Ęwa",
    "Lech",
    "Łukasz",
    "Müller",
    "Muzyk",
    "Sala 2",
    "Sala 10",
    "Śledź",
    "zebra",
    "Źrebię",
    "Żaba",
    "Юлия",
]


def test_names_stand_in_the_order_of_the_polish_alphabet() -> None:
    mixed = IN_ORDER.copy()
    random.Random(7).shuffle(mixed)
    assert sorted(mixed, key=sort_key) == IN_ORDER


@pytest.mark.parametrize(
    ("one", "other"), [("ŁUKASZ", "łukasz"), ("Ł\u00f3d\u017a", "\u0141o\u0301dz\u0301"), ("a  b", "a b")]
)
def test_what_people_take_for_the_same_has_the_same_place(one: str, other: str) -> None:
    assert sort_key(one) == sort_key(other)


def test_a_key_is_digits_so_that_no_collation_changes_its_place() -> None:
    for name in (*IN_ORDER, "ß!日本 77", "9" * 200, "Ż" * 200):
        key = sort_key(name)
        assert len(key) <= KEY_MAX
        assert not key or (key.isascii() and key.isdigit())


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łukasz Żółć", "lukasz zolc"),
        ("ĄĆĘŁŃÓŚŹŻ", "acelnoszz"),
        ("Mu\u0308ller", "muller"),
        ("Jörg Straße", "jorg strase"),
        ("Юлия", "юлия"),
        ("100_% \\", "100_% \\"),
    ],
)
def test_folded_is_what_people_type_without_diacritics(text: str, folded: str) -> None:
    assert fold(text) == folded
