"""Reading input costs what its size says: twice as much of it is at most about twice the work.

Work is counted, not timed: comparisons of a counting name, or the calls and lines that Python runs. What other people's
code reads out of sight (FFmpeg, a header's parser) is compared by the processor's time for little and for much.
"""

import asyncio
import gc
import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import QueryDict
from django.test import RequestFactory

from centralka.actions.tokens import make_token
from centralka.api.http.json_body import Ambiguous, StrictParser, _object
from centralka.api.http.upload import uploaded_file
from centralka.asgi import application
from centralka.calls.price_list.columns import column_named
from centralka.calls.price_list.errors import PriceListErrors
from centralka.calls.price_list.parse import parse_price_list
from centralka.calls.price_list.text import LARGEST_FILE
from centralka.sound.answers import sound_answer
from centralka.sound.conversion import MAX_BYTES, greeting_wav, mp3, repaired_wav
from centralka.sound.wav_files import NotAudio, Sound, wav_of
from centralka.store.models import Role
from tests.cast import Company

DOUBLINGS = (500, 1000, 2000, 4000)
TWICE = 2.3
"""What is done once for each request weighs less the more is sent; a quadratic reader needs four times as much."""


def _steps(read: Callable[[], object]) -> int:
    """How many lines and calls, also of functions in C, it takes."""
    steps = 0

    def line(_frame: Any, _event: str, _about: object) -> Any:
        nonlocal steps
        steps += 1
        return line

    def call(_frame: Any, _event: str, _about: object) -> None:
        nonlocal steps
        steps += 1

    before = sys.gettrace(), sys.getprofile()
    sys.settrace(line)
    sys.setprofile(call)
    try:
        read()
    except (Ambiguous, PriceListErrors):
        pass  # refused, which has to be as cheap
    finally:
        sys.settrace(before[0])
        sys.setprofile(before[1])
    return steps


class Name(str):
    """Counts how often names are compared, which `list.count` and `in` do out of sight."""

    compared = 0
    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        Name.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


