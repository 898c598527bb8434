"""Mailboxes on PostgreSQL in place of SQLite."""

from pathlib import Path

from tests.live.instance import Installation
from tests.live.office import SOON, Office, extension_of
from tests.live.phones import until

from .mailboxes import leave_message
from .web import audio, delete, mark, short_mailbox, shown_messages


def test_a_message_is_left_read_and_deleted(on_postgresql: Installation, tmp_path: Path) -> None:
    """With an own greeting, the recording in the database, and lamps."""
    with Office(on_postgresql) as office:
        account, bartek = short_mailbox(office, tmp_path), office.phone("Bartek")
        leave_message(office.house, bartek, account)
        (message,) = shown_messages(office, account)
        assert (message["from"], message["from_name"]) == (extension_of(bartek), "Bartek")
        heard = audio(office, message, tmp_path)
        assert heard.hz is not None
        assert abs(heard.hz - bartek.tone_hz) <= 5
        assert abs(heard.duration - message["seconds"]) <= 1
        (record,) = office.records(1)
        assert (record.outcome, record.legs[1]["seconds"]) == ("voicemail", message["seconds"])

        alicja = office.phone(account)
        until(lambda: alicja.messages_waiting, SOON, "the lamp is on")
        mark(office, message, heard=True)
        until(lambda: alicja.messages_waiting is False, SOON, "the lamp is off")
        delete(office, message)
        assert shown_messages(office, account) == []
