"""Hold, blind and attended transfer, done by the phones: who hears whom afterwards, and what is on record."""

from tests.live.office import SOON, Ear, Office, extension_of, gets, hear_each_other, hears_music, over, talk
from tests.live.phones import Phone, until


def three(office: Office) -> tuple[Phone, Phone, Phone]:
    return office.phone("Alicja"), office.phone("Bartek"), office.phone("Celina")


def test_a_held_party_hears_music_until_the_call_is_taken_back(office: Office) -> None:
    """Alicja holds Bartek: her voice is gone for him, and music is there; she takes the call back and both talk on."""
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    talk(alicja, bartek)
    alicja.hold()
    until(lambda: hears_music(bartek, alicja), SOON, "Bartek hears music")
    ear = Ear(bartek)
    alicja.resume()
    until(lambda: ear.hears(alicja), SOON, "Bartek hears Alicja again")
    bartek.send_dtmf("7")
    until(lambda: alicja.digits_heard == "7", SOON, "Alicja hears Bartek again")
    alicja.hang_up()
    over(alicja, bartek)
    assert [record.outcome for record in office.records(1)] == ["answered"]


def test_the_callee_can_hold_too(office: Office) -> None:
    """Bartek, who was called, holds Alicja and takes her back."""
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    talk(alicja, bartek)
    bartek.hold()
    until(lambda: hears_music(alicja, bartek), SOON, "Alicja hears music")
    ear = Ear(alicja)
    bartek.resume()
    until(lambda: ear.hears(bartek), SOON, "Alicja hears Bartek again")


def test_the_caller_transfers_blindly(office: Office) -> None:
    """Alicja called Bartek and passes him on to Celina: he talks with her, and it is one record with two legs."""
    alicja, bartek, celina = three(office)
    talk(alicja, bartek)
    alicja.transfer_to(extension_of(celina))
    until(lambda: celina.ringing, SOON, "Celina's phone rings")
    over(alicja)
    celina.answer()
    hear_each_other(bartek, celina)
    bartek.hang_up()
    over(bartek, celina)
    (record,) = office.records(1)
    assert (record.outcome, record.from_number) == ("answered", extension_of(alicja))
    assert record.rang == [(extension_of(bartek), "answered"), (extension_of(celina), "answered")]
    assert record.reasons == ["extension_dialled", "blind_transfer", "extension_dialled"]
    assert record.why[1]["values"] == {"by": extension_of(alicja), "to": extension_of(celina)}


def test_the_callee_transfers_blindly(office: Office) -> None:
    """Alicja called Bartek, who passes her on to Celina; Celina's phone shows who really calls."""
    alicja, bartek, celina = three(office)
    talk(alicja, bartek)
    bartek.transfer_to(extension_of(celina))
    call = until(lambda: celina.ringing, SOON, "Celina's phone rings")
    assert (call.number, call.name) == (extension_of(alicja), "Alicja")
    over(bartek)
    celina.answer()
    hear_each_other(alicja, celina)
    celina.hang_up()
    over(alicja, celina)
    (record,) = office.records(1)
    assert record.outcome == "answered"
    assert record.rang == [(extension_of(bartek), "answered"), (extension_of(celina), "answered")]
    assert record.reasons == ["extension_dialled", "blind_transfer", "extension_dialled"]
    assert record.why[1]["values"] == {"by": extension_of(bartek), "to": extension_of(celina)}


def test_the_caller_transfers_after_asking(office: Office) -> None:
    """Alicja holds Bartek, asks Celina and joins the two: both calls were answered, one record each."""
    alicja, bartek, celina = three(office)
    talk(alicja, bartek)
    held = alicja.calls[0]
    alicja.hold()
    talk(alicja, celina)
    alicja.transfer_held_to_talking(held, alicja.calls[-1])
    over(alicja)
    hear_each_other(bartek, celina)
    bartek.hang_up()
    over(bartek, celina)
    first, second = office.records(2)
    assert (first.outcome, second.outcome) == ("answered", "answered")
    assert first.rang == [(extension_of(bartek), "answered")]
    assert second.rang == [(extension_of(celina), "answered")]
    assert "attended_transfer" in first.reasons + second.reasons


