"""Engines that play fax machines, or pass their tones on, come before all else that waits for a processor.

A modem in a program, over sound, has to answer each 20 ms: on a machine that tests keep busy it would be late, and
training fails, as it never would in a machine of its own. It needs root; anybody else's tests go on without.
"""

import os
from contextlib import suppress
from pathlib import Path

from tests.live.instance import children

_NICE = -10


def come_first(pid: int) -> None:
    """Let a program and all that it has started run before others: each of their threads, and those that they begin."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(PermissionError, ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, int(thread.name), _NICE)
    for child in children(pid):
        come_first(child)
