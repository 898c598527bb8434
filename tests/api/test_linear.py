"""Reading input costs what its size says: twice as much of it is at most about twice the work.

Work is counted, not timed: comparisons of a counting name, or the calls and lines that Python runs.
"""

import json
import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from centralka.api.http.json_body import Ambiguous, StrictParser, _object
from centralka.api.http.upload import uploaded_file
from centralka.calls.price_list.columns import column_named
from centralka.calls.price_list.errors import PriceListErrors
from centralka.calls.price_list.parse import parse_price_list
from centralka.calls.price_list.text import LARGEST_FILE

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
