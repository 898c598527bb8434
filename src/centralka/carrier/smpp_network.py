"""The sandbox's network of text messages over SMPP: takes them as `sms_network` does, with receipts, and answers.

What a customer did not say that it has is brought again, to whichever connection of the customer there is.
"""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from struct import pack
from typing import Any

from centralka.gateways.smpp.wire import (
    BIND_TRANSCEIVER,
    BIND_TRANSMITTER,
    DELIVER,
    ENQUIRE,
    GENERIC_NACK,
    OK,
    PAYLOAD,
    SUBMIT,
    UNBIND,
    UNKNOWN_COMMAND,
    WITH_HEADER,
    Garbage,
    Pdu,
    Short,
    answer_to,
    encoded,
    read_pdu,
    read_short,
)
from centralka.sms.parts import Coding
from centralka.sms.smpp import MESSAGE_STATE, RECEIPTED_MESSAGE_ID, USER_MESSAGE_REFERENCE

from .sms_behaviour import Later, TextBehaviour, text_behaviour, told_later

BIND_RECEIVER, QUERY = 0x01, 0x03
_BINDS = (BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER)
_WRONG_PASSWORD, _NOT_BOUND, _UNKNOWN_ID, _NO_SUCH_NUMBER, _THROTTLED = 0x0E, 0x04, 0x67, 0x0B, 0x58
_RECEIPT = 4
_ROOM = 254
_STATES = {"sent": ("ENROUTE", 1), "delivered": ("DELIVRD", 2), "failed": ("UNDELIV", 5), "accepted": ("ACCEPTD", 6)}
_AGAIN = 2.0
"""Seconds until something is brought again."""

Note = Callable[[str, dict[str, str]], None]


@dataclass(eq=False)
class _Customer:
    """A customer on a connection."""

    system_id: str
    writer: StreamWriter
    receives: bool
    sequences: "count[int]" = field(default_factory=lambda: count(1))
    brought: dict[int, "asyncio.Future[int]"] = field(default_factory=dict)


