"""A mailbox over its quota, of messages or of minutes: what callers are told, and what its owner."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from centralka.calls.prompts import Prompt
from centralka.calls.voicemail import MOST_MESSAGES, MOST_SECONDS
from tests.live.instance import Installation
from tests.live.office import SOON, Account, over
from tests.live.outside.spoken import is_told
from tests.live.outside.tenant import Firm
from tests.live.phones import until

from .mailboxes import leave_message, with_mailbox
from .web import delete, short_mailbox, shown_messages

ANOTHER_NODE = "node2"
"""An engine that is not there: nobody looks for the recordings of its messages."""


def put_in(house: Installation, account: Account, count: int, seconds: int) -> None:
    """Rows of messages that another engine has taken."""
    row = (account.id, ANOTHER_NODE, "100", "Bartek", datetime.now(UTC).strftime("%F %T"), seconds)
    columns = 'sip_account_id, node, caller_number, caller_name, received_at, seconds, msg_id, heard, "order"'
    insert = f"INSERT INTO voicemail_message ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, 1, '')"
    with closing(sqlite3.connect(house.home / "centralka.sqlite3", timeout=10)) as database, database:
        database.executemany(insert, [(*row, f"{ANOTHER_NODE}/{uuid4()}") for _ in range(count)])


def mails(house: Installation, account: Account, kind: str) -> int:
    """How many have been queued so far, sent or not."""
    return sum(row["kind"] == kind and row["sip_account_id"] == account.id for row in house.rows("mail"))


def test_the_message_that_fills_a_mailbox_is_taken_and_the_next_one_refused(firm: Firm, tmp_path: Path) -> None:
    """Its owner is told once by mail; callers hear it and the honest cause; a deleted message makes room."""
    account, bartek = short_mailbox(firm, tmp_path, email="alicja@example.org"), firm.phone("Bartek")
    put_in(firm.house, account, MOST_MESSAGES - 1, seconds=1)
    leave_message(firm.house, bartek, account)
    assert mails(firm.house, account, "mailbox_full") == 1
    bartek.dial(account.extension)
    is_told(bartek, "480 Temporarily Unavailable", Prompt.MAILBOX_FULL)
    alicja = firm.phone(account)
    bartek.dial(account.extension)
    until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
    alicja.decline()
    is_told(bartek, "486 Busy Here", Prompt.MAILBOX_FULL)
    alicja.unregister()
    taken, unavailable, busy = firm.records(3)
    assert [taken.outcome, unavailable.outcome, busy.outcome] == ["voicemail", "unavailable", "busy"]
    assert unavailable.reasons == busy.reasons == ["extension_dialled", "mailbox_full"]

    delete(firm, shown_messages(firm, account)[0])
    leave_message(firm.house, bartek, account)
    assert mails(firm.house, account, "mailbox_full") == 1
    assert mails(firm.house, account, "voicemail") == 2


def test_a_mailbox_is_full_of_minutes_too(firm: Firm) -> None:
    """An hour of messages is all that it holds."""
    account, bartek = with_mailbox(firm), firm.phone("Bartek")
    put_in(firm.house, account, 6, seconds=MOST_SECONDS // 6)
    bartek.dial(account.extension)
    is_told(bartek, "480 Temporarily Unavailable", Prompt.MAILBOX_FULL)
    over(bartek)
    (record,) = firm.records(1)
    assert record.reasons == ["extension_dialled", "mailbox_full"]
