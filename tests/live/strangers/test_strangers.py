"""Other companies, people without an account, and phones that lie: none of them gets further than the door."""

import re
import socket
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.live.baresip import once
from tests.live.office import PASSWORD, SOON, Account, Office, extension_of, gets, hear_each_other, over, ring, talk
from tests.live.phones import Phone, until
from tests.live.sipp import GARBAGE_BODY, HUGE_HEADERS, MANY_HEADERS, free_port, run_scenario

from .stranger import SOUND, Stranger, digest, nonce_of, status

HERE = Path(__file__).parent


# -- Two companies ---------------------------------------------------------------------------------------------------


def test_the_same_extension_in_two_companies_is_two_phones(office: Office, ksiegi: Office) -> None:
    """Both companies have the extensions 200 and 201: each dials 201 and reaches its own."""
    companies = [[one.phone(one.account(name, extension=name)) for name in ("200", "201")] for one in (office, ksiegi)]
    (alicja, bartek), (celina, maria) = companies
    talk(alicja, bartek)
    assert not celina.calls
    assert not maria.calls
    talk(celina, maria)
    for phone in (alicja, celina):
        phone.hang_up()
    over(alicja, bartek, celina, maria)
    assert [len(one.records(2)) for one in (office, ksiegi)]
    assert len(office.house.items("/calls?sip_account=" + str(account_id(office, "201")))) == 1


def test_a_stranger_cannot_be_dialled(office: Office, ksiegi: Office) -> None:
    """Celina's extension and login exist, in another company: for Alicja they are numbers that nobody has."""
    alicja, celina = office.phone("Alicja"), ksiegi.phone("Celina")
    for dialled, cause in [
        (extension_of(celina), "404 Not Found"),
        (celina.login, "484 Address Incomplete"),
        (f"PJSIP/{celina.login}", "484 Address Incomplete"),
    ]:
        alicja.dial(dialled)
        gets(alicja, cause)
    assert not celina.all_calls


def test_a_stranger_cannot_be_transferred_to(office: Office, ksiegi: Office) -> None:
    """A transfer is a call like any other: it ends at the company's border."""
    alicja, bartek, celina = office.phone("Alicja"), office.phone("Bartek"), ksiegi.phone("Celina")
    talk(alicja, bartek)
    bartek.transfer_to(extension_of(celina))
    gets(alicja, "hung up there")
    assert not celina.all_calls


# -- Without a password ----------------------------------------------------------------------------------------------


def test_a_wrong_password_does_not_register(office: Office) -> None:
    """Neither does an account that does not exist; both get the same answer."""
    alicja = office.account("Alicja")
    for login in (alicja.login, "demo_9999", "nobody"):
        run_scenario(
            "register", login=login, password="Wrong-77-wrong", port=office.house.sip_port, expires=60, final=401
        )
    assert not office.show(alicja)["registered"]


def test_a_call_without_login_is_refused(office: Office) -> None:
    """Somebody who just sends an INVITE, as an account or as nobody, is asked for a password and gets no call."""
    bartek = office.phone("Bartek")
    for login in (bartek.login, "nobody", "100"):
        outcome = run_scenario(
            "uac_hostile", login=login, called=extension_of(bartek), port=office.house.sip_port,
            headers="X-Nothing: special", body="v=0",
        )  # fmt: skip
        assert {answer[:3] for answer in outcome.answers} == {"401"}
    assert not bartek.all_calls
    assert not office.all_records()


def test_an_account_cannot_call_as_another(office: Office) -> None:
    """Mallory knows his own password only: with Alicja's address in From it opens nothing."""
    alicja, bartek, mallory = office.account("Alicja"), office.phone("Bartek"), office.account("Mallory")
    office.change(alicja, password="Inne-Haslo-9xTq")
    run_scenario(
        "uac_refused", login=alicja.login, auth=mallory.login, password=PASSWORD, called=extension_of(bartek),
        port=office.house.sip_port, final=401,
    )  # fmt: skip
    assert not bartek.all_calls


