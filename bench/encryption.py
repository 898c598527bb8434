"""Measure what encryption costs: registrations over TLS, idle connections, and calls whose sound is encrypted.

Phones and browsers run on the same machine; their processor time does not count, but is missing.
"""

import socket
import ssl
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser as Chromium

from tests.live.instance import Installation, ProcessName
from tests.live.office import SOON, Office, talk
from tests.live.phone_in_browser.window import chromium, closed, mine, signed_in, tone
from tests.live.phones import until
from tests.live.secure.browser import Browser
from tests.live.secure.device import Device

from .accounts import PASSWORD, login
from .cpu import cpu_seconds, with_children
from .exchanges import Shipped
from .figure import Figure, per, ratio

ROUNDS = 3
REGISTRATIONS = 300
CONNECTIONS = 10_000
ADDRESSES = 200
"""The edge takes 1,000 connections of one address, and not many at once: they come from several of this machine's."""
CALLS = 4
SECONDS = 20


def measure() -> list[Figure]:
    """Measure one after the other, in one installation."""
    with Shipped(len(_WAYS) * ROUNDS * REGISTRATIONS) as shipped:
        house = shipped.installation
        found = [*_registrations(house), *_calls(house)]
    return [*found, *(_connections(secure_websocket) for secure_websocket in (False, True))]


def _cpu(house: Installation, *names: ProcessName) -> float:
    return sum(cpu_seconds(with_children(pid)) for name in names if (pid := house.pid(name)))


def _edge(house: Installation) -> float:
    """Return the edge's processor time, to the nanosecond: its processes have one thread each (proc(5), schedstat)."""
    pid = house.pid("edge")
    assert pid
    return sum(int(Path(f"/proc/{one}/schedstat").read_text().split()[0]) for one in with_children(pid)) / 1e9


# -- Registrations ---------------------------------------------------------------------------------------------------


def _registrations(house: Installation) -> list[Figure]:
    """Register each account once; over a connection that is kept one of them registers again and again."""
    numbers = iter(range(len(_WAYS) * ROUNDS * REGISTRATIONS))
    used: dict[str, list[float]] = {name: [] for name in _WAYS}
    for _round in range(ROUNDS):
        for name, way in _WAYS.items():
            logins = [login(next(numbers)) for _each in range(REGISTRATIONS)]
            before = _edge(house)
            way(house, logins)
            used[name].append((_edge(house) - before) / REGISTRATIONS)
    told = {name: ratio(per(used[name], used["udp"])) for name in ("tcp", "tls", "kept")}
    here = ", ".join(f"{name} {statistics.median(times) * 1000:.2f}" for name, times in used.items())
    got = (
        f"over TLS {told['tls']}, each over a new connection; {told['kept']} over one that is kept; over TCP, a new "
        f"connection each, {told['tcp']}; here {here} ms"
    )
    how = f"{ROUNDS} × {REGISTRATIONS} registrations with digest, one after the other"
    return [Figure("CPU of the edge per registration, against UDP", got, "", how)]


def _each_anew(transport: str) -> Callable[[Installation, list[str]], None]:
    def register(house: Installation, logins: list[str]) -> None:
        with ExitStack() as kept:
            for one in logins:
                kept.enter_context(Device(house, one, PASSWORD, transport)).register()

    return register


def _again(house: Installation, logins: list[str]) -> None:
    with Device(house, logins[0], PASSWORD, "tls") as device:
        for _each in logins:
            device.register()


_WAYS: dict[str, Callable[[Installation, list[str]], None]] = {
    "udp": _each_anew("udp"),
    "tcp": _each_anew("tcp"),
    "tls": _each_anew("tls"),
    "kept": _again,
}


# -- Connections -----------------------------------------------------------------------------------------------------


