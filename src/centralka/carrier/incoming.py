"""`centralka carrier-call`: somebody outside calls a number of the customer, through the carrier that runs."""

import asyncio
import re
import secrets
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import phonenumbers

from .ami import AmiConnection, AmiRefused, Message
from .contacts import contacts_of, dialled_at
from .credentials import USER
from .numbers import BrokenNumbers, carrier_numbers
from .running import running_carrier

_COUNTRY = "PL"
_DOMAIN = "carrier.example"
"""Of the addresses in the headers that it makes; their readers look at the number only."""
# Nothing that a manager action's list of variables would take for the end of a value.
_PARAMETERS = re.compile(r"(;[\w.-]+(=[\w.%+-]+)?)*", re.ASCII)
_NOBODY_RUNS = "No sandbox carrier runs here; start it with `make carrier`."
_STOPPED = "The sandbox carrier was stopped."


class CannotCall(Exception):
    """One sentence that tells the person at the terminal what is in the way."""


@dataclass(frozen=True, slots=True)
class IncomingCall:
    """A call from one number to another (E.164); `ring` and `stay` are seconds: how long it rings at most, how long it
    stays answered."""

    caller: str
    called: str
    restricted: bool = False
    echo: bool = False
    ring: int = 180
    stay: int = 30
    diversions: tuple[str, ...] = ()
    """The headers that `diverted` gives, the latest diversion first (RFC 5806)."""
    fax: Path | None = None
    """A TIFF file to send as a fax, in place of sound."""
    sound: bool = False
    """The fax is sent as sound alone: T.38 is refused."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The course of the call, in one line."""

    answered: bool
    sentence: str


def e164(text: str) -> str:
    """Read a number in any spelling that is used in Poland. Raises CannotCall."""
    try:
        number = phonenumbers.parse(text, _COUNTRY)
    except phonenumbers.NumberParseException:
        raise CannotCall(f"{text!r} is no phone number.") from None
    if not phonenumbers.is_possible_number(number):
        raise CannotCall(f"{text!r} is no phone number: too short or too long.")
    found: str = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return found


def diverted(text: str) -> str:
    """Read a number in any spelling, perhaps with parameters of the Diversion header: `22 123 45 67;reason=user-busy`.

    Returns it with the number in E.164. Raises CannotCall.
    """
    number, semicolon, parameters = text.partition(";")
    if not _PARAMETERS.fullmatch(semicolon + parameters):
        raise CannotCall(f"{semicolon + parameters!r} are no parameters of a Diversion header.")
    return e164(number) + semicolon + parameters


def fax_file(path: Path) -> Path:
    """Return the whole path of a TIFF file to send. Raises CannotCall."""
    if not path.is_file():
        raise CannotCall(f"There is no file {path}.")
    if "," in str(path.absolute()):  # it would end the value in a manager action's list of variables
        raise CannotCall(f"The path of {path} has a comma in it.")
    return path.absolute()


def place(call: IncomingCall) -> Ended:
    """Make the call and wait for its end. Raises CannotCall."""
    try:
        return asyncio.run(_place(call))
    except asyncio.CancelledError:
        raise CannotCall("The caller hung up.") from None


async def _place(call: IncomingCall) -> Ended:
    # Said outright: a shell starts what runs in its background with SIGINT ignored, and Python would leave it so.
    if placing := asyncio.current_task():
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, placing.cancel)
    running = running_carrier()
    if running is None:
        raise CannotCall(_NOBODY_RUNS)
    try:
        manager = await AmiConnection.open(running.ami_port, "carrier", running.ami_secret)
    except (OSError, EOFError, AmiRefused):
        raise CannotCall(_NOBODY_RUNS) from None
    try:
        return await _through(manager, call)
    finally:
        manager.close()


async def _through(manager: AmiConnection, call: IncomingCall) -> Ended:
    messages = manager.messages()
    address = await _address(manager, messages, call)
    channel = f"carrier-{secrets.token_hex(8)}"
    manager.act("Originate", _originate(call, address, channel))
    try:
        return await _follow(messages, channel, call)
    except asyncio.CancelledError:  # Ctrl-C: the caller hangs up
        manager.act("Hangup", {"Channel": channel})
        raise


async def _address(manager: AmiConnection, messages: AsyncIterator[Message], call: IncomingCall) -> str:
    """Return what to dial: the called number at the exchange of the customer who has it."""
    customer = _customer(call.called)
    manager.act("Getvar", {"Variable": contacts_of(customer), "ActionID": "contacts"})
    answer = await _next(messages, ActionID="contacts")
    address = dialled_at(answer.get("Value", ""), call.called)
    if address is None:
        raise CannotCall("No exchange is registered at the sandbox carrier; start one with `make run`.")
    return address.replace(f"PJSIP/{customer}/", f"PJSIP/{customer}.sound/", 1) if call.sound else address


