"""What a caller hears before the tone: the own greeting where the two ticks say so, the exchange's everywhere else."""

from dataclasses import dataclass
from pathlib import Path

from centralka.calls.mailbox_speech import greeting
from tests.live import sound
from tests.live.office import SOON, Account, over
from tests.live.outside.spoken import ALIKE, likeness
from tests.live.outside.tenant import Firm
from tests.live.phones import Phone, until

from .mailboxes import PIN, speaks_into
from .web import ask, measured, upload_greeting

RINGS_FOR = 5
"""Seconds, the least that an account can have."""
GREETING_HZ, GREETING_SECONDS, GREETING_DBFS = 1700, 3.0, -6.0
"""The loudest sample of a greeting is brought to -3 dBFS, and a sine is 3 dB softer than its peak."""
TONE_SECONDS = 0.4
"""Of the tone that follows the greeting."""


@dataclass(frozen=True)
class Visit:
    """One caller who reaches a mailbox, for a reason."""

    caller: Phone
    account: Account
    callee: Phone | None
    condition: str

    def begin(self) -> None:
        """Calls, up to what the callee does."""
        self.caller.dial(self.account.extension)
        if self.callee and self.condition == "busy":
            until(lambda: self.callee and self.callee.ringing, SOON, f"{self.callee} rings")
            self.callee.decline()

    def to_the_tone(self, firm: Firm) -> Path:
        """Hear all that comes before the tone. Returns the recording of it."""
        until(lambda: self.caller.in_call, SOON, "the mailbox answers")
        until(lambda: speaks_into(firm.house, self.account, 1), 2 * SOON, f"{self.caller} has heard the tone")
        self.caller.hang_up()
        over(self.caller)
        return self.caller.heard()


def visit(firm: Firm, condition: str, greeting: Path | None = None, **greeting_on: bool) -> Visit:
    """A new account with its own greeting and ticks, and who calls it. It rings on, declines or has no phone."""
    voicemail = {"enabled": True, "pin": PIN, "email": "", "greeting_on": greeting_on}
    account = firm.account("Alicja", ring_timeout=RINGS_FOR, voicemail=voicemail)
    if greeting:
        upload_greeting(firm, account, greeting)
    phone = None if condition == "unavailable" else firm.phone(account)
    return Visit(firm.phone("Bartek"), account, phone, condition)


def hear(firm: Firm, *visits: Visit) -> list[Path]:
    """What each caller hears; all call at the same time."""
    for one in visits:
        one.begin()
    return [one.to_the_tone(firm) for one in visits]


def greeting_file(folder: Path) -> Path:
    """Softer than the exchange plays it."""
    return sound.make_tone(folder / "greeting.wav", GREETING_HZ, GREETING_SECONDS, dbfs=-20)


def check_own_greeting(recording: Path) -> None:
    """Its pitch, its length and its level, in which it is brought to that of the exchange's own voice."""
    heard = measured(recording, GREETING_SECONDS - 0.2)
    assert heard.hz is not None, heard
    assert abs(heard.hz - GREETING_HZ) <= 5, heard
    assert abs(heard.dbfs - GREETING_DBFS) < 1, heard
    assert abs(heard.seconds - GREETING_SECONDS - TONE_SECONDS) < 0.5, heard


def check_exchanges_greeting(recording: Path, account: Account, language: str, *, busy: bool) -> None:
    """It says why nobody answers, and what to do now."""
    *_who, reason, then = greeting(account.extension, busy=busy)
    *_who, other, _then = greeting(account.extension, busy=not busy)
    found = [likeness(recording, part, language) for part in (then, reason, other)]
    assert min(found[:2]) > ALIKE, found
    assert found[2] < found[1], found


def test_the_two_ticks_say_where_the_own_greeting_is_heard(firm: Firm, poor: Firm, tmp_path: Path) -> None:
    """For no answer and unavailable only, or for busy only; elsewhere the exchange's, in the company's language.

    They are uploaded by the API, and one is removed again. All call at the same time.
    """
    own = greeting_file(tmp_path)
    mostly = {"no_answer": True, "busy": False}
    when_busy = {"no_answer": False, "busy": True}
    polish = [
        visit(firm, "no_answer", own, **mostly),
        visit(firm, "unavailable", own, **mostly),
        visit(firm, "busy", own, **when_busy),
        visit(firm, "busy", own, **mostly),
        visit(firm, "unavailable", own, **when_busy),
    ]
    # What is no sound is refused, and the greeting before it stays.
    address = f"/sip-accounts/{polish[0].account.id}/greeting"
    assert ask(firm, "PUT", address, b"no form", "text/plain")[0] in (415, 422)
    english = [visit(poor, "unavailable", own, no_answer=True, busy=True), visit(poor, "busy")]
    assert ask(poor, "DELETE", f"/sip-accounts/{english[0].account.id}/greeting")[0] == 204
    poor.set(language="en")

    *with_own, busy, unavailable, unavailable_en, busy_en = hear(firm, *polish, *english)
    for recording in with_own:
        check_own_greeting(recording)
    check_exchanges_greeting(busy, polish[3].account, "pl", busy=True)
    check_exchanges_greeting(unavailable, polish[4].account, "pl", busy=False)
    check_exchanges_greeting(unavailable_en, english[0].account, "en", busy=False)
    check_exchanges_greeting(busy_en, english[1].account, "en", busy=True)
