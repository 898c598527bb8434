"""What stands in the way of a start is told in one sentence; the first start makes a demo company."""

import fcntl
import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.utils import translation
from pytest_django import Settings

from centralka.actions.actor import Actor, Operator
from centralka.actions.tokens import actor_with
from centralka.demo import write_demo
from centralka.instance import check_ports, run_instance
from centralka.messages import compile_messages
from centralka.start.database import find_database
from centralka.start.errors import CannotStart
from centralka.start.ports import free_ports
from centralka.store.edge import place_edge
from centralka.store.models import Person, SipAccount, Tenant
from centralka.welcome import welcome
from tests.live.ports import INSTALLATIONS, give_back, lease


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    settings.HTTP_PORT, settings.SIP_PORT = free_ports(2)
    return tmp_path


@pytest.fixture
def tcp_and_udp() -> Iterator[list[socket.socket]]:
    taken = [socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)]
    taken[1].bind(("127.0.0.1", 0))
    yield taken
    for one in taken:
        one.close()


@pytest.mark.parametrize(
    "setting, kind", [("HTTP_PORT", 0), ("SIP_PORT", 0), ("SIP_PORT", 1)], ids=["http", "sip over tcp", "sip over udp"]
)
def test_a_taken_port_is_named_with_the_variable_that_changes_it(
    home: Path, settings: Settings, tcp_and_udp: list[socket.socket], setting: str, kind: int
) -> None:
    port = tcp_and_udp[kind].getsockname()[1]
    setattr(settings, setting, port)
    with pytest.raises(CannotStart, match=rf"Port {port} .*CENTRALKA_{setting}"):
        check_ports()


@pytest.mark.parametrize("port", [70000, -1])
def test_a_port_that_cannot_be_is_named_too(home: Path, settings: Settings, port: int) -> None:
    settings.SIP_PORT = port
    with pytest.raises(CannotStart, match="CENTRALKA_SIP_PORT"):
        check_ports()


def test_a_port_that_is_free_for_one_kind_only_is_not_found() -> None:
    """The edge hears by UDP where nobody may listen by TCP."""
    with ExitStack() as taken:
        udp = [taken.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(500)]
        for one in udp:
            one.bind(("127.0.0.1", 0))
        heard = {one.getsockname()[1] for one in udp}
        assert not [port for _ in range(10) for port in free_ports(50) if port in heard]


def test_free_ports_are_no_obstacle(home: Path) -> None:
    check_ports()


