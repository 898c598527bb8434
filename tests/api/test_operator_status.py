"""How everything is, for programs of the operator."""

from pathlib import Path

from pytest_django import Settings

from centralka.process_states import ProcessStates, states_file
from centralka.store.edge import place_engine
from tests.api.client import Api


def test_it_tells_what_runs_and_what_is_wrong(operator: Api, settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    (tmp_path / "run").mkdir()
    place_engine("node1", "127.0.0.1:2", "22.10.1")
    states = ProcessStates(states_file(tmp_path), print)
    states.started("web")
    states.answers("web", answers=False)
    found = operator.get("operator/status").body
    assert found["engines"] == [{"node": "node1", "version": "22.10.1"}]
    (web,) = found["processes"]
    assert (web["name"], web["runs"], web["answers"], web["starts"]) == ("web", True, False, 1)
    silent = next(one for one in found["findings"] if one["kind"] == "process_silent")
    assert silent == {"kind": "process_silent", "level": "fault", "message": "Panel and API does not answer."}
    assert {one["kind"] for one in found["findings"]} >= {"no_backup", "mail_becomes_files"}
    assert found["mails"] == {"count": 0, "oldest": None}
    assert found["database_bytes"] > 0
