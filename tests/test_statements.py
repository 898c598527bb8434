"""The run on PostgreSQL takes every statement, error and kind of value that the run on SQLite saw."""

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from .statements import Sent, enough, kind, marks

pytest_plugins = ["pytester"]

TESTS = """
    import pytest
    from django.db import connection

    def send(sql, *values):
        with connection.cursor() as cursor:
            cursor.execute(sql, values)

    @pytest.mark.django_db
    @pytest.mark.parametrize("number", [1, 2, 3, 2**40])
    def test_numbers(number):
        send("SELECT %s", number)

    @pytest.mark.django_db
    def test_a_number():
        send("SELECT %s", 5)

    @pytest.mark.django_db
    @pytest.mark.parametrize("column", ["1", "2", "nonsense"])
    def test_columns(column):
        try:
            send(f"SELECT {column}")
        except Exception:
            pass

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("number", [1, 2])
    def test_locks(number):
        send("SELECT %s", number)

    @pytest.mark.parametrize("number", [1, 2])
    def test_asks_nothing(number):
        assert number
"""

TOP = str(Path(__file__).resolve().parents[1])


def names(result: pytest.RunResult) -> set[str]:
    return {line.rpartition("::")[2].split(" ")[0] for line in result.outlines if "PASSED" in line}


@pytest.mark.parametrize("workers", ["", "-p xdist -n 2"], ids=["alone", "workers"])
def test_only_what_sends_something_new_runs_again(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, workers: str
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", TOP, prepend=os.pathsep)
    pytester.makepyfile(TESTS)
    file = pytester.path / "noted"
    given = ["-p", "pytest_django", "-p", "tests.statements", "-v", *workers.split()]
    first = pytester.runpytest_subprocess(*given, "--note-statements", str(file))
    assert first.parseoutcomes()["passed"] == 12
    ran = names(pytester.runpytest_subprocess(*given, "--by-statements", str(file)))
    assert len(ran & {"test_numbers[1]", "test_numbers[2]", "test_numbers[3]", "test_a_number"}) == 1
    assert {name for name in ran if "number" not in name or "locks" in name} == {
        *("test_columns[1]", "test_columns[2]", "test_columns[nonsense]"),
        *("test_locks[1]", "test_locks[2]"),
    }
    assert "test_numbers[1099511627776]" in ran


def test_what_nobody_noted_runs(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", TOP, prepend=os.pathsep)
    pytester.makepyfile("def test_new(): pass\ndef test_old(): pass")
    file = pytester.path / "noted"
    file.write_text(json.dumps({"asked": ["test_what_nobody_noted_runs.py::test_old"], "new": []}))
    given = ["-p", "pytest_django", "-p", "tests.statements", "-v"]
    assert names(pytester.runpytest_subprocess(*given, "--by-statements", str(file))) == {"test_new"}
    pytester.mkdir("whole")
    file.write_text(json.dumps({"asked": ["whole/test_it.py::test_whole"], "new": []}))
    (pytester.path / "whole/test_it.py").write_text("def test_whole(): pass")
    whole = ["whole", "--by-statements", str(file), "--whole", "whole"]
    assert names(pytester.runpytest_subprocess(*given, *whole)) == {"test_whole"}
    file.unlink()
    assert names(
        pytester.runpytest_subprocess(*given, "--by-statements", str(file), "test_what_nobody_noted_runs.py")
    ) == {
        "test_new",
        "test_old",
    }


@pytest.mark.parametrize(
    "one, other",
    [
        ("", "a"),
        ("a" * 15, "a" * 16),
        ("a" * 16, "a" * 300),
        ("a", "a\0"),
        ("Lodz", "Łódź"),
        (1, 2**31),
        (2**31, 2**63),
        (1, True),
        (None, 1),
        (Decimal("0.1"), Decimal("0.0001")),
        (Decimal(1), Decimal(10**9)),
        (b"", ""),
    ],
)
def test_kinds_of_values(one: object, other: object) -> None:
    assert kind(one) != kind(other)


def test_a_list_is_as_good_as_a_longer_one() -> None:
    sql = "SELECT 1 WHERE id IN ({})"
    assert set(marks(sql.format("%s, %s"), (1, 2))) == set(marks(sql.format("%s, %s, %s"), (1, 2, 3)))


def test_of_two_who_sent_the_same_one_is_enough() -> None:
    sent: Sent = {"t::a": [1, 2], "t::b[x]": [1, 2], "t::b[y]": [3], "u::a": [1]}
    assert enough(sent) in ({"t::a", "t::b[y]", "u::a"}, {"t::b[x]", "t::b[y]", "u::a"})
