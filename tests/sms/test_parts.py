"""Parts of messages, against a table and by properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centralka.sms.parts import Coding, beyond_gsm, count
from centralka.sms.plain import without_polish_letters

GSM, UCS = Coding.GSM7, Coding.UCS2


@pytest.mark.parametrize(
    ("text", "coding", "places", "parts", "left"),
    [
        ("", GSM, 0, 0, 160),
        ("a", GSM, 1, 1, 159),
        ("a" * 160, GSM, 160, 1, 0),
        ("a" * 161, GSM, 161, 2, 145),
        ("a" * 306, GSM, 306, 2, 0),
        ("a" * 307, GSM, 307, 3, 152),
        ("€", GSM, 2, 1, 158),
        ("[]{}\\^|~", GSM, 16, 1, 144),
        ("a" * 159 + "€", GSM, 161, 2, 145),
        ("a" * 152 + "€" + "a" * 10, GSM, 164, 2, 141),  # the escape is not parted from its sign
        ("\n", GSM, 1, 1, 159),
        *((letter, UCS, 1, 1, 69) for letter in "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ„”–’…`"),
        ("é", GSM, 1, 1, 159),
        ("ą" * 70, UCS, 70, 1, 0),
        ("ą" * 71, UCS, 71, 2, 63),
        ("ą" * 134, UCS, 134, 2, 0),
        ("ą" * 135, UCS, 135, 3, 66),
        ("😀", UCS, 2, 1, 68),
        ("ą" * 66 + "😀" * 3, UCS, 72, 2, 61),  # the first does not fit into the last unit of the part
        ("😀" * 35, UCS, 70, 1, 0),
        ("😀" * 36, UCS, 72, 2, 61),
    ],
)
def test_the_table(text: str, coding: Coding, places: int, parts: int, left: int) -> None:
    found = count(text)
    assert (found.coding, found.places, found.parts, found.left) == (coding, places, parts, left)


@given(st.text(max_size=400))
def test_parts_hold_all_of_a_text_and_none_is_needless(text: str) -> None:
    found = count(text)
    room = (160, 153) if found.coding is GSM else (70, 67)
    assert found.parts * room[found.parts > 1] >= found.places
    assert found.parts <= 1 or found.places > (found.parts - 1) * (room[1] - 1) or found.parts == 2
    assert 0 <= found.left <= room[0]


@given(st.text(alphabet="ąćęłńóśźżĄĆĘŁŃÓŚŹŻ„”–…’ abc€\n", max_size=300))
def test_without_polish_letters_a_polish_text_is_in_the_gsm_alphabet(text: str) -> None:
    assert beyond_gsm(without_polish_letters(text)) == []


def test_what_has_no_plain_letter_stays() -> None:
    assert without_polish_letters("Zażółć „gęślą” – jaźń… 😀 Привет ñ") == 'Zazolc "gesla" - jazn... 😀 Привет ñ'
    assert without_polish_letters("z\u0307") == "z"  # a letter with its mark apart is one
    assert beyond_gsm("aąbą😀") == ["ą", "😀"]
