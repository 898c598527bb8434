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


def test_the_engine_dies_while_a_message_is_recorded(fragile: Office, tmp_path: Path) -> None:
    """What was said until then is a message from whoever called; the record says that the call was broken off."""
    account = short_mailbox(fragile, tmp_path, greeting_on={"no_answer": True, "busy": True})
    bartek, alicja = fragile.phone("Bartek"), fragile.phone(account)
    bartek.dial(account.extension)
    until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
    alicja.decline()
    speaks(fragile, bartek, account, 6)
    written = recorded(box(fragile.house, account) / "tmp")
    fragile.house.wait_for_another("engine", fragile.house.kill("engine"))
    (message,) = until(lambda: shown_messages(fragile, account), 3 * SOON, "the message is there")
    assert (message["from"], message["from_name"]) == (extension_of(bartek), "Bartek")
    heard = audio(fragile, message, tmp_path)
    assert heard.hz is not None
    assert abs(heard.hz - bartek.tone_hz) <= 5
    assert written - 0.1 <= heard.duration <= written + FLUSHED_EVERY
    assert abs(message["seconds"] - heard.duration) <= 1
    assert not list(box(fragile.house, account).glob("tmp/*"))
    (record,) = fragile.records(1)
    assert record.outcome == "interrupted"
    assert (record.reasons[0], record.reasons[-1]) == ("extension_dialled", "engine_stopped")

    # Her phone, too, knows nothing of it yet, or of the new engine.
    alicja.register()
    until(lambda: alicja.messages_waiting, SOON, "the lamp is on")
    bartek.forget_calls()
    bartek.pull_the_plug()  # it would wait for answers to its earlier call


def test_the_switchboard_dies_while_a_message_is_recorded(fragile: Office, tmp_path: Path) -> None:
    """The caller speaks on and hangs up while there is none; the next one finds the message, and finds it once."""
    account, bartek = short_mailbox(fragile, tmp_path), fragile.phone("Bartek")
    bartek.dial(account.extension)
    speaks(fragile, bartek, account, 2)
    with fragile.house.without("switchboard"):
        speaks(fragile, bartek, account, 6)
        bartek.hang_up()
        over(bartek)
        until(lambda: list(box(fragile.house, account).glob("INBOX/*.txt")), SOON, "the engine has the message")
    (message,) = until(lambda: shown_messages(fragile, account), SOON, "the message is there")
    assert (message["from"], message["from_name"]) == (extension_of(bartek), "Bartek")
    assert audio(fragile, message, tmp_path).duration > 6
    (record,) = fragile.records(1)
    assert (record.outcome, record.answered_at is None) == ("voicemail", False)
    fragile.house.wait_for_another("switchboard", fragile.house.kill("switchboard"))
    assert shown_messages(fragile, account) == [message]


def test_a_recording_that_goes_on_is_left_alone_by_a_new_switchboard(fragile: Office, tmp_path: Path) -> None:
    """It finds somebody speaking of whom it knows nothing, waits, and has the whole message in the end."""
    account, bartek = short_mailbox(fragile, tmp_path), fragile.phone("Bartek")
    bartek.dial(account.extension)
    speaks(fragile, bartek, account, 2)
    fragile.house.wait_for_another("switchboard", fragile.house.kill("switchboard"))
    speaks(fragile, bartek, account, 10)
    assert shown_messages(fragile, account) == []
    bartek.hang_up()
    over(bartek)
    (message,) = until(lambda: shown_messages(fragile, account), 2 * SOON, "the message is there")
    assert message["seconds"] >= 10


def test_an_account_is_deleted_while_a_message_is_recorded_for_it(fragile: Office, tmp_path: Path) -> None:
    """The caller notices nothing, nobody gets the message, and its recording does not stay for ever."""
    account, bartek = short_mailbox(fragile, tmp_path), fragile.phone("Bartek")
    bartek.dial(account.extension)
    speaks(fragile, bartek, account, 2)
    fragile.delete(account)
    speaks(fragile, bartek, account, 4)
    bartek.hang_up()
    over(bartek)
    until(lambda: fragile.all_records() and fragile.all_records()[0].ended_at, SOON, "the record is closed")
    (record,) = fragile.records(1)
    assert record.outcome == "voicemail"
    assert messages(fragile.house, account) == []

    folder, gone_since = box(fragile.house, account), box(fragile.house, account) / "gone"
    fragile.house.wait_for_another("switchboard", fragile.house.kill("switchboard"))
    until(gone_since.exists, SOON, "the folder has been found to be nobody's")
    os.utime(gone_since, (LONG_AGO, LONG_AGO))
    fragile.house.wait_for_another("switchboard", fragile.house.kill("switchboard"))
    until(lambda: not folder.exists(), SOON, "the folder is gone")