class SmppNetwork:
    """Keeps what it took while it runs. `passwords`: by the customer's system_id. `note`: writes down what happens."""

    def __init__(self, passwords: Mapping[str, str], note: Note) -> None:
        self._passwords, self._note = passwords, note
        self._ids = count(1)
        self._customers: set[_Customer] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.states: dict[str, str] = {}
        """By our id."""

    async def listen(self, host: str, port: int) -> int:
        """Listen until `end`; returns the port. Raises OSError."""
        self._server = await asyncio.start_server(self._serve, host, port)
        found: int = self._server.sockets[0].getsockname()[1]
        return found

    async def end(self) -> None:
        """Bring nothing any more, and hang up."""
        if self._server is not None:
            self._server.close()
        for customer in list(self._customers):
            customer.writer.transport.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- A connection --------------------------------------------------------------------------------------------

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        customer: _Customer | None = None
        try:
            while True:
                pdu = await read_pdu(reader)
                if pdu.command in _BINDS:
                    customer = self._bind(pdu, writer)
                elif customer is None:
                    writer.write(answer_to(pdu, _NOT_BOUND).written())
                elif not self._heard(customer, pdu):
                    break
                await writer.drain()
        except (OSError, EOFError, Garbage):
            pass  # a client that hangs up, or speaks something else, is gone
        finally:
            if customer is not None:
                self._customers.discard(customer)
                for waiting in customer.brought.values():
                    waiting.cancel()
            writer.close()

    def _bind(self, pdu: Pdu, writer: StreamWriter) -> _Customer | None:
        system_id, password, *_others = (*pdu.body.split(b"\0"), b"", b"")
        name = system_id.decode("latin-1")
        if self._passwords.get(name) != password.decode("latin-1"):
            writer.write(answer_to(pdu, _WRONG_PASSWORD).written())
            return None
        writer.write(answer_to(pdu, OK, b"centralka-sms\0").written())
        customer = _Customer(name, writer, receives=pdu.command != BIND_TRANSMITTER)
        self._customers.add(customer)
        return customer

    def _heard(self, customer: _Customer, pdu: Pdu) -> bool:
        """Do what a customer asks. False: it says good-bye."""
        if pdu.is_answer:
            if (waiting := customer.brought.pop(pdu.sequence, None)) and not waiting.done():
                waiting.set_result(pdu.status)
        elif pdu.command == SUBMIT:
            self._take(customer, pdu)
        elif pdu.command == QUERY:
            self._tell_state(customer, pdu)
        elif pdu.command in (ENQUIRE, UNBIND):
            customer.writer.write(answer_to(pdu).written())
            return pdu.command != UNBIND
        else:
            customer.writer.write(Pdu(GENERIC_NACK, UNKNOWN_COMMAND, pdu.sequence).written())
        return True

    # -- A message -----------------------------------------------------------------------------------------------

    def _take(self, customer: _Customer, pdu: Pdu) -> None:
        short = read_short(pdu.body)
        behaviour = text_behaviour(short.destination)
        refusal = {TextBehaviour.REFUSE: _NO_SUCH_NUMBER, TextBehaviour.BUSY: _THROTTLED}.get(behaviour)
        if refusal is not None:
            self._note("busy" if behaviour is TextBehaviour.BUSY else "refused", _fields("", short))
            customer.writer.write(answer_to(pdu, refusal).written())
            return
        our_id = f"{next(self._ids):08x}"
        self.states[our_id] = "accepted"
        self._note("taken", _fields(our_id, short))
        self._answer(customer, pdu, our_id, behaviour)
        for later in told_later(behaviour):
            self._begin(self._come_true(customer.system_id, short, our_id, later))

    def _answer(self, customer: _Customer, pdu: Pdu, our_id: str, behaviour: TextBehaviour) -> None:
        if behaviour is TextBehaviour.HTML:
            customer.writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n<html>It works!</html>")
        elif behaviour is not TextBehaviour.SILENT:
            customer.writer.write(answer_to(pdu, OK, our_id.encode() + b"\0").written())

    def _tell_state(self, customer: _Customer, pdu: Pdu) -> None:
        found = self.states.get(pdu.told_id)
        if found is None:
            customer.writer.write(answer_to(pdu, _UNKNOWN_ID).written())
            return
        body = pdu.told_id.encode() + b"\0\0" + bytes((_STATES[found][1], 0))
        customer.writer.write(answer_to(pdu, OK, body).written())

    async def _come_true(self, system_id: str, short: Short, our_id: str, later: Later) -> None:
        await asyncio.sleep(later.after)
        if later.answer == "=":
            await self._bring(system_id, _echoed(short))
            return
        if later.answer:
            if short.place == 1:
                await self._bring(system_id, _message(short, 0, 0, encoded(later.answer, Coding.GSM7)))
            return
        self.states[our_id] = later.state
        self._note(later.state, _fields(our_id, short))
        if short.wants_receipt:
            await self._bring(system_id, _receipt(short, our_id, later))

    async def _bring(self, system_id: str, body: bytes) -> None:
        """Bring something to a customer until it says that it has it."""
        while True:
            there = [each for each in self._customers if each.receives and each.system_id == system_id]
            if there and await self._brought(there[0], body):
                return
            await asyncio.sleep(_AGAIN)

    async def _brought(self, customer: _Customer, body: bytes) -> bool:
        sequence, answer = next(customer.sequences), asyncio.get_running_loop().create_future()
        customer.brought[sequence] = answer
        customer.writer.write(Pdu(DELIVER, OK, sequence, body).written())
        await asyncio.wait([answer], timeout=10)
        return answer.done() and not answer.cancelled() and answer.result() == OK

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _receipt(short: Short, our_id: str, later: Later) -> bytes:
    """Write a receipt (Appendix B) with the fields that say the same."""
    word, number = _STATES[later.state]
    now = datetime.now(UTC).strftime("%y%m%d%H%M%S")
    error = "001" if later.state == "failed" else "000"
    text = (
        f"id:{our_id} sub:001 dlvrd:001 submit date:{now} done date:{now} stat:{word} err:{error} "
        f"text:{short.text[:20].encode('ascii', 'replace').decode()}"
    )
    options = (
        _option(RECEIPTED_MESSAGE_ID, our_id.encode() + b"\0")
        + _option(MESSAGE_STATE, bytes((number,)))
        + _option(USER_MESSAGE_REFERENCE, short.options.get(USER_MESSAGE_REFERENCE, b"\0\0"))
    )
    return _message(short, _RECEIPT, 0, text.encode()) + options


def _echoed(short: Short) -> bytes:
    """Send a part back as it came, with the header that joins it to the others."""
    if short.total == 1:
        return _message(short, 0, short.coding, short.content)
    header = bytes((5, 0, 3, short.reference % 256, short.total, short.place))
    return _message(short, WITH_HEADER, short.coding, header + short.content)


def _message(short: Short, kind: int, coding: int, content: bytes) -> bytes:
    """Write a message from the number that one went to."""
    source, destination = short.destination.encode("latin-1"), short.source.encode("latin-1")
    return (
        b"\0\x01\x01" + source + b"\0" + bytes((short.source_ton, 1)) + destination + b"\0"
        + bytes((kind, 0, 0)) + b"\0\0" + bytes((0, 0, coding, 0)) + _held(content)
    )  # fmt: skip


def _held(content: bytes) -> bytes:
    """Write the length and the content, or what is too long for it as a field at the end."""
    return bytes((len(content),)) + content if len(content) <= _ROOM else b"\0" + _option(PAYLOAD, content)


def _option(tag: int, value: bytes) -> bytes:
    return pack("!HH", tag, len(value)) + value


def _fields(our_id: str, short: Short) -> dict[str, str]:
    """Return the fields of a line of `sms.jsonl`."""
    return {"id": our_id, "to": f"+{short.destination}", "from": short.source, "text": short.text, "report": ""}


def passwords_of(customers: Mapping[str, str]) -> dict[str, str]:
    """Return the customers' passwords as far as the protocol has room for them: 8 characters."""
    return {name[:15]: password[:8] for name, password in customers.items()}
