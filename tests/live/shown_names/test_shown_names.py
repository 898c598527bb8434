"""What a phone shows of the colleague who calls."""

import pytest

from tests.live.office import Office, extension_of, over, ring


def test_the_extension_and_the_name_are_shown(office: Office) -> None:
    """Bartek's phone shows Alicja's extension and name."""
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    call = ring(alicja, bartek)
    assert (call.number, call.name) == (extension_of(alicja), "Alicja")


@pytest.mark.parametrize(
    "name",
    [
        "Zażółć Gęślą Jaźń",
        "d'Artagnan",
        "Kowalska, Anna (księgowość)",
        "Recepcja; parter & piętro",
        "100% $cena ${EXTEN} #{x} ^3B |`",
        "Дмитрий 東京 🙂",
        "=?utf-8?Q?x?=",
        "sip:112@example.org",
        "x" * 60,
    ],
)
def test_any_name_is_shown_as_it_was_typed(office: Office, name: str) -> None:
    """Names with letters and signs of every kind reach the other phone, and the record, unchanged."""
    alicja, bartek = office.phone(name), office.phone("Bartek")
    call = ring(alicja, bartek)
    assert (call.number, call.name) == (extension_of(alicja), name)
    alicja.hang_up()
    over(alicja, bartek)
    assert [record.from_name for record in office.records(1)] == [name]


def test_the_internal_presentation_is_shown_instead_of_the_extension(office: Office) -> None:
    """Colleagues see the reception's number when Alicja calls, and her own again after she takes it back."""
    account = office.account("Recepcja", internal_caller_id="900100")
    alicja, bartek = office.phone(account), office.phone("Bartek")
    call = ring(alicja, bartek)
    assert (call.number, call.name) == ("900100", "Recepcja")
    alicja.hang_up()
    over(alicja, bartek)

    office.change(account, internal_caller_id=None, name="Alicja")
    call = ring(alicja, bartek)
    assert (call.number, call.name) == (account.extension, "Alicja")
    alicja.hang_up()
    over(alicja, bartek)
    callers = [(record.from_number, record.from_name) for record in office.records(2)]
    assert callers == [(account.extension, "Recepcja"), (account.extension, "Alicja")]
