"""Call waiting: whether somebody who is in a call is offered another one."""

from collections import Counter
from pathlib import Path

from tests.live.office import SOON, Ear, Office, extension_of, gets, hear_each_other, over, ring, talk
from tests.live.phones import Phone, State, until
from tests.live.sipp import Burst, run_scenario

HERE = Path(__file__).parent


def test_off_in_a_call_means_busy(office: Office) -> None:
    """Bartek talks and wants no second call: Celina hears busy, he hears nothing of it."""
    bartek = office.phone(office.account("Bartek", call_waiting=False))
    alicja, celina = office.phone("Alicja"), office.phone("Celina")
    talk(alicja, bartek)
    celina.dial(extension_of(bartek))
    gets(celina, "486 Busy Here")
    assert len(bartek.all_calls) == 1
    hear_each_other(alicja, bartek)
    alicja.hang_up()
    over(alicja, bartek)
    first, second = office.records(2)
    assert (first.outcome, second.outcome) == ("answered", "busy")
    assert second.reasons == ["extension_dialled", "callee_busy"]


def test_off_while_it_rings_means_busy(office: Office) -> None:
    """Bartek's phone rings already: Celina hears busy, and he can answer Alicja."""
    bartek = office.phone(office.account("Bartek", call_waiting=False))
    alicja, celina = office.phone("Alicja"), office.phone("Celina")
    ring(alicja, bartek)
    celina.dial(extension_of(bartek))
    gets(celina, "486 Busy Here")
    bartek.answer()
    hear_each_other(alicja, bartek)
    assert len(bartek.all_calls) == 1


def test_off_while_dialling_out_means_busy(office: Office) -> None:
    """Bartek is calling somebody himself: Celina hears busy."""
    bartek = office.phone(office.account("Bartek", call_waiting=False))
    alicja, celina = office.phone("Alicja"), office.phone("Celina")
    ring(bartek, alicja)
    celina.dial(extension_of(bartek))
    gets(celina, "486 Busy Here")
    alicja.answer()
    hear_each_other(alicja, bartek)


def test_off_in_the_echo_test_means_busy(office: Office) -> None:
    """A call is a call, also one with the exchange itself."""
    bartek = office.phone(office.account("Bartek", call_waiting=False))
    celina = office.phone("Celina")
    bartek.dial("*43")
    until(lambda: bartek.in_call, SOON, "Bartek is in the echo test")
    celina.dial(extension_of(bartek))
    gets(celina, "486 Busy Here")


def test_off_and_free_again_rings_again(office: Office) -> None:
    """After a call, a declined one and one that was given up, Bartek is reachable again each time."""
    bartek = office.phone(office.account("Bartek", call_waiting=False))
    alicja = office.phone("Alicja")
    talk(alicja, bartek)
    bartek.hang_up()
    over(alicja, bartek)
    office.records(1)
    ring(alicja, bartek)
    bartek.decline()
    gets(alicja, "486 Busy Here")
    office.records(2)
    ring(alicja, bartek)
    alicja.hang_up()
    over(alicja, bartek)
    office.records(3)
    talk(alicja, bartek)


def test_off_and_many_callers_at_the_same_moment(office: Office) -> None:
    """Of twelve who call Bartek in the same moment exactly one gets through, round after round."""
    bartek, alicja = office.account("Bartek", call_waiting=False), office.account("Alicja")
    phone = office.sipp_phone("uas_answer", bartek, ring_ms=100)
    for round_ in (1, 2, 3):
        run_scenario(
            HERE / "uac_one_of_many.xml", login=alicja.login, password=alicja.password, called=bartek.extension,
            port=office.house.sip_port, talk_ms=2000, burst=Burst(calls=12, rate=1000),
        )  # fmt: skip
        records = office.records(12 * round_)
        assert Counter(record.outcome for record in records) == {"answered": round_, "busy": 11 * round_}
        assert len({m.header("Call-ID") for m in phone.requests("INVITE")}) == round_


def test_off_and_two_callers_at_the_same_moment(office: Office) -> None:
    """Two colleagues dial Bartek together: one rings, the other hears busy."""
    bartek = office.phone(office.account("Bartek", call_waiting=False))
    callers = [office.phone("Alicja"), office.phone("Celina")]
    for caller in callers:
        caller.dial(extension_of(bartek))
    (lucky,) = until(lambda: [caller for caller in callers if caller.ringing_there], SOON, "one of them gets through")
    (other,) = [caller for caller in callers if caller is not lucky]
    gets(other, "486 Busy Here")
    bartek.answer()
    hear_each_other(lucky, bartek)
    assert len(bartek.all_calls) == 1


def test_off_does_not_keep_bartek_busy_with_a_call_that_he_handed_over(office: Office) -> None:
    """Bartek joined Alicja with Celina and hung up: he is free, however long those two talk."""
    bartek = office.phone(office.account("Bartek", call_waiting=False))
    alicja, celina, dorota = office.phone("Alicja"), office.phone("Celina"), office.phone("Dorota")
    talk(alicja, bartek)
    held = bartek.calls[0]
    bartek.hold()
    talk(bartek, celina)
    bartek.transfer_held_to_talking(held, bartek.calls[-1])
    over(bartek)
    hear_each_other(alicja, celina)
    until(lambda: reaches(dorota, bartek), SOON, "Bartek is free for Dorota")
    bartek.answer()
    hear_each_other(dorota, bartek)
    hear_each_other(alicja, celina)


def test_on_offers_the_second_call(office: Office) -> None:
    """Bartek talks with Alicja, takes Celina's call too, and goes back to Alicja."""
    bartek = office.phone(office.account("Bartek", call_waiting=True))
    alicja, celina = office.phone("Alicja"), office.phone("Celina")
    talk(alicja, bartek)
    ring(celina, bartek)
    hear_each_other(alicja, bartek)
    bartek.answer()
    hear_each_other(celina, bartek)
    first, second = bartek.calls
    bartek.hang_up(second)
    gets(celina, "hung up there")
    back_to(alicja, bartek)
    bartek.hang_up(first)
    over(alicja, bartek)
    assert [record.outcome for record in office.records(2)] == ["answered", "answered"]


def test_on_the_second_call_can_be_declined(office: Office) -> None:
    """Bartek declines Celina and goes on talking with Alicja."""
    alicja, bartek, celina = office.phone("Alicja"), office.phone("Bartek"), office.phone("Celina")
    talk(alicja, bartek)
    bartek.decline(ring(celina, bartek))
    gets(celina, "486 Busy Here")
    hear_each_other(alicja, bartek)
    assert [call.state for call in bartek.calls] == [State.TALKING]


def reaches(caller: Phone, callee: Phone) -> bool:
    """Dial, and see whether the other phone rings or the caller is refused."""
    caller.dial(extension_of(callee))
    until(lambda: callee.ringing or caller.last_cause, SOON, f"{caller} gets through or is refused")
    return callee.ringing is not None


def back_to(alicja: Phone, bartek: Phone) -> None:
    """Bartek takes Alicja's held call back. What he hears then, baresip does not record, so she presses a key."""
    ear = Ear(alicja)
    bartek.resume(bartek.calls[0])
    until(lambda: ear.hears(bartek), SOON, "Alicja hears Bartek again")
    alicja.send_dtmf("5")
    until(lambda: bartek.digits_heard.endswith("5"), SOON, "Bartek hears Alicja again")
