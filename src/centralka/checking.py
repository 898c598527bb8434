"""`centralka check`: look at everything, tell what is wrong, change nothing."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from django.utils.translation import override

from centralka.actions.status_words import sentence
from centralka.probes.all import THOROUGH, look
from centralka.probes.finding import Level, Probe

WELL, WARNINGS, FAULTS = 0, 1, 2
"""Exit codes, as programs that watch machines expect them (Monitoring Plugins Development Guidelines, 2.3)."""


def check(say: Callable[[str], None], probes: Sequence[Probe] = THOROUGH) -> int:
    """Say a line for each probe that finds nothing, and one for each thing that is wrong. Returns the exit code."""
    worst = WELL
    with override("en"):
        for probe in probes:
            found = look(probe, datetime.now(UTC))
            if not found:
                say(f"ok       {probe.name}")
            for one in found:
                say(f"{one.level.value:8} {probe.name}: {sentence(one)}")
                worst = max(worst, FAULTS if one.level is Level.FAULT else WARNINGS)
    return worst
