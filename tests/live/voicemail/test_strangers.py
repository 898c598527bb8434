"""Who has no business in a mailbox: callers from outside, and other companies."""

from pathlib import Path

from tests.live.carrier_instance import Carrier
from tests.live.office import SOON, Ear, over
from tests.live.outside.tenant import Firm
from tests.live.phones import until

from .mailboxes import leave_message, with_mailbox
from .web import ask, short_mailbox, shown_messages


def test_a_caller_from_outside_is_passed_on_to_the_mailbox_and_hears_no_menu(firm: Firm, carrier: Carrier) -> None:
    """Alicja transfers the caller to *98 on purpose: nobody is asked for a PIN, and the record says why."""
    account = with_mailbox(firm)
    alicja = firm.phone(account)
    firm.point(firm.numbers[0], account)
    with carrier.call("600 100 200", firm.numbers[0], echo=True) as call:
        until(lambda: alicja.ringing, SOON, "Alicja's phone rings")
        alicja.answer()
        ear = Ear(alicja)
        until(lambda: ear.hears(alicja), SOON, "Alicja hears the caller")
        alicja.transfer_to("*98")
        over(alicja)
        call.wait()
    (record,) = firm.records(1)
    assert record.rang == [(account.extension, "answered")]
    assert record.reasons == ["number_points_at", "blind_transfer", "mailbox_not_for_strangers"]


def test_another_company_reaches_nothing(firm: Firm, poor: Firm, tmp_path: Path) -> None:
    """Its token sees no message, hears none, changes none, and cannot touch the greeting."""
    account = short_mailbox(firm, tmp_path)
    leave_message(firm.house, firm.phone("Bartek"), account)
    (message,) = shown_messages(firm, account)
    path, greeting = f"/voicemail-messages/{message['id']}", f"/sip-accounts/{account.id}/greeting"
    doors = [("GET", path), ("GET", f"{path}/audio"), ("DELETE", path), ("GET", greeting), ("DELETE", greeting)]
    assert [ask(poor, *door)[0] for door in doors] == [404] * len(doors)
    assert ask(poor, "PATCH", path, b'{"heard": true}', "application/json")[0] == 404
    assert ask(poor, "PUT", greeting, b"RIFF", "audio/wav")[0] == 404
    assert poor._api("GET", "/voicemail-messages", 200)["items"] == []
    assert shown_messages(firm, account) == [message]
