"""The `centralka` command."""

import argparse
import getpass
import os
import re
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

from centralka import __version__


def main(arguments: list[str] | None = None) -> None:
    """Run one command; ends with exit code 1 and one sentence when it cannot."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centralka.settings")
    given = _parser().parse_args(arguments)
    os.umask(0o077)  # the home folder holds digests, records and logs: nobody else on this machine reads them
    command: Callable[[argparse.Namespace], None] = given.command
    _set_up(tables=command not in _WITHOUT_TABLES)
    command(given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="centralka", description="The open, self-hosted phone exchange.")
    parser.add_argument("--version", action="version", version=f"Centralka {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="start everything on this machine and stay until Ctrl-C")
    run.set_defaults(command=_run)

    switchboard = commands.add_parser("switchboard", help="start the process that decides calls (`run` does it)")
    switchboard.set_defaults(command=_switchboard)

    worker = commands.add_parser(
        "worker", help="start the process that sends mail and charges monthly fees (`run` does it)"
    )
    worker.add_argument("--heartbeat", type=Path, metavar="FILE", help="touch this file between two pieces of work")
    worker.set_defaults(command=_worker)

    drain = commands.add_parser(
        "drain", help="refuse new calls, but for emergency calls, and wait until none runs any more"
    )
    drain.add_argument("--seconds", type=_count, metavar="N", help="wait no longer than N seconds")
    drain.add_argument("--undo", action="store_true", help="take new calls again")
    drain.set_defaults(command=_drain)

    backup = commands.add_parser("backup", help="write everything of this installation into a file, also while it runs")
    backup.add_argument("file", type=Path, metavar="FILE", help="a new file; it holds secrets, and is for you alone")
    backup.set_defaults(command=_backup)

    restore = commands.add_parser("restore", help="put a backup into an empty installation")
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.set_defaults(command=_restore)

    install = commands.add_parser(
        "install", help="make this copy a service that systemd starts with the machine (docs/operate.md); needs root"
    )
    how = install.add_mutually_exclusive_group()
    how.add_argument("--remove", action="store_true", help="take the service away again; data and settings stay")
    how.add_argument("--print", action="store_true", help="print the unit, and change nothing")
    install.add_argument("--root", type=Path, default=Path("/"), metavar="DIR", help="install into an image there")
    install.set_defaults(command=_install)

    fetch = commands.add_parser("fetch-programs", help="fetch Asterisk and Kamailio now, as a first start would")
    fetch.set_defaults(command=_fetch_programs)

    check = commands.add_parser(
        "check",
        help="look at everything and change nothing; exit code 0: all is well, 1: there are warnings, 2: faults",
    )
    check.set_defaults(command=_check)

    certificate = commands.add_parser(
        "order-certificate", help="obtain the certificate of CENTRALKA_ACME now, however often that failed before"
    )
    certificate.set_defaults(command=_order_certificate)

    call_log = commands.add_parser(
        "call-log", help="print all that is known of one call: its record, the journal, bookings and every log"
    )
    call_log.add_argument("call", metavar="ID", help="as the call's page and the API have it")
    call_log.add_argument("--redacted", action="store_true", help="without numbers, names, mail and IP addresses")
    call_log.set_defaults(command=_call_log)

    data = commands.add_parser(
        "personal-data", help="print what a company's data say of one person (as JSON), or erase it"
    )
    data.add_argument("slug", help="the company's short name")
    data.add_argument("who", help="an extension of the company, or a public number")
    data.add_argument("--erase", action="store_true", help="erase it; prints what was erased, what was kept, and why")
    data.set_defaults(command=_personal_data)

    engines = commands.add_parser("engines", help="list the engines over which companies are spread, or forget one")
    engines.add_argument("--forget", metavar="NODE", help="one that does not come back")
    engines.set_defaults(command=_engines)

    carrier = commands.add_parser("carrier", help="start the sandbox carrier, which plays the outside world")
    carrier.set_defaults(command=_carrier)

    call = commands.add_parser("carrier-call", help="let somebody outside call one of your numbers through it")
    call.add_argument("caller", metavar="FROM")
    call.add_argument("called", metavar="TO")
    call.add_argument("--restricted", action="store_true", help="the caller hides the number")
    call.add_argument("--echo", action="store_true", help="send back what is said, instead of a tone of 440 Hz")
    call.add_argument("--ring", type=_count, default=180, metavar="N", help="give up after N seconds of ringing")
    call.add_argument("--seconds", type=_count, default=30, metavar="N", help="hang up N seconds after the answer")
    call.add_argument(
        "--diversion",
        action="append",
        default=[],
        metavar="NUMBER",
        help="sent on by this number; the latest first",
    )
    call.add_argument("--fax", type=Path, metavar="FILE.tif", help="send this TIFF file as a fax")
    call.add_argument("--sound", action="store_true", help="send the fax as sound alone: refuse T.38")
    call.set_defaults(command=_carrier_call)

    tenant = commands.add_parser("add-tenant", help="make a company and its first owner")
    tenant.add_argument("slug", help="short name, starts each login: acme in acme_100")
    tenant.add_argument("name", help="the company's name")
    tenant.add_argument("owner_email")
    tenant.add_argument("owner_name")
    tenant.add_argument("--language", choices=["pl", "en"], default="pl")
    tenant.set_defaults(command=_add_tenant)

    operator = commands.add_parser("add-operator", help="make a person who runs the installation")
    operator.add_argument("email")
    operator.add_argument("name")
    operator.set_defaults(command=_add_operator)

    member = commands.add_parser("add-member", help="let a login that exists work in another company too")
    member.add_argument("slug")
    member.add_argument("email")
    member.add_argument("role", choices=["owner", "manager", "reader"])
    member.set_defaults(command=_add_member)

    token = commands.add_parser("operator-token", help="make a token for the operator's API, or revoke one")
    token.add_argument("name")
    token.add_argument("--revoke", action="store_true")
    token.add_argument(
        "--network", action="append", default=[], metavar="CIDR", help="it opens something from there only; repeatable"
    )
    token.add_argument("--days", type=_count, metavar="N", help="it is good for N days")
    token.set_defaults(command=_operator_token)

    password = commands.add_parser("reset-password", help="give somebody who forgot theirs a new first password")
    password.add_argument("email")
    password.add_argument("--second-factor", action="store_true", help="and forget the second factor")
    password.set_defaults(command=_reset_password)
    return parser


def _set_up(*, tables: bool) -> None:
    """Read the settings, and what describes the tables if they are used: that is two thirds of a start."""
    import django
    from django.conf import settings
    from django.utils.log import configure_logging

    from centralka.environment import WrongSetting

    try:
        if tables:
            django.setup()
        else:
            configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    except WrongSetting as wrong:
        _fail(str(wrong))
    except OSError as error:
        _fail(f"The home folder cannot be used: {error}; set CENTRALKA_HOME to another.")


def _run(given: argparse.Namespace) -> None:
    from centralka.debian.errors import ProgramUnavailable
    from centralka.edge.program import EdgeMisconfigured
    from centralka.engine.engine_settings import EngineMisconfigured
    from centralka.instance import run_instance
    from centralka.start.errors import CannotStart

    try:
        run_instance()
    except (CannotStart, EdgeMisconfigured, EngineMisconfigured, ProgramUnavailable) as problem:
        _fail(str(problem))


def _switchboard(given: argparse.Namespace) -> None:
    from centralka.switch.main import main as switchboard

    switchboard()


def _worker(given: argparse.Namespace) -> None:
    from centralka.outbox.worker import main as worker

    worker(given.heartbeat)


def _drain(given: argparse.Namespace) -> None:
    from django.conf import settings

    from centralka.debian.errors import ProgramUnavailable
    from centralka.engine.fetching import find_engine
    from centralka.start.draining import StillRunning, drain, undo
    from centralka.start.errors import CannotStart
    from centralka.start.terminal import say

    try:
        if given.undo:
            undo(settings.HOME, say)
        else:
            drain(settings.HOME, find_engine(settings.ENGINE_DIR, say), given.seconds, say)
    except (CannotStart, ProgramUnavailable, StillRunning, OSError) as problem:
        _fail(str(problem))
    except KeyboardInterrupt:
        _fail("New calls are refused on; `centralka drain --undo` takes them again.")


def _backup(given: argparse.Namespace) -> None:
    from centralka.backups.errors import BackupFailed
    from centralka.backups.making import make_backup

    try:
        made = make_backup(given.file.absolute())
    except BackupFailed as problem:
        _fail(str(problem))
    print(
        f"{given.file}: {len(made.files)} files, {made.size // 1024} KB before packing. It holds secrets: keep it safe."
    )


def _restore(given: argparse.Namespace) -> None:
    from centralka.backups.errors import BackupFailed
    from centralka.backups.restoring import restore_backup

    try:
        found = restore_backup(given.file.absolute())
    except BackupFailed as problem:
        _fail(str(problem))
    print(f"The backup of {found.made_at} (Centralka {found.centralka}) is restored. `centralka run` starts it.")


def _install(given: argparse.Namespace) -> None:
    from centralka.installing.errors import CannotInstall
    from centralka.installing.installing import install, remove, unit_here

    try:
        if given.print:
            print(unit_here(), end="")
        elif given.remove:
            remove(print, given.root.absolute())
        else:
            install(print, given.root.absolute())
    except CannotInstall as problem:
        _fail(str(problem))


def _fetch_programs(given: argparse.Namespace) -> None:
    from django.conf import settings

    from centralka.debian.errors import ProgramUnavailable
    from centralka.edge.fetching import find_edge
    from centralka.engine.fetching import find_engine

    try:
        engine, edge = find_engine(settings.ENGINE_DIR, print), find_edge(settings.EDGE_DIR, print)
    except (ProgramUnavailable, OSError) as problem:
        _fail(str(problem))
    print(f"Asterisk {engine.version} and Kamailio {edge.version} are there.")


def _check(given: argparse.Namespace) -> None:
    from centralka.checking import check

    raise SystemExit(check(print))


def _order_certificate(_given: argparse.Namespace) -> None:
    from centralka.certificates.acme.errors import CannotObtain
    from centralka.certificates.source import obtaining

    wanted = obtaining()
    if wanted is None:
        _fail("No authority is set: CENTRALKA_ACME.")
    try:
        ours = wanted.obtain(datetime.now(UTC))
    except (CannotObtain, OSError) as problem:
        _fail(f"No certificate for {wanted.name} was obtained: {problem}")
    if not ours:
        _fail("The worker is ordering one at this moment.")
    print(f"{wanted.certificate}: a certificate for {wanted.name}. Phones are shown it within seconds.")


def _call_log(given: argparse.Namespace) -> None:
    from django.db import DatabaseError

    from centralka.call_log import NoSuchCall, call_log, redaction_of

    try:
        found = call_log(given.call)
        redaction = redaction_of(given.call) if given.redacted else None
    except NoSuchCall:
        _fail(f"Nothing is known of a call {given.call}.")
    except (OSError, DatabaseError) as problem:
        _fail(f"The call could not be looked for: {problem}")
    for line in found:
        print(redaction.of(str(line)) if redaction else line)


def _personal_data(given: argparse.Namespace) -> None:
    import json

    from centralka.actions import personal_data
    from centralka.store.models import Tenant

    _prepare_database()
    tenant = Tenant.objects.filter(slug=given.slug, closed_at__isnull=True).first()
    if tenant is None:
        _fail("There is no such company.")
    with _refusals():
        found = personal_data.person(tenant, given.who)
        told = personal_data.erase(found).as_data() if given.erase else personal_data.export(found)
    print(json.dumps(told, indent=1, ensure_ascii=False, default=str))


def _engines(given: argparse.Namespace) -> None:
    from centralka.store.edge import engines, forget_engine

    if given.forget and not forget_engine(given.forget):
        _fail(f"There is no engine {given.forget}.")
    for node, address in engines():
        print(f"{node}\t{address}")


def _carrier(given: argparse.Namespace) -> None:
    from centralka.carrier.credentials import BrokenCredentials
    from centralka.carrier.numbers import BrokenNumbers
    from centralka.carrier.start import run_carrier
    from centralka.debian.errors import ProgramUnavailable
    from centralka.engine.engine_settings import EngineMisconfigured
    from centralka.start.errors import CannotStart

    try:
        run_carrier()
    except (CannotStart, BrokenCredentials, BrokenNumbers, ProgramUnavailable, EngineMisconfigured) as problem:
        _fail(str(problem))


def _carrier_call(given: argparse.Namespace) -> None:
    from centralka.carrier.incoming import CannotCall, IncomingCall, diverted, e164, fax_file, place

    try:
        ended = place(
            IncomingCall(
                e164(given.caller),
                e164(given.called),
                given.restricted,
                given.echo,
                given.ring,
                given.seconds,
                tuple(map(diverted, given.diversion)),
                fax_file(given.fax) if given.fax else None,
                given.sound,
            )
        )
    except CannotCall as problem:
        _fail(str(problem))
    print(ended.sentence)
    raise SystemExit(not ended.answered)


_WITHOUT_TABLES = (_carrier, _carrier_call, _order_certificate, _install, _fetch_programs)
"""Commands that use no table of ours."""


def _count(text: str) -> int:
    """Read a whole number, at least 1. More than six digits are no time that anybody means."""
    if not re.fullmatch(r"0*[1-9][0-9]{0,5}", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"needs a whole number from 1 to 999999, not {text!r}")
    return int(text)


def _add_tenant(given: argparse.Namespace) -> None:
    from centralka.actions.actor import Operator
    from centralka.actions.tenants.tenants import add_tenant_with_owner

    _prepare_database()
    password = secrets.token_urlsafe(12)
    with _refusals():
        tenant, owner = add_tenant_with_owner(
            Operator(who=getpass.getuser()),
            given.slug,
            given.name,
            given.language,
            given.owner_email,
            given.owner_name,
            password,
        )
    print(f"{tenant.name} ({tenant.slug}) is there. {owner.email} signs in with this first password: {password}")


def _add_operator(given: argparse.Namespace) -> None:
    from centralka.actions.tenants.tenants import add_operator

    _prepare_database()
    password = secrets.token_urlsafe(12)
    with _refusals():
        person = add_operator(given.email, given.name, password)
    print(f"{person.email} signs in with this password: {password}")


def _add_member(given: argparse.Namespace) -> None:
    from centralka.actions.actor import Operator
    from centralka.actions.tenants.tenants import add_member
    from centralka.store.models import Role

    _prepare_database()
    with _refusals():
        made = add_member(Operator(who=getpass.getuser()), given.slug, given.email, Role(given.role))
    print(f"{made.person.email} works in {made.tenant.name} as {made.role}.")


def _operator_token(given: argparse.Namespace) -> None:
    from centralka.actions.tokens import make_operator_token, revoke_operator_tokens

    _prepare_database()
    if not given.revoke:
        until = datetime.now(UTC) + timedelta(days=given.days) if given.days else None
        with _refusals():
            print(f"Token, shown this once: {make_operator_token(given.name, given.network, until)}")
    elif not revoke_operator_tokens(given.name):
        _fail(f"There is no operator's token named {given.name}.")


def _reset_password(given: argparse.Namespace) -> None:
    from centralka.actions.tenants.tenants import reset_password

    _prepare_database()
    password = secrets.token_urlsafe(12)
    with _refusals():
        person = reset_password(given.email, password, second_factor=given.second_factor)
    print(f"{person.email} signs in with this password and is asked for a new one: {password}")


def _prepare_database() -> None:
    from centralka.start.database import prepare_database
    from centralka.start.errors import CannotStart
    from centralka.store.acting import Acting, Kind, act_as

    act_as(Acting(Kind.COMMAND, getpass.getuser(), operator=True))
    try:
        prepare_database()
    except CannotStart as problem:
        _fail(str(problem))


@contextmanager
def _refusals() -> Iterator[None]:
    """Tell field by field what an action refuses."""
    from centralka.actions.errors import InvalidInput

    try:
        yield
    except InvalidInput as refused:
        _fail("; ".join(f"{field}: {one.message}" for field, found in refused.problems.items() for one in found))


def _fail(sentence: str) -> NoReturn:
    print(f"centralka: {sentence}", file=sys.stderr)
    raise SystemExit(1)
