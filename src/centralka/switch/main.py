"""The switchboard process: it decides calls, keeps their records, and follows registrations and mailboxes."""

import asyncio
import signal
from collections.abc import Coroutine
from dataclasses import replace
from datetime import UTC, datetime

import structlog
import uvloop
from django.conf import settings
from django.core.management import call_command

from centralka.certificates.source import certificate_source
from centralka.disk import MB
from centralka.draining import draining_file
from centralka.logs import write_logs
from centralka.machine import in_uri

from .arriving.agi_server import Switchboard
from .arriving.endpoint_memory import EndpointMemory
from .arriving.turned_away import TurnedAwayCalls
from .browser_sound import BrowserSound
from .database import Database
from .edge_care.certificate import CertificateWatch
from .edge_care.disk_watch import DiskWatch
from .edge_care.engines import Engines
from .edge_care.owners import Owners
from .edge_care.strangers import Strangers
from .faxes.keeping import fax_keeper
from .faxes.sending import FaxSender
from .handover import Handover
from .hold_music import HoldMusicFiles
from .journal.lines import Journal
from .journal.missed_ends import MissedEnds
from .journal.record_keeper import RecordKeeper
from .mailboxes.keeping import mailbox_keeper
from .mailboxes.lamps import Lamps
from .money.meter import Meter
from .phones.answers import Answers
from .phones.presence import Tell, follow_presence
from .phones.presence_signs import PresenceSigns
from .phones.signed_out import SignedOut
from .running.hang_ups import HangUps
from .running.hushed import HushedCallers
from .running.long_sessions import LongSessions
from .text_messages.from_phones import FromPhones
from .text_messages.to_phones import ToPhones
from .trunks.carrier_registrations import CarrierRegistrations, Door
from .trunks.pings import Pings
from .trunks.trunk_order import TrunkOrder
from .trunks.trunks import Trunks
from .watched.lamp_file import LampFile
from .watched.watched_lamps import WatchedLamps
from .wire.edge_control import EdgeControl
from .wire.edge_line import EdgeLine
from .wire.edge_news import EdgeNews
from .wire.engine_control import EngineControl

log = structlog.get_logger()

Work = Coroutine[object, object, None]
_A_DAY = 24 * 3600.0
_TRY_AGAIN_AFTER = 2.0


def main() -> None:
    """Run until SIGTERM. Raises WrongSetting."""
    write_logs()
    uvloop.run(_serve(Handover.received()))


async def _serve(given: Handover) -> None:
    told_to_end = _told_to_end()
    database = Database()
    journal = Journal(given.journal)
    await _until_noted(journal)
    records = RecordKeeper(given.journal, settings.NODE)
    engine = EngineControl(given.question_port, given.question_secret, given.engine_console)
    edge = EdgeControl(given.edge_control)
    watched = WatchedLamps(LampFile(given.lamps), edge, database, lambda: records.who_does_what)
    line = EdgeLine(given.switchboard_secret, (settings.INNER, given.edge_port), given.edge_public)
    lamps = Lamps(database, line, beside_edge=given.serves_edge, changed=watched.mailboxes_changed)
    room = settings.MIN_FREE_MB * MB
    keeper = mailbox_keeper(given.spool, database, engine, settings.NODE, room, lamps)
    faxes = fax_keeper(given.faxes, given.engine_console, database, engine, settings.NODE, room)
    sender = FaxSender(given.faxes.with_name("sent-faxes"), database, engine, settings.NODE, is_draining)
    hushed = HushedCallers(engine, journal.not_encrypted)
    switchboard = Switchboard(
        database,
        journal,
        settings.NODE,
        keeper.mailboxes,
        faxes,
        sender,
        given.switchboard_secret,
        EndpointMemory(database, engine),
        hushed,
        records.catch_up,
        is_draining=is_draining,
    )
    server = await switchboard.serve(given.agi_port)
    hushed.begin()
    answers, to_phones = await _hear_the_edge(given, line, database, edge, journal, records)
    work: list[Work] = [
        records.keep_records(),
        HangUps(database, engine, journal, settings.NODE, records.living_channels).keep_hanging_up(),
        Meter(database, engine, settings.NODE, records.catch_up).keep_paid(),
        LongSessions(engine, settings.DEAD_CALL_SECONDS).watch_sessions(),
        HoldMusicFiles(given.hold_music, database).keep_files(),
        BrowserSound(given.ice, database, engine).keep_told(),
        keeper.keep(),
        faxes.keep(),
        sender.keep_sending(),
        _tidy_up(database),
        MissedEnds(engine, journal, records.channels_by_call).keep_looking(),
    ]
    if given.serves_edge:
        work += _for_the_edge(given, database, engine, edge, answers, lamps.tell_who_came)
        work += [watched.keep_true(), lamps.keep_telling(), to_phones.keep_handing_over()]
    else:
        work.append(TrunkOrder(given.trunk_order).follow_trunks(database))
    ended = await _first_ended(work, told_to_end)
    server.close()
    for task in ended:
        task.result()