# -- Phones that lie about themselves --------------------------------------------------------------------------------


def test_what_a_phone_says_about_its_name_is_not_believed(office: Office) -> None:
    """Mallory's phone calls itself the director; Bartek sees Mallory."""
    mallory, bartek = office.phone("Mallory", name="Dyrektor"), office.phone("Bartek")
    call = ring(mallory, bartek)
    assert (call.number, call.name) == (extension_of(mallory), "Mallory")


LIES = "".join(
    f"\n{header}"
    for header in (
        'P-Asserted-Identity: "Dyrektor" <sip:100@example.org>',
        'P-Preferred-Identity: "Dyrektor" <sip:100@example.org>',
        'Remote-Party-ID: "Dyrektor" <sip:100@example.org>;party=calling;privacy=off;screen=yes',
        "Privacy: id",
        "Diversion: <sip:112@example.org>;reason=unconditional",
        "Alert-Info: <http://127.0.0.1/ring.wav>;info=alert-autoanswer",
        "Call-Info: <sip:127.0.0.1>;answer-after=0",
    )
)


def test_identity_headers_of_a_phone_are_not_believed(office: Office) -> None:
    """Mallory's phone sends every header that could show another caller: none of them reaches Bartek's phone."""
    mallory, account = office.account("Mallory"), office.account("Bartek")
    bartek = office.phone(account)
    run_scenario(
        "uac_cancel", login=mallory.login, password=PASSWORD, called=account.extension, port=office.house.sip_port,
        ring_ms=200, headers=LIES, display='"Dyrektor" ',
    )  # fmt: skip
    over(bartek)
    (call,) = bartek.all_calls
    assert (call.number, call.name) == (mallory.extension, "Mallory")
    (invite,) = once(message for message in bartek.messages if message.start.startswith("INVITE"))
    everything = "\n".join(f"{name}: {value}" for name, value in invite.headers)
    for lie in ("Dyrektor", "example.org", "Privacy", "Alert-Info", "Call-Info", "Diversion"):
        assert lie not in everything


@pytest.mark.parametrize(
    "line",
    [
        "%0aagi_channel%3aPJSIP/{login}-00000001",
        "%0aagi_channel%3a%20PJSIP/{login}-00000001%0a",
        "%0a%0a200%20result=1%20(PJSIP/{login}/sip%3ax%7cNOT_INUSE)",
        "%0d%0aagi_channel%3aPJSIP/{login}-00000001",
        ")%3a%0aagi_x%3ay%0a%0a200%20result=1%20(PJSIP/{login}/sip%3ax%7cA)",
        ")%3a%0aagi_channel%3aPJSIP/{login}-00000001",
    ],
)
def test_a_line_break_in_the_number_is_not_believed(office: Office, ksiegi: Office, line: str) -> None:
    """Mallory hides a line for the switchboard in the number that she dials, to call as Celina of another company."""
    mallory, bartek = office.phone("Mallory"), office.phone("Bartek")
    celina = ksiegi.phone("Celina")
    dial_raw(mallory, extension_of(bartek) + line.format(login=celina.login))
    until(lambda: mallory.last_cause, SOON, "Mallory is refused")
    assert mallory.last_cause == "484 Address Incomplete"
    assert not bartek.all_calls
    assert not celina.all_calls


@pytest.mark.parametrize("line", ["CHAN_START,1795381560.5,z.0,z.0,PJSIP/{login}-1,1,2,i,", "{{}}"])
def test_no_record_can_be_forged(office: Office, ksiegi: Office, line: str) -> None:
    """Mallory hides a line for the journal in the number: it stays a number, and later calls are recorded."""
    mallory, celina = office.phone("Mallory"), ksiegi.account("Celina")
    line = line.format(login=celina.login).replace("{", "%7b").replace("}", "%7d")
    dial_raw(mallory, f"2%0a{line}%0a")
    until(lambda: mallory.last_cause, SOON, "Mallory is refused")
    talk(mallory, office.phone("Bartek"))
    mallory.hang_up()
    over(mallory)
    forged, talked = office.records(2)
    assert (forged.outcome, talked.outcome) == ("failed", "answered")
    assert forged.to_number.startswith("2\n")
    assert not ksiegi.all_records()