def _connections(secure_websocket: bool) -> Figure:
    """Open them in an installation of their own: memory that was used once stays with the edge."""
    with Installation() as house, ExitStack() as kept:
        context = ssl.create_default_context(cafile=house.authority)
        before = _memory(house)
        for number in range(CONNECTIONS):
            source = f"127.0.1.{1 + number % ADDRESSES}"
            if secure_websocket:
                kept.enter_context(Browser(house.wss_port, context, source=source))
            else:
                kept.enter_context(_over_tls(house, context, source))
        each = (_memory(house) - before) / CONNECTIONS
    what = "secure WebSocket" if secure_websocket else "TLS"
    got = f"**{each:.0f} KB**; {CONNECTIONS} at once"
    return Figure(f"memory of the edge per idle connection, {what}", got, "", "one round")


@contextmanager
def _over_tls(house: Installation, context: ssl.SSLContext, source: str) -> Iterator[None]:
    plain = socket.create_connection(("127.0.0.1", house.tls_port), 10, (source, 0))
    with context.wrap_socket(plain, server_hostname="localhost") as made:
        made.sendall(b"\r\n\r\n")  # as a phone keeps its way open (RFC 5626, 3.5.1)
        assert made.recv(2) == b"\r\n"
        yield


def _memory(house: Installation) -> float:
    """Return what the edge's processes have of the machine's memory, in KB; what several share counts once."""
    pid = house.pid("edge")
    assert pid
    pages = (Path(f"/proc/{one}/smaps_rollup").read_text().split() for one in with_children(pid))
    return float(sum(int(words[words.index("Pss:") + 1]) for words in pages))


# -- Calls -----------------------------------------------------------------------------------------------------------


def _calls(house: Installation) -> list[Figure]:
    """Measure a call between two phones of which one encrypts, and one from a browser, against one without."""
    kinds = {"plain": ("off", None), "dtls": ("dtls", "dtls_srtp"), "sdes": ("srtp", "srtp-mand")}
    used: dict[str, list[float]] = {name: [] for name in [*kinds, "browser"]}
    with tempfile.TemporaryDirectory() as folder, chromium(tone(Path(folder), 740)) as browser:
        for _round in range(ROUNDS):
            for name, (setting, encryption) in kinds.items():
                used[name].append(_between_phones(house, setting, encryption))
            used["browser"].append(_from_a_browser(house, browser))
    told = {name: ratio(per(used[name], used["plain"])) for name in ("dtls", "sdes", "browser")}
    here = ", ".join(f"{name} {statistics.median(times) * 1000:.1f}" for name, times in used.items())
    got = (
        f"one side DTLS-SRTP {told['dtls']}, one side SDES {told['sdes']} (A-law to A-law); from a browser (Opus, "
        f"DTLS-SRTP) to a desk phone (A-law) {told['browser']}; here {here} ms"
    )
    how = f"{ROUNDS} × {CALLS} calls at once (1 from the browser), {SECONDS} s each; what the idle engine takes is off"
    return [Figure("CPU of the engine per second of a call, against a plain one", got, "", how)]


def _spent(house: Installation, calls: int) -> float:
    """Return what the engine takes for a second of a call, of those that go on now."""
    before, begun = _cpu(house, "engine"), time.monotonic()
    time.sleep(SECONDS)
    return (_cpu(house, "engine") - before) / (time.monotonic() - begun) / calls


def _idle(house: Installation) -> float:
    before, begun = _cpu(house, "engine"), time.monotonic()
    time.sleep(5)
    return (_cpu(house, "engine") - before) / (time.monotonic() - begun)


def _between_phones(house: Installation, setting: str, encryption: str | None) -> float:
    with Office(house) as office:
        idle = _idle(house)
        for _each in range(CALLS):
            account = office.account("Alicja", media_encryption=setting)
            transport = "tls" if encryption else "udp"
            talk(office.phone(account, transport=transport, encryption=encryption), office.phone("Bartek"))
        return _spent(house, CALLS) - idle / CALLS


def _from_a_browser(house: Installation, browser: Chromium) -> float:
    with Office(house) as office:
        bartek = office.phone("Bartek")
        window = mine(signed_in(browser, house))
        idle = _idle(house)
        (account,) = [one for one in office.items("/sip-accounts") if one["login"] == bartek.login]
        window.dial(str(account["extension"]))
        until(lambda: bartek.ringing, SOON, "the desk phone rings")
        bartek.answer()
        window.until_call("talking")
        spent = _spent(house, 1) - idle
        closed(window)
        return spent