@pytest.mark.parametrize("doubled", ["each", "one", "none"])
def test_names_of_an_object_are_compared_about_once_each(doubled: str) -> None:
    for size in (1000, 2000, 20_000):
        wanted = {"each": range(size // 2), "one": [1], "none": []}[doubled]
        pairs: list[tuple[str, Any]] = [(Name(f"n{number}"), 1) for number in (*range(size), *wanted)]
        Name.compared = 0
        assert _named_twice(pairs) == len(wanted)
        assert Name.compared < 8 * size


def _named_twice(pairs: list[tuple[str, Any]]) -> int:
    try:
        _object(pairs)
    except Ambiguous as refused:
        return len(refused.wrong)
    return 0


def _json(body: str) -> object:
    request = RequestFactory().post("/", body, content_type="application/json")
    return StrictParser().parse_body(request)


def _query(text: str) -> object:
    return StrictParser().parse_querydict(QueryDict(text), [], RequestFactory().get("/"))


def _form(size: int) -> object:
    request = RequestFactory().post("/", {f"n{number}": "x" for number in range(size // 5)})
    return request.POST


def _file_of_form(size: int) -> bytes:
    boundary = "x" * 20
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body = f"{head}{'1;2' * 1000 * size}\r\n--{boundary}--\r\n".encode()
    request = RequestFactory().generic("POST", "/", body, content_type=f"multipart/form-data; boundary={boundary}")
    try:
        return uploaded_file(request, LARGEST_FILE)
    finally:
        request.close()


def _prices(size: int, row: str = "48{};Polska;0,05") -> object:
    lines = ["prefix;opis;cena za minutę", *(row.format(number) for number in range(1000, 1000 + size))]
    return parse_price_list("\n".join(lines).encode())


KINDS: dict[str, Callable[[int], object]] = {
    "JSON: names": lambda size: _json(json.dumps({f"n{number}": number for number in range(size)})),
    "JSON: doubled names": lambda size: _json("{" + ",".join(f'"n{n % (size // 2)}":1' for n in range(size)) + "}"),
    "JSON: objects": lambda size: _json(json.dumps([{"a": number, "b": None} for number in range(size)])),
    "JSON: numbers": lambda size: _json(json.dumps([10**30 + number for number in range(size)])),
    "JSON: a long number": lambda size: _json(f'{{"a": {"9" * size}}}'),
    "query: parameters": lambda size: _query("&".join(f"n{number}=1" for number in range(size // 5))),
    "query: doubled parameters": lambda size: _query("&".join(f"n{number % 20}=1" for number in range(size // 5))),
    "form: fields": _form,
    "form: a file": _file_of_form,
    "CSV: rows": _prices,
    "CSV: wrong rows": lambda size: _prices(size, "x{};Polska;0,05"),
    "CSV: doubled prefixes": lambda size: _prices(size, "4822;Polska {};0,05"),
    "CSV: columns": lambda size: parse_price_list((";".join(f"c{n}" for n in range(size)) + "\n").encode()),
    "CSV: prefixes in a cell": lambda size: parse_price_list(
        f'prefix;cena za minutę\n"{",".join(str(48100000 + n) for n in range(size))}";0,05'.encode()
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_twice_as_much_is_at_most_twice_the_work(kind: str) -> None:
    _steps(lambda: KINDS[kind](DOUBLINGS[0]))  # what is only done once in a process
    steps = [_steps(lambda size=size: KINDS[kind](size)) for size in DOUBLINGS]  # type: ignore[misc]
    assert all(after <= TWICE * before for before, after in pairwise(steps)), steps


def test_a_name_of_a_column_that_is_longer_than_any_is_not_searched_for_brackets() -> None:
    """The expression that takes brackets off a name looks to the end of the line from each of them."""
    assert column_named("cena za minutę (" + "PLN netto" + ")") == "per_minute"
    assert column_named("cena za minutę (" + " " * 200 + "netto)") is None


# -- What other people's code reads: compared by the processor's time --------------------------------------------------

GROWN = 16
MOST = 80
"""Times the work that so much more may take: 16 where it is linear, 256 where it is quadratic."""
NOTHING = 0.002
"""Seconds of the processor below which no comparison says anything."""


def _processor(read: Callable[[], object]) -> float:
    """Seconds of the processor that it takes when nothing disturbs. A look for garbage would go through all tests."""
    found = []
    gc.disable()
    for _ in range(3):
        before = time.process_time()
        with suppress(Ambiguous, PriceListErrors, NotAudio, RequestDataTooBig, TooManyFieldsSent):
            read()
        found.append(time.process_time() - before)
    gc.enable()
    return max(min(found), NOTHING)


def _assert_linear(read: Callable[[int], object], size: int) -> None:
    taken = [_processor(lambda: read(size)), _processor(lambda: read(size * GROWN))]
    assert taken[1] < MOST * taken[0], taken


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "JSON: a long number"])
def test_bodies_and_files_near_their_limits_too(kind: str) -> None:
    _assert_linear(KINDS[kind], 400 if kind == "form: a file" else 2000)


def _part(name: bytes, content: bytes = b"") -> bytes:
    return name + len(content).to_bytes(4, "little") + content


def _wav(parts: bytes, tag: int = 1, bits: int = 16) -> bytes:
    wanted = ((tag, 2), (1, 2), (8000, 4), (8000 * bits // 8, 4), (bits // 8, 2), (bits, 2))
    kind = b"".join(number.to_bytes(size, "little") for number, size in wanted)
    return _part(b"RIFF", b"WAVE" + _part(b"fmt ", kind) + parts)


def _id3(length: int) -> bytes:
    return b"ID3\x03\x00\x00" + bytes(length >> shift & 127 for shift in (21, 14, 7, 0))


MP3 = mp3(wav_of(Sound(bytes(16_000 * 60), 8_000)), "Cisza")
"""A minute of silence, about 240,000 bytes."""
SOUNDS: dict[str, Callable[[int], bytes]] = {
    "WAV: sound": lambda size: _wav(_part(b"data", bytes(size // 4))),
    "WAV: sound that is no number": lambda size: _wav(_part(b"data", b"\xff" * (size // 2)), tag=3, bits=32),
    "WAV: parts without end": lambda size: _wav(_part(b"abcd") * (size // 8)),
    "WAV: parts before the sound": lambda size: _wav(_part(b"abcd") * (size // 8) + _part(b"data", bytes(16_000))),
    "WAV: titles": lambda size: _wav(
        _part(b"LIST", b"INFO" + _part(b"INAM", b"a\0") * (size // 10)) + _part(b"data", bytes(16_000))
    ),
    "MP3: sound": lambda size: (MP3 * (size // len(MP3) + 1))[: size // 16],
    "MP3: beginnings of frames": lambda size: b"\xff\xfb" * (size // 2),
    "MP3: small frames": lambda size: b"\xff\xf3\x14\xc4" * (size // 4),
    "MP3: broken frames": lambda size: (b"\xff\xfb\x90\x00" + b"\xaa" * 413) * (size // 417),
    "MP3: tags": lambda size: _id3(0) * (size // 10) + MP3[:20_000],
    "MP3: titles": lambda size: _id3(size) + (b"TIT2\0\0\0\1\0\0\0" * (size // 11 + 1))[:size] + MP3[:20_000],
    "MP3: a long title": lambda size: _id3(size) + bytes(size) + MP3[:20_000],
    "MP3: titles at the end": lambda size: MP3[:20_000] + b"TAG" * (size // 3),
    "neither": bytes,
}


@pytest.mark.parametrize("kind", SOUNDS)
def test_sound_files_too(kind: str) -> None:
    limit = MAX_BYTES - 20_100
    _assert_linear(lambda size: greeting_wav(SOUNDS[kind](size)), limit // GROWN)
    _assert_linear(lambda size: repaired_wav(SOUNDS[kind](size)), limit // GROWN)


LONGEST_HEAD = 64 * 1024
"""Bytes that uvicorn reads of a request before its body."""
HEADERS = {
    "Range": "bytes=",
    "Cookie": "",
    "Authorization": "Bearer ",
    "Accept-Language": "",
    "Accept-Encoding": "",
    "If-None-Match": "",
    "If-Modified-Since": "",
    "Idempotency-Key": "",
    "Content-Type": "multipart/form-data; boundary=",
    "Origin": "http://",
    "Referer": "http://testserver/",
}
"""What each begins with."""
FILLED = (";", ",", '"', "a=1;", 'W/"a",', "%41", '";"')


@pytest.mark.django_db(transaction=True)  # each request ends the connection that it had
@pytest.mark.parametrize("name", HEADERS)
def test_values_of_headers_too(name: str, kwiaty: Company) -> None:
    token = make_token(kwiaty.owner, "CRM", Role.MANAGER)[1]
    for filling in (*FILLED, 'a="' + ";" * 60_000):
        for path in ("/api/v1/sip-accounts", "/logowanie"):

            def read(size: int, path: str = path, filling: str = filling) -> None:
                value = (HEADERS[name] + filling * (size // len(filling) + 1))[:size]
                _answered(path, {"Authorization": f"Bearer {token}", "Content-Type": "application/json", name: value})

            _assert_linear(read, (LONGEST_HEAD - 1000) // GROWN)


def test_a_range_of_a_sound_too() -> None:
    for filling in ("0-1,", "9", "-", " "):
        _assert_linear(lambda size, filling=filling: sound_answer("bytes=" + filling * size, b"RIFF"), 4000)  # type: ignore[misc]


def _answered(path: str, headers: dict[str, str]) -> None:
    """One request, through all that stands before the panel and the API."""
    sent: list[Any] = []
    body = iter([{"type": "http.request", "body": b"{}", "more_body": False}])

    async def receive() -> Any:
        return next(body, None) or await asyncio.Future()

    async def send(message: Any) -> None:
        sent.append(message)

    told = [(name.lower().encode(), value.encode()) for name, value in ({"Host": "testserver"} | headers).items()]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": told}
    async_to_sync(application)(scope, receive, send)
    assert 200 <= sent[0]["status"] < 500