# -- Phones that lie about where they are ----------------------------------------------------------------------------


LYING_CONTACTS = [
    "sip:m&PJSIP/{victim}@127.0.0.1:{port}",
    "sip:m,60,G(internal,{extension},1)@127.0.0.1:{port}",
    "sip:m)&PJSIP/{victim}/sip:{victim}@127.0.0.1:{port}",
    "sip:m),60,G(internal,{extension},1@127.0.0.1:{port}",
    "sip:m)&PJSIP/{victim}/sip:{victim}@127.0.0.1:{port};x=(",
    "sip:m;x=&PJSIP/{victim}@127.0.0.1:{port}",
    "sip:m@127.0.0.1:{port};maddr=192.0.2.7",
]


@pytest.mark.parametrize("contact", LYING_CONTACTS)
def test_a_contact_cannot_add_phones_or_options(office: Office, contact: str) -> None:
    """Mallory's phone registers an address that reads like more of the dialplan: it is not rung, nor is Celina's."""
    alicja, celina, mallory = office.phone("Alicja"), office.phone("Celina"), office.account("Mallory")
    lie(office, mallory, contact, celina)
    alicja.dial(mallory.extension)
    gets(alicja, "480 Temporarily Unavailable")
    assert not celina.all_calls
    talk(alicja, celina)


def test_nor_without_a_switchboard(fragile: Office) -> None:
    """The dialplan's fallback believes such addresses as little."""
    alicja, celina = fragile.phone("Alicja"), fragile.phone("Celina")
    liars = [fragile.account("Mallory") for _ in LYING_CONTACTS]
    for mallory, contact in zip(liars, LYING_CONTACTS, strict=True):
        lie(fragile, mallory, contact, celina)
    with fragile.house.without("switchboard"):
        for mallory in liars:
            alicja.dial(mallory.extension)
            gets(alicja, "480 Temporarily Unavailable")
        assert not celina.all_calls
        talk(alicja, celina)


def lie(office: Office, account: Account, contact: str, victim: Phone) -> None:
    """Register a phone at an address that means more than an address."""
    port = free_port()
    uri = contact.format(port=port, victim=victim.login, extension=extension_of(victim))
    run_scenario(
        "register", login=account.login, password=PASSWORD, port=office.house.sip_port, local_port=port, expires=60,
        final=200, contact=f"<{uri}>",
    )  # fmt: skip


def test_a_phone_has_us_send_nothing_to_anybody_else(office: Office) -> None:
    """Mallory's phone says that another machine is to be spoken to in her call, and of a lamp: she is."""
    mallory, bartek = office.account("Mallory"), office.phone("Bartek")
    with Stranger(office.house) as phone, Stranger(office.house) as other:
        (host, port), (there, its) = phone.at.values(), other.at.values()
        aside = {"to": extension_of(bartek), "Record_Route": f"<sip:{there}:{its};lr>"}
        lamp = {"challenged_by": "REGISTER", "Event": "dialog", "Expires": "60"}
        assert phone.log_in("SUBSCRIBE", mallory.login, PASSWORD, **aside, **lamp) == 200
        phone.reply(phone.asked("NOTIFY"), "200 OK")
        nonce = nonce_of(phone.ask("REGISTER", mallory.login))
        lie = f"Contact: <sip:m@{host}:{port};transport=udp;alias={there}~{its}~1;maddr={there}>"
        invite = phone.request(
            "INVITE", mallory.login, tag="lies", **aside, Content_Type="application/sdp", body=SOUND.format(host),
            Authorization=digest("INVITE", mallory.login, PASSWORD, nonce),
        )  # fmt: skip
        phone.send(re.sub(rb"Contact: [^\r]*", lie.encode(), invite))
        until(lambda: bartek.ringing, SOON, "Bartek's phone rings")
        bartek.answer()
        with phone.patient():
            answer = phone.answer("lies") or ""
        phone.within(answer, "ACK", mallory.login, extension_of(bartek), "lies")
        bartek.hang_up()
        phone.reply(phone.asked("BYE"), "200 OK")
        assert not other.anything()
    over(bartek)


