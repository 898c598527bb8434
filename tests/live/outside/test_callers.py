"""Who calls from outside: what a phone, a mailbox and its mail, the record and the API know of the caller, by headers
of all kinds that carriers send."""

import email.policy
from collections.abc import Iterator
from contextlib import ExitStack
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.live.baresip import SipMessage
from tests.live.office import SOON, extension_of, over
from tests.live.phones import Phone, until

from .sipp_caller import CallingCarrier, finish
from .tenant import Firm
from .world import World

JAN = '"Jan" <sip:+48600100200@carrier.example>'
ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>'
SIP_PAI = "P-Asserted-Identity: <sip:+48600100200@carrier.example>"
HIDDEN = [
    (JAN, "Privacy: id"),
    (JAN, "privacy: Header;USER"),
    (JAN, f"{SIP_PAI}, <tel:+48600100200>\nPrivacy: user;id;critical"),
    (JAN, f"{SIP_PAI}\nP-Asserted-Identity: <tel:+48600100200>\nPrivacy: history\nPrivacy: id"),
    (JAN, 'Remote-Party-ID: "Jan" <sip:+48600100200@carrier.example>;party=calling;screen=yes;privacy=full'),
    (ANONYMOUS, ""),
    (ANONYMOUS, f"{SIP_PAI}\nPrivacy: id"),
    ("<sip:anonymous@anonymous.invalid>", SIP_PAI),
]
ESCAPED = r"Jan \"Szybki\" C:\\Firma (a): b, c"
QUOTED = f'"{ESCAPED}" <sip:+48600100200@carrier.example>'
NAME = r'Jan "Szybki" C:\Firma (a): b, c'
COLLEAGUE = '"Sekretariat" <sip:{extension}@pbx.example>'


@pytest.fixture
def calling(world: World) -> Iterator[CallingCarrier]:
    with CallingCarrier(world[0]) as carrier:
        yield carrier


def rung(phone: Phone) -> tuple[str, str]:
    """Number and name on its display, once it rings."""
    call = until(lambda: phone.ringing, SOON, f"{phone} rings")
    return call.number, call.name


def requests_to(phone: Phone) -> list[SipMessage]:
    return [message for message in phone.messages if not message.sent and not message.start.startswith("SIP/2.0")]


def test_a_hidden_caller_is_hidden_however_that_is_written(firm: Firm, calling: CallingCarrier) -> None:
    """Neither Alicja's phone nor the record learns number or name."""
    alicja = firm.reached_by(firm.numbers[0])
    for count, (caller, headers) in enumerate(HIDDEN, start=1):
        with calling.ringing(firm.numbers[0], caller=caller, headers=headers):
            assert rung(alicja) == ("anonymous", "Anonymous"), (caller, headers)
        over(alicja)
        record = firm.records(count)[-1]
        assert (record.from_number, record.from_name) == ("", ""), (caller, headers)
    told = "\n".join(str(message) for message in requests_to(alicja))
    assert "600100200" not in told
    assert "Jan" not in told


def test_the_number_of_two_asserted_identities_is_shown(firm: Firm, calling: CallingCarrier) -> None:
    """The network's word counts before the caller's, and the one of its two values that is a number."""
    alicja = firm.reached_by(firm.numbers[0])
    asserted = 'P-Asserted-Identity: "Hurt & Detal: Wola" <sip:100@pbx.example>, <tel:+48-600-100-300>'
    with calling.ringing(firm.numbers[0], caller=JAN, headers=asserted):
        assert rung(alicja) == ("600100300", "Hurt & Detal: Wola")
    over(alicja)
    (record,) = firm.records(1)
    assert (record.from_number, record.from_name) == ("+48600100300", "Hurt & Detal: Wola")


def test_nobody_outside_looks_like_a_colleague(firm: Firm, calling: CallingCarrier) -> None:
    """Somebody calls himself Sekretariat and gives the extension of a colleague: the phone, and the record, say that he
    is not. Neither does he become one in the middle of the call."""
    bartek = firm.account("Sekretariat")
    alicja = firm.reached_by(firm.numbers[0])
    mask = COLLEAGUE.format(extension=bartek.extension)
    shown = f"[zewn.] Sekretariat ({bartek.extension})"
    with calling.ringing(firm.numbers[0], caller=mask):
        assert rung(alicja) == ("unknown", shown)
    over(alicja)
    with calling.ringing(firm.numbers[0], caller=mask, headers=f"P-Asserted-Identity: {mask}"):
        assert rung(alicja) == ("unknown", shown)
    over(alicja)
    assert {(one.from_number, one.from_name) for one in firm.records(2)} == {("unknown", shown)}
    assert {call["from"] for call in firm.items("/calls")} == {"unknown"}


