"""Where the called number is in what carriers send."""

import pytest

from centralka.calls.called_number import Arrival, CalledNumberIn

HEAD, DIALLED, OTHER = "+48221234500", "+48221234567", "+48221234589"
AUTOMATIC = CalledNumberIn.AUTOMATIC


def header(number: str) -> str:
    return f'"Firma, Kwiaty" <sip:{number}@carrier.example;user=phone>'


@pytest.mark.parametrize(
    "request_line, registration, to, p_called_party_id, called",
    [
        (DIALLED, "kwiaty", header(OTHER), header(OTHER), DIALLED),
        (DIALLED, "", header(OTHER), "", DIALLED),
        (f"{DIALLED};npdi", "kwiaty", header(OTHER), "", DIALLED),
        ("kwiaty", "kwiaty", header(DIALLED), "", DIALLED),
        ("kwiaty", "kwiaty", header("kwiaty"), header(DIALLED), DIALLED),
        ("kwiaty", "kwiaty", header(OTHER), header(DIALLED), DIALLED),
        (HEAD, HEAD, header(DIALLED), "", DIALLED),
        (HEAD, "221234500", header(DIALLED), "", DIALLED),
        ("221234500", "48221234500", f"<tel:{DIALLED}>", "", DIALLED),
        (HEAD, HEAD, header(HEAD), "", HEAD),
        (HEAD, HEAD, "", "", HEAD),
        ("s", "", header(DIALLED), "", DIALLED),
        ("s", "kwiaty", f"sip:{DIALLED}@carrier.example;tag=1", "", DIALLED),
        ("s", "", "", "", "s"),
        ("kwiaty", "kwiaty", header("kwiaty"), "", "kwiaty"),
        (HEAD, "kwiaty", header(DIALLED), "", HEAD),
    ],
)
def test_automatic_looks_elsewhere_where_the_request_line_has_no_number_or_our_registrations(
    request_line: str, registration: str, to: str, p_called_party_id: str, called: str
) -> None:
    arrival = Arrival(request_line, to=to, p_called_party_id=p_called_party_id)
    assert arrival.called(AUTOMATIC, registration) == called


@pytest.mark.parametrize(
    "where, called",
    [
        (CalledNumberIn.REQUEST_LINE, HEAD),
        (CalledNumberIn.TO, DIALLED),
        (CalledNumberIn.P_CALLED_PARTY_ID, OTHER),
    ],
)
def test_what_the_operator_chose_is_looked_at_alone(where: CalledNumberIn, called: str) -> None:
    assert Arrival(HEAD, to=header(DIALLED), p_called_party_id=header(OTHER)).called(where, HEAD) == called
    if where is not CalledNumberIn.REQUEST_LINE:
        assert Arrival(HEAD).called(where, HEAD) == ""
