"""The edge's configuration: rendered from templates, private, and understood by the real program."""

import re
import resource
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from centralka.edge.command import most_connections
from centralka.edge.configuration import MOST_FILES, TEMPLATES, database_address, render, workers, write_config
from centralka.edge.contacts import prepare_contacts
from centralka.edge.edge_settings import EdgeSettings
from centralka.edge.lamps import prepare_lamps
from centralka.edge.program import EdgeMisconfigured, EdgeProgram
from centralka.machine import media_address

PROGRAM = EdgeProgram(("/opt/kamailio",), "6.1.5", Path("/opt/modules"))


@pytest.fixture
def configured(tmp_path: Path) -> EdgeSettings:
    return EdgeSettings(
        home=tmp_path,
        bind="127.0.0.1",
        sip_port=15060,
        tls_port=15061,
        wss_port=15443,
        ws_port=15444,
        inner_port=15062,
        engine_port=15064,
        switchboard_port=15066,
        switchboard_secret="s3cret",
        database_url="sqlite:////srv/c/centralka.sqlite3",
    )


def rendered(settings: EdgeSettings) -> str:
    return "\n".join(render(settings, PROGRAM.module_dir).values())


def test_it_fills_in_every_placeholder(configured: EdgeSettings) -> None:
    assert "@{" not in rendered(configured)


def test_each_room_is_a_file_that_is_included(configured: EdgeSettings) -> None:
    main = render(configured, PROGRAM.module_dir)["kamailio.cfg"]
    rooms = {path.name for path in TEMPLATES.glob("*.cfg")} - {"kamailio.cfg"}
    assert {name for name in rooms if f'"{name}"' in main} == rooms


def test_it_listens_outside_where_it_is_told_and_inside_on_the_loopback(configured: EdgeSettings) -> None:
    listens = [line for line in rendered(configured).splitlines() if line.startswith("listen")]
    assert listens == [
        "listen = udp:127.0.0.1:15060",
        "listen = tcp:127.0.0.1:15060",
        "listen = tls:127.0.0.1:15061",
        "listen = tls:127.0.0.1:15443",
        "listen = tcp:127.0.0.1:15444",
        "listen = udp:127.0.0.1:15062",
    ]
    six = rendered(replace(configured, bind="::1"))
    assert "listen = udp:[::1]:15060" in six


def test_where_it_listens_everywhere_carriers_are_given_an_address_that_is_one(configured: EdgeSettings) -> None:
    everywhere = rendered(replace(configured, bind="0.0.0.0"))
    assert f"listen = udp:0.0.0.0:15060 advertise {media_address('0.0.0.0')}:15060" in everywhere
    assert "/0.0.0.0:15060/" not in everywhere
    assert "advertise" not in rendered(configured)


def test_it_is_private_and_leaves_nothing_of_an_older_version(configured: EdgeSettings) -> None:
    configured.config_dir.mkdir(parents=True)
    (configured.config_dir / "old.cfg").write_text("secret")
    file = write_config(configured, PROGRAM)
    assert not (configured.config_dir / "old.cfg").exists()
    for private in (file, configured.contacts, configured.lamps, configured.registrations):
        assert stat.S_IMODE(private.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("sqlite:////srv/a/b.sqlite3", "sqlite:////srv/a/b.sqlite3"),
        ("postgresql://c:p%40ss@db.example:5433/tele", "postgres://c:p%40ss@db.example:5433/tele"),
        ("postgres://c:p@localhost/tele", "postgres://c:p@localhost:5432/tele"),
    ],
)
def test_it_reads_accounts_where_they_are(url: str, address: str) -> None:
    assert database_address(url) == address


@pytest.mark.parametrize("url", ["sqlite:///b.sqlite3", "mysql://a/b"])
def test_a_database_that_it_cannot_read_is_refused(url: str) -> None:
    with pytest.raises(EdgeMisconfigured):
        database_address(url)


@pytest.mark.parametrize("sign", ['"', "\n", "\\"])
def test_a_setting_cannot_write_configuration(configured: EdgeSettings, sign: str) -> None:
    with pytest.raises(EdgeMisconfigured):
        render(replace(configured, bind=f"127.0.0.1{sign}"), PROGRAM.module_dir)


def test_accounts_are_read_from_a_file_by_lua_and_from_a_server_by_sqlops(configured: EdgeSettings) -> None:
    server = replace(configured, database_url="postgresql://centralka:x@127.0.0.1/centralka")
    found = {}
    for kind, settings in (("SQLITE", configured), ("POSTGRESQL", server)):
        files = render(settings, PROGRAM.module_dir)
        assert f"#!define ACCOUNTS_IN_{kind}\n" in files["modules.cfg"]
        found[kind] = re.findall('^local FILE = "([^"]*)"', files["accounts.lua"], re.MULTILINE)
    assert found == {"SQLITE": ["/srv/c/centralka.sqlite3"], "POSTGRESQL": ["none"]}
    (only_there,) = re.findall(r"#!ifdef ACCOUNTS_IN_POSTGRESQL\nmodparam(.*)\n#!endif", rendered(server))
    assert only_there == '("sqlops", "sqlcon", "accounts=>postgres://centralka:x@127.0.0.1:5432/centralka")'


