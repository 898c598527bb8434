"""Measure the processor time that processes have used: wall-clock time on a shared machine says nothing, this does."""

import os
from collections.abc import Iterable
from pathlib import Path

_TICK = 1 / os.sysconf("SC_CLK_TCK")
_UTIME, _STIME = 11, 12
"""Fields of /proc/PID/stat (proc(5)), counted behind the program's name; all threads, ended ones too."""


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return user and system time of these processes since they began. Raises FileNotFoundError if one is gone."""
    return sum(_ticks(pid) for pid in pids) * _TICK


def with_children(pid: int) -> list[int]:
    """Return a process and those that it has started and that live, such as the workers of the edge."""
    return [pid, *(int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[_UTIME]) + int(fields[_STIME])
