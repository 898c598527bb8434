"""Commands that start what runs, or prepare the machine for it. Each is given what was typed."""

import argparse

from centralka import mains

from .ends import fail


def run_command(given: argparse.Namespace) -> None:
    from centralka.debian.errors import ProgramUnavailable
    from centralka.edge.program import EdgeMisconfigured
    from centralka.engine.engine_settings import EngineMisconfigured
    from centralka.instance import run_instance
    from centralka.start.errors import CannotStart

    try:
        run_instance()
    except (CannotStart, EdgeMisconfigured, EngineMisconfigured, ProgramUnavailable) as problem:
        fail(str(problem))


def switchboard_command(given: argparse.Namespace) -> None:
    mains.decide_calls()


def web_command(given: argparse.Namespace) -> None:
    mains.serve_web()


def worker_command(given: argparse.Namespace) -> None:
    mains.do_what_is_due(given.heartbeat)


def drain_command(given: argparse.Namespace) -> None:
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
        fail(str(problem))
    except KeyboardInterrupt:
        fail("New calls are refused on; `centralka drain --undo` takes them again.")


def install_command(given: argparse.Namespace) -> None:
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
        fail(str(problem))


def fetch_programs_command(given: argparse.Namespace) -> None:
    from django.conf import settings

    from centralka.debian.errors import ProgramUnavailable
    from centralka.edge.fetching import find_edge
    from centralka.engine.fetching import find_engine

    try:
        engine, edge = find_engine(settings.ENGINE_DIR, print), find_edge(settings.EDGE_DIR, print)
    except (ProgramUnavailable, OSError) as problem:
        fail(str(problem))
    print(f"Asterisk {engine.version} and Kamailio {edge.version} are there.")


def carrier_command(given: argparse.Namespace) -> None:
    from centralka.carrier.credentials import BrokenCredentials
    from centralka.carrier.numbers import BrokenNumbers
    from centralka.carrier.start import run_carrier
    from centralka.debian.errors import ProgramUnavailable
    from centralka.engine.engine_settings import EngineMisconfigured
    from centralka.start.errors import CannotStart

    try:
        run_carrier()
    except (CannotStart, BrokenCredentials, BrokenNumbers, ProgramUnavailable, EngineMisconfigured) as problem:
        fail(str(problem))


def carrier_call_command(given: argparse.Namespace) -> None:
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
        fail(str(problem))
    print(ended.sentence)
    raise SystemExit(not ended.answered)
