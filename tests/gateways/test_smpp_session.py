"""A connection over SMPP to another implementation (smpp34), and to servers that behave badly."""

import asyncio
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from struct import pack, unpack_from

import pytest
import smpp34

from centralka.certificates.own_authority import AUTHORITY, own_certificate
from centralka.gateways.smpp.session import Login, NotBound, Patience, Session, bound
from centralka.gateways.smpp.wire import LATER, OK, Part, Pdu, read_short
from centralka.sms.gateway_words import Answer, NotTaken, Refused, Taken, Unclear
from centralka.sms.parts import Coding
from centralka.sms.smpp import Place, Ton
from tests.outbox.mail_server import free_port

QUICK = Patience(connect=5, answer=0.4, turn=0.4, quiet=60, alive=1, pauses=(0.01, 0.01))
SECONDS = 30
BROKE = Unclear("the connection broke before the answer")


def part(text: str = "abc", sms: int = 1) -> Part:
    return Part(text, Coding.GSM7, (Ton.NAME, "KWIATY"), "+48600100200", sms=sms)


class Kept:
    """What came in and what was noted, in their order."""

    def __init__(self, status: int = OK) -> None:
        self.what: list[str] = []
        self.status = status

    async def deliver(self, pdu: Pdu) -> int:
        self.what.append(read_short(pdu.body).text)
        return self.status

    async def told(self, part: Part, said: Answer) -> None:
        self.what.append(said.id if isinstance(said, Taken) else said.reason)


def login(port: int, tls: ssl.SSLContext | None = None) -> Login:
    return Login(Place("localhost" if tls else "127.0.0.1", port, tls is not None), "kwiaty", "tajne123", tls=tls)


def test_another_implementation_takes_reports_and_answers() -> None:
    async def server(there: smpp34.Server) -> list[object]:
        esme = await there.next()
        assert isinstance(esme, smpp34.Esme)
        got = await there.next()
        assert isinstance(got, smpp34.SubmitSmEvent)
        got.accept("M1")
        one = await esme.deliver_sm("", b"id:M1 stat:DELIVRD", source_addr=got.destination_addr, esm_class=4)
        two = await esme.deliver_sm("48601222333", b"Tak", source_addr=got.destination_addr)
        return [esme.system_id, esme.can_receive, got.short_message, one.is_success, two.is_success]

    async def both() -> None:
        port = free_port()
        there, kept = smpp34.Server("127.0.0.1", port, system_id="SIM"), Kept()
        await there.start()
        serving = asyncio.create_task(server(there))
        async with bound(login(port), kept.deliver, kept.told, patience=QUICK) as session:
            running = asyncio.create_task(session.run())
            assert await session.hand_over([part()]) == [Taken("M1")]
            assert await serving == ["kwiaty", True, b"abc", True, True]
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        assert sorted(kept.what) == ["M1", "Tak", "id:M1 stat:DELIVRD"]  # its receipt can come before its answer
        await there.stop()

    within(both())


def within(work: Awaitable[None]) -> None:
    async def doing() -> None:
        await asyncio.wait_for(work, SECONDS)

    asyncio.run(doing())


Say = Callable[[Pdu, StreamWriter], None]


def with_server(say: Say, do: Callable[[Session], Awaitable[None]], *, window: int = 10, answers: int = OK) -> Kept:
    """Have a session with a server that lets us in and then says what it wants."""
    kept = Kept(answers)

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        with closing(writer):
            while head := await reader.read(16):
                length, command, status, sequence = unpack_from("!IIII", head)
                body = await reader.readexactly(length - 16)
                if command == 9:
                    writer.write(Pdu(0x80000009, 0, sequence, b"x\0").written())
                else:
                    say(Pdu(command, status, sequence, body), writer)

    async def both() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with bound(
            login(port), kept.deliver, kept.told, window=window, per_second=1000, patience=QUICK
        ) as session:
            running = asyncio.create_task(session.run())
            await do(session)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        server.close()

    within(both())
    return kept


def resp(pdu: Pdu, status: int = 0, body: bytes = b"M1\0") -> bytes:
    return Pdu(pdu.command | 0x80000000, status, pdu.sequence, body).written()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda pdu: resp(pdu), Taken("M1")),
        (lambda pdu: resp(pdu, 0, b""), Taken("")),
        (lambda pdu: resp(pdu, 0x0B, b""), Refused("ESME_RINVDSTADR")),
        (lambda pdu: resp(pdu, 0x401), Refused("status 0x00000401")),
        (lambda pdu: resp(pdu, 0x08), NotTaken("ESME_RSYSERR")),
        (lambda pdu: resp(pdu, 0x58), NotTaken("ESME_RTHROTTLED")),
        (lambda pdu: Pdu(0x80000000, 3, pdu.sequence).written(), NotTaken("ESME_RINVCMDID")),
        (lambda pdu: b"", Unclear("no answer")),
        (lambda pdu: pack("!IIII", 0xFFFFFFFF, 0x80000004, 0, pdu.sequence), BROKE),
        (lambda pdu: b"<html>It works!</html>", BROKE),
        (lambda pdu: Pdu(6, 0, 9).written(), BROKE),
        (lambda pdu: resp(Pdu(4, 0, pdu.sequence + 9)), Unclear("no answer")),
    ],
)  # fmt: skip
def test_answers_to_a_message(answer: Callable[[Pdu], bytes], said: Answer) -> None:
    def say(pdu: Pdu, writer: StreamWriter) -> None:
        if pdu.command == 4:
            writer.write(answer(pdu))

    async def do(session: Session) -> None:
        assert await session.hand_over([part()]) == [said]

    with_server(say, do)


