"""The engine's configuration: rendered from templates, private, and whole at every moment."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from centralka.switch.bundle import Engine
from centralka.switch.engine import EngineMisconfigured, EngineSettings, command, render, write_config

ENGINE = Engine(("/opt/loader", "/opt/asterisk"), "22.10.1", Path("/opt/modules"), Path("/opt/share"))


@pytest.fixture
def configured() -> EngineSettings:
    return EngineSettings(
        home=Path("/srv/c"),
        bind="127.0.0.1",
        sip_port=15060,
        agi_port=14573,
        ami_port=15038,
        ami_secret="tajne;haslo",
        database_url="sqlite:////srv/c/centralka.sqlite3",
        engine=ENGINE,
    )


def test_it_fills_in_every_placeholder(configured: EngineSettings) -> None:
    assert not [name for name, text in render(configured).items() if "@{" in text]


def test_it_keeps_everything_in_our_own_tree(configured: EngineSettings) -> None:
    lines = render(configured)["asterisk.conf"].splitlines()
    folders = dict(line.split(" => ") for line in lines if " => " in line)

    assert folders.pop("astmoddir") == "/opt/modules"
    assert folders.pop("astdatadir") == "/opt/share"
    assert len(folders) == 10
    assert all(folder.startswith("/srv/c/engine") for folder in folders.values())


def test_it_listens_for_phones_where_it_is_told(configured: EngineSettings) -> None:
    assert render(configured)["pjsip.conf"].count("bind = 127.0.0.1:15060\n") == 2
    assert render(replace(configured, bind="::1"))["pjsip.conf"].count("bind = [::1]:15060\n") == 2


def test_it_hands_calls_to_the_switchboard_of_this_instance(configured: EngineSettings) -> None:
    assert render(configured)["extensions.conf"].count("AGI(agi://127.0.0.1:14573/call)") == 3


def test_no_pattern_matches_the_engines_own_extension_names(configured: EngineSettings) -> None:
    dialplan = render(configured)["extensions.conf"]
    patterns = [line.split(",")[0] for line in dialplan.splitlines() if line.startswith("exten")]

    # external_replaces is one of those names; see the dialplan.
    assert patterns == ["exten => _[+*#0-9]!", "exten => _[a-df-zA-Z].", "exten => _e[a-wyzA-Z0-9]."]


def test_it_loads_nothing_by_itself_and_one_database_driver(configured: EngineSettings) -> None:
    files = render(configured)

    assert "autoload = no" in files["modules.conf"]
    assert "load = res_config_sqlite3\n" in files["modules.conf"]
    assert "res_config_pgsql" not in files["modules.conf"]
    assert "dbfile => /srv/c/centralka.sqlite3\n" in files["res_config_sqlite3.conf"]
    assert "batch = 0\n" in files["res_config_sqlite3.conf"]
    assert "ps_endpoints => sqlite3,centralka\n" in files["extconfig.conf"]
    assert "res_pgsql.conf" not in files


def test_it_reads_postgresql_with_any_password(configured: EngineSettings) -> None:
    url = "postgresql://cen:p%3Bw%20d%27x%5C@localhost:15432/centralka"
    files = render(replace(configured, database_url=url))

    assert "load = res_config_pgsql\n" in files["modules.conf"]
    assert "ps_aors => pgsql,centralka\n" in files["extconfig.conf"]
    assert "hostname = 127.0.0.1\nport = 15432\ndbname = centralka\nuser = 'cen'\n" in files["res_pgsql.conf"]
    assert "password = 'p\\;w d\\'x\\\\'\n" in files["res_pgsql.conf"]
    assert "res_config_sqlite3.conf" not in files


def test_a_semicolon_in_a_secret_does_not_begin_a_comment(configured: EngineSettings) -> None:
    assert "secret = tajne\\;haslo\n" in render(configured)["manager.conf"]


@pytest.mark.parametrize(
    "changed, sentence",
    [
        ({"database_url": "mysql://host/name"}, "sqlite: or postgresql:"),
        ({"database_url": "sqlite:///relative.sqlite3"}, "absolute path"),
        ({"database_url": "postgresql:///name"}, "host and plain name"),
        ({"ami_secret": "a\nwrite = all"}, "line break"),
        ({"ami_secret": ""}, "needs a secret"),
        ({"node": "node 1"}, "letters and digits"),
        ({"home": Path("/" + "long" * 25)}, "too long a path"),
    ],
)
def test_settings_that_cannot_work_are_refused_in_one_sentence(
    configured: EngineSettings, tmp_path: Path, changed: dict[str, object], sentence: str
) -> None:
    with pytest.raises(EngineMisconfigured, match=sentence):
        write_config(replace(replace(configured, home=tmp_path), **changed))  # type: ignore[arg-type]

    assert not list(tmp_path.iterdir())


def test_it_writes_private_files_and_the_folders_the_engine_needs(configured: EngineSettings, tmp_path: Path) -> None:
    settings = replace(configured, home=tmp_path)

    folder = write_config(settings)

    assert folder == settings.config_dir == tmp_path / "engine-config"
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert settings.journal.parent.is_dir()
    assert settings.log.parent.is_dir()


def test_writing_again_changes_files_at_once_and_leaves_nothing_else(
    configured: EngineSettings, tmp_path: Path
) -> None:
    settings = replace(configured, home=tmp_path)
    before = {path.name for path in write_config(settings).iterdir()}

    folder = write_config(replace(configured, ami_secret="nowe"))

    assert {path.name for path in folder.iterdir()} == before
    assert "secret = nowe\n" in (folder / "manager.conf").read_text()


def test_changing_the_database_removes_the_other_drivers_file(configured: EngineSettings, tmp_path: Path) -> None:
    settings = replace(configured, home=tmp_path)
    write_config(replace(configured, database_url="postgresql://u:secret@db.example/name"))

    folder = write_config(settings)

    assert not (folder / "res_pgsql.conf").exists()


def test_it_runs_in_the_foreground_with_its_own_configuration(configured: EngineSettings) -> None:
    assert command(configured) == [
        "/opt/loader",
        "/opt/asterisk",
        "-f",
        "-C",
        "/srv/c/engine-config/asterisk.conf",
    ]


def test_secrets_do_not_show_in_repr(configured: EngineSettings) -> None:
    settings = replace(configured, database_url="postgresql://u:sekret@db.example/name")

    assert "sekret" not in repr(settings)
    assert "tajne" not in repr(settings)
