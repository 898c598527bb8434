"""Choose the tests that run a second time, on PostgreSQL. A pytest plugin (`-p tests.statements`).

What can differ by database is SQL and the values in it, not what pages and answers are made of. So the run on SQLite
notes what each test sends to the database (`--note-statements FILE`). Of each file, the run on PostgreSQL
(`--by-statements FILE`) takes the tests that together send all that the file sends: each statement, error, and kind of
value, such as a longer text or a number beyond 32 bits. A test outside a transaction, which is about locks, always
runs, and so does one of which nothing is noted. A folder can be run whole (`--whole FOLDER`).
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from django.db import connection

Sent = dict[str, list[int]]
"""Test → what it sent that none of its file had sent before, each as a checksum."""
_LIST = re.compile(r"%s(?:, %s)+")
_ROWS = re.compile(r"\(%s\)(?:, \(%s\))+")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--note-statements", type=Path, metavar="FILE", help="note there what each test sends")
    parser.addoption("--by-statements", type=Path, metavar="FILE", help="run those that send what is new")
    parser.addoption(
        "--whole", action="append", default=[], metavar="FOLDER", help="run all of this folder all the same"
    )


def pytest_configure(config: pytest.Config) -> None:
    if file := config.getoption("--note-statements"):
        config.pluginmanager.register(_Noting(file), "statements")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    file: Path | None = config.getoption("--by-statements")
    if file is None or not file.exists():
        return
    noted: dict[str, list[str]] = json.loads(file.read_text())
    left_out = set(noted["asked"]) - set(noted["new"])
    whole = tuple(f"{folder}/" for folder in config.getoption("--whole"))
    dropped = {
        item
        for item in items
        if item.nodeid in left_out and not item.nodeid.startswith(whole) and not _outside_a_transaction(item)
    }
    config.hook.pytest_deselected(items=list(dropped))
    items[:] = [item for item in items if item not in dropped]


def _outside_a_transaction(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    fixtures: list[str] = getattr(item, "fixturenames", [])
    return "transactional_db" in fixtures or bool(marker and marker.kwargs.get("transaction"))


class _Noting:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._asked: list[str] = []
        self._new: Sent = {}
        self._known: dict[str, set[int]] = {}
        self._now: set[int] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        if self._execute not in connection.execute_wrappers:
            connection.execute_wrappers.append(self._execute)
        self._now.clear()
        result = yield
        self._asked.append(item.nodeid)
        known = self._known.setdefault(file_of(item.nodeid), set())
        if new := self._now - known:
            self._new[item.nodeid] = sorted(new)
            known |= new
        return result

    def _execute(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        try:
            result = execute(sql, params, many, context)
        except Exception as error:
            self._now.add(crc32(f"{shape(sql)} {type(error).__name__}".encode()))
            raise
        finally:
            for row in params or () if many else (params or (),):
                self._now.update(marks(sql, row))
        return result

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        workers_own: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
        if workers_own is not None:
            workers_own["statements"] = [self._asked, self._new]
        else:
            noted = {"asked": self._asked, "new": sorted(enough(self._new))}
            self._file.write_text(json.dumps(noted))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        asked, new = getattr(node, "workeroutput", {}).get("statements", ([], {}))
        self._asked += asked
        self._new |= new


def file_of(test: str) -> str:
    """The file of the test."""
    return test.partition("::")[0]


def enough(new: Sent) -> set[str]:
    """Tests that together send everything: two workers may have noted the same as new."""
    chosen: set[str] = set()
    known: dict[str, set[int]] = {}
    for test, sent in sorted(new.items(), key=lambda each: -len(each[1])):
        seen = known.setdefault(file_of(test), set())
        if not seen.issuperset(sent):
            seen.update(sent)
            chosen.add(test)
    return chosen


@lru_cache(maxsize=8192)
def shape(sql: str) -> str:
    """The statement, with any list as long as any other, and savepoints without their names."""
    if "SAVEPOINT" in sql:
        return "SAVEPOINT"
    return _ROWS.sub("(%s)", _LIST.sub("%s", sql))


def marks(sql: str, params: Any) -> Iterator[int]:
    """Checksums of the statement, and of the kind of each of its values."""
    text = shape(sql)
    yield crc32(text.encode())
    values = params.items() if isinstance(params, Mapping) else enumerate(params)
    for place, value in values:
        # In a list the place of a value says nothing.
        yield _mark(text, place if len(text) == len(sql) else 0, kind(value))


@lru_cache(maxsize=65536)
def _mark(text: str, place: object, of: str) -> int:
    return crc32(f"{text} {place} {of}".encode())


def kind(value: object) -> str:
    """Return the kind of a value, as far as a database may take it one way or another."""
    match value:
        case bool() | None:
            return type(value).__name__
        case int():
            return f"int {(value.bit_length() + 32) // 32}"  # 32 bits with the sign, 64, more
        case str():
            return f"str {_length(value)}{' NUL' if chr(0) in value else ''}{'' if value.isascii() else ' letters'}"
        case Decimal():
            return f"Decimal {value.as_tuple().exponent} {value.adjusted() // 4}"
        case _:
            return type(value).__name__


def _length(text: str) -> int:
    """0, up to 15, 127, 1023 …: columns end somewhere."""
    return (len(text).bit_length() + 2) // 3 if len(text) > 15 else len(text) > 0
