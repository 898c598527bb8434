"""What `carrier-call` takes, and what stands in the way of a call."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from centralka.carrier.incoming import CannotCall, IncomingCall, diverted, e164, fax_file, place


@pytest.mark.parametrize("text", ["600100200", "600 100 200", "+48 600-100-200", "0048600100200", "tel:600100200"])
def test_a_number_is_taken_in_every_spelling(text: str) -> None:
    assert e164(text) == "+48600100200"


def test_a_foreign_number_keeps_its_country() -> None:
    assert e164("+49 30 901820") == "+4930901820"


@pytest.mark.parametrize("text", ["", "abc", "12", "+", "+48", "6001002006001002006", "sip:600@x"])
def test_anything_else_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(CannotCall, match="is no phone number"):
        e164(text)


def test_a_diversion_is_a_number_with_or_without_parameters() -> None:
    assert diverted("22 123 45 67") == "+48221234567"
    assert diverted("22 123 45 67;reason=user-busy;counter=3;x") == "+48221234567;reason=user-busy;counter=3;x"


@pytest.mark.parametrize("parameters", [";", ";a=", ";a=b,c=d", ';a="b"', ";a=(b", ";a=${b}", ";a\n"])
def test_other_parameters_are_refused_in_one_sentence(parameters: str) -> None:
    with pytest.raises(CannotCall, match="no parameters of a Diversion header"):
        diverted("221234567" + parameters)


def test_a_diversion_without_a_number_is_refused() -> None:
    with pytest.raises(CannotCall, match="is no phone number"):
        diverted(";reason=user-busy")


def test_a_fax_is_a_file_that_is_there(tmp_path: Path) -> None:
    with pytest.raises(CannotCall, match="There is no file"):
        fax_file(tmp_path / "none.tif")
    (tmp_path / "a,b.tif").touch()
    with pytest.raises(CannotCall, match="comma"):
        fax_file(tmp_path / "a,b.tif")
    (tmp_path / "fax.tif").touch()
    assert fax_file(tmp_path / "fax.tif") == tmp_path / "fax.tif"


@pytest.mark.parametrize("left_over", [None, "", "{}", '{"ami_port": 1, "ami_secret": "x"}'])
def test_without_a_running_carrier_the_caller_is_told_how_to_start_one(
    settings: Settings, tmp_path: Path, left_over: str | None
) -> None:
    settings.HOME = tmp_path
    (tmp_path / "carrier/run").mkdir(parents=True)
    if left_over is not None:
        (tmp_path / "carrier/run/carrier.json").write_text(left_over)
    with pytest.raises(CannotCall, match="make carrier"):
        place(IncomingCall("+48600100200", "+48221234567"))


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        (["carrier-call", "600100200", "221234567"], "make carrier"),
        (["carrier-call", "600100200", "nobody"], "no phone number"),
        (["carrier-call", "600100200", "221234567", "--diversion", "221234567", "--diversion", "x"], "no phone number"),
        (["carrier-call", "600100200", "221234567", "--seconds", "0"], "whole number"),
    ],
)
def test_the_command_fails_with_one_sentence(tmp_path: Path, arguments: list[str], complaint: str) -> None:
    environment = {**os.environ, "CENTRALKA_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-m", "centralka", *arguments],
        env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode != 0
    assert complaint in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
