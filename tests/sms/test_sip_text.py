"""What of a phone's message is text, and how a long one is cut."""

import pytest

from centralka.sms.sip_text import MOST_BYTES, pieces, text_of


@pytest.mark.parametrize(
    ("kind", "encoding", "body", "text"),
    [
        ("text/plain", "", "Zażółć".encode(), "Zażółć"),
        ("text/plain;charset=UTF-8", "", "Zażółć".encode(), "Zażółć"),
        ('TEXT / Plain ; format=flowed; charset = "utf-8"', "identity", b"a", "a"),
        ("", "", b"a", "a"),
        ("text/plain;charset=us-ascii", "", b"a", "a"),
        ("text/plain;charset=ISO-8859-2", "", b"a\xb1", None),
        ("text/plain", "", b"a\xb1", None),
        ("text/plain", "gzip", b"a", None),
        ("text/html", "", b"<b>a</b>", None),
        ("message/cpim", "", b"a", None),
        ("application/im-iscomposing+xml", "", b"<a/>", None),
        ("text/plainer", "", b"a", None),
        ("text", "", b"a", None),
        (";", "", b"a", None),
    ],
)
def test_only_text_is_text(kind: str, encoding: str, body: bytes, text: str | None) -> None:
    assert text_of(kind, encoding, body) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "krótko",
        "ż" * 2000,
        "Zażółć gęślą jaźń. " * 100,
        "a" * MOST_BYTES,
        "a" * (MOST_BYTES + 1),
        "😀" * 700,
        " " * 2000,
    ],
    ids=["nothing", "short", "no spaces", "words", "just fits", "one more", "emoji", "only spaces"],
)
def test_no_piece_is_too_long_and_nothing_but_spaces_is_lost(text: str) -> None:
    found = pieces(text)
    assert all(len(piece.encode()) <= MOST_BYTES for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_words_are_not_cut() -> None:
    assert pieces("aaa bbb ccc", 8) == ["aaa bbb", "ccc"]