def test_a_redirection_by_a_phone_is_not_followed(office: Office) -> None:
    """Mallory's phone sends its callers to Celina: nobody decided on that call, so there is none."""
    alicja, celina, mallory = office.phone("Alicja"), office.phone("Celina"), office.account("Mallory")
    office.sipp_phone(HERE / "uas_redirect.xml", mallory, target=extension_of(celina))
    alicja.dial(mallory.extension)
    gets(alicja, "486 Busy Here")
    assert not celina.all_calls


def test_a_call_of_somebody_else_is_taken_over_by_nobody(office: Office, ksiegi: Office) -> None:
    """Celina has overheard what names Alicja's call. She puts Maria, or another phone, into Alicja's place.

    Nor does a colleague: an account gives its own calls away, as phones do that transfer (transfers).
    """
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    celina, maria = ksiegi.phone("Celina"), ksiegi.phone("Maria")
    account, absent, colleague = ksiegi.account("Mallory"), ksiegi.account("Absent"), office.account("Dorota")
    talk(alicja, bartek)
    talk(celina, maria)
    (call,) = alicja.calls
    named, sound = alicja.dialog(call), {"Content_Type": "application/sdp", "body": SOUND.format("0.0.0.0")}
    with Stranger(office.house) as thief:
        called = {"to": absent.extension, "challenged_by": "REGISTER"}
        # A call of hers with the same Call-ID does not make it hers.
        assert thief.log_in("INVITE", account.login, PASSWORD, **called, tag=call.id, **sound) == 480
        assert thief.log_in("INVITE", account.login, PASSWORD, **called, Replaces=named, **sound) == 481
        assert thief.log_in("INVITE", colleague.login, PASSWORD, **called, Replaces=named, **sound) == 481
        # To the engine, which would look for it, another header begins behind "&".
        for hidden in (
            {"Expires": f"60&Replaces: {named}"},
            {"X_A": f"b\r\n &\t\r\n Replaces : {named}"},
            # Where a name in quotation marks would begin, one ends.
            {"Record_Route": f'"x\tf:" <sip:a@127.0.0.1;lr>&Replaces: {named};x="y"'},
            {"Record_Route": f'"x\x01f:" <sip:a@127.0.0.1;lr>&Replaces: {named};x="y"'},
            # More than the edge looks through at once.
            {"P_Preferred_Identity": f'"{9000 * "a"}" <sip:a@b>', "Expires": f"60&Replaces: {named}"},
        ):
            assert thief.log_in("INVITE", account.login, PASSWORD, **called, **hidden, **sound) == 400
    celina.refer(f"sip:1@127.0.0.1?Replaces={quote(named, safe='@')}")
    until(lambda: celina.answers_to("REFER"), SOON, "it is answered")
    assert {answer[:3] for answer in celina.answers_to("REFER")} == {"481"}
    hear_each_other(alicja, bartek)
    for phone in (alicja, celina):
        phone.hang_up()
    over(alicja, bartek, celina, maria)


