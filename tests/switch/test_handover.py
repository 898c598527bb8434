"""The switchboard gets what the start gave it."""

from dataclasses import fields
from pathlib import Path

import pytest

from centralka.environment import WrongSetting
from centralka.switch.handover import Handover

GIVEN = Handover(
    serves_edge=True,
    edge_port=5062,
    engines=Path("/home/edge/engines.list"),
    edge_control=Path("/home/edge/run/control.sock"),
    certificate=Path("/home/edge/certificate.pem"),
    certificate_names=("sip.centralka.example", "192.0.2.1"),
    edge_public="192.0.2.1:5060",
    edge_socket="0.0.0.0:5060",
    agi_port=4573,
    question_port=8088,
    question_secret="s4cret",
    switchboard_secret="an0ther",
    journal=Path("/home/calls.csv"),
    contacts=Path("/home/edge/contacts.sqlite3"),
    lamps=Path("/home/edge/lamps.sqlite3"),
    pings=Path("/home/pings.conf"),
    trunk_order=Path("/home/trunk-order"),
    ice=Path("/home/ice.conf"),
    hold_music=Path("/home/hold-music"),
    spool=Path("/home/spool/voicemail"),
    faxes=Path("/home/spool/faxes"),
    engine_console=Path("/home/run/asterisk.ctl"),
)


def test_each_value_arrives_through_a_variable_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GIVEN.environment().items():
        monkeypatch.setenv(name, value)
    assert Handover.received() == GIVEN
    assert len(GIVEN.environment()) == len(fields(Handover))


def test_no_secret_is_seen_in_a_log() -> None:
    assert "s3cret" not in repr(GIVEN)
    assert "an0ther" not in repr(GIVEN)


def test_a_port_that_is_none_stops_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CENTRALKA_AGI_PORT", "here")
    with pytest.raises(WrongSetting, match="CENTRALKA_AGI_PORT"):
        Handover.received()
