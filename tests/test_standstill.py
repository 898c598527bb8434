"""A test that never ends is told by name, and no second try forgives it."""

import json
import os
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

TOP = str(Path(__file__).resolve().parents[1])
TESTS = """
    import threading
    import pytest

    @pytest.fixture
    def never_ends(request):
        yield
        threading.Event().wait()

    def test_told(never_ends, request):
        request.config.pluginmanager.get_plugin("standstill")._seconds = 0.1
        assert False, "from here on it is not patient"
"""


def test_what_stands_still_after_a_test_failed_is_told_and_not_forgiven(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", TOP, prepend=os.pathsep)
    pytester.makepyfile(test_it=TESTS)
    pytester.makeini("[pytest]\nstands_still_after = 600")
    notes = pytester.path / "notes"
    workers = ["-p", "xdist", "-n", "1", "--max-worker-restart", "0"]
    plugins = ["-p", "tests.standstill", "-p", "tests.first_try", "--note-first-try", str(notes)]
    ended = pytester.runpytest_subprocess(*workers, *plugins)
    assert ended.ret == pytest.ExitCode.TESTS_FAILED
    assert "in never_ends" in ended.stderr.str()
    assert "crashed while running 'test_it.py::test_told'" in ended.stdout.str()
    _stories, failed, not_forgiven = json.loads(notes.read_text())
    assert "test_it.py::test_told" in failed
    assert not_forgiven == ["worker gw0: Not properly terminated"]
