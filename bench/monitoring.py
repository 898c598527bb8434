"""Measure what it costs to watch over accounts: each phone is asked every 25 s, and looked at every 10 s.

Phones that registered are put into the edge's database while nothing runs: 20,000 real registrations, each renewed
within five minutes, would be the greater part of what is measured.
"""

import sqlite3
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path

from tests.live.instance import MARKS, Installation, ProcessName
from tests.live.phones import until
from tests.live.sipp import free_port

from .accounts import login
from .cpu import cpu_seconds, with_children
from .exchanges import PARTS, add_accounts
from .figure import Figure
from .sipp import Sipp, place

ACCOUNTS = 20_000
SECONDS = 25
"""Measured for so long: each phone is asked once."""
_SIPPS = 10
"""The edge asks a part of the phones each second, all at once: more answers than the socket of one SIPp takes."""
_ASKED = 7
"""The flag of a phone that is asked (edge/modules.cfg)."""
_PATIENCE = 300
_LATER = 600
"""Seconds that pass after all processes were killed, by the clock that the worker's code is given."""
_ALERTS = "szefowa@demo.example"


def measure() -> list[Figure]:
    """Measure with nobody registered, with all, and ask what was told after each process was killed once."""
    ports = [free_port() for _ in range(_SIPPS)]
    with Installation() as house, ExitStack() as phones:
        add_accounts(house.environment(), ACCOUNTS)
        idle = used(house)
        place("register", house.sip_port, [(login(0), str(ports[0]))], 1, local_port=ports[0])
        until(lambda: house.keeps(login(0)), _PATIENCE, "the edge has written the phone")
        house.stop()
        _register_all(house.home, ports)
        for port in ports:
            phones.enter_context(Sipp("asked", house.sip_port, local_port=port))
        house.start()
        watched, silent, told = _watched(house)
    return [_cost(idle, watched), _alarms(told, silent)]


def _watched(house: Installation) -> tuple[dict[str, float], int, dict[str, int]]:
    """Wait until all are watched, and measure. Returns what it takes, and what killing does."""
    until(lambda: _answering(house) == ACCOUNTS, _PATIENCE, f"{ACCOUNTS} phones answer")
    until(lambda: _count(house, "account_watch") == ACCOUNTS, _PATIENCE, "all are watched")
    watched = used(house)
    silent = _kill_each(house)
    return watched, silent, _told_later(house)


def used(house: Installation) -> dict[str, float]:
    """Return the processor's seconds of each part during `SECONDS`."""
    pids = {name: with_children(pid) for name in PARTS if (pid := house.pid(name))}
    before = {name: cpu_seconds(some) for name, some in pids.items()}
    time.sleep(SECONDS)
    return {name: cpu_seconds(some) - before[name] for name, some in pids.items()}


def _register_all(home: Path, ports: list[int]) -> None:
    """Make of the one registration one for each account, and each phone one that is asked."""
    with closing(sqlite3.connect(home / "edge/contacts.sqlite3")) as contacts, contacts:
        for trigger in ("connected", "still_connected"):
            contacts.execute(f"DROP TRIGGER {trigger}")  # it takes the flag away again; the edge's start makes it anew
        contacts.row_factory = sqlite3.Row
        row = dict(contacts.execute("SELECT * FROM location WHERE username = ?", [login(0)]).fetchone())
        contacts.execute("DELETE FROM location")
        names = ", ".join(row)
        made = [
            row
            | {"id": number + 1, "ruid": f"ulcx-bench-{number + 1:x}-1", "username": login(number)}
            | {"contact": f"sip:{login(number)}@{_at(number, ports)}", "callid": f"bench-{number}"}
            | {"received": f"sip:{_at(number, ports)}"}
            | {"expires": row["expires"] + 1000, "cflags": 1 << _ASKED}  # days
            for number in range(ACCOUNTS)
        ]
        marks = ", ".join(f":{name}" for name in row)
        contacts.executemany(f"INSERT INTO location ({names}) VALUES ({marks})", made)
    with closing(sqlite3.connect(home / "centralka.sqlite3")) as database, database:
        database.execute("UPDATE tenant SET alert_emails = ?", [_ALERTS])


def _at(number: int, ports: list[int]) -> str:
    return f"127.0.0.1:{ports[number % len(ports)]}"


def _answering(house: Installation) -> int:
    return _count(house, "registration WHERE answers")


def _count(house: Installation, what: str) -> int:
    with closing(sqlite3.connect(house.home / "centralka.sqlite3", timeout=60)) as database:
        found: int = database.execute(f"SELECT COUNT(*) FROM {what}").fetchone()[0]
        return found


def _kill_each(house: Installation) -> int:
    """Kill each process once, and then all at once. Returns of how many phones was not known that they answer."""
    worst = ACCOUNTS
    names: tuple[ProcessName, ...] = tuple(MARKS)
    for name in names:
        house.wait_for_another(name, house.kill(name))
        worst = min(worst, _answering(house))
    house.kill_supervisor()
    until(lambda: not house.processes(), _PATIENCE, "no process is left")
    house.start()
    worst = min(worst, _answering(house))
    until(lambda: _answering(house) == ACCOUNTS, _PATIENCE, "all phones answer again")
    return ACCOUNTS - worst


def _told_later(house: Installation) -> dict[str, int]:
    """Let time pass. Returns what was told of accounts, and of how many something is believed that is not so."""
    subprocess.run(
        [sys.executable, "-m", "tests.live.monitoring.later", "0", str(_LATER)],
        env=house.environment(DJANGO_SETTINGS_MODULE="centralka.settings"),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    asked = {
        "mails": "mail WHERE kind = 'monitoring'",
        "news": "monitoring_news",
        "gone": "account_watch WHERE NOT reachable",
    }
    return {name: _count(house, what) for name, what in asked.items()}


def _cost(idle: dict[str, float], watched: dict[str, float]) -> Figure:
    more = {name: watched[name] - idle.get(name, 0) for name in watched}
    per_hour = sum(more.values()) * 3600 / SECONDS / ACCOUNTS
    parts = ", ".join(f"{name} {seconds / SECONDS * 1000:.0f}" for name, seconds in more.items())
    return Figure(
        "Processor time per monitored account and hour, all processes",
        f"**{per_hour * 1000:.0f} ms**; of all {ACCOUNTS}: {sum(more.values()) / SECONDS:.2f} s a second",
        "",
        f"{ACCOUNTS} phones over UDP that answer, {SECONDS} s, less what the exchange takes without phones; "
        f"ms a second: {parts}",
    )


def _alarms(told: dict[str, int], silent: int) -> Figure:
    return Figure(
        "False alarms after each process was killed, and all at once",
        f"**{told['mails']} mails**, {told['news']} waiting, {told['gone']} accounts believed gone",
        "none",
        f"{ACCOUNTS} accounts; {_LATER // 60} minutes by the worker's clock afterwards; at worst {silent} phones "
        "were not known to answer",
    )
