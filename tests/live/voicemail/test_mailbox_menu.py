"""The mailbox by phone: *98, the PIN, listening, deleting, the greeting, and the lamp that follows."""

from centralka.calls.prompts import Prompt
from tests.live.office import SOON, Office, over
from tests.live.outside.spoken import hears_prompt
from tests.live.phones import until

from .mailboxes import PIN, box, draft_bytes, enter, hears_message, leave_message, messages, with_mailbox


def test_a_message_is_heard_by_phone_and_the_lamp_goes_out(office: Office) -> None:
    alicja_account = with_mailbox(office)
    bartek = office.phone("Bartek")
    leave_message(office.house, bartek, alicja_account)
    alicja = office.phone(alicja_account, watches_mailbox=True)
    until(lambda: alicja.messages_waiting, SOON, "the lamp is on")
    (row,) = messages(office.house, alicja_account)
    assert (row["caller_number"], row["heard"]) == (bartek.login.rpartition("_")[2], 0)
    assert row["seconds"] >= 2

    enter(alicja)
    hears_prompt(alicja, Prompt.MAILBOX_MENU)
    alicja.send_dtmf("1")
    hears_message(alicja, bartek.tone_hz)
    alicja.send_dtmf("9")
    hears_prompt(alicja, Prompt.NO_MORE_MESSAGES)
    until(lambda: alicja.messages_waiting is False, SOON, "the lamp is off")
    until(lambda: list(box(office.house, alicja_account).glob("Old/*.txt")), SOON, "the engine has it as heard")
    (row,) = messages(office.house, alicja_account)
    assert row["heard"]
    alicja.send_dtmf("*")
    over(alicja)


def test_a_message_is_deleted_by_phone(office: Office) -> None:
    alicja_account = with_mailbox(office)
    bartek = office.phone("Bartek")
    leave_message(office.house, bartek, alicja_account)
    alicja = office.phone(alicja_account, watches_mailbox=True)
    enter(alicja)
    hears_prompt(alicja, Prompt.MAILBOX_MENU)
    alicja.send_dtmf("1")
    hears_message(alicja, bartek.tone_hz)
    alicja.send_dtmf("7")
    hears_prompt(alicja, Prompt.MESSAGE_DELETED)
    assert messages(office.house, alicja_account) == []
    until(lambda: not list(box(office.house, alicja_account).glob("*/msg*")), SOON, "the engine has removed it")
    until(lambda: alicja.messages_waiting is False, SOON, "the lamp is off")
    alicja.hang_up()


def test_a_greeting_recorded_by_phone_is_what_the_next_caller_hears(office: Office) -> None:
    alicja_account = with_mailbox(office)
    alicja, bartek = office.phone(alicja_account), office.phone("Bartek")
    enter(alicja)
    hears_prompt(alicja, Prompt.MAILBOX_MENU)
    alicja.send_dtmf("0")
    until(lambda: draft_bytes(office.house) > 50_000, SOON, "Alicja speaks")
    alicja.send_dtmf("#")
    hears_prompt(alicja, Prompt.GREETING_REVIEW)
    alicja.send_dtmf("2")
    hears_message(alicja, alicja.tone_hz)
    alicja.send_dtmf("1")
    hears_prompt(alicja, Prompt.GREETING_SAVED)
    alicja.hang_up()
    alicja.unregister()
    until(lambda: not draft_bytes(office.house), SOON, "the draft is gone")

    bartek.dial(alicja_account.extension)
    until(lambda: bartek.in_call, SOON, "the mailbox answers")
    hears_message(bartek, alicja.tone_hz)
    bartek.hang_up()


def test_a_cancelled_greeting_changes_nothing(office: Office) -> None:
    alicja_account = with_mailbox(office)
    alicja = office.phone(alicja_account)
    enter(alicja)
    hears_prompt(alicja, Prompt.MAILBOX_MENU)
    alicja.send_dtmf("0")
    until(lambda: draft_bytes(office.house), SOON, "Alicja can speak")
    alicja.send_dtmf("#")
    hears_prompt(alicja, Prompt.GREETING_TOO_SHORT)
    alicja.send_dtmf("*")
    over(alicja)
    assert [row for row in office.house.rows("greeting") if row["sip_account_id"] == alicja_account.id] == []


def test_three_wrong_pins_end_the_call(office: Office) -> None:
    alicja = office.phone(with_mailbox(office))
    enter(alicja, "0000")
    hears_prompt(alicja, Prompt.WRONG_PIN)
    alicja.send_dtmf("1111#")
    alicja.send_dtmf("2222#")
    hears_prompt(alicja, Prompt.WRONG_PIN_GOODBYE)
    over(alicja)


def test_a_wrong_pin_can_be_corrected(office: Office) -> None:
    alicja = office.phone(with_mailbox(office))
    alicja.dial("*98")
    hears_prompt(alicja, Prompt.MAILBOX_PIN)
    alicja.send_dtmf("0000#")
    hears_prompt(alicja, Prompt.WRONG_PIN)
    alicja.send_dtmf(f"{PIN}#")
    hears_prompt(alicja, Prompt.NO_MESSAGES)
    alicja.hang_up()


def test_without_a_mailbox_there_is_no_menu(office: Office) -> None:
    alicja = office.phone("Alicja")
    alicja.dial("*98")
    hears_prompt(alicja, Prompt.NO_MAILBOX)
    over(alicja)


def test_ten_wrong_pins_lock_the_mailbox_also_for_the_right_one(office: Office) -> None:
    account = with_mailbox(office)
    alicja = office.phone(account)
    for wrong in ("0000#1111#2222#", "3333#4444#5555#", "6666#8888#9999#", f"1234#{PIN}#{PIN}#"):
        alicja.dial("*98")
        until(lambda: alicja.in_call, SOON, "the mailbox answers")
        alicja.send_dtmf(wrong)
        over(alicja)
    records = office.records(4)
    assert all("wrong_pin" in record.reasons for record in records)
