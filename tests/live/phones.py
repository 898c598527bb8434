"""Phones for the live stories: a real baresip each, driven with the words that a person uses.

    with Phone("demo_100", "secret", port=5060, tone_hz=440) as alicja, Phone("demo_101", ..., tone_hz=660) as bartek:
        alicja.register()
        bartek.register()
        alicja.dial("101")
        call = until(lambda: bartek.ringing, 5, "Bartek's phone rings")
        bartek.answer()
        until(lambda: bartek.hears(440), 5, "Bartek hears Alicja")

A phone answers only when told to. Nothing waits for a time to pass: `until` polls, and says what it was waiting for,
with the end of every open phone's log. What baresip 1.0.0 cannot do is listed in `Phone`.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import ClassVar, TypeVar
from urllib.parse import quote

from tests.live import sound
from tests.live.baresip import Baresip, BaresipFailed, Event, SipMessage, once

Found = TypeVar("Found")

POLL_SECONDS = 0.02
AT_MOST = 0.25
"""Seconds between two looks. A look that costs a processor something (a recording is listened to, a program or the API
is asked) is not taken again at once: while one waits, three quarters of a processor are left to others."""
UNSAFE_IN_ACCOUNT = set(' ;"<>\r\n\t')
# What baresip says when a call ends without a SIP cause of its own.
ENDED_THERE = "Connection reset by peer"
ENDED_HERE = "Connection reset by user"


class State(Enum):
    """The state of a call. An outgoing call has no `Call` before the other side's first sign (ringing, answer,
    refusal)."""

    RINGING_HERE = "ringing here"
    RINGING_THERE = "ringing there"
    TALKING = "talking"
    ENDED = "ended"


@dataclass(frozen=True)
class Call:
    """A call as the phone sees it now. `number` and `name` are what its display shows of the other side.

    `cause` is empty until the call has ended: "486 Busy Here" for a refusal, otherwise "hung up there" or
    "hung up here".
    """

    id: str
    incoming: bool
    uri: str
    name: str
    state: State
    cause: str = ""

    @property
    def number(self) -> str:
        """The user part of the other side's address: "101", "+48221234567", "anonymous"."""
        return self.uri.removeprefix("sip:").removeprefix("sips:").partition("@")[0]


