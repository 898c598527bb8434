"""What an INVITE says, as the carrier notes it."""

from dataclasses import replace

import pytest

from centralka.carrier.hep import payload
from centralka.carrier.invite import Invite

from .messages import SDP, copied, invite


def parsed(message: bytes) -> Invite:
    found = Invite.parse(message)
    assert found is not None
    return found


def test_a_plain_invite() -> None:
    sender = 'From: "Alicja \\"A\\", x" <sip:+48221234567@pbx.example:5060>;tag=9'
    assert parsed(invite(sender, "User-Agent: PBX 1")) == Invite(
        call_id="one",
        called="+48221234500",
        from_user="+48221234567",
        from_name='Alicja "A", x',
        from_host="pbx.example:5060",
        pai=None,
        ppi=None,
        privacy=None,
        diversion=(),
        history_info=(),
        user_agent="PBX 1",
        sdp_profile="RTP/AVP",
        codecs=("PCMA/8000", "opus/48000/2", "telephone-event/8000"),
    )  # fmt: skip


def test_a_restricted_caller_is_told_apart_from_who_pays() -> None:
    found = parsed(
        invite(
            'From: "Anonymous" <sip:anonymous@anonymous.invalid>;tag=1',
            "P-Asserted-Identity: <sip:+48221234567@pbx.example>",
            "P-Preferred-Identity: <sip:+48221234568@pbx.example>",
            "Privacy: id",
        )
    )
    assert (found.from_user, found.from_name, found.from_host) == ("anonymous", "Anonymous", "anonymous.invalid")
    assert (found.pai, found.privacy) == ("<sip:+48221234567@pbx.example>", "id")
    assert found.ppi == "<sip:+48221234568@pbx.example>"


def test_diversions_on_one_line_and_on_several_are_all_there() -> None:
    found = parsed(
        invite(
            'Diversion: "a, b" <sip:1@x>;reason=no-answer, <sip:2@x;p=1,2>;counter=2',
            "diversion: <sip:3@x>",
            "History-Info: <sip:4@x>;index=1,\r\n <sip:5@x>;index=1.1",
        )
    )
    assert found.diversion == ('"a, b" <sip:1@x>;reason=no-answer', "<sip:2@x;p=1,2>;counter=2", "<sip:3@x>")
    assert found.history_info == ("<sip:4@x>;index=1", "<sip:5@x>;index=1.1")


@pytest.mark.parametrize(
    "header, user, name, host",
    [
        ("f: sip:100@x;tag=1", "100", "", "x"),
        ("From: Jan Kos <sips:%2B48600@x>;tag=1", "+48600", "Jan Kos", "x"),
        ("From: <sip:x>;tag=1", "", "", "x"),
        ("From: <sip:a@[2001:db8::1]:5060>", "a", "", "[2001:db8::1]:5060"),
        ("From: nonsense", "", "", ""),
    ],
)
def test_from_in_every_form(header: str, user: str, name: str, host: str) -> None:
    found = parsed(invite(header))
    assert (found.from_user, found.from_name, found.from_host) == (user, name, host)


@pytest.mark.parametrize("profile", ["RTP/SAVP", "RTP/SAVPF", "UDP/TLS/RTP/SAVPF"])
def test_the_profile_shows_encryption(profile: str) -> None:
    assert parsed(invite(sdp=SDP.replace("RTP/AVP", profile))).sdp_profile == profile


def test_an_invite_without_sound_has_no_profile() -> None:
    found = parsed(invite(sdp=""))
    assert found == replace(parsed(invite()), sdp_profile=None, codecs=())


@pytest.mark.parametrize(
    "message",
    [invite(to_tag=";tag=2"), b"OPTIONS sip:x SIP/2.0\r\n\r\n", b"SIP/2.0 200 OK\r\n\r\n", b"", b"\xff\x00 INVITE "],
    ids=["within a call", "another request", "an answer", "nothing", "noise"],
)
def test_everything_else_begins_no_call(message: bytes) -> None:
    assert Invite.parse(message) is None


def test_the_copied_message_is_taken_out_of_its_datagram() -> None:
    assert payload(copied(invite())) == invite()


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"HEP3",
        b"HEP2" + copied(b"x")[4:],
        copied(b"x", vendor=1),
        copied(b"x", kind=16),
        b"HEP3\0\0\0\0\0\x0f\0\0",
    ],
)
def test_a_datagram_without_a_message_is_refused(datagram: bytes) -> None:
    with pytest.raises(ValueError, match="HEP 3"):
        payload(datagram)
