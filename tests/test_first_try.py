"""A second try hides nothing: what needed one is counted, and more than two in a thousand are too many."""

import json
import os
from pathlib import Path

import pytest

from .first_try import verdict

pytest_plugins = ["pytester"]

TRIED = """
    from tests.first_try import NotForgiven
    import pytest

    def test_fine(): pass
    def test_late(): assert False

    @pytest.fixture
    def day():
        yield
        raise NotForgiven("a record is missing")

    def test_of_the_day(day): pass
"""

TOP = str(Path(__file__).resolve().parents[1])


def run(*failed: str, stories: int = 1000, not_forgiven: tuple[str, ...] = ()) -> str:
    return json.dumps([stories, failed, not_forgiven])


@pytest.mark.parametrize(
    "notes, forgiven",
    [
        ([run()], True),
        ([run("a", "b")], True),
        ([run("a", "b", "c")], False),
        ([run("a", stories=400), run("b", stories=600)], True),
        ([run("a", "b", stories=660)], True),
        ([run("a", "b", "c", stories=660)], False),
        ([run(stories=0)], False),
        ([], False),
        ([run("a", not_forgiven=("a record is missing",))], False),
    ],
)
def test_two_in_a_thousand_are_forgiven(notes: list[str], forgiven: bool) -> None:
    assert verdict(notes)[0] == forgiven


def test_whatever_needed_another_try_is_named() -> None:
    told = "\n".join(verdict([run("tests/live/a.py::test_a"), run()])[1])
    assert "1999 of 2000 stories passed at the first try." in told
    assert "tests/live/a.py::test_a" in told


@pytest.mark.parametrize("workers", [[], ["-p", "xdist", "-n", "2"]], ids=["alone", "workers"])
def test_a_run_notes_what_failed(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, workers: list[str]
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", TOP, prepend=os.pathsep)
    pytester.makepyfile(TRIED)
    file = pytester.path / "notes"
    pytester.runpytest_subprocess("-p", "tests.first_try", "--note-first-try", str(file), *workers)
    (line,) = Path(file).read_text().splitlines()
    stories, failed, not_forgiven = json.loads(line)
    assert stories == 3
    assert [name.rpartition("::")[2] for name in failed] == ["test_late", "test_of_the_day"]
    assert len(not_forgiven) == 1
    assert "a record is missing" in not_forgiven[0]