def test_it_may_have_as_many_connections_as_the_system_lets_it(configured: EdgeSettings) -> None:
    found = re.search(r"^open_files_limit = (\d+)$", rendered(configured), re.MULTILINE)
    assert found
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    assert int(found[1]) == MOST_FILES or int(found[1]) == hard < MOST_FILES


@pytest.mark.parametrize(
    ("cores", "waiting", "processes"), [(1, False, 1), (2, False, 1), (2, True, 2), (8, False, 4), (64, True, 8)]
)
def test_half_of_the_cores_take_messages_and_two_processes_where_they_wait_for_a_server(
    cores: int, waiting: bool, processes: int
) -> None:
    assert workers(cores, waiting=waiting) == processes


def test_an_edge_without_a_switchboard_has_the_engine_beside_it(configured: EdgeSettings) -> None:
    write_config(replace(configured, inner="10.0.0.10"), PROGRAM)
    assert configured.engines.read_text() == "1 sip:10.0.0.10:15064\n"
    assert "listen = udp:10.0.0.10:15062" in rendered(replace(configured, inner="10.0.0.10"))


def test_a_challenge_is_good_for_longer_than_a_registration() -> None:
    """A phone that keeps it renews its registration with one message."""
    text = (TEMPLATES / "modules.cfg").read_text()
    challenge, registration = (
        int(re.findall(rf'"{module}", "{name}", (\d+)\)', text)[0])
        for module, name in (("auth", "nonce_expire"), ("registrar", "max_expires"))
    )
    assert challenge > registration


def test_registrations_survive_a_start(configured: EdgeSettings, tmp_path: Path) -> None:
    path = tmp_path / "contacts.sqlite3"
    prepare_contacts(path)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("INSERT INTO location (ruid, username) VALUES ('a', 'kwiaty_100')")
    prepare_contacts(path)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT username FROM location").fetchall() == [("kwiaty_100",)]


def test_what_it_asks_a_database_is_told_if_it_fails() -> None:
    """Else nothing would be: modules write no line (kamailio.cfg). So each question goes by the routes of one file."""
    asking = {path.name for path in TEMPLATES.glob("*.cfg") if re.search(r"\bsql_\w*query\w*\(", path.read_text())}
    assert asking == {"questions.cfg"}
    _head, *routes = (TEMPLATES / "questions.cfg").read_text().split("\nroute[")
    for route in routes:
        told = re.findall(r"\b(?:setdebug|resetdebug|sql_query|lua_run)(?=\()", route)
        assert told in (["setdebug", asked, "resetdebug"] for asked in ("sql_query", "lua_run")), route


def test_each_question_about_accounts_is_asked_and_no_other() -> None:
    """By its name, which is a word in these files alone."""
    names = set(re.findall(r"^\t(\w+) = (?:WHO|\")", (TEMPLATES / "accounts.lua").read_text(), re.MULTILINE))
    asked = r'\$var\(question\) = "(\w+)";|lua_run\("prove", "(\w+)"\)'
    found = {one or other for path in TEMPLATES.glob("*.cfg") for one, other in re.findall(asked, path.read_text())}
    assert found == names


def test_a_disk_that_takes_nothing_is_seen_by_the_edge(tmp_path: Path) -> None:
    """What it tries writes a page, and is no news for whoever follows the contacts."""
    path = tmp_path / "contacts.sqlite3"
    prepare_contacts(path)
    (tried,) = re.findall(r"\$_s\((INSERT INTO written .*)\);", (TEMPLATES / "registrar.cfg").read_text())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for at in ("1", "2"):
            database.execute(tried.replace("$Ts", at))
        assert database.execute("SELECT * FROM written").fetchall() == [(1, 2)]
        assert database.execute("SELECT * FROM change").fetchall() == []
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        try:
            with pytest.raises(sqlite3.OperationalError, match="disk"):
                database.execute(tried.replace("$Ts", "3"))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_lamps_that_phones_asked_for_survive_a_start(tmp_path: Path) -> None:
    path = tmp_path / "lamps.sqlite3"
    prepare_lamps(path)
    shown = ("101", "kwiaty", "dialog", "x", 1, 1, "", "")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "INSERT INTO presentity (username, domain, event, etag, expires, received_time, body, sender)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            shown,
        )
    prepare_lamps(path)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT username FROM presentity").fetchall() == [("101",)]


def test_sound_is_offered_at_the_address_that_is_listened_on_or_the_one_of_the_way_out() -> None:
    assert media_address("192.0.2.1") == "192.0.2.1"
    assert media_address("0.0.0.0") not in ("", "0.0.0.0")


@pytest.mark.parametrize("memory_mb, connections", [(512, 2048), (2048, 4096), (4096, 8192), (24_000, 12_288)])
def test_connections_take_a_quarter_of_the_machines_memory_at_most(memory_mb: int, connections: int) -> None:
    assert most_connections(memory_mb) == connections
