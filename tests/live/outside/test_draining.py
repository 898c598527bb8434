"""`centralka drain`: no new call is taken, those that run go on, emergency calls go out."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.live.carrier_instance import Carrier
from tests.live.instance import Installation
from tests.live.office import PASSWORD, SOON, extension_of, gets, hear_each_other, over, ring, talk
from tests.live.phones import until
from tests.live.processes import ending_with_us
from tests.live.sipp import run_scenario

from .tenant import Firm, operator, outside_number


def command(*arguments: str) -> list[str]:
    return ending_with_us([sys.executable, "-m", "centralka", "drain", *arguments])


def undo(house: Installation) -> None:
    subprocess.run(command("--undo"), env=house.environment(), check=True, stdout=subprocess.DEVNULL)


class Drain:
    """The command while it runs."""

    def __init__(self, house: Installation, said: Path, *arguments: str) -> None:
        self._said = said
        with said.open("wb") as out:
            self._process = subprocess.Popen(command(*arguments), env=house.environment(), stdout=out, stderr=out)

    @property
    def said(self) -> str:
        return self._said.read_text()

    @property
    def waits(self) -> bool:
        return self._process.poll() is None

    def code(self) -> int:
        return self._process.wait(SOON * 2)

    def end(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()


@contextmanager
def draining(house: Installation, said: Path, *arguments: str) -> Iterator[Drain]:
    """The command is given, and undone afterwards."""
    running = Drain(house, said, *arguments)
    try:
        until(lambda: "New calls are refused from now on" in running.said, SOON * 2, "new calls are refused")
        yield running
    finally:
        running.end()
        undo(house)


def test_new_calls_are_refused_and_those_that_run_go_on(firm: Firm, carrier: Carrier, tmp_path: Path) -> None:
    """Inside, outside and from outside; and 112 is answered all the same. The command ends with the last call."""
    alicja, bartek, celina = firm.reached_by(firm.numbers[0]), firm.phone("Bartek"), firm.phone("Celina")
    talk(alicja, bartek)
    with draining(firm.house, tmp_path / "said") as drain:
        until(lambda: "1 call is still running" in drain.said, SOON, "the command counts the call")
        state = operator(firm.house, "GET", "/state")["draining"]
        assert state["running_calls"] == 1
        for dialled in (extension_of(bartek), outside_number("00"), "*43"):
            celina.dial(dialled)
            gets(celina, "503 Service Unavailable")
        with carrier.call("600 100 200", firm.numbers[0]) as call:
            assert not call.wait().answered
        celina.dial("112")
        until(lambda: celina.in_call, SOON, "an emergency call goes out")
        celina.hang_up()
        over(celina)
        hear_each_other(alicja, bartek)
        assert drain.waits
        alicja.hang_up()
        over(alicja, bartek)
        assert drain.code() == 0
        assert "No call runs any more" in drain.said
    refused = [record for record in firm.records(6) if record.reasons == ["draining"]]
    assert [record.direction for record in refused] == ["internal", "out", "internal", "in"]
    assert {record.outcome for record in refused} == {"failed"}
    talk(celina, bartek)
    celina.hang_up()


def test_a_running_call_can_be_transferred_meanwhile(firm: Firm, tmp_path: Path) -> None:
    alicja, bartek, celina = firm.phone("Alicja"), firm.phone("Bartek"), firm.phone("Celina")
    talk(alicja, bartek)
    with draining(firm.house, tmp_path / "said"):
        bartek.transfer_to(extension_of(celina))
        until(lambda: celina.ringing, SOON, "the call arrives at Celina")
        celina.answer()
        hear_each_other(alicja, celina)
        alicja.hang_up()
        over(alicja, bartek, celina)


def test_a_limit_ends_the_wait_and_new_calls_are_refused_on(firm: Firm, tmp_path: Path) -> None:
    alicja, bartek, celina = firm.phone("Alicja"), firm.phone("Bartek"), firm.phone("Celina")
    talk(alicja, bartek)
    with draining(firm.house, tmp_path / "said", "--seconds", "1") as drain:
        assert drain.code() == 1
        assert "After 1 s 1 call is still running; new ones are refused on." in drain.said
        celina.dial(extension_of(bartek))
        gets(celina, "503 Service Unavailable")
    ring(celina, firm.phone("Dorota"))


def test_it_holds_while_the_switchboard_is_away_and_when_it_is_back(firm: Firm, tmp_path: Path) -> None:
    """The engine's fallback, which rings colleagues by itself, refuses too, and lets emergency calls out."""
    alicja, bartek = firm.phone("Alicja"), firm.phone("Bartek")
    with draining(firm.house, tmp_path / "said"):
        with firm.house.without("switchboard"):
            alicja.dial(extension_of(bartek))
            gets(alicja, "503 Service Unavailable")
            alicja.dial("112")
            until(lambda: alicja.in_call, SOON, "an emergency call goes out")
            alicja.hang_up()
            over(alicja)
        alicja.dial(extension_of(bartek))
        gets(alicja, "503 Service Unavailable")
        assert not bartek.all_calls


def test_the_refusal_says_that_another_exchange_may_be_tried(firm: Firm, tmp_path: Path) -> None:
    """503 with the cause 42 (Q.850), by which it is told from a lack of trunks (34)."""
    alicja = firm.account("Alicja")
    with draining(firm.house, tmp_path / "said"):
        outcome = run_scenario(
            "uac_refused", login=alicja.login, password=PASSWORD, called="*43", final=503, port=firm.house.sip_port
        )
    refusal = next(message for message in outcome.messages if message.start.startswith("SIP/2.0 503"))
    assert "cause=42" in (refusal.header("Reason") or "")
    assert refusal.header("Retry-After") == "60"