@pytest.mark.parametrize("name", ["Replaces", "r%65places", "Require=replaces&Replaces"])
def test_a_call_of_which_nothing_is_known_is_given_to_nobody(office: Office, name: str) -> None:
    """Neither is the call in which it is asked for: as after the edge's death. The engine is not asked."""
    with Stranger(office.house) as phone:
        asked = phone.request(
            "REFER", "nobody", to="1", tag="unknown", r=f"<sip:1@h?{name}=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>"
        )
        phone.send(asked.replace(b"To: <sip:1@127.0.0.1>", b"To: <sip:1@127.0.0.1>;tag=b"))
        answer = phone.answer("unknown")
    assert status(answer) == 481
    assert "Server:" not in (answer or "")


# -- What the edge and the engine would read differently --------------------------------------------------------------


METHODS = (
    *("INVITE", "CANCEL", "BYE", "REGISTER", "SUBSCRIBE", "MESSAGE", "REFER", "PRACK", "UPDATE", "INFO"),
    *("OPTIONS", "PUBLISH", "NOTIFY"),
)
CLAIM = 'Authorization: Digest username="{}", realm="centralka", nonce="x", uri="sip:x", response="' + "0" * 32 + '"'


@pytest.mark.parametrize("before", ["b\r", "b\0\r\nX-B: b\r", "b\r\r\n"])
def test_nobody_calls_as_another_behind_half_a_line_break(office: Office, before: str) -> None:
    """Mallory's password is right. Behind a CR alone, which is a line break to the engine, Alicja's name stands."""
    mallory, victim, bartek = office.account("Mallory"), office.account("Alicja"), office.phone("Bartek")
    with Stranger(office.house) as phone:
        lie = {"X_A": before + CLAIM.format(victim.login), "Content_Type": "application/sdp", "body": SOUND.format("0")}
        called = {"to": extension_of(bartek), "challenged_by": "REGISTER"}
        assert phone.log_in("INVITE", mallory.login, PASSWORD, **called, **lie) == 400
        by_tcp = phone.request("INVITE", mallory.login, to=extension_of(bartek), **lie)
    with socket.create_connection(("127.0.0.1", office.house.sip_port), 10) as connection:
        connection.sendall(by_tcp)
        assert connection.recv(4096).startswith(b"SIP/2.0 400 ")
    assert not bartek.all_calls


def test_what_hides_a_header_is_refused_in_every_request_and_taken_in_a_text(office: Office) -> None:
    mallory = office.account("Mallory")
    with Stranger(office.house) as phone:
        for lie in ("b\rX-B: c", "60&X-B: c", "60\r\n & X-B\t: c", '"60&X-B: c"'):
            answers = {method: status(phone.ask(method, mallory.login, Expires=lie)) for method in METHODS}
            assert answers == dict.fromkeys(METHODS, 400)
        text = {"Subject": '"Salt & pepper": 1&2', "Content_Type": "text/plain", "body": "one\rtwo&X-A: b"}
        assert status(phone.ask("MESSAGE", mallory.login, **text)) == 401
        asked = phone.request("OPTIONS", mallory.login, tag="name").decode()
        phone.send(asked.replace("From: <", r'From: "Shop \" & Repairs: Anna" <').encode())
        assert status(phone.answer("name")) == 401


def test_a_message_in_which_the_edge_would_find_nothing_is_refused(office: Office) -> None:
    """What does not fit into its buffer. By TCP none is longer."""
    with Stranger(office.house) as phone:
        assert status(phone.ask("OPTIONS", X_A="a" * 17_000)) == 513


def test_a_request_with_two_tags_belongs_to_no_call(office: Office) -> None:
    """The edge would look at one, the engine at the other."""
    with Stranger(office.house) as phone:
        asked = phone.request("INVITE", "nobody", to="1", tag="two")
        phone.send(asked.replace(b"To: <sip:1@127.0.0.1>", b"To: <sip:1@127.0.0.1>;tag=b;tag="))
        assert status(phone.answer("two")) == 400


