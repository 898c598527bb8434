"""Something dies, or goes, while a message is being recorded: what is kept of it, and what the record tells."""

import os
from pathlib import Path

from tests.live.office import SOON, Account, Office, extension_of, over
from tests.live.phones import Phone, until

from .mailboxes import box, messages, sizes, speaks_into
from .web import audio, short_mailbox, shown_messages

FLUSHED_EVERY = 2.05
"""Seconds of sound that the engine holds back before it writes."""
LONG_AGO = 1_000_000_000
"""Unix time."""


def speaks(office: Office, caller: Phone, account: Account, seconds: float) -> None:
    """Until so much is recorded."""
    until(lambda: speaks_into(office.house, account, seconds), 2 * SOON, f"{caller} speaks into the mailbox")


def recorded(folder: Path) -> float:
    """Seconds of the recording that goes on there."""
    return max(sizes(folder.glob("*.wav")), default=0) / 16_000


def test_the_engine_dies_while_a_message_is_recorded(mortal: Office, tmp_path: Path) -> None:
    """What was said until then is a message from whoever called; the record says that the call was broken off."""
    account = short_mailbox(mortal, tmp_path, greeting_on={"no_answer": True, "busy": True})
    bartek, alicja = mortal.phone("Bartek"), mortal.phone(account)
    bartek.dial(account.extension)
    until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
    alicja.decline()
    speaks(mortal, bartek, account, 6)
    written = recorded(box(mortal.house, account) / "tmp")
    mortal.house.wait_for_another("engine", mortal.house.kill("engine"))
    (message,) = until(lambda: shown_messages(mortal, account), 3 * SOON, "the message is there")
    assert (message["from"], message["from_name"]) == (extension_of(bartek), "Bartek")
    heard = audio(mortal, message, tmp_path)
    assert heard.hz is not None
    assert abs(heard.hz - bartek.tone_hz) <= 5
    assert written - 0.1 <= heard.duration <= written + FLUSHED_EVERY
    assert abs(message["seconds"] - heard.duration) <= 1
    assert not list(box(mortal.house, account).glob("tmp/*"))
    (record,) = mortal.records(1)
    assert record.outcome == "interrupted"
    assert (record.reasons[0], record.reasons[-1]) == ("extension_dialled", "engine_stopped")

    # Her phone, too, knows nothing of it yet, or of the new engine.
    alicja.register()
    until(lambda: alicja.messages_waiting, SOON, "the lamp is on")
    bartek.forget_calls()
    bartek.pull_the_plug()  # it would wait for answers to its earlier call


def test_the_switchboard_dies_while_a_message_is_recorded(mortal: Office, tmp_path: Path) -> None:
    """The caller speaks on and hangs up while there is none; the next one finds the message, and finds it once."""
    account, bartek = short_mailbox(mortal, tmp_path), mortal.phone("Bartek")
    bartek.dial(account.extension)
    speaks(mortal, bartek, account, 2)
    with mortal.house.without("switchboard"):
        speaks(mortal, bartek, account, 6)
        bartek.hang_up()
        over(bartek)
        until(lambda: list(box(mortal.house, account).glob("INBOX/*.txt")), SOON, "the engine has the message")
    (message,) = until(lambda: shown_messages(mortal, account), SOON, "the message is there")
    assert (message["from"], message["from_name"]) == (extension_of(bartek), "Bartek")
    assert audio(mortal, message, tmp_path).duration > 6
    (record,) = mortal.records(1)
    assert (record.outcome, record.answered_at is None) == ("voicemail", False)
    mortal.house.wait_for_another("switchboard", mortal.house.kill("switchboard"))
    assert shown_messages(mortal, account) == [message]


def test_a_recording_that_goes_on_is_left_alone_by_a_new_switchboard(mortal: Office, tmp_path: Path) -> None:
    """It finds somebody speaking of whom it knows nothing, waits, and has the whole message in the end."""
    account, bartek = short_mailbox(mortal, tmp_path), mortal.phone("Bartek")
    bartek.dial(account.extension)
    speaks(mortal, bartek, account, 2)
    mortal.house.wait_for_another("switchboard", mortal.house.kill("switchboard"))
    speaks(mortal, bartek, account, 10)
    assert shown_messages(mortal, account) == []
    bartek.hang_up()
    over(bartek)
    (message,) = until(lambda: shown_messages(mortal, account), 2 * SOON, "the message is there")
    assert message["seconds"] >= 10


def test_an_account_is_deleted_while_a_message_is_recorded_for_it(mortal: Office, tmp_path: Path) -> None:
    """The caller notices nothing, nobody gets the message, and its recording does not stay for ever."""
    account, bartek = short_mailbox(mortal, tmp_path), mortal.phone("Bartek")
    bartek.dial(account.extension)
    speaks(mortal, bartek, account, 2)
    mortal.delete(account)
    speaks(mortal, bartek, account, 4)
    bartek.hang_up()
    over(bartek)
    until(lambda: mortal.all_records() and mortal.all_records()[0].ended_at, SOON, "the record is closed")
    (record,) = mortal.records(1)
    assert record.outcome == "voicemail"
    assert messages(mortal.house, account) == []

    folder, gone_since = box(mortal.house, account), box(mortal.house, account) / "gone"
    mortal.house.wait_for_another("switchboard", mortal.house.kill("switchboard"))
    until(gone_since.exists, SOON, "the folder has been found to be nobody's")
    os.utime(gone_since, (LONG_AGO, LONG_AGO))
    mortal.house.wait_for_another("switchboard", mortal.house.kill("switchboard"))
    until(lambda: not folder.exists(), SOON, "the folder is gone")
