"""Measure the time from a saved change to the first call that obeys it, while other calls go on."""

import json
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from .accounts import extension, login
from .calls import answered_calls
from .exchanges import Shipped
from .figure import Figure
from .sipp import Phones, place

CHANGES, SECONDS = 50, 45
CALLS_PER_SECOND, PROBES_PER_SECOND = 20, 50
_CALLED = range(6000, 6100)
_ASKED, _ASKING = 9000, 9001
"""The account that is changed (no phone is registered on it), and the one that calls it all the time."""
_FIRST_AFTER, _EVERY, _SETTLE = 2.0, 0.5, 1.5


@dataclass(frozen=True, slots=True)
class Decision:
    """A call was decided at `time`, knowing the account as it was after the change number `knew` (0: before all)."""

    time: float
    knew: int


def measure(shipped: Shipped, accounts: int) -> list[Figure]:
    """Let one account call another all the time; meanwhile change the other's name again and again."""
    before = answered_calls(shipped)
    with ThreadPoolExecutor() as pool:
        work = [pool.submit(_other_calls, shipped), pool.submit(_probe, shipped)]
        saved = _change_again_and_again(shipped)
        for one in work:
            one.result()
    time.sleep(_SETTLE)
    disturbed = SECONDS * CALLS_PER_SECOND - (answered_calls(shipped) - before)
    return [_figure(saved, _decisions(shipped), disturbed, accounts)]


def _other_calls(shipped: Shipped) -> None:
    """Make the other calls, all the time. Raises SippFailed if a call does not go as it should."""
    phones = Phones(shipped.sip_port, [login(number) for number in _CALLED])
    phones.register(len(_CALLED))
    rows = [(login(number - 1000), extension(number)) for number in _CALLED]
    with phones.answering():
        place("call", shipped.sip_port, rows, CALLS_PER_SECOND, count=SECONDS * CALLS_PER_SECOND)


def _probe(shipped: Shipped) -> None:
    rows = [(login(_ASKING), extension(_ASKED))]
    place("refused", shipped.sip_port, rows, PROBES_PER_SECOND, count=SECONDS * PROBES_PER_SECOND)


def _change_again_and_again(shipped: Shipped) -> list[float]:
    """Change the name, and return when the API answered that each change was saved. Raises RuntimeError if that took
    longer than calls ask for it."""
    began = time.monotonic()
    (account,) = shipped.installation.items(f"/sip-accounts?extension={extension(_ASKED)}")
    time.sleep(_FIRST_AFTER)
    saved = [_change(shipped, account["id"], number) for number in range(1, CHANGES + 1)]
    if time.monotonic() - began > SECONDS:
        raise RuntimeError(f"{CHANGES} changes took longer than {SECONDS} s, and no call asked for the last")
    return saved


def _change(shipped: Shipped, account: int, number: int) -> float:
    time.sleep(_EVERY)
    answer = shipped.installation.api("PATCH", f"/sip-accounts/{account}", {"name": f"Zmiana {number}"})
    if answer.status != 200:
        raise RuntimeError(f"the change was refused: {answer}")
    return time.time()


def _decisions(shipped: Shipped) -> list[Decision]:
    """Read the decisions of the calls, as the switchboard wrote them down."""
    lines = (json.loads(line) for line in shipped.installation.journal.read_text().splitlines() if line.startswith("{"))
    asked = [line for line in lines if line["kind"] == "decided" and line["to_number"] == extension(_ASKED)]
    return [Decision(line["time"], _knew(line)) for line in asked]


def _knew(line: dict[str, Any]) -> int:
    word, number = line["plan"]["steps"][0]["why"]["values"]["name"].split()
    return int(number) if word == "Zmiana" else 0


def _figure(saved: Sequence[float], decisions: Sequence[Decision], disturbed: int, accounts: int) -> Figure:
    waits = [1000 * _wait(number, at, decisions) for number, at in enumerate(saved, 1)]
    gap = 1000 // PROBES_PER_SECOND
    return Figure(
        "From the answer “saved” to the first decision that obeys",
        f"**{statistics.median(waits):.0f} ms** ({min(waits):.0f}–{max(waits):.0f}); of {len(decisions)} decisions "
        f"{_disobeying(saved, decisions)} did not obey; of the other calls {disturbed} were disturbed",
        "50 ms",
        f"{accounts} accounts, {CHANGES} changes through the API; a call that asks every {gap} ms, so about "
        f"{gap // 2} ms are waiting for it; {CALLS_PER_SECOND} other calls a second",
    )


def _wait(number: int, saved_at: float, decisions: Sequence[Decision]) -> float:
    """Return the seconds until a change was obeyed; 0 if a call obeyed even before the answer came."""
    return max(0.0, min(one.time for one in decisions if one.knew >= number) - saved_at)


def _disobeying(saved: Sequence[float], decisions: Sequence[Decision]) -> int:
    """Count the decisions that began after a change was said to be saved, and did not know it."""
    return sum(one.knew < sum(at < one.time for at in saved) for one in decisions)
