"""Messages in the panel and the API: who left them, what they sound like, and the lamps, folders and colleagues."""

from pathlib import Path

from tests.live.carrier_instance import Carrier
from tests.live.instance import Installation
from tests.live.office import SOON, Account, extension_of, over
from tests.live.outside.tenant import Firm
from tests.live.phones import Phone, until

from .mailboxes import box, leave_message, messages, speaks_into
from .web import audio, delete, mark, short_mailbox, shown_messages

CALLER, SHOWN = "+48600100200", "600100200"
CARRIERS_TONE = 440
PHONES_DBFS = -15.0


def lies_in(house: Installation, account: Account, folder: str) -> int:
    """How many messages the engine has there."""
    return len(list((box(house, account) / folder).glob("msg*.txt")))


def lamps(*phones: Phone, on: bool) -> None:
    until(lambda: all(phone.messages_waiting is on for phone in phones), SOON, f"the lamps are {'on' if on else 'off'}")


def test_a_colleague_and_somebody_outside_leave_messages(firm: Firm, carrier: Carrier, tmp_path: Path) -> None:
    """Both are in the list with who called, when and how long; each can be heard, and is on record."""
    account, bartek = short_mailbox(firm, tmp_path), firm.phone("Bartek")
    firm.point(firm.numbers[0], account)
    leave_message(firm.house, bartek, account)
    with carrier.call(SHOWN, firm.numbers[0]) as call:
        until(lambda: speaks_into(firm.house, account, 3.5), 2 * SOON, "somebody outside speaks into the mailbox")
        call.hang_up()
    until(lambda: len(shown_messages(firm, account)) == 2, SOON, "both messages are there")
    outside, inside = shown_messages(firm, account)
    assert (inside["from"], inside["from_name"]) == (extension_of(bartek), "Bartek")
    assert outside["from"] == CALLER
    first, second = firm.records(2)
    for message, record, hz in ((inside, first, bartek.tone_hz), (outside, second, CARRIERS_TONE)):
        heard = audio(firm, message, tmp_path)
        assert heard.hz is not None
        assert abs(heard.hz - hz) <= 5
        assert heard.seconds > 3
        assert abs(heard.duration - message["seconds"]) <= 1
        assert heard.duration - heard.seconds < 0.5  # nothing is missing in the middle
        assert message["heard"] is False
        assert record.outcome == "voicemail"
        assert record.rang == [(account.extension, "unavailable"), (account.extension, "voicemail")]
        assert record.legs[1]["seconds"] == message["seconds"]
    assert abs(audio(firm, inside, tmp_path).dbfs - PHONES_DBFS) < 1
    assert (first.direction, second.direction) == ("internal", "in")


def test_lamps_and_folders_follow_what_is_done_in_the_panel(firm: Firm, tmp_path: Path) -> None:
    """Two phones of one account: on with a new message, off when it is heard, on when it is not, off when deleted."""
    account = short_mailbox(firm, tmp_path)

    def counted() -> tuple[int, int]:
        """How many messages are in the folders for new and for heard ones."""
        return lies_in(firm.house, account, "INBOX"), lies_in(firm.house, account, "Old")

    def lie(*expected: int) -> None:
        until(lambda: counted() == expected, SOON, f"{expected} messages lie there, now {counted()}")

    firm.change(account, ring_timeout=5)
    phones = [firm.phone(account), firm.phone(account, watches_mailbox=True)]
    bartek = firm.phone("Bartek")
    leave_message(firm.house, bartek, account)
    lamps(*phones, on=True)
    (message,) = shown_messages(firm, account)
    lie(1, 0)

    mark(firm, message, heard=True)
    lamps(*phones, on=False)
    lie(0, 1)
    mark(firm, message, heard=False)
    lamps(*phones, on=True)
    lie(1, 0)
    delete(firm, message)
    lamps(*phones, on=False)
    lie(0, 0)
    assert shown_messages(firm, account) == []
    until(lambda: messages(firm.house, account) == [], SOON, "its row is gone")
    # Bartek has no mailbox, and his lamp never heard of all this.
    assert bartek.messages_waiting in (None, False)
    over(bartek)
