"""`centralka drain` without an exchange; with one it is in `tests/live/outside/test_draining.py`."""

from pathlib import Path

import pytest

from centralka.draining import draining_since
from centralka.engine.engine import Engine
from centralka.start.draining import drain, undo
from centralka.start.errors import CannotStart
from centralka.start.home import is_running, make_home, only_one

NO_ENGINE = Engine(("false",), "22.10.1", Path(), Path())


def test_where_nothing_runs_nothing_is_drained(tmp_path: Path) -> None:
    """Also in a folder that is none of ours: nothing is made there."""
    for home in (tmp_path / "none", tmp_path):
        with pytest.raises(CannotStart, match="does not run"):
            drain(home, NO_ENGINE, None, print)
        with pytest.raises(CannotStart, match="does not run"):
            undo(home, print)
    assert list(tmp_path.iterdir()) == []


def test_an_exchange_without_an_engine_has_no_calls_and_is_drained_at_once(tmp_path: Path) -> None:
    said: list[str] = []
    make_home(tmp_path, ("run",))
    with only_one(tmp_path, "Centralka"):
        assert is_running(tmp_path)
        drain(tmp_path, NO_ENGINE, None, said.append)
        assert draining_since(tmp_path)
        undo(tmp_path, said.append)
        assert draining_since(tmp_path) is None
    assert not is_running(tmp_path)
    assert [line.partition(" ")[0] for line in said] == ["New", "No", "New"]