class Phone:
    """A telephone: a baresip process with its own folder and ports, which are gone after the `with` block.

    `host` and `port` are the exchange's; `transport` is udp, tcp or tls; the microphone plays a WAV file (mono, 8 kHz,
    longer than the call, because baresip hangs up at its end) or a tone of `tone_hz`. `codecs` in order of preference:
    PCMA, PCMU, G722. `encryption` is None, "dtls_srtp", "srtp" or "srtp-mand" (SDES). `watches_mailbox` subscribes to
    the message lamp (by UDP, whatever the transport). `writes_to` is the number that its text messages go
    to. `authority`: the certificates that it is given for TLS. `auth_name`: for the digest, where it is not the login.

    What baresip 1.0.0 cannot do: refuse a call with another code than 486 (`sipp.Answering` can); answer a call
    while another one rings (decline that first); write down what it hears after it took a call back from hold
    (`heard` stops; digits still arrive, see `digits_heard`); keep two recordings that begin in the same second
    (the later one wins); show P-Asserted-Identity on its display (it is in `messages`).
    """

    switched_on: ClassVar[list["Phone"]] = []

    def __init__(
        self,
        login: str,
        password: str = "",
        *,
        host: str = "127.0.0.1",
        port: int = 5060,
        transport: str = "udp",
        name: str = "",
        tone_hz: int = 440,
        microphone: Path | None = None,
        codecs: tuple[str, ...] = ("PCMA",),
        auto_answer: bool = False,
        encryption: str | None = None,
        watches_mailbox: bool = False,
        authority: Path | None = None,
        auth_name: str = "",
        writes_to: str = "",
    ) -> None:
        if set(login + password + name) & UNSAFE_IN_ACCOUNT - {" "} or " " in login + password:
            raise ValueError("baresip's account line has no way to quote these characters in a login, password or name")
        self.login, self.password, self.name = login, password, name
        self.host, self.port, self.transport = host, port, transport
        self.tone_hz, self.microphone, self.codecs = tone_hz, microphone, codecs
        self.auto_answer, self.encryption, self.watches_mailbox = auto_answer, encryption, watches_mailbox
        self.authority, self.auth_name, self.writes_to = authority, auth_name, writes_to
        self._baresip: Baresip | None = None
        self._folder: Path | None = None
        self._dialled_at = 0
        self._registered_at = 0

    def __enter__(self) -> "Phone":
        self._folder = Path(tempfile.mkdtemp(prefix=f"phone-{self.login}-"))
        try:
            microphone = self.microphone or sound.make_tone(self._folder / "microphone.wav", self.tone_hz)
            contact = self._uri(self.writes_to) if self.writes_to else ""
            modules = self._modules()
            self._baresip = Baresip(self._folder, microphone, modules, authority=self.authority, contact=contact)
            self._new_account(register=False)
        except BaseException:
            self.close()
            raise
        Phone.switched_on.append(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if kind is not None and self._baresip is not None:
            print(f"--- log of {self}:\n{self._baresip.log_tail(150)}", file=sys.stderr)
        self.close()

    def __str__(self) -> str:
        return f"phone {self.login}"

    def close(self) -> None:
        """Switch the phone off and remove its folder, with the recordings."""
        if self in Phone.switched_on:
            Phone.switched_on.remove(self)
        if self._baresip is not None:
            self._baresip.close()
            self._baresip = None
        if self._folder is not None:
            shutil.rmtree(self._folder)
            self._folder = None

    def pull_the_plug(self) -> None:
        """Switch the phone off without a word to the exchange, as a power cut does; it stays off."""
        self._running().kill()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """The phone hangs during the block, with its registration and its connections."""
        self._running().freeze()
        try:
            yield
        finally:
            self._running().thaw()

    # --- at the exchange ----------------------------------------------------------------------------------------------

    def register(self, seconds: float = 10) -> None:
        """Register and wait for it. Raises AssertionError with the cause if the exchange refuses."""
        cause = self.try_to_register(seconds)
        if not cause.startswith("200"):
            raise AssertionError(f"{self} could not register: {cause}\n{self.log_tail()}")

    def try_to_register(self, seconds: float = 10) -> str:
        """Try to register. Returns the exchange's answer: "200 OK", "401 Unauthorized", "403 Forbidden" …"""
        before = len(self._registrations_confirmed())
        takes_back = self.registered and self.transport == "udp"
        self._forget_account()
        if takes_back:
            # The edge's workers may take up what is sent at once in another order: it would be registered no more.
            with suppress(AssertionError):  # the edge is away
                until(lambda: len(self._registrations_confirmed()) > before, 3, f"{self} is unregistered")
        self._registered_at = len(self.events)
        self._new_account(register=True)
        return until(self._answer_to_register, seconds, f"{self} hears from the exchange about its registration")

    def unregister(self, seconds: float = 10) -> None:
        """Take the registration back and wait for the exchange's consent. Ends this phone's calls."""
        before = len(self._registrations_confirmed())
        self._forget_account()
        until(lambda: len(self._registrations_confirmed()) > before, seconds, f"{self} is unregistered")
        self._registered_at = len(self.events)
        self._new_account(register=False)

    @property
    def registered(self) -> bool:
        """Tell whether the exchange accepted the last registration and it has not been taken back."""
        return self._answer_to_register().startswith("200")

    @property
    def messages_waiting(self) -> bool | None:
        """The message lamp; None before the exchange has said anything. `watches_mailbox` asks it to."""
        notices = [m.body.lower() for m in self.messages if m.header("Event") == "message-summary" and m.body]
        return "messages-waiting: yes" in notices[-1] if notices else None

    # --- calls --------------------------------------------------------------------------------------------------------

    def dial(self, number: str) -> None:
        """Call a number at the exchange, or a whole `sip:` address. `last_cause` is empty again from here on."""
        self._dialled_at = len(self.events)
        # Without a transport: baresip adds the account's.
        self._command("dial", number if number.startswith("sip:") else f"sip:{number}@{self.host}:{self.port}")

    def answer(self, call: Call | None = None) -> None:
        """Pick up; another call that is being talked on is held. Without `call`: the one that rings last."""
        call = call or self._must_ring()
        if any(other.id != call.id and other.state is not State.TALKING for other in self.calls):
            # It would try to hold the other one first, which cannot be done before an answer, and then do nothing.
            raise ValueError(f"{self} cannot answer one call while another one rings: decline that first")
        self._choose(call)
        self._command("accept")

    def decline(self, call: Call | None = None) -> None:
        """Refuse the ringing call with 486."""
        self.hang_up(call or self._must_ring())

    def hang_up(self, call: Call | None = None) -> None:
        """End a call, refuse one that rings, give up one that was dialled. Without `call`: the current one."""
        self._choose(call)
        self._command("hangup")

    def forget_calls(self) -> None:
        """End every call, also one of which the exchange knows nothing any more."""
        for call in self.calls:
            self.hang_up(call)
        until(lambda: not self.calls, 5, f"{self} has no call left")

    def hold(self, call: Call | None = None) -> None:
        """Put a call on hold (re-INVITE, `sendonly`)."""
        self._choose(call)
        self._command("hold")

    def resume(self, call: Call | None = None) -> None:
        """Take a call back from hold."""
        self._choose(call)
        self._command("resume")

    def transfer_to(self, number: str, call: Call | None = None) -> None:
        """Blind transfer: REFER, and the exchange does the rest."""
        self._choose(call)
        self.refer(f"sip:{number}@{self.host}:{self.port}")

    def transfer_held_to_talking(self, held: Call, talking: Call) -> None:
        """Attended transfer: joins the party of `held` with the party of `talking` (REFER with Replaces, RFC 3891).

        baresip 1.0.0 has no such command, but it sends any Refer-To that it is given; the tags are in its trace.
        """
        target = talking.uri.partition(";")[0].removeprefix("<").removesuffix(">")
        self._choose(held)
        self.refer(f"{target}?Replaces={quote(self.dialog(talking), safe='@')}")

    def refer(self, target: str) -> None:
        """Send REFER to any address, in the call that was chosen last."""
        self._command("transfer", f"<{target}>")

    def send_dtmf(self, digits: str) -> None:
        """Press keys in the current call (RFC 4733 telephone events)."""
        for digit in digits:
            self._command("sndcode", digit)
        self._command("sndcode", "\x04")

    def write(self, text: str) -> None:
        """Send a text message (MESSAGE) to `writes_to`."""
        self._command("message", text)

    # --- what the phone shows -----------------------------------------------------------------------------------------

    @property
    def events(self) -> list[Event]:
        """Everything baresip reported since the phone was switched on."""
        return self._running().events()

    @property
    def messages(self) -> list[SipMessage]:
        """Every SIP message that the phone sent or got since it was switched on."""
        return self._running().messages()

    @property
    def texts(self) -> list[SipMessage]:
        """Every text message that the phone got. (By TCP the trace does not tell whose message it is; To does.)"""
        messages = once(one for one in self.messages if one.start.startswith("MESSAGE "))
        return [one for one in messages if f"sip:{self.login}@" in (one.header("To") or "")]

    def answers_to(self, method: str) -> list[str]:
        """Return the answers to the phone's requests of a method: "401 Unauthorized", "202 Accepted" …"""
        answers = [one for one in self.messages if not one.sent and one.start.startswith("SIP/2.0 ")]
        return [one.start[len("SIP/2.0 ") :] for one in answers if (one.header("CSeq") or "").endswith(method)]

    @property
    def all_calls(self) -> list[Call]:
        """All calls since the phone was switched on, ended ones too, in the order in which they began."""
        found: dict[str, Call] = {}
        for event in self.events:
            state = STATES.get(event.type)
            if state is not None and event.call_id:
                found[event.call_id] = seen(event, state, found.get(event.call_id))
        return list(found.values())

    @property
    def calls(self) -> list[Call]:
        """The calls that are going on now."""
        return [call for call in self.all_calls if call.state is not State.ENDED]

    @property
    def ringing(self) -> Call | None:
        """The incoming call that rings (the last one, if there are more)."""
        return self._last_in(State.RINGING_HERE)

    @property
    def ringing_there(self) -> Call | None:
        """The dialled call whose other side rings, or plays something before it answers."""
        return self._last_in(State.RINGING_THERE)

    @property
    def in_call(self) -> Call | None:
        """The answered call (the last one, if there are more)."""
        return self._last_in(State.TALKING)

    @property
    def last_cause(self) -> str:
        """Why the last call ended: "404 Not Found", "hung up there" …; empty since `dial` until a call has ended."""
        ended = [event for event in self.events[self._dialled_at :] if event.type == "CALL_CLOSED"]
        return in_words(ended[-1].param) if ended else ""

    @property
    def digits_heard(self) -> str:
        """The keys that the other sides pressed, of all calls."""
        return "".join(event.param for event in self.events if event.type == "CALL_DTMF_START")

    def heard(self, which: int = -1) -> Path:
        """The recording of what the phone heard, in its last answered call or the call `which`. It grows meanwhile.

        The exchange's announcements before the answer count as heard. A path to nothing if no sound ever started.
        """
        return self._recording("dec", which)

    def said(self, which: int = -1) -> Path:
        """The recording of what went out of the microphone (also while it was on hold and nothing was sent)."""
        return self._recording("enc", which)

    def hears(self, hz: float, start: float = 0.0) -> bool:
        """Tell whether the last call's strongest tone is `hz`, from `start` seconds of the recording on."""
        return sound.hears(self.heard(), hz, start)

    def log_tail(self, lines: int = 60) -> str:
        """The end of baresip's log, with the SIP trace."""
        return self._running().log_tail(lines)

    # --- inside -------------------------------------------------------------------------------------------------------

    def _running(self) -> Baresip:
        if self._baresip is None:
            raise BaresipFailed(f"{self} is switched off; use it in a `with` block")
        return self._baresip

    def _command(self, name: str, params: str = "") -> str:
        return self._running().command(name, params)

    @property
    def address(self) -> str:
        """Return the address at which this phone can be called directly, without an exchange."""
        return f"sip:{self.login}@127.0.0.1:{self._running().ports.sip}"

    def _modules(self) -> tuple[str, ...]:
        encryption = self.encryption and self.encryption.removesuffix("-mand")
        mailbox, sound = "mwi" if self.watches_mailbox else None, "g722" if "G722" in self.codecs else None
        return tuple(name for name in (encryption, mailbox, sound, "contact" if self.writes_to else None) if name)

    def _uri(self, user: str) -> str:
        transport = "" if self.transport == "udp" else f";transport={self.transport}"
        return f"sip:{user}@{self.host}:{self.port}{transport}"

    def _new_account(self, register: bool) -> None:
        settings = {
            "regint": "3600" if register else "0",
            "auth_user": self.auth_name,
            "auth_pass": self.password,
            "audio_codecs": ",".join(CODECS[codec] for codec in self.codecs),
            "answermode": "auto" if self.auto_answer else "manual",
            "mediaenc": self.encryption or "",
        }
        line = "".join(f";{key}={value}" for key, value in settings.items() if value)
        self._command("uanew", f'"{self.name}" <{self._uri(self.login)}>{line}')

    def _forget_account(self) -> None:
        self._command("uadel", self._uri(self.login).partition(";")[0])

    def _answer_to_register(self) -> str:
        answers = [
            event for event in self.events[self._registered_at :] if event.type in ("REGISTER_OK", "REGISTER_FAIL")
        ]
        return answers[-1].param if answers else ""

    def _registrations_confirmed(self) -> list[SipMessage]:
        return [
            message
            for message in self.messages
            if not message.sent
            and message.start.startswith("SIP/2.0 200")
            and (message.header("CSeq") or "").endswith("REGISTER")
        ]

    def _last_in(self, state: State) -> Call | None:
        return next((call for call in reversed(self.calls) if call.state is state), None)

    def _must_ring(self) -> Call:
        call = self.ringing
        if call is None:
            raise AssertionError(f"{self} does not ring\n{self.log_tail()}")
        return call

    def _choose(self, call: Call | None) -> None:
        if call is not None and len(self.calls) > 1:
            self._command("callfind", call.id)

    def dialog(self, call: Call) -> str:
        """The call's Replaces value. Its tags are named from the receiver's side, so the other side's comes first."""
        invite = next(m for m in self.messages if answers_invite(m, call.id))
        theirs, ours = (tag_of(invite, name) for name in (("From", "To") if call.incoming else ("To", "From")))
        return f"{call.id};to-tag={theirs};from-tag={ours}"

    def _recording(self, kind: str, which: int) -> Path:
        folder = self._running().folder / "snd"
        # The names begin with the date and time, so their order is the calls' order.
        files = sorted(folder.glob(f"*-{kind}.wav"))
        return files[which] if files else folder / "nothing.wav"


CODECS = {"PCMA": "pcma", "PCMU": "pcmu", "G722": "g722/16000/1"}
STATES = {
    "CALL_INCOMING": State.RINGING_HERE,
    "CALL_RINGING": State.RINGING_THERE,
    "CALL_PROGRESS": State.RINGING_THERE,
    "CALL_ESTABLISHED": State.TALKING,
    "CALL_CLOSED": State.ENDED,
    # baresip then sends a BYE and forgets to report it.
    "TRANSFER_FAILED": State.ENDED,
}


def until(condition: Callable[[], Found | None], seconds: float, what: str) -> Found:
    """Poll `condition` until it is true. Returns it. Raises AssertionError with `what` and the phones' logs."""
    deadline = time.monotonic() + seconds
    began = time.monotonic()
    while not (found := condition()):
        if (now := time.monotonic()) > deadline:
            logs = "".join(f"\n--- {phone}:\n{phone.log_tail(40)}" for phone in Phone.switched_on)
            raise AssertionError(f"not within {seconds:g} s: {what}{logs}")
        time.sleep(min(AT_MOST, max(POLL_SECONDS, 3 * (now - began))))
        began = time.monotonic()
    return found


def seen(event: Event, state: State, before: Call | None) -> Call:
    """The call after an event."""
    cause = in_words(event.param) if state is State.ENDED else ""
    name = event.name or (before.name if before else "")
    return Call(event.call_id, event.direction == "incoming", event.peer, name, state, cause)


def in_words(cause: str) -> str:
    """baresip's reason for a call's end; its two socket-like ones in words."""
    return {ENDED_THERE: "hung up there", ENDED_HERE: "hung up here"}.get(cause, cause)


def answers_invite(message: SipMessage, call_id: str) -> bool:
    """Tell whether this is an answer that made the dialog of a call: a success, or that it rings."""
    method = (message.header("CSeq") or "").rpartition(" ")[2]
    return (
        message.start.startswith(("SIP/2.0 2", "SIP/2.0 18"))
        and method == "INVITE"
        and message.header("Call-ID") == call_id
    )


def tag_of(message: SipMessage, header: str) -> str:
    """The tag in From or To; empty if there is none."""
    parameters = (message.header(header) or "").rpartition(">")[2].split(";")
    return next((value for key, _, value in (p.partition("=") for p in parameters) if key.strip() == "tag"), "")
