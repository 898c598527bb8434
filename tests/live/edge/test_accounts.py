"""What the edge asks about accounts (edge/accounts.lua), in a Kamailio that does nothing else."""

import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from secrets import token_hex

import pytest
from django.conf import settings

from centralka.config_template import ConfigTemplate
from centralka.edge.command import command
from centralka.edge.configuration import TEMPLATES
from centralka.edge.fetching import find_edge
from centralka.edge.program import EdgeProgram
from tests.live.ports import INSTALLATIONS, give_back, lease
from tests.live.strangers.stranger import nonce_of
from tests.live.strangers.test_whose_password import NAMES, answered

ROUTES = """
modparam("app_lua", "load", "{lua}")
modparam("app_lua", "reload", 0)
modparam("sqlops", "sqlcon", "accounts=>sqlite:///{file}")
modparam("auth", "qop", "auth")
modparam("auth", "nonce_count", 1)
request_route {{
	$var(asked) = -9;
	$var(proof) = -9;
	$var(first) = "";
	if (is_method("OPTIONS")) {{
		lua_run("ask", "$hdr(X-Question)", "$hdr(X-Word)");
		append_to_reply("X-Said: $var(asked) $var(first)\\r\\n");
		sl_send_reply("200", "OK");
		exit;
	}}
	if (is_present_hf("Authorization")) {{
		lua_run("prove", "edge_account");
	}}
	append_to_reply("X-Said: $var(proof) $avp(account)\\r\\n");
	www_challenge("centralka", "1");
}}
"""
MODULES = ("db_sqlite", "sl", "pv", "textops", "siputils", "auth", "ipops", "sqlops", "app_lua")
HERS, HIS, NOBODYS = "a" * 32, "b" * 32, "0" * 32
LOGINS = {"firma_100": HERS, "firma_200": HIS}
ACCOUNTS = "login, ha1, account, device, networks, media_encryption"
CARRIERS = {
    "near": "10.1.1.1",
    "far": "110.1.1.1,10.1.1.11",
    "here": "127.0.0.1:{port}/32",
    "unknown": "",
    "six": "2001:DB8::1",
}
NOT_NAMES = (
    *(
        "FIRMA_100",
        "firma_100 ",
        " firma_100",
        "firma_1",
        "firma_1000",
        "firma%100",
        "firma-100",
        "firma_10_",
        "firma_10%",
    ),
    *NAMES,
)


class Asker:
    """Whoever asks that edge, from one port."""

    def __init__(self, edge_port: int) -> None:
        self._edge_port = edge_port
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.5)
        self.port: int = self._socket.getsockname()[1]

    def close(self) -> None:
        self._socket.close()

    def says(self, method: str, *headers: str) -> str:
        """The answer to a request, which is sent again until it comes (RFC 3261, 17.1.2.2)."""
        mark = token_hex(6)
        lines = (
            f"{method} sip:127.0.0.1 SIP/2.0", f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{mark}",
            f"From: <sip:x@127.0.0.1>;tag={mark}", "To: <sip:x@127.0.0.1>", f"Call-ID: {mark}", f"CSeq: 1 {method}",
            *headers, "Content-Length: 0", "", "",
        )  # fmt: skip
        for _ in range(60):
            try:
                self._socket.sendto("\r\n".join(lines).encode(), ("127.0.0.1", self._edge_port))
                while mark not in (answer := self._socket.recv(65_536).decode()):
                    pass
            except (TimeoutError, ConnectionRefusedError):
                continue
            return answer
        return "no answer"

    def finds(self, question: str, word: str) -> str:
        """What is found: "1 near", or "2 " for nothing."""
        return said(self.says("OPTIONS", f"X-Question: {question}", f"X-Word: {word}"))

    def proves(self, name: str, ha1: str) -> str:
        """What is believed of somebody who knows the digest `ha1` and calls himself `name`."""
        nonce = nonce_of(self.says("REGISTER"))
        return said(self.says("REGISTER", f"Authorization: {answered('REGISTER', name, ha1, nonce)}"))


def said(answer: str) -> str:
    found = re.search(r"^X-Said: ([^\r]*)", answer, re.MULTILINE)
    assert found, answer
    return found[1]


@pytest.fixture(scope="module")
def edge() -> EdgeProgram:
    return find_edge(settings.EDGE_DIR, lambda line: print(line, file=sys.stderr, flush=True))


@pytest.fixture(scope="module", params=["bound", "in quotation marks"])
def asker(
    edge: EdgeProgram, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Asker]:
    """Asks with a word that is bound, as SQLite is asked, or that stands in the statement, as for PostgreSQL."""
    folder, port = tmp_path_factory.mktemp("accounts"), lease(INSTALLATIONS)
    file = folder / "accounts.sqlite3"
    with closing(Asker(port)) as made:
        filled(file, made.port)
        with running(edge, folder, port, file, "none" if request.param == "in quotation marks" else str(file)):
            yield made
    give_back(port)


