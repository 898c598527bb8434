"""Mailboxes of the stories: given to accounts, looked into, and operated by phone."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.live import sound
from tests.live.instance import Installation
from tests.live.office import SOON, Account, Ear, Office, over
from tests.live.phones import Phone, until

PIN = "7391"
LONG_GREETING = 2.0
"""Seconds of sound."""
WITHOUT_A_PHONE = "480 Temporarily Unavailable"


def with_mailbox(office: Office, name: str = "Alicja", **voicemail: Any) -> Account:
    """A new account that has one."""
    wanted = {"enabled": True, "pin": PIN, "email": ""} | voicemail
    return office.account(name, voicemail=wanted)


def box(house: Installation, account: Account) -> Path:
    """The engine's folder."""
    return house.home / f"engine/spool/voicemail/centralka/{account.id}"


def messages(house: Installation, account: Account) -> list[dict[str, Any]]:
    """The rows of those that are shown, oldest first."""
    rows = [row for row in house.rows("voicemail_message") if row["sip_account_id"] == account.id]
    return [row for row in rows if row["deleted_at"] is None]


def leave_message(house: Installation, caller: Phone, account: Account) -> None:
    """Call an account that does not answer, skip the greeting if it is a long one, speak for some seconds, hang up."""
    before = len(messages(house, account))
    ear = Ear(caller)
    caller.dial(account.extension)
    until(lambda: caller.in_call, SOON, "the mailbox answers")
    until(lambda: ear.seconds() > LONG_GREETING or speaks_into(house, account, 0), SOON, "there is a greeting")
    if not speaks_into(house, account, 0):
        caller.send_dtmf("#")
    until(lambda: speaks_into(house, account, 3.5), 2 * SOON, f"{caller} speaks into the mailbox")
    caller.hang_up()
    over(caller)
    until(lambda: len(messages(house, account)) > before, SOON, "the message is in the database")


def speaks_into(house: Installation, account: Account, seconds: float) -> bool:
    """Tell whether so much of a message has been recorded."""
    return any(size > seconds * 16_000 for size in sizes(box(house, account).glob("tmp/*.wav")))


def sizes(files: Iterable[Path]) -> list[int]:
    """The bytes of the files; of one that is taken away at this moment nothing is told."""
    found = []
    for file in files:
        with suppress(FileNotFoundError):
            found.append(file.stat().st_size)
    return found


def draft_bytes(house: Installation) -> int:
    """The size of the greeting that is being recorded by phone, with its header; 0: none is."""
    return sum(sizes((house.home / "engine/spool/mailboxes/sounds").glob("*.wav")))


def enter(owner: Phone, pin: str = PIN) -> None:
    """Dial the own mailbox and give the PIN."""
    owner.dial("*98")
    until(lambda: owner.in_call, SOON, "the mailbox answers")
    owner.send_dtmf(f"{pin}#")


def hears_tone(listener: Phone, hz: float, start: float) -> bool:
    """Tell whether half a second of this tone alone was in what the listener heard after `start`."""
    end = sound.duration(listener.heard())
    return end - start > 1 and sound.hears_only(listener.heard(), hz, max(start, end - 1))


def hears_message(listener: Phone, hz: float) -> None:
    """A message, or a greeting, that was spoken in this tone."""
    start = sound.duration(listener.heard())
    until(lambda: hears_tone(listener, hz, start), 2 * SOON, f"{listener} hears {hz} Hz")
