"""The carrier's engine is configured from its own templates and from those that it shares with the exchange."""

import re
from pathlib import Path

import pytest

from centralka.carrier.config import CarrierSettings, render, write_config
from centralka.carrier.credentials import CarrierCredentials
from centralka.engine.engine import Engine
from centralka.engine.engine_settings import EngineMisconfigured, EngineSettings

PASSWORDS = {"centralka": "pa55", "druga": "s3cond"}


def carrier(home: Path, bind: str = "127.0.0.1") -> CarrierSettings:
    engine = Engine(("asterisk",), "22.10.1", Path("/modules"), home / "share")
    settings = EngineSettings(
        home,
        bind,
        5080,
        agi_port=4001,
        question_port=4002,
        question_secret="s4cret",
        switchboard_secret="unused",
        database_url="",
        engine=engine,
        node="out",
    )
    customers = [CarrierCredentials("127.0.0.1", 5080, name, secret) for name, secret in PASSWORDS.items()]
    return CarrierSettings(settings, tuple(customers), hep_port=4003)


def test_every_placeholder_is_filled_in(tmp_path: Path) -> None:
    for name, text in render(carrier(tmp_path)).items():
        assert not re.search(r"@\{", text), name


def test_only_customers_are_known_and_by_their_passwords(tmp_path: Path) -> None:
    sip = render(carrier(tmp_path))["pjsip.conf"]
    assert re.findall(r"^\[(.*)\]", sip, re.MULTILINE) == [
        "global",
        "udp",
        "tcp",
        *["centralka", "centralka.sound", "centralka", "centralka"],
        *["druga", "druga.sound", "druga", "druga"],
    ]
    assert re.findall(r"^username = (.*)\npassword = (.*)$", sip, re.MULTILINE) == list(PASSWORDS.items())
    assert re.findall(r"^auth = (.*)$", sip, re.MULTILINE) == list(PASSWORDS)
    assert "bind = 127.0.0.1:5080" in sip


def test_an_ipv6_address_stands_in_brackets(tmp_path: Path) -> None:
    assert "bind = [::1]:5080" in render(carrier(tmp_path, "::1"))["pjsip.conf"]


def test_the_loopback_ports_reach_their_files(tmp_path: Path) -> None:
    files = render(carrier(tmp_path))
    assert "agi://127.0.0.1:4001/" in files["extensions.conf"]
    assert "port = 4002" in files["manager.conf"]
    assert "capture_address = 127.0.0.1:4003" in files["hep.conf"]


def test_the_data_that_come_with_the_engine_are_used_where_they_are(tmp_path: Path) -> None:
    made = carrier(tmp_path)
    (made.engine.engine.data_dir / "sounds").mkdir(parents=True)
    write_config(made)

    assert f"astdatadir => {made.engine.data}\n" in render(made)["asterisk.conf"]
    assert (made.engine.data / "sounds").readlink() == made.engine.engine.data_dir / "sounds"


def test_the_files_are_private(tmp_path: Path) -> None:
    made = carrier(tmp_path)
    made.engine.engine.data_dir.mkdir()
    write_config(made)
    kept = list(made.engine.config_dir.iterdir())
    assert {path.stat().st_mode & 0o077 for path in kept} == {0}
    assert {path.name for path in kept} == set(render(made))


def test_a_home_too_deep_for_the_control_socket_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineMisconfigured, match="too long a path"):
        write_config(carrier(tmp_path / ("x" * 100)))