def _customer(called: str) -> str:
    """Find the customer who has the number; the first customer has every number that no other has."""
    try:
        owned = carrier_numbers().owner(called)
    except BrokenNumbers as broken:
        raise CannotCall(str(broken)) from None
    return owned.customer if owned else USER


def _originate(call: IncomingCall, address: str, channel: str) -> dict[str, str]:
    return {
        "ActionID": channel,
        "ChannelId": channel,
        "Channel": address,
        "Context": "incoming",
        "Exten": "fax" if call.fax else "echo" if call.echo else "tone",
        "Priority": "1",
        "Timeout": str(call.ring * 1000),
        "Async": "true",
        # Not by the field CallerID, which would be shown to everybody.
        "Variable": ",".join(f"{name}={value}" for name, value in [*_variables(call).items(), *_headers(call)]),
    }


def _variables(call: IncomingCall) -> dict[str, str]:
    fax = {"FAX": str(call.fax)} if call.fax else {}
    return {
        **fax,
        "STAY": str(call.stay),
        "CONNECTEDLINE(num)": call.caller,
        "CONNECTEDLINE(pres)": "prohib" if call.restricted else "allowed",
    }


def _headers(call: IncomingCall) -> list[tuple[str, str]]:
    """Make the headers: the caller (RFC 3325), for the exchange only if hidden; numbers that sent it on (RFC 5806).

    In reverse order: the engine sets the variables of an `Originate` from the last one to the first.
    """
    privacy = [("Privacy", "id")] if call.restricted else []
    diversions = [number.partition(";") for number in call.diversions]
    found = [
        ("P-Asserted-Identity", f"<sip:{call.caller}@{_DOMAIN}>"),
        *privacy,
        *(("Diversion", f"<sip:{number}@{_DOMAIN}>{semicolon}{rest}") for number, semicolon, rest in diversions),
    ]
    return [(f"PJSIP_HEADER(add,{name})", value) for name, value in reversed(found)]


async def _follow(messages: AsyncIterator[Message], channel: str, call: IncomingCall) -> Ended:
    """Wait until the engine has told how the call was received and that it is over, in whatever order."""
    clock = asyncio.get_running_loop().time
    begun, seen = clock(), dict[str, tuple[float, Message]]()
    async for message in messages:
        if message.get("Response") == "Error":
            raise CannotCall(
                f"The sandbox carrier did not place the call: {message.get('Message', 'no reason given')}."
            )
        if message.get("Uniqueid") == channel:
            seen[message["Event"]] = (clock() - begun, message)
        if {"OriginateResponse", "Hangup"} <= seen.keys():
            ended = _ended(*seen["OriginateResponse"], *seen["Hangup"], call)
            return _with_fax(ended, seen["UserEvent"][1]) if "UserEvent" in seen and ended.answered else ended
    raise CannotCall(_STOPPED)


def _ended(received: float, response: Message, over: float, hangup: Message, call: IncomingCall) -> Ended:
    """Source: Asterisk documentation of the events OriginateResponse and Hangup; 3 is "it rang until the time-out"."""
    if response["Response"] == "Success":
        return Ended(True, f"Answered after {received:.1f} s; the call lasted {max(over - received, 0):.1f} s.")
    if response.get("Reason") == "3":
        return Ended(False, f"Not answered within {call.ring} s.")
    status = f"{hangup['TechCause']}, " if "TechCause" in hangup else ""
    return Ended(False, f"Not answered: {status}{hangup['Cause-txt'].lower()}.")


def _with_fax(ended: Ended, fax: Message) -> Ended:
    """Add what became of the fax. Source: Asterisk documentation of SendFAX (FAXSTATUS, FAXERROR, FAXPAGES)."""
    status, pages = fax.get("Status", ""), fax.get("Pages", "")
    # After a success it says HANGUP or nothing, by which side was quicker.
    error = f" ({fax['Error']})" if fax.get("Error") and status != "SUCCESS" else ""
    said = f"Fax: {status or 'nothing sent'}{error}, pages sent: {pages or 0}."
    return Ended(status == "SUCCESS", f"{ended.sentence} {said}")


async def _next(messages: AsyncIterator[Message], **wanted: str) -> Message:
    async for message in messages:
        if all(message.get(key) == value for key, value in wanted.items()):
            return message
    raise CannotCall(_STOPPED)
