"""Start, stop, start again: what is kept, what is said, and what is left behind."""

import signal
import socket
import stat
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.live.instance import Installation
from tests.live.office import Office, hear_each_other, over, talk

FIELDS = {"panel_url", "api_url", "login", "password", "api_token", "operator_token", "smtp_sink", "sip", "accounts"}


@pytest.fixture
def not_started() -> Iterator[Installation]:
    """An installation with a folder and ports, and no process yet."""
    installation = Installation()
    yield installation
    installation.close()


def test_the_second_start_keeps_everything(not_started: Installation) -> None:
    """Accounts, records, registrations and secrets are as they were before Ctrl-C, which leaves no process behind."""
    house = not_started
    house.start()
    assert house.demo.keys() >= FIELDS
    first_demo, said = house.demo, house.said()
    with urllib.request.urlopen(f"http://127.0.0.1:{house.http_port}/logowanie", timeout=20) as page:
        assert "Zaloguj się" in page.read().decode()
    with Office(house) as office:
        account = office.account("Alicja")
        alicja, bartek = office.phone(account), office.phone("Bartek")
        talk(alicja, bartek)
        alicja.hang_up()
        over(alicja, bartek)
        records = office.records(1)

        assert house.stop() == 0
        assert not house.processes()
        house.start()
        assert house.demo == first_demo
        for word in ("Centralka is running", first_demo["login"], first_demo["accounts"][0]["password"]):
            assert word in house.said()[len(said) :]
        assert office.records(1) == records
        assert office.show(account)["name"] == "Alicja"
        talk(alicja, bartek)
        alicja.hang_up()
        over(alicja, bartek)
        assert len(office.records(2)) == 2
    assert house.stop(signal.SIGTERM) == 0
    assert not house.processes()


def test_the_first_start_tells_how_to_begin(house: Installation) -> None:
    """What the table says works: a softphone registers with what it shows, and the API takes the token of demo.json."""
    demo, said = house.demo, house.said()
    assert stat.S_IMODE((house.home / "demo.json").stat().st_mode) == 0o600
    assert demo.keys() >= FIELDS
    assert demo["sip"].keys() == {"host", "port", "tls_port", "wss_url"}
    for word in (demo["panel_url"], demo["api_url"], demo["login"], demo["password"], str(demo["sip"]["port"])):
        assert word in said
    assert demo["api_token"] not in said
    assert demo["operator_token"] not in said
    assert [account["extension"] for account in demo["accounts"]] == ["100", "101"]
    for account in demo["accounts"]:
        assert f"{account['login']} / {account['password']}" in said
    assert house.api("GET", "/sip-accounts").status == 200
    assert house.api("GET", "/operator/tenants", token=demo["operator_token"]).status == 200


def test_secrets_are_nobody_elses_to_read(house: Installation) -> None:
    """Whatever holds a secret or a person's data can be read by its owner only."""
    for name in (
        "demo.json",
        "secret-key",
        "centralka.sqlite3",
        "engine-config/manager.conf",
        "engine/lib/astdb.sqlite3",
    ):
        path = house.home / name
        modes = [stat.S_IMODE(one.stat().st_mode) for one in (path, *path.parents) if house.home in (one, *one.parents)]
        assert any(mode & 0o077 == 0 for mode in modes), f"{name}: {[oct(mode) for mode in modes]}"


def test_two_installations_side_by_side(office: Office, fragile: Office) -> None:
    """Two companies on one machine, each with its own exchange and the same extensions: neither hears of the other."""
    pairs = [
        (one.phone(one.account("Alicja", extension="300")), one.phone(one.account("Bartek", extension="301")))
        for one in (office, fragile)
    ]
    for alicja, bartek in pairs:
        talk(alicja, bartek)
    for alicja, bartek in pairs:
        hear_each_other(alicja, bartek)
        alicja.hang_up()
        over(alicja, bartek)
    assert [len(one.records(1)) for one in (office, fragile)] == [1, 1]


@pytest.mark.parametrize(
    ("setting", "kind"),
    [
        ("CENTRALKA_HTTP_PORT", socket.SOCK_STREAM),
        ("CENTRALKA_SIP_PORT", socket.SOCK_DGRAM),
        ("CENTRALKA_SIP_PORT", socket.SOCK_STREAM),
    ],
)
def test_a_taken_port_is_one_clear_sentence(not_started: Installation, setting: str, kind: int) -> None:
    """Somebody else has the port: the sentence says which, and what to set instead."""
    port = not_started.http_port if setting == "CENTRALKA_HTTP_PORT" else not_started.sip_port
    with ExitStack() as stack:
        taken = stack.enter_context(socket.socket(socket.AF_INET, kind))
        if kind == socket.SOCK_STREAM:  # a closed connection of the port's last user may linger
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        sentence = refusal(not_started)
    assert str(port) in sentence
    assert setting in sentence


@pytest.mark.parametrize("home", ["/proc/centralka", "/dev/null/centralka", "/sys/centralka"])
def test_a_home_that_cannot_be_written_to_is_one_clear_sentence(not_started: Installation, home: str) -> None:
    """The folder cannot be made: the sentence says which, and what to set instead."""
    sentence = refusal(not_started, CENTRALKA_HOME=home)
    assert home.split("/")[1] in sentence
    assert "CENTRALKA_HOME" in sentence


def test_a_home_that_is_a_file_is_one_clear_sentence(not_started: Installation, tmp_path: Path) -> None:
    """The folder is a file."""
    (tmp_path / "home").write_text("")
    sentence = refusal(not_started, CENTRALKA_HOME=str(tmp_path / "home"))
    assert "CENTRALKA_HOME" in sentence


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("CENTRALKA_SIP_PORT", "five"),
        ("CENTRALKA_HTTP_PORT", "70000"),
        ("CENTRALKA_BIND", "192.0.2.1"),
        ("CENTRALKA_NODE", "node one"),
        ("CENTRALKA_DATABASE_URL", "mysql://127.0.0.1/centralka"),
        ("CENTRALKA_DATABASE_URL", "postgresql://nobody:secret-7@127.0.0.1:1/none"),
    ],
)
def test_a_wrong_setting_is_one_clear_sentence(not_started: Installation, setting: str, value: str) -> None:
    """A value that cannot be: the sentence names it, and no password is in it."""
    sentence = refusal(not_started, **{setting: value})
    assert "secret-7" not in sentence


def refusal(installation: Installation, **settings: str) -> str:
    """Start it; it must not come up: one line on standard error, and exit code 1."""
    run = subprocess.run(
        installation.command(),
        env=installation.environment(**settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1, run
    assert len(run.stderr.splitlines()) == 1, run.stderr
    assert run.stderr.startswith("centralka: ")
    assert "Traceback" not in run.stdout
    return run.stderr