async def _hear_the_edge(
    given: Handover, line: EdgeLine, database: Database, edge: EdgeControl, journal: Journal, records: RecordKeeper
) -> tuple[Answers, ToPhones]:
    """Listen to the edge: it tells which phones answer, which calls were turned away, and brings text messages."""
    answers = Answers(settings.NODE, database, settings.ASK_PHONES_SECONDS, edge.running)
    turned_away = TurnedAwayCalls(journal.turned_away, settings.NODE)
    to_phones = ToPhones(line, edge, settings.NODE, database)
    line.take = FromPhones(database, to_phones, records.catch_up).take
    news = EdgeNews(given.switchboard_secret, turned_away=turned_away.hear, answers=answers.hear, messages=line.hear)
    line.use(await news.listen(given.agi_port))
    return answers, to_phones


def _told_to_end() -> asyncio.Event:
    """Return what is set by SIGTERM and SIGINT."""
    told = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, told.set)
    return told


def _for_the_edge(
    given: Handover, database: Database, engine: EngineControl, edge: EdgeControl, answers: Answers, came: Tell
) -> list[Work]:
    """Return the work of the switchboard beside which the edge runs."""
    certificates = replace(certificate_source(), names=given.certificate_names)
    signs = PresenceSigns(settings.NODE, database, edge.running)
    pings = Pings(given.pings, engine, given.edge_port, in_uri(settings.INNER))
    registrations = CarrierRegistrations(edge, Door(given.edge_public, given.edge_socket))
    return [
        follow_presence(given.contacts, settings.NODE, database, came, answers, signs),
        Trunks(database, TrunkOrder(given.trunk_order), pings, registrations).follow_trunks(),
        DiskWatch(edge, settings.HOME, settings.DISK_WARN_MB).watch_disk(),
        CertificateWatch(edge, certificates, given.certificate).keep_taken(),
        SignedOut(edge, given.contacts, settings.NODE, database).keep_ending(),
        Strangers(edge, given.contacts, settings.NODE, database).follow_blocks(),
        Engines(edge, given.engines, database).keep_told(),
        Owners(edge, engine).keep_told(),
    ]


async def _first_ended(work: list[Work], told_to_end: asyncio.Event) -> set[asyncio.Task[None]]:
    """Do all of it until told to end. Returns what ended by itself and so has failed: the process ends too then, and
    is started again."""
    tasks = [asyncio.create_task(each) for each in work]
    ending = asyncio.create_task(told_to_end.wait())
    done, _ = await asyncio.wait({ending, *tasks}, return_when=asyncio.FIRST_COMPLETED)
    return {task for task in tasks if task in done}


def is_draining() -> bool:
    """Tell whether no new calls are to begin (`centralka drain`)."""
    return draining_file(settings.HOME).exists()


async def _until_noted(journal: Journal) -> None:
    """Tell the journal that a switchboard starts. It needs that, so we wait for room; the engine has its fallback."""
    while True:
        try:
            return journal.switchboard_starts(datetime.now(UTC))
        except OSError as problem:
            log.error("the journal cannot be written; waiting for room on its disk", problem=str(problem))
            await asyncio.sleep(_TRY_AGAIN_AFTER)


async def _tidy_up(database: Database) -> None:
    """Remove sessions that have run out, once a day."""
    while True:
        try:
            await database.do(call_command, "clearsessions")
        except Exception:
            log.exception("old sessions could not be removed; trying again tomorrow")
        await asyncio.sleep(_A_DAY)