def test_an_answer_with_half_a_line_break_is_none(office: Office) -> None:
    """The phone is asked again, and its next answer counts."""
    alicja, account = office.phone("Alicja"), office.account("Bartek")
    with Stranger(office.house) as phone:
        assert phone.register(account.login, PASSWORD) == 200
        alicja.dial(account.extension)
        phone.reply(phone.asked("INVITE"), "404 Not Found", "X-A: b\rX-B: c")
        phone.reply(phone.asked("INVITE"), "486 Busy Here")
        gets(alicja, "486 Busy Here")


# -- Broken and hostile messages -------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [GARBAGE_BODY, "v=0", "v=0\nm=audio 0 RTP/AVP 8", "x" * 20_000])
def test_broken_session_descriptions_hurt_nobody(office: Office, body: str) -> None:
    """Mallory logs in and sends what is no SDP: other calls do not notice."""
    mallory, bartek = office.account("Mallory"), office.phone("Bartek")
    hurts_nobody(office, "uac_garbage_sdp", mallory, extension_of(bartek), body=body)


@pytest.mark.parametrize("headers", [HUGE_HEADERS, MANY_HEADERS, "Via: x\nVia: ,,,\nContact: <<<>>>\nCSeq: x y z"])
def test_monstrous_messages_hurt_nobody(office: Office, headers: str) -> None:
    """A stranger sends far too many, too long or senseless headers: other calls do not notice."""
    mallory, bartek = office.account("Mallory"), office.phone("Bartek")
    hurts_nobody(office, "uac_hostile", mallory, extension_of(bartek), headers=headers, body="v=0")


def test_connections_that_say_nothing_keep_nobody_out(office: Office) -> None:
    """A stranger opens TCP connections and never finishes a message: phones on TCP register and talk."""
    with ExitStack() as connections:
        for _ in range(20):
            idle = connections.enter_context(socket.create_connection(("127.0.0.1", office.house.sip_port), 5))
            idle.sendall(b"REGISTER sip:127.0.0.1 SIP/2.0\r\nContent-Length: 100000\r\n")
        talk(office.phone("Alicja", transport="tcp"), office.phone("Bartek", transport="tcp"))


def hurts_nobody(office: Office, scenario: str, account: Account, called: str, **keys: Any) -> None:
    """While and after a hostile message two colleagues talk, in the same engine process."""
    before = office.house.pid("engine")
    alicja, celina = office.phone("Alicja"), office.phone("Celina")
    run_scenario(scenario, login=account.login, password=PASSWORD, called=called, port=office.house.sip_port, **keys)
    talk(alicja, celina)
    assert office.house.pid("engine") == before


def account_id(office: Office, extension: str) -> int:
    """The API's number of an account."""
    (found,) = office.house.items(f"/sip-accounts?extension={extension}")
    return int(found["id"])


def dial_raw(phone: Phone, user: str) -> None:
    """Dial with signs that are escaped in an address."""
    phone.dial(f"sip:{user}@{phone.host}:{phone.port}")


def test_other_users_of_this_machine_ask_the_engine_nothing(office: Office) -> None:
    """Its door for questions wants the secret of this start, and its console's socket is the exchange's alone."""
    config = office.house.home / "engine-config"
    found = re.search(r"bindport = (\d+)", (config / "http.conf").read_text())
    assert found
    for path in ("/ari/channels", "/ari/asterisk/info", "/httpstatus", "/static/x", "/mxml?action=login"):
        for headers in ({}, {"Authorization": "Basic c3dpdGNoYm9hcmQ6"}):
            with closing(HTTPConnection("127.0.0.1", int(found[1]), timeout=10)) as connection:
                connection.request("GET", path, headers=headers)
                assert connection.getresponse().status == (401 if path.startswith("/ari/") else 404), path
    assert (office.house.home / "engine/run/asterisk.ctl").stat().st_mode & 0o077 == 0
    assert "Manager (AMI):             No" in office.house.engine_says("manager show settings")
