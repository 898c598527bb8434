"""What the exchange is doing as a whole, for its operator."""

from pathlib import Path

from pytest_django import Settings

from centralka.draining import begin_draining, draining_since, end_draining
from tests.api.client import Api


def test_the_state_tells_whether_calls_are_taken(operator: Api, settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    (tmp_path / "run").mkdir()
    assert operator.get("operator/state").body == {"draining": None}
    begin_draining(tmp_path)
    since = draining_since(tmp_path)
    begin_draining(tmp_path)
    draining = operator.get("operator/state").body["draining"]
    assert draining["running_calls"] == 0
    assert since
    assert draining["since"][:19] == since.isoformat()[:19]
    end_draining(tmp_path)
    assert operator.get("operator/state").body == {"draining": None}