def test_what_is_throttled_is_offered_again_and_taken() -> None:
    said: list[int] = []

    def say(pdu: Pdu, writer: StreamWriter) -> None:
        if pdu.command == 4:
            said.append(pdu.sequence)
            writer.write(resp(pdu, 0x58 if len(said) < 3 else 0))

    async def do(session: Session) -> None:
        assert await session.hand_over([part()]) == [Taken("M1")]

    with_server(say, do)
    assert len(set(said)) == 3


def test_no_more_than_the_window_is_unanswered_and_order_is_kept() -> None:
    waiting: list[Pdu] = []
    most: list[int] = []

    def say(pdu: Pdu, writer: StreamWriter) -> None:
        if pdu.command == 4:
            waiting.append(pdu)
            most.append(len(waiting))
            asyncio.get_running_loop().call_later(0.02, answer, writer)

    def answer(writer: StreamWriter) -> None:
        pdu = waiting.pop(0)
        writer.write(resp(pdu, body=read_short(pdu.body).content + b"\0"))

    async def do(session: Session) -> None:
        found = await asyncio.gather(*(session.hand_over([part(str(n))]) for n in range(12)))
        assert found == [[Taken(str(n))] for n in range(12)]

    with_server(say, do, window=3)
    assert max(most) == 3


def test_parts_after_a_break_were_certainly_not_taken() -> None:
    def say(pdu: Pdu, writer: StreamWriter) -> None:
        writer.transport.abort()

    async def do(session: Session) -> None:
        first, second, third = await session.hand_over([part("1"), part("2"), part("3")])
        assert isinstance(first, Unclear)
        assert isinstance(second, NotTaken)
        assert isinstance(third, NotTaken)

    with_server(say, do, window=1)


def test_what_could_not_be_kept_is_answered_as_such_and_strange_requests_are_not_understood() -> None:
    heard: list[tuple[int, int]] = []

    def say(pdu: Pdu, writer: StreamWriter) -> None:
        if pdu.command == 4:
            writer.write(smpp34.DeliverSm("48600100200", "1", b"abc", sequence_number=7).encode())
            writer.write(Pdu(0x21, 0, 8).written() + Pdu(0x102, 0, 9, b"x").written() + Pdu(0x15, 0, 10).written())
            asyncio.get_running_loop().call_later(0.1, lambda: writer.write(resp(pdu)))
        else:
            heard.append((pdu.command, pdu.status))

    async def do(session: Session) -> None:
        assert await session.hand_over([part()]) == [Taken("M1")]

    with_server(say, do, answers=LATER)
    assert sorted(heard[:3]) == sorted([(0x80000005, LATER), (0x80000000, 3), (0x80000015, 0)])


def test_a_login_over_tls_and_a_certificate_that_nobody_trusts(tmp_path: Path) -> None:
    pair = own_certificate(tmp_path, ("localhost", "127.0.0.1"), datetime.now(UTC))
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    theirs.load_cert_chain(pair)
    ours = ssl.create_default_context(cafile=str(tmp_path / AUTHORITY))
    stranger, kept = ssl.create_default_context(), Kept()

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        with closing(writer):
            head = await reader.readexactly(16)
            writer.write(Pdu(0x80000009, 0, unpack_from("!I", head, 12)[0], b"x\0").written())
            await reader.read()

    async def both() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=theirs)
        port = server.sockets[0].getsockname()[1]
        async with bound(login(port, ours), kept.deliver, kept.told, patience=QUICK) as session:
            assert session.is_open
        with pytest.raises(ssl.SSLCertVerificationError):
            async with bound(login(port, stranger), kept.deliver, kept.told, patience=QUICK):
                pass
        server.close()

    within(both())


@pytest.mark.parametrize("answer", [Pdu(0x80000009, 0x0E, 1), Pdu(0x80000000, 3, 1)])
def test_a_login_that_is_refused(answer: Pdu) -> None:
    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        with closing(writer):
            await reader.read(64)
            writer.write(answer.written())

    async def both() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        kept = Kept()
        with pytest.raises(NotBound) as told:
            async with bound(login(server.sockets[0].getsockname()[1]), kept.deliver, kept.told, patience=QUICK):
                pass
        assert "tajne" not in str(told.value)
        server.close()

    within(both())


@pytest.mark.parametrize("ends", ["let in", "refused", "not there"])
def test_a_connection_that_is_given_up_at_any_step_of_its_login_is_over(ends: str) -> None:
    """Else whoever ends it waits for ever: it would go on, or try again."""

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        with closing(writer):
            await reader.read(64)
            writer.write(Pdu(0x80000009, 0 if ends == "let in" else 0x0E, 1, b"x\0").written())
            await reader.read()

    async def connection(port: int) -> None:
        kept = Kept()
        async with bound(login(port), kept.deliver, kept.told, patience=QUICK) as session:
            await session.run()

    async def step_by_step() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = free_port() if ends == "not there" else server.sockets[0].getsockname()[1]
        for steps in range(40):
            going = asyncio.create_task(connection(port))
            for _ in range(steps):
                await asyncio.sleep(0)
            given_up = going.cancel()
            await asyncio.wait([going])
            assert going.cancelled() or not given_up, f"after {steps} steps"
            if not given_up:
                assert isinstance(going.exception(), OSError | NotBound)
        server.close()

    within(step_by_step())


def test_the_password_is_in_nothing_that_may_be_logged() -> None:
    assert "tajne" not in repr(login(1))
