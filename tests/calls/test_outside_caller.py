"""Who calls from outside: from the headers of a carrier's INVITE to what the company may know."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centralka.calls.numbers import is_public_short_code
from centralka.calls.outside_caller import HIDDEN, UNKNOWN, IdentityHeaders, OutsideCaller, caller_of, caller_with
from centralka.calls.sip_address import SipAddress, address, addresses

JAN = '"Jan" <sip:+48600100200@carrier.example>;tag=1'
HEAD = "<sip:+48221234567@carrier.example>"
NUMBER = "+48600100200"


def called_by(sender: str = JAN, **others: tuple[str, ...]) -> OutsideCaller:
    return caller_of(IdentityHeaders(sender, **others))


# -- Hidden --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "privacy",
    [
        ("id",),
        ("ID",),
        ("user",),
        ("header",),
        ("id;critical",),
        ("header;user;id",),
        (" user ; Id ",),
        ("user,id",),
        ("history", "id"),
        ("none;id",),
        ("something-new",),
    ],
)
@pytest.mark.parametrize(
    "told",
    [
        {"sender": JAN},
        {"sender": JAN, "asserted": (HEAD,)},
        {"sender": JAN, "remote_party": (HEAD,)},
        {"sender": "sip:600100200@carrier.example"},
        {"sender": "<tel:+48600100200>"},
        {"sender": "Anonymous <sip:anonymous@anonymous.invalid>;tag=1", "asserted": (HEAD, "<tel:+48221234567>")},
    ],
)
def test_privacy_hides_the_caller_whichever_header_told_the_number(
    privacy: tuple[str, ...], told: dict[str, object]
) -> None:
    assert caller_of(IdentityHeaders(**told, privacy=privacy)) == HIDDEN  # type: ignore[arg-type]


@pytest.mark.parametrize("privacy", [(), ("",), ("none",), ("None",), ("history",), ("session;critical",)])
def test_privacy_that_is_about_something_else_hides_nobody(privacy: tuple[str, ...]) -> None:
    assert called_by(privacy=privacy) == OutsideCaller(NUMBER, "Jan")


@pytest.mark.parametrize("privacy", [(), ("none",), ("id",)])
@pytest.mark.parametrize("asserted", [(), (HEAD,)])
@pytest.mark.parametrize(
    "sender",
    [
        '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1',
        "sip:anonymous@anonymous.invalid",
        "<sips:Anonymous@Anonymous.Invalid:5061;transport=tls>",
        "<sip:c8oqz84zk7z@anonymous.invalid>",
        "<sip:anonymous@carrier.example>",
        "<sip:Restricted@192.0.2.1>",
        "Anonymous <sip:+48600100200@carrier.example>",
    ],
)
def test_an_anonymous_sender_is_hidden(sender: str, asserted: tuple[str, ...], privacy: tuple[str, ...]) -> None:
    assert called_by(sender, asserted=asserted, privacy=privacy) == HIDDEN


def test_an_anonymous_asserted_identity_is_hidden() -> None:
    assert called_by(asserted=("<sip:anonymous@anonymous.invalid>",)) == HIDDEN


@pytest.mark.parametrize("privacy", ["full", "FULL", "uri", "name", '"full"', "full-network"])
def test_remote_party_id_says_it_beside_the_number(privacy: str) -> None:
    assert called_by(remote_party=(f"{HEAD};party=calling;screen=yes;privacy={privacy}",)) == HIDDEN


def test_remote_party_id_of_somebody_else_says_nothing_about_the_caller() -> None:
    told = called_by(remote_party=(f"{HEAD};party=called;privacy=full", f"{HEAD};party=calling;privacy=off"))
    assert told == OutsideCaller("+48221234567", "Jan")


# -- Known ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asserted",
    [
        ("<sip:+48221234567@carrier.example>", "<tel:+48221234567>"),
        ("<sip:+48221234567@carrier.example>,<tel:+48221234567>",),
        ("<tel:+48221234567>, <sip:+48221234567@carrier.example;user=phone>",),
        ("tel:+48221234567",),
        ('"Firma" <sip:100@pbx.example>, "Firma" <tel:+48-22-123-45-67>',),
        ("<sip:+48221234567;npdi;rn=+48221@carrier.example>",),
        ("<tel:22-123-45-67;phone-context=+48>",),
        ("<sip:%2B48221234567@carrier.example>",),
    ],
)
def test_the_asserted_number_is_the_callers_however_it_is_written(asserted: tuple[str, ...]) -> None:
    """One or two values, sip or tel, in one line or in two (RFC 3325 §9.1)."""
    assert called_by(asserted=asserted).number == "+48221234567"


def test_the_asserted_name_counts_before_the_senders() -> None:
    assert called_by(asserted=(f'<tel:+48221234567>, "Firma, Jan" {HEAD}',)).name == "Firma, Jan"
    assert called_by(asserted=(HEAD,)).name == "Jan"


def test_an_asserted_identity_without_a_number_does_not_cover_the_senders() -> None:
    assert called_by(asserted=("<sip:100@pbx.example>",)).number == NUMBER


@pytest.mark.parametrize(
    "user, number",
    [
        ("+48600100200", NUMBER),
        ("600100200", NUMBER),
        ("0048600100200", NUMBER),
        ("48600100200", NUMBER),
        ("600-100-200", NUMBER),
        ("(0-22) 123 45 67", "+48221234567"),
        ("00493012345678", "+493012345678"),
        ("493012345678", "+493012345678"),
        ("991", "991"),
        ("112", "112"),
    ],
)
def test_the_callers_number_is_kept_in_e164_where_it_is_understood(user: str, number: str) -> None:
    assert caller_with(user, "Ola") == OutsideCaller(number, "Ola")


@pytest.mark.parametrize(
    "quoted, name",
    [
        (r'"Jan \"Szybki\" K"', 'Jan "Szybki" K'),
        (r'"C:\\Firma\\"', "C:\\Firma\\"),
        (r'"O\'Neil (biuro): <1>, 2; 3"', "O'Neil (biuro): <1>, 2; 3"),
        ("Jan Kowalski", "Jan Kowalski"),
        ('"Zażółć Gęślą Jaźń 🙂"', "Zażółć Gęślą Jaźń 🙂"),
        ('"a\r\n b\u202egnp"', "a   bgnp"),
        ('""', ""),
        ("", ""),
    ],
)
def test_a_name_is_what_its_owner_wrote(quoted: str, name: str) -> None:
    assert called_by(f"{quoted} <sip:+48600100200@carrier.example>;tag=1") == OutsideCaller(NUMBER, name)


PRINTABLE = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), max_size=40)


@given(PRINTABLE)
def test_every_name_survives_its_quotes(name: str) -> None:
    escaped = re.sub(r'(["\\])', r"\\\1", name)
    assert address(f'"{escaped}" <sip:+48600100200@carrier.example>') == SipAddress(
        name.strip(), NUMBER, "carrier.example"
    )


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_header_is_too_broken(one: str, other: str) -> None:
    assert len(addresses(one)) <= one.count(",") + 1
    found = called_by(one, asserted=(other,), remote_party=(one, other), privacy=(other,))
    assert "\n" not in found.name + found.claimed


# -- Not a colleague -----------------------------------------------------------------------------------------------


@given(st.text("0123456789", min_size=1, max_size=6))
def test_nobody_outside_has_the_number_of_a_colleague(extension: str) -> None:
    found = caller_with(extension, "Sekretariat")
    assert found.number == (extension if is_public_short_code(extension) else UNKNOWN)


@pytest.mark.parametrize(
    "sender, polish, english",
    [
        ('"Sekretariat" <sip:100@pbx.example>', "[zewn.] Sekretariat (100)", "[outside] Sekretariat (100)"),
        ("<sip:100@pbx.example>", "[zewn.] 100", "[outside] 100"),
        ("<sip:100;phone-context=+48@pbx.example>", "[zewn.] 100", "[outside] 100"),
        ('"biuro" <sip:Biuro@pbx.example>', "[zewn.] biuro", "[outside] biuro"),
        ('"Sekretariat" <sip:pbx.example>', "[zewn.] Sekretariat", "[outside] Sekretariat"),
        ("<sip:unavailable@unknown.invalid>", "[zewn.]", "[outside]"),
        ("", "[zewn.]", "[outside]"),
        ('"Jan" <sip:+485@pbx.example>', "[zewn.] Jan (+485)", "[outside] Jan (+485)"),
        (f'"{"x" * 80}" <sip:100@pbx.example>', f"[zewn.] {'x' * 52}", f"[outside] {'x' * 50}"),
    ],
)
def test_who_has_no_number_is_marked_in_the_name(sender: str, polish: str, english: str) -> None:
    found = called_by(sender)
    assert found.number == UNKNOWN
    assert (found.shown_name("pl"), found.shown_name("en")) == (polish, english)


def test_who_has_a_number_is_not_marked() -> None:
    assert called_by().shown_name("pl") == "Jan"
    assert HIDDEN.shown_name("pl") == ""