def filled(file: Path, port: int) -> None:
    """Write accounts and carriers as the views tell them. `port`: that of the carrier on this machine."""
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(f"CREATE TABLE edge_account ({ACCOUNTS})")
        database.execute("CREATE TABLE edge_carrier (endpoint, addresses)")
        database.execute("CREATE TABLE edge_spared (networks)")
        database.executemany(
            "INSERT INTO edge_account VALUES (?, ?, ?, NULL, '', 'off')",
            [(login, ha1, login) for login, ha1 in LOGINS.items()],
        )
        database.executemany(
            "INSERT INTO edge_carrier VALUES (?, ?)",
            [(name, addresses.format(port=port)) for name, addresses in CARRIERS.items()],
        )
        networks = ("192.0.2.0/24,198.51.100.7", "127.0.0.1:5999/32", "2001:db8:1::/48")
        database.executemany("INSERT INTO edge_spared VALUES (?)", [(one,) for one in networks])


@contextmanager
def running(edge: EdgeProgram, folder: Path, port: int, file: Path, bound: str) -> Iterator[None]:
    lua, config = folder / "accounts.lua", folder / "edge.cfg"
    values = {"modules": str(edge.module_dir), "accounts_file": bound}
    lua.write_text(ConfigTemplate((TEMPLATES / "accounts.lua").read_text()).substitute(values))
    loaded = "".join(f'loadmodule "{name}.so"\n' for name in MODULES)
    listens = f"#!KAMAILIO\nchildren=1\ndisable_tcp=yes\npv_buffer_size=32768\nlisten=udp:127.0.0.1:{port}\n"
    config.write_text(listens + loaded + ROUTES.format(lua=lua, file=file))
    started = command(edge, config, folder)
    with (folder / "log").open("w") as log, subprocess.Popen(started, stderr=log, start_new_session=True) as process:
        yield
        process.terminate()
        assert process.wait(20) == 0, (folder / "log").read_text()


@pytest.mark.parametrize(
    ("address", "whose"),
    [("10.1.1.1", "near"), ("10.1.1.11", "far"), ("110.1.1.1", "far"), ("127.0.0.1", "here"), ("2001:db8::1", "six")],
)
def test_a_carrier_is_found_by_its_whole_address(asker: Asker, address: str, whose: str) -> None:
    assert asker.finds("carrier", address) == f"1 {whose}"


@pytest.mark.parametrize(
    "address", ["1.1.1", "10.1.1", "0.1.1.1", "10.1.1.1,", "127.0.0", "_", "%", "/32", "2001:db8::"]
)
def test_a_part_of_an_address_is_no_carrier(asker: Asker, address: str) -> None:
    assert asker.finds("carrier", address) == "2 "


def test_a_carrier_on_this_machine_is_known_by_its_port(asker: Asker) -> None:
    with closing(Asker(asker._edge_port)) as other:
        assert other.finds("carrier", "127.0.0.1") == "2 "


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("192.0.2.77", 1), ("198.51.100.7", 1), ("127.0.0.1", 1), ("2001:db8:1:2::3", 1),
        ("192.0.3.1", 2), ("198.51.100.70", 2), ("127.0.0.10", 2), ("27.0.0.1", 2), ("2001:db8:2::1", 2),
    ],
)  # fmt: skip
def test_networks_that_are_spared_are_told_from_others(asker: Asker, address: str, asked: int) -> None:
    assert asker.finds("spared", address).split(" ")[0] == str(asked)


@pytest.mark.parametrize("login", LOGINS)
def test_a_login_is_found(asker: Asker, login: str) -> None:
    assert asker.finds("login", login) == f"1 {login}"


def test_no_other_name_is_a_login(asker: Asker) -> None:
    for name in NOT_NAMES:
        if name == name.strip():
            # What is longer than lua_run takes is not asked at all.
            assert asker.finds("login", name) in ("2 ", "-9 "), name


def test_who_knows_a_password_is_whose_it_is(asker: Asker) -> None:
    """And nobody else: of a wrong one it is told whose it would have been, and of no other name anything."""
    for login, ha1 in LOGINS.items():
        assert asker.proves(login, ha1) == f"1 {login}"
        for wrong in {HERS, HIS, NOBODYS} - {ha1}:
            assert asker.proves(login, wrong) == f"-2 {login}"
    for name in NOT_NAMES:
        for ha1 in (HERS, HIS, NOBODYS):
            assert asker.proves(name, ha1) in ("-3 <null>", "-1 <null>"), (name, ha1)