def test_the_callee_transfers_after_asking(office: Office) -> None:
    """Alicja called Bartek; he asks Celina and joins the two."""
    alicja, bartek, celina = three(office)
    talk(alicja, bartek)
    held = bartek.calls[0]
    bartek.hold()
    talk(bartek, celina)
    bartek.transfer_held_to_talking(held, bartek.calls[-1])
    over(bartek)
    hear_each_other(alicja, celina)
    alicja.hang_up()
    over(alicja, celina)
    first, second = office.records(2)
    assert (first.outcome, second.outcome) == ("answered", "answered")
    assert first.rang == [(extension_of(bartek), "answered")]
    assert second.rang == [(extension_of(celina), "answered")]
    assert "attended_transfer" in first.reasons + second.reasons


def hand_over_ring(alicja: Phone, bartek: Phone, celina: Phone) -> None:
    """Alicja holds Bartek, rings Celina, and joins them before she answers."""
    talk(alicja, bartek)
    held = alicja.calls[0]
    alicja.hold()
    alicja.dial(extension_of(celina))
    until(lambda: celina.ringing, SOON, "Celina's phone rings")
    alicja.transfer_held_to_talking(held, alicja.calls[-1])
    over(alicja)


def test_what_rings_when_it_is_handed_over_goes_on_as_it_was_planned(office: Office) -> None:
    """Alicja holds Bartek, rings Celina, joins them before she answers. She declines: her mailbox takes him."""
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
    celina = office.phone(office.account("Celina", voicemail={"enabled": True, "pin": "7391", "email": ""}))
    hand_over_ring(alicja, bartek, celina)
    celina.decline()
    ear = Ear(bartek)
    until(lambda: ear.seconds() > 1, SOON, "Bartek hears the greeting")
    bartek.hang_up()
    over(bartek, celina)
    _first, second = office.records(2)
    assert second.outcome == "voicemail"
    assert second.rang == [(extension_of(celina), "busy"), (extension_of(celina), "voicemail")]
    assert "to_voicemail" in second.reasons


def test_what_rings_when_it_is_handed_over_can_be_given_up(office: Office) -> None:
    """Alicja holds Bartek, rings Celina, joins them before she answers. Bartek does not wait."""
    alicja, bartek, celina = three(office)
    hand_over_ring(alicja, bartek, celina)
    bartek.hang_up()
    over(bartek, celina)
    first, second = office.records(2)
    assert (first.outcome, second.outcome) == ("answered", "cancelled")
    assert second.rang == [(extension_of(celina), "cancelled")]


def test_a_transfer_to_nowhere_ends_the_call(office: Office) -> None:
    """Bartek passes Alicja on to a number that nobody has: her call ends and the record says why."""
    alicja, bartek, _ = three(office)
    talk(alicja, bartek)
    bartek.transfer_to("7999")
    gets(alicja, "hung up there")
    over(alicja, bartek)
    (record,) = office.records(1)
    assert (record.outcome, record.rang) == ("answered", [(extension_of(bartek), "answered")])
    assert record.reasons == ["extension_dialled", "blind_transfer", "no_such_extension"]


def test_a_transfer_to_somebody_who_declines_ends_the_call(office: Office) -> None:
    """Celina does not want the call that Bartek passes on to her."""
    alicja, bartek, celina = three(office)
    talk(alicja, bartek)
    bartek.transfer_to(extension_of(celina))
    until(lambda: celina.ringing, SOON, "Celina's phone rings")
    celina.decline()
    gets(alicja, "hung up there")
    over(alicja, bartek, celina)
    (record,) = office.records(1)
    assert record.rang == [(extension_of(bartek), "answered"), (extension_of(celina), "busy")]
    assert record.reasons == ["extension_dialled", "blind_transfer", "extension_dialled", "callee_busy"]


def test_a_transferred_caller_can_give_up(office: Office) -> None:
    """Alicja does not wait until Celina answers."""
    alicja, bartek, celina = three(office)
    talk(alicja, bartek)
    bartek.transfer_to(extension_of(celina))
    until(lambda: celina.ringing, SOON, "Celina's phone rings")
    alicja.hang_up()
    over(alicja, bartek, celina)
    (record,) = office.records(1)
    assert record.rang == [(extension_of(bartek), "answered"), (extension_of(celina), "cancelled")]


def test_a_transfer_to_oneself_rings_again(office: Office) -> None:
    """Bartek passes Alicja on to his own extension: his phone rings with her call."""
    alicja, bartek, _ = three(office)
    talk(alicja, bartek)
    bartek.transfer_to(extension_of(bartek))
    until(lambda: bartek.ringing, SOON, "Bartek's phone rings")
    bartek.answer()
    hear_each_other(alicja, bartek)