def test_an_impossible_home_is_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    environment = {**os.environ, "CENTRALKA_HOME": str(tmp_path / "file"), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", "centralka", "run"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "set CENTRALKA_HOME to another" in done.stderr


PORTS = "HTTP", "SIP", "TLS", "WSS", "WS"


@pytest.mark.parametrize(
    "name, value",
    [
        ("CENTRALKA_SIP_PORT", "abc"),
        ("CENTRALKA_HTTP_PORT", "99999"),
        ("CENTRALKA_HTTPS", "perhaps"),
        ("CENTRALKA_BIND", "203.0.113.9"),
        ("CENTRALKA_BIND", "no such name"),
        ("CENTRALKA_DATABASE_URL", "oracle://x"),
        ("CENTRALKA_DATABASE_URL", "postgresql://nobody:x@127.0.0.1:1/x"),
    ],
)
def test_a_wrong_setting_is_one_sentence_and_exit_code_1(tmp_path: Path, name: str, value: str) -> None:
    ports = {f"CENTRALKA_{kind}_PORT": str(lease(INSTALLATIONS)) for kind in PORTS}
    environment = {**os.environ, "CENTRALKA_HOME": str(tmp_path), **ports, name: value}
    environment |= {"CENTRALKA_ENGINE_DIR": str(configured.ENGINE_DIR), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", "centralka", "run"],
        env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert name in sentence or "database" in sentence, sentence
    for port in ports.values():
        give_back(int(port))


def test_a_second_start_in_the_same_home_is_refused_before_it_writes_anything(home: Path) -> None:
    (home / "run").mkdir()
    with (home / "run" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CannotStart, match=r"running in .* already"):
            run_instance()
    assert not (home / "engine-config").exists()


def test_nobody_else_on_the_machine_reads_what_is_kept(tmp_path: Path) -> None:
    environment = {**os.environ, "CENTRALKA_HOME": str(tmp_path / "home"), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "centralka", "add-operator", "olga@operator.example", "Olga"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    kept = [tmp_path / "home", *(tmp_path / "home").rglob("*")]
    assert [path for path in kept if path.stat().st_mode & 0o077] == []


def test_an_empty_key_file_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "secret-key").touch()
    environment = {**os.environ, "CENTRALKA_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    program = "import centralka.settings as s; print(len(s.SECRET_KEY))"
    done = subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True)
    assert int(done.stdout) > 50


# -- Demo --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_first_start_makes_a_company_that_can_be_used_at_once(home: Path) -> None:
    demo = write_demo()
    assert json.loads((home / "demo.json").read_text()) == demo
    assert stat.S_IMODE((home / "demo.json").stat().st_mode) == 0o600
    assert set(demo) >= {
        "panel_url", "api_url", "login", "password", "api_token", "operator_token", "smtp_sink", "sip", "accounts"
    }  # fmt: skip
    assert Person.objects.get(email=demo["login"]).check_password(demo["password"])
    assert isinstance(actor_with(demo["api_token"]), Actor)
    assert isinstance(actor_with(demo["operator_token"]), Operator)
    assert [one["extension"] for one in demo["accounts"]] == ["100", "101"]
    assert SipAccount.objects.count() == 2


@pytest.mark.django_db
def test_a_second_start_keeps_the_secrets_and_tells_the_new_ports(home: Path, settings: Settings) -> None:
    first = write_demo()
    settings.SIP_PORT = 5999
    second = write_demo()
    assert second["password"] == first["password"]
    assert second["sip"]["port"] == 5999
    assert json.loads((home / "demo.json").read_text()) == second
    assert Tenant.objects.count() == 1


@pytest.mark.django_db
def test_a_start_that_died_between_file_and_database_is_made_again(home: Path) -> None:
    (home / "demo.json").write_text('{"login": "half"}')
    assert write_demo()["login"] == "demo@centralka.example"


@pytest.mark.django_db
def test_without_its_file_the_start_goes_on_and_shows_no_secrets(home: Path) -> None:
    write_demo()
    (home / "demo.json").unlink()
    table = welcome(write_demo())
    assert "SIP server" in table
    assert "demo_100" not in table


# -- Translations ------------------------------------------------------------------------------------------------


def test_both_languages_are_compiled_into_the_home_folder(tmp_path: Path) -> None:
    compile_messages(tmp_path)
    compiled = tmp_path / "pl" / "LC_MESSAGES" / "django.mo"
    made = compiled.stat().st_mtime_ns
    compile_messages(tmp_path)
    assert compiled.stat().st_mtime_ns == made


def test_what_was_translated_before_the_first_catalogue_was_there_is_translated_with_it(
    settings: Settings, tmp_path: Path
) -> None:
    """The panel is a fork of the process that compiles them."""
    settings.LOCALE_PATHS = [tmp_path]
    with translation.override("pl"):
        assert translation.gettext("Sign in") == "Sign in"
    compile_messages(tmp_path)
    with translation.override("pl"):
        assert translation.gettext("Sign in") == "Zaloguj się"


def test_polish_counts_the_polish_way() -> None:
    from centralka.actions.account.passwords import password_problems

    with translation.override("pl"):
        (problem,) = [one for one in password_problems("Ab1xY9zQ") if one.code == "too_short"]
        assert "10 znaków" in str(problem.message)


def test_an_engine_that_is_one_of_several_waits_for_the_machine_with_the_edge(db: None) -> None:
    with pytest.raises(CannotStart, match="start this version on the machine of the edge first"):
        find_database()
    place_edge("10.0.0.10:5062")
    find_database()
