"""Messages as in RFC 4475 (its section behind each), written anew and shorter, and mutations of them."""

import random

_VALID = (
    "OPTIONS sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1;rport\r\nMax-Forwards: 70\r\n"
    "From: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:x@127.0.0.1>\r\nCall-ID: torture\r\nCSeq: 1 OPTIONS\r\n"
    "Contact: <sip:a@127.0.0.1>\r\nContent-Length: 0\r\n\r\n"
)
_INVITE = (
    _VALID.replace("OPTIONS", "INVITE").replace(
        "Content-Length: 0\r\n\r\n", "Content-Type: application/sdp\r\nContent-Length: 99\r\n\r\n"
    )
    + "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"
)


def _with(old: str, new: str, of: str = _VALID) -> bytes:
    assert old in of, old
    return of.replace(old, new, 1).encode()


_TORTUROUS = r"""INVITE sip:vivekg@127.0.0.1;unknownparam SIP/2.0
TO :
 sip:vivekg@127.0.0.1 ;   tag    = 1918181833n
from   : "J Rosenberg \\\""       <sip:jdrosen@example.com>
  ;
  tag = 98asjd8
MaX-fOrWaRdS: 0068
Call-ID: wsinv.ndaksdj@192.0.2.1
Content-Length   : 0
cseq: 0009
  INVITE
Via  : SIP  /   2.0
 /UDP
    127.0.0.1;branch=390skdjuw
s :
NewFangledHeader:   newfangled value
 continued newfangled value
UnknownHeaderWithUnusualValue: ;;,,;;,;
Route:
 <sip:services.example.com;lr;unknownwith=value;unknown-no-value>
v:  SIP  / 2.0  / TCP     spindle.example.com   ;
  branch  =   z9hG4bK9ikj8  ,
 SIP  /    2.0   / UDP  192.168.255.111   ; branch=
 z9hG4bK30239
m:"Quoted string \"\"" <sip:jdrosen@example.com> ; newparam =
      newvalue ;
  secondparam ; q = 0.33

"""
_EVERY_SIGN = (
    "!interesting-Method0123456789_*+`.%indeed'~ "
    "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@127.0.0.1"
)
MESSAGES: dict[str, bytes] = {
    "a short but torturous one (3.1.1.1)": _TORTUROUS.replace("\n", "\r\n").encode(),
    "a method of every sign (3.1.1.2)": _with("OPTIONS sip:x@127.0.0.1", _EVERY_SIGN),
    "escapes (3.1.1.3, 3.1.1.4)": _with("sip:x@127.0.0.1", "sip:sips%3Auser%40example.com%00null-%00@127.0.0.1"),
    "escaped letters of a method (3.1.1.5)": _with("OPTIONS sip", "RE%47IST%45R sip"),
    "no space behind a name (3.1.1.6)": _with("From: <sip:a@", 'From: "caller"<sip:a@'),
    "long values (3.1.1.7)": _with(
        "From: <sip:a@127", 'From: "' + "I have a name " * 200 + '" <sip:' + "a" * 3000 + "@127"
    ),
    "dashes in a branch (3.1.1.10)": _with("z9hG4bK1", "z9hG4bK---" + "-" * 400),
    "more behind the message (3.1.1.8)": _VALID.encode() + _INVITE.encode(),
    "octets that are no text (3.1.1.11)": _INVITE.encode() + bytes(range(256)) * 4,
    "a Via of another protocol (3.1.1.12)": _with("SIP/2.0/UDP 127", "SIP/2.0/SCTP 127"),
    "numbers too big (3.1.2.4)": _with("CSeq: 1 ", "CSeq: 36893488147419103232 "),
    "numbers too big elsewhere (3.1.2.5)": _with(
        "Max-Forwards: 70", "Max-Forwards: 300\r\nExpires: 99999999999999999999"
    ),
    "commas and semicolons (3.1.2.1)": _with(
        "<sip:a@127.0.0.1>\r\nContent", '"Joe" <sip:joe@example.org>;;;;\r\nContent'
    ),
    "a length too great (3.1.2.2)": _with("Content-Length: 0", "Content-Length: 9999"),
    "a negative length (3.1.2.3)": _with("Content-Length: 0", "Content-Length: -999"),
    "a quotation that does not end (3.1.2.6)": _with("To: <sip:x", 'To: "Mr. J. User <sip:x'),
    "brackets around the address (3.1.2.7)": _with("sip:x@127.0.0.1 SIP", "<sip:x@127.0.0.1> SIP"),
    "white space in the address (3.1.2.8)": _with("sip:x@127.0.0.1 SIP", "sip:x@127.0.0.1; lr SIP"),
    "white space behind the line (3.1.2.9, 3.1.2.10)": _with("SIP/2.0\r\nVia", "SIP/2.0   \r\nVia"),
    "headers in an address (3.1.2.11)": _with("sip:x@127.0.0.1 SIP", "sip:x@127.0.0.1?Route=%3Csip:example.com%3E SIP"),
    "a date of another zone (3.1.2.12)": _with("Contact", "Date: Fri, 01 Jan 2010 16:00:00 EST\r\nContact"),
    "names with special signs (3.1.2.15)": _with("From: <sip:a", "From: Bell, Alexander <sip:a"),
    "another version (3.1.2.16)": _with("SIP/2.0\r\nVia", "SIP/7.0\r\nVia"),
    "methods that differ (3.1.2.17, 3.1.2.18)": _with("CSeq: 1 OPTIONS", "CSeq: 8 NEWMETHOD"),
    "no headers that must be there (3.3.1)": b"INVITE sip:x@127.0.0.1 SIP/2.0\r\nCSeq: 193942 INVITE\r\n\r\n",
    "an unknown scheme (3.3.2, 3.3.3, 3.3.4)": _with(
        "sip:x@127.0.0.1 SIP", "nobodyKnowsThisScheme:totallyopaquecontent SIP"
    ),
    "what it must know (3.3.5)": _with("Contact", "Require: nothingSupportsThis, nothingSupportsThisEither\r\nContact"),
    "values that may stand only once, twice (3.3.8)": _with(
        "Call-ID: torture", "Call-ID: torture\r\nCall-ID: other\r\nCSeq: 2 INVITE\r\nMax-Forwards: 5"
    ),
    "several lengths (3.3.9)": _with("Content-Length: 0", "Content-Length: 13\r\nContent-Length: 5"),
    "an answer of 200 from nowhere (3.3.10)": b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:1;branch=z9hG4bKx\r\n\r\n",
    "no room for hops (3.3.11)": _with("Max-Forwards: 70", "Max-Forwards: 0"),
    "words of another login (3.3.7)": _with(
        "Contact", "Authorization: NoOneKnowsThisScheme opaque-data=here\r\nContact"
    ),
    "half a login": _with("Contact", 'Authorization: Digest username="x, realm=centralka, nonce=\r\nContact'),
    "a lamp that is asked for": _VALID.replace("OPTIONS", "SUBSCRIBE")
    .replace("Contact", "Event: dialog;;=\r\nContact")
    .encode(),
    "a lamp within a call": _VALID.replace("OPTIONS", "SUBSCRIBE")
    .replace("x@127.0.0.1>", "x@127.0.0.1>;tag=9")
    .encode(),
    "a registration": _VALID.replace("OPTIONS", "REGISTER").replace("Contact: <", "Contact: *, <").encode(),
    "nothing": b"",
    "zeros": bytes(4000),
    "lines": b"\r\n" * 2000,
    "a call with sound": _INVITE.encode(),
}


def mutated(dice: random.Random) -> bytes:
    """Change some octets of one of the messages, cut it, or put a piece of another one in."""
    message = bytearray(dice.choice(list(MESSAGES.values())) or b"x")
    for _ in range(dice.randint(1, 8)):
        place = dice.randrange(len(message) or 1)
        match dice.randrange(4):
            case 0:
                message[place : place + 1] = bytes([dice.randrange(256)])
            case 1:
                del message[place : place + dice.randint(1, 40)]
            case 2:
                message[place:place] = dice.choice(
                    (b"\0", b"%", b'"', b"<", b">", b";", b",", b":", b"\r\n", b"\r\n\r\n")
                ) * dice.randint(1, 60)
            case _:
                other = dice.choice(list(MESSAGES.values()))
                message[place:place] = other[: dice.randint(0, 300)]
    return bytes(message[:60_000])
