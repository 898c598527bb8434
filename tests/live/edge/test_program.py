"""The real edge: it loads what it must have, reads a configuration, and answers."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from centralka.debian.programs import run_to_end
from centralka.edge.command import check_syntax, command
from centralka.edge.fetching import find_edge
from centralka.edge.program import REQUIRED_MODULES, EdgeMisconfigured, EdgeProgram
from tests.live.instance import read_proc
from tests.live.ports import INSTALLATIONS, give_back, lease

ANSWERS = 'request_route { sl_send_reply("200", "Here"); exit; }'


@pytest.fixture(scope="module")
def edge() -> EdgeProgram:
    return find_edge(settings.EDGE_DIR, lambda line: print(line, file=sys.stderr, flush=True))


@pytest.fixture
def port() -> Iterator[int]:
    leased = lease(INSTALLATIONS)
    yield leased
    give_back(leased)


def written(folder: Path, port: int, route: str = ANSWERS, modules: tuple[str, ...] = REQUIRED_MODULES) -> Path:
    # A module comes after those that it uses.
    first = [name for name in ("tm", "sl", "pv", "xhttp", "usrloc", "presence") if name in modules]
    ordered = [*first, *(name for name in modules if name not in first)]
    config = folder / "edge.cfg"
    loaded = "".join(f'loadmodule "{name}.so"\n' for name in ordered)
    config.write_text(f"#!KAMAILIO\nchildren=1\ndisable_tcp=yes\nlisten=udp:127.0.0.1:{port}\n{loaded}{route}\n")
    return config


def test_the_program_tells_the_version_that_is_on_record(edge: EdgeProgram) -> None:
    said = run_to_end([*edge.command, "-v"]).stdout

    assert said.startswith(f"version: kamailio {edge.version} ")


def test_all_modules_that_it_must_have_can_be_loaded_together(edge: EdgeProgram, tmp_path: Path, port: int) -> None:
    check_syntax(edge, written(tmp_path, port), tmp_path)


def test_a_mistake_is_told_with_file_and_line(edge: EdgeProgram, tmp_path: Path, port: int) -> None:
    config = written(tmp_path, port, "request_route { exi; }", ("sl",))

    with pytest.raises(EdgeMisconfigured, match=rf"cannot read {config}: parse error .* line 6, column "):
        check_syntax(edge, config, tmp_path)


def test_a_module_that_is_not_there_is_told_by_name(edge: EdgeProgram, tmp_path: Path, port: int) -> None:
    config = written(tmp_path, port, modules=("sl", "no_such"))

    with pytest.raises(EdgeMisconfigured, match="could not find module <no_such>"):
        check_syntax(edge, config, tmp_path)


def test_it_starts_answers_and_leaves_no_process_behind(edge: EdgeProgram, tmp_path: Path, port: int) -> None:
    started = command(edge, written(tmp_path, port, modules=("sl", "tm")), tmp_path)
    with (tmp_path / "log").open("w") as log, subprocess.Popen(started, stderr=log, start_new_session=True) as process:
        answer = asked(port)
        process.terminate()
        status = process.wait(20)

    assert (answer, status) == ("SIP/2.0 200 Here", 0), (tmp_path / "log").read_text()
    assert not members(process.pid)


def asked(port: int) -> str:
    """The first line of the answer to OPTIONS, which is sent again until it comes (RFC 3261, 17.1.2.2)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(("127.0.0.1", 0))
        phone.settimeout(0.5)
        for _ in range(40):
            try:
                phone.sendto(options(phone.getsockname()[1]), ("127.0.0.1", port))
                return phone.recv(4096).decode().partition("\r\n")[0]
            except (TimeoutError, ConnectionRefusedError):
                continue
    return "no answer"


def options(port: int) -> bytes:
    lines = [
        "OPTIONS sip:anybody@127.0.0.1 SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK1",
        "From: <sip:somebody@127.0.0.1>;tag=1",
        "To: <sip:anybody@127.0.0.1>",
        "Call-ID: 1",
        "CSeq: 1 OPTIONS",
        "Content-Length: 0",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def members(group: int) -> list[int]:
    """The processes of a process group that live."""
    pids = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    return [pid for pid in pids if group_of(pid) == group]


def group_of(pid: int) -> int | None:
    stat = read_proc(pid, "stat").decode(errors="replace").rpartition(")")[2].split()
    return int(stat[2]) if stat and stat[0] not in "ZX" else None