def test_a_caller_does_not_change_in_the_middle_of_a_call(firm: Firm, calling: CallingCarrier, tmp_path: Path) -> None:
    """The carrier tells of another caller in a re-INVITE: Alicja's phone hears nothing of it."""
    bartek, alicja = firm.account("Sekretariat"), firm.reached_by(firm.numbers[0])
    mask = COLLEAGUE.format(extension=bartek.extension)
    later = f"P-Asserted-Identity: {mask}\nRemote-Party-ID: {mask};party=calling"
    with calling.speaks(firm.numbers[0], tmp_path / "a.raw", 1500, later, caller=JAN) as sipp:
        assert rung(alicja) == ("600100200", "Jan")
        alicja.answer()
        finish(sipp)
    over(alicja)
    assert not [message for message in requests_to(alicja) if "Sekretariat" in str(message)]


def test_who_is_passed_on_stays_hidden_or_marked(firm: Firm, calling: CallingCarrier, tmp_path: Path) -> None:
    """Alicja transfers a hidden caller, and one who says that he is a colleague, to Bartek: his phone tells no more."""
    alicja, bartek = firm.reached_by(firm.numbers[0]), firm.phone("Bartek")
    mask = COLLEAGUE.format(extension=extension_of(bartek))
    marked = ("unknown", f"[zewn.] Sekretariat ({extension_of(bartek)})")
    for caller, headers, shown in ((JAN, "Privacy: id", ("anonymous", "Anonymous")), (mask, "", marked)):
        with calling.speaks(firm.numbers[0], tmp_path / "a.raw", 6000, caller=caller, headers=headers) as sipp:
            rung(alicja)
            alicja.answer()
            until(lambda: alicja.in_call, SOON, "Alicja talks")
            alicja.transfer_to(extension_of(bartek))
            assert rung(bartek) == shown
            bartek.answer()
            over(alicja)
            finish(sipp)
        over(bartek)
    told = "\n".join(str(message) for message in requests_to(bartek))
    assert "600100200" not in told
    assert "Jan" not in told


def test_a_name_arrives_as_it_was_sent(firm: Firm, calling: CallingCarrier) -> None:
    """With quotes, backslashes and everything that means something to SIP and to the engine."""
    alicja = firm.reached_by(firm.numbers[0])
    with calling.ringing(firm.numbers[0], caller=QUOTED):
        assert rung(alicja) == ("600100200", ESCAPED)  # baresip shows what stands between the quotes, escapes and all
    over(alicja)
    (record,) = firm.records(1)
    assert (record.from_number, record.from_name) == ("+48600100200", NAME)


def test_mailbox_and_mail_know_the_caller_as_the_phone_does(firm: Firm, tmp_path: Path) -> None:
    """A hidden caller, one with a strange name, and one who says that he is a colleague leave messages."""
    voicemail = {"enabled": True, "pin": "7391", "email": "alicja@example.org"}
    account = firm.account("Alicja", voicemail=voicemail)
    firm.point(firm.numbers[0], account)
    mask = COLLEAGUE.format(extension=account.extension)
    sound = tmp_path / "tone.raw"
    with ExitStack() as calls:
        sipps = [
            calls.enter_context(
                calls.enter_context(CallingCarrier(firm.house)).speaks(
                    firm.numbers[0], sound, 16_000, caller=caller, headers=headers
                )
            )
            for caller, headers in ((JAN, "Privacy: id"), (QUOTED, ""), (mask, ""))
        ]
        for sipp in sipps:
            finish(sipp)
    told = until(lambda: of_three(firm), SOON, "three messages are there")
    marked = f"[zewn.] Sekretariat ({account.extension})"
    assert sorted(told) == [("", ""), ("+48600100200", NAME), ("unknown", marked)]
    subjects = until(lambda: mails(firm, 3), 2 * SOON, "three mails are there")
    assert sorted(one.partition(": ")[2].rpartition(",")[0] for one in subjects) == sorted(
        ["numer zastrzeżony", f"{NAME} (600 100 200)", f"{marked} (numer nieznany)"]
    )


def of_three(firm: Firm) -> list[tuple[str, str]]:
    """Caller and name of the company's messages, oldest first, once there are three."""
    items = firm.items("/voicemail-messages")
    return [(one["from"], one["from_name"]) for one in reversed(items)] if len(items) == 3 else []


def mails(firm: Firm, count: int) -> list[str]:
    """Subjects of the mails that were written for this story, once there are so many."""
    found = []
    for path in (firm.house.home / "mail").glob("*.eml"):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        if mail["To"] == "alicja@example.org":
            found.append(str(mail["Subject"]))
    return found if len(found) == count else []


def test_without_a_switchboard_a_hidden_caller_is_as_hidden(firm: Firm, calling: CallingCarrier) -> None:
    """Nobody decides the call then; what the engine alone has written down is told later."""
    firm.reached_by(firm.numbers[0])
    with firm.house.without("switchboard"):
        calling.refused(firm.numbers[0], 503, caller=JAN, headers="Privacy: id")
        calling.refused(firm.numbers[0], 503, caller=JAN)
    assert [record.from_number for record in firm.records(2)] == ["", "+48600100200"]
