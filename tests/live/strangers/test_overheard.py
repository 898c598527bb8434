"""Who has overheard what names a call, its Call-ID and its tags, as anybody can where it is not encrypted."""

import re
from secrets import token_hex

from tests.live.office import PASSWORD, SOON, Office, hear_each_other, over, talk
from tests.live.phones import until

from .stranger import SOUND, Stranger, digest, nonce_of, status

WITHIN = {
    "INVITE": {"Content_Type": "application/sdp", "body": SOUND.format("0.0.0.0")},
    "UPDATE": {},
    "INFO": {},
    "MESSAGE": {},
    "REFER": {"Refer_To": "<sip:1@x>"},
    "BYE": {},
}


def within(by: Stranger, named: str, method: str, login: str, **headers: str) -> str:
    """Send a request within the call that is named so (as in Replaces); return the answer."""
    found = re.fullmatch(r"(.+);to-tag=(.+);from-tag=(.+)", named)
    assert found, named
    call_id, to_tag, from_tag = found.groups()
    mark = token_hex(6)
    asked = by.request(method, login, to="1", tag=mark, **headers).decode()
    for old, new in (
        (f";tag={mark}", f";tag={from_tag}"),
        ("To: <sip:1@127.0.0.1>", f"To: <sip:1@127.0.0.1>;tag={to_tag}"),
        (f"Call-ID: {mark}", f"Call-ID: {call_id}"),
        ("CSeq: 1 ", "CSeq: 99999999 "),
    ):
        assert old in asked
        asked = asked.replace(old, new, 1)
    by.send(asked.encode())
    return by.answer(call_id) or ""


def test_nobody_else_sends_within_a_call(office: Office, ksiegi: Office) -> None:
    """Of each side the password of its account is asked for, and that of another account is none."""
    alicja, bartek, celina = office.phone("Alicja"), office.phone("Bartek"), ksiegi.account("Celina")
    talk(alicja, bartek)
    with Stranger(office.house) as thief:
        for phone in (alicja, bartek):
            named = phone.dialog(phone.calls[0])
            # To the engine its tag is the same in capitals.
            loud = re.sub(r"to-tag=[^;]+", lambda found: found[0].upper().replace("TO-TAG", "to-tag"), named)
            for written in (named, loud):
                for method, headers in WITHIN.items():
                    answer = within(thief, written, method, phone.login, **headers)
                    assert status(answer) == 401, (phone, method, written)
            own = digest("BYE", celina.login, PASSWORD, nonce_of(thief.ask("REGISTER", celina.login)))
            assert status(within(thief, named, "BYE", celina.login, Authorization=own)) == 481
            own = digest("BYE", celina.login, PASSWORD, nonce_of(thief.ask("REGISTER", celina.login)))
            assert status(within(thief, named, "BYE", phone.login, Authorization=own)) == 401
    hear_each_other(alicja, bartek)
    alicja.hang_up()
    over(alicja, bartek)


def test_a_phone_in_another_network_goes_on_with_its_password(office: Office) -> None:
    """It has not registered there yet: it is asked, as it would be for a new call."""
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    talk(alicja, bartek)
    named = alicja.dialog(alicja.calls[0])
    with Stranger(office.house) as elsewhere:
        nonce = nonce_of(within(elsewhere, named, "BYE", alicja.login))
        own = digest("BYE", alicja.login, PASSWORD, nonce)
        assert status(within(elsewhere, named, "BYE", alicja.login, Authorization=own)) == 200
    until(lambda: not bartek.calls, SOON, "Bartek's phone is told")
    alicja.hang_up()
    over(alicja, bartek)
