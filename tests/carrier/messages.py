"""An INVITE as an exchange sends it, and the datagram in which the engine copies it."""

import struct

SDP = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 96 101\r\n"
SDP += "a=rtpmap:96 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\n"


def invite(
    *headers: str, called: str = "+48221234500", call_id: str = "one", sdp: str = SDP, to_tag: str = ""
) -> bytes:
    """`headers` come besides the usual ones; a From among them takes the place of the usual one."""
    lines = [
        f"INVITE sip:{called}@127.0.0.1:5080 SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1",
        f"To: <sip:{called}@127.0.0.1>{to_tag}",
        f"Call-ID: {call_id}",
        "CSeq: 2 INVITE",
        *(
            []
            if any(line.lower().startswith(("from:", "f:")) for line in headers)
            else ["From: <sip:a@b.example>;tag=1"]
        ),
        *headers,
    ]
    return ("\r\n".join(lines) + f"\r\n\r\n{sdp}").encode()


def copied(message: bytes, vendor: int = 0, kind: int = 0x000F) -> bytes:
    """The message in a HEP 3 datagram, behind another chunk."""
    chunks = [struct.pack(">HHHB", 0, 1, 7, 2), struct.pack(">HHH", vendor, kind, 6 + len(message)) + message]
    body = b"".join(chunks)
    return b"HEP3" + struct.pack(">H", 6 + len(body)) + body
