"""No room for a message, before or while it is recorded: the caller is told, and what could be written is kept."""

from pathlib import Path

from centralka.calls.prompts import Prompt
from tests.live.instance import Installation
from tests.live.office import SOON, Office, extension_of, gets, over
from tests.live.outside.spoken import hears_prompt, is_told
from tests.live.phones import until

from .mailboxes import messages, with_mailbox
from .small_disk import SmallDisk
from .test_loss import recorded
from .web import audio, short_mailbox, shown_messages


def said_in_log(house: Installation, sentence: str) -> bool:
    return sentence in (house.home / "log/switchboard.log").read_text()


def test_no_message_is_begun_without_room(no_room: Office) -> None:
    """Callers hear that and the honest cause, as if there were no mailbox; the log tells whoever runs the exchange."""
    account, bartek = with_mailbox(no_room), no_room.phone("Bartek")
    bartek.dial(account.extension)
    is_told(bartek, "480 Temporarily Unavailable", Prompt.CANNOT_RECORD)
    alicja = no_room.phone(account)
    bartek.dial(account.extension)
    until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
    alicja.decline()
    is_told(bartek, "486 Busy Here", Prompt.CANNOT_RECORD)
    unavailable, busy = no_room.records(2)
    assert [unavailable.outcome, busy.outcome] == ["unavailable", "busy"]
    assert messages(no_room.house, account) == []
    assert said_in_log(no_room.house, "a message could not be recorded")


def test_the_disk_fills_up_while_a_message_is_recorded(small_disk: SmallDisk, tmp_path: Path) -> None:
    """The caller is told, and so is the next one; what fitted is a message as soon as there is room."""
    with Office(small_disk) as office:
        account, bartek = short_mailbox(office, tmp_path), office.phone("Bartek")
        bartek.dial(account.extension)
        folder = small_disk.mailboxes / str(account.id)
        until(lambda: recorded(folder / "tmp") > 3.5, 2 * SOON, "Bartek speaks into the mailbox")
        filler = small_disk.fill()
        hears_prompt(bartek, Prompt.CANNOT_RECORD)
        gets(bartek, "hung up there")
        bartek.dial(account.extension)
        is_told(bartek, "480 Temporarily Unavailable", Prompt.CANNOT_RECORD)
        over(bartek)
        filler.unlink()
        (message,) = until(lambda: shown_messages(office, account), 80, "what was said is a message")
        assert (message["from"], message["from_name"]) == (extension_of(bartek), "Bartek")
        heard = audio(office, message, tmp_path)
        assert heard.hz is not None
        assert abs(heard.hz - bartek.tone_hz) <= 5
        assert heard.duration > 3
        assert abs(message["seconds"] - heard.duration) <= 1
        first, second = office.records(2)
        assert (first.outcome, second.outcome) == ("voicemail", "unavailable")
        assert first.legs[1]["seconds"] == message["seconds"]
