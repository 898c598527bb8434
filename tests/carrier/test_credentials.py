"""The exchange and the carrier find the same password, whichever of them starts first."""

import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from centralka.carrier.credentials import (
    BrokenCredentials,
    announce_address,
    carrier_credentials,
    customers_with_a_file,
    keep_first,
)

PROGRAM = """
import django; django.setup()
from centralka.carrier.credentials import carrier_credentials
print("ready", flush=True); input()
print(carrier_credentials().password)
"""


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.HOME, settings.BIND, settings.CARRIER_PORT = tmp_path / "home", "127.0.0.1", 5080
    return tmp_path / "home"


def test_the_first_one_makes_a_private_file_and_the_second_one_reads_it(home: Path) -> None:
    made = carrier_credentials()
    assert stat.S_IMODE((home / "carrier.json").stat().st_mode) == 0o600
    assert json.loads((home / "carrier.json").read_text()) == {
        "host": "127.0.0.1", "port": 5080, "user": "centralka", "password": made.password
    }  # fmt: skip
    assert len(made.password) >= 20
    assert carrier_credentials() == made
    assert [path.name for path in home.iterdir()] == ["carrier.json"]


def test_who_was_slower_between_looking_and_writing_keeps_what_is_there(home: Path) -> None:
    made = carrier_credentials()
    keep_first(home / "carrier.json", replace(made, password="another"))
    assert carrier_credentials() == made


def test_processes_that_start_at_the_same_time_agree(home: Path) -> None:
    environment = {
        **os.environ,
        "CENTRALKA_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "centralka.settings",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    started = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said = {process.communicate(timeout=30)[0] for process in started}
    assert said == {f"{carrier_credentials().password}\n"}
    assert not list(home.glob(".carrier.*"))


def test_the_carrier_writes_down_where_it_listens_and_keeps_the_password(settings: Settings) -> None:
    made = carrier_credentials()
    settings.BIND, settings.CARRIER_PORT = "0.0.0.0", 5099
    announced = announce_address()
    assert (announced.host, announced.port, announced.password) == ("127.0.0.1", 5099, made.password)
    assert carrier_credentials() == announced


def test_another_customer_has_a_file_and_a_password_of_its_own(home: Path) -> None:
    first, second = announce_address(), announce_address("druga")
    file = home / "carrier/customers/druga.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text()) == {
        "host": "127.0.0.1", "port": 5080, "user": "druga", "password": second.password
    }  # fmt: skip
    assert second.password != first.password
    assert (carrier_credentials("druga"), carrier_credentials()) == (second, first)
    assert customers_with_a_file() == ["druga"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"host": "x", "port": "y", "user": "z", "password": "p"}'])
def test_a_broken_file_is_named_in_one_sentence(home: Path, content: str) -> None:
    home.mkdir()
    (home / "carrier.json").write_text(content)
    with pytest.raises(BrokenCredentials, match=r"carrier\.json .*remove it"):
        carrier_credentials()


def test_the_password_does_not_show_in_a_log() -> None:
    made = carrier_credentials()
    assert made.password not in repr(made)
