"""The machine and programs of a measurement, for readers who compare figures."""

import os
import platform
import sqlite3
import subprocess
from pathlib import Path

from django.conf import settings

from centralka.engine.fetching import find_engine


def described() -> str:
    """Describe them in one paragraph."""
    engine = find_engine(settings.ENGINE_DIR, print)
    return (
        f"{_processor()}, {os.cpu_count()} cores, {_memory()} GiB; {_system()}, Linux {platform.release()}; "
        f"Asterisk {engine.version}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {_sipp()}. "
        f"Other work on the machine at the start: load {os.getloadavg()[0]:.1f}."
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def _system() -> str:
    return platform.freedesktop_os_release()["PRETTY_NAME"]


def _sipp() -> str:
    said = subprocess.run(["sipp", "-v"], capture_output=True, text=True, check=False).stdout.split()
    return " ".join(said[:2]).rstrip(".")
