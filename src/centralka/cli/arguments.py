"""Read what is typed behind `centralka`."""

import argparse
import re
from collections.abc import Callable
from pathlib import Path

from centralka import __version__

from . import keeping, people, processes

Add = Callable[..., argparse.ArgumentParser]
"""Adds a command."""


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="centralka", description="The open, self-hosted phone exchange.")
    found.add_argument("--version", action="version", version=f"Centralka {__version__}")
    add = found.add_subparsers(required=True, metavar="COMMAND").add_parser
    _add_processes(add)
    _add_keeping(add)
    _add_carrier(add)
    _add_people(add)
    return found


def _add_processes(add: Add) -> None:
    """Add what runs, and how it ends."""
    run = add("run", help="start everything on this machine and stay until Ctrl-C")
    run.set_defaults(command=processes.run_command)

    switchboard = add("switchboard", help="start the process that decides calls (`run` does it)")
    switchboard.set_defaults(command=processes.switchboard_command)

    web = add("web", help="start the process that serves the panel and the API (`run` does it)")
    web.set_defaults(command=processes.web_command)

    worker = add("worker", help="start the process that sends mail and charges monthly fees (`run` does it)")
    worker.add_argument("--heartbeat", type=Path, metavar="FILE", help="touch this file between two pieces of work")
    worker.set_defaults(command=processes.worker_command)

    drain = add("drain", help="refuse new calls, but for emergency calls, and wait until none runs any more")
    drain.add_argument("--seconds", type=count, metavar="N", help="wait no longer than N seconds")
    drain.add_argument("--undo", action="store_true", help="take new calls again")
    drain.set_defaults(command=processes.drain_command)


def _add_keeping(add: Add) -> None:
    """Add what prepares an installation, looks after it, and keeps it."""
    backup = add("backup", help="write everything of this installation into a file, also while it runs")
    backup.add_argument("file", type=Path, metavar="FILE", help="a new file; it holds secrets, and is for you alone")
    backup.set_defaults(command=keeping.backup_command)

    restore = add("restore", help="put a backup into an empty installation")
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.set_defaults(command=keeping.restore_command)

    install = add(
        "install", help="make this copy a service that systemd starts with the machine (docs/operate.md); needs root"
    )
    how = install.add_mutually_exclusive_group()
    how.add_argument("--remove", action="store_true", help="take the service away again; data and settings stay")
    how.add_argument("--print", action="store_true", help="print the unit, and change nothing")
    install.add_argument("--root", type=Path, default=Path("/"), metavar="DIR", help="install into an image there")
    install.set_defaults(command=processes.install_command)

    fetch = add("fetch-programs", help="fetch Asterisk and Kamailio now, as a first start would")
    fetch.set_defaults(command=processes.fetch_programs_command)

    check = add(
        "check",
        help="look at everything and change nothing; exit code 0: all is well, 1: there are warnings, 2: faults",
    )
    check.set_defaults(command=keeping.check_command)

    certificate = add(
        "order-certificate", help="obtain the certificate of CENTRALKA_ACME now, however often that failed before"
    )
    certificate.set_defaults(command=keeping.order_certificate_command)

    call_log = add(
        "call-log", help="print all that is known of one call: its record, the journal, bookings and every log"
    )
    call_log.add_argument("call", metavar="ID", help="as the call's page and the API have it")
    call_log.add_argument("--redacted", action="store_true", help="without numbers, names, mail and IP addresses")
    call_log.set_defaults(command=keeping.call_log_command)

    data = add("personal-data", help="print what a company's data say of one person (as JSON), or erase it")
    data.add_argument("slug", help="the company's short name")
    data.add_argument("who", help="an extension of the company, or a public number")
    data.add_argument("--erase", action="store_true", help="erase it; prints what was erased, what was kept, and why")
    data.set_defaults(command=keeping.personal_data_command)

    engines = add("engines", help="list the engines over which companies are spread, or forget one")
    engines.add_argument("--forget", metavar="NODE", help="one that does not come back")
    engines.set_defaults(command=keeping.engines_command)


def _add_carrier(add: Add) -> None:
    """Add what plays the outside world."""
    carrier = add("carrier", help="start the sandbox carrier, which plays the outside world")
    carrier.set_defaults(command=processes.carrier_command)

    call = add("carrier-call", help="let somebody outside call one of your numbers through it")
    call.add_argument("caller", metavar="FROM")
    call.add_argument("called", metavar="TO")
    call.add_argument("--restricted", action="store_true", help="the caller hides the number")
    call.add_argument("--echo", action="store_true", help="send back what is said, instead of a tone of 440 Hz")
    call.add_argument("--ring", type=count, default=180, metavar="N", help="give up after N seconds of ringing")
    call.add_argument("--seconds", type=count, default=30, metavar="N", help="hang up N seconds after the answer")
    call.add_argument(
        "--diversion",
        action="append",
        default=[],
        metavar="NUMBER",
        help="sent on by this number; the latest first",
    )
    call.add_argument("--fax", type=Path, metavar="FILE.tif", help="send this TIFF file as a fax")
    call.add_argument("--sound", action="store_true", help="send the fax as sound alone: refuse T.38")
    call.set_defaults(command=processes.carrier_call_command)


def _add_people(add: Add) -> None:
    """Add what lets companies, people and programs in."""
    tenant = add("add-tenant", help="make a company and its first owner")
    tenant.add_argument("slug", help="short name, starts each login: acme in acme_100")
    tenant.add_argument("name", help="the company's name")
    tenant.add_argument("owner_email")
    tenant.add_argument("owner_name")
    tenant.add_argument("--language", choices=["pl", "en"], default="pl")
    tenant.set_defaults(command=people.add_tenant_command)

    operator = add("add-operator", help="make a person who runs the installation")
    operator.add_argument("email")
    operator.add_argument("name")
    operator.set_defaults(command=people.add_operator_command)

    member = add("add-member", help="let a login that exists work in another company too")
    member.add_argument("slug")
    member.add_argument("email")
    member.add_argument("role", choices=["owner", "manager", "reader"])
    member.set_defaults(command=people.add_member_command)

    token = add("operator-token", help="make a token for the operator's API, or revoke one")
    token.add_argument("name")
    token.add_argument("--revoke", action="store_true")
    token.add_argument(
        "--network", action="append", default=[], metavar="CIDR", help="it opens something from there only; repeatable"
    )
    token.add_argument("--days", type=count, metavar="N", help="it is good for N days")
    token.set_defaults(command=people.operator_token_command)

    password = add("reset-password", help="give somebody who forgot theirs a new first password")
    password.add_argument("email")
    password.add_argument("--second-factor", action="store_true", help="and forget the second factor")
    password.set_defaults(command=people.reset_password_command)

    address = add("change-email", help="let a person sign in with another e-mail address")
    address.add_argument("email", help="the present address")
    address.add_argument("new", help="the new one; it counts at once, and both are told")
    address.set_defaults(command=people.change_email_command)


def count(text: str) -> int:
    """Read a whole number, at least 1. More than six digits are no time that anybody means."""
    if not re.fullmatch(r"0*[1-9][0-9]{0,5}", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"needs a whole number from 1 to 999999, not {text!r}")
    return int(text)
