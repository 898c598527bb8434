"""The panel, the engine or the supervisor dies: what phones notice of it, and what is on record afterwards."""

import re

from centralka.engine.data import TEMPLATES
from tests.live.instance import STOP_SECONDS
from tests.live.office import SOON, Office, hear_each_other, ring, talk
from tests.live.phones import Phone, until

_STEP = re.compile(r"^(?:exten =>.*?,1|\s*same => n(?:\([\w-]+\))?),(\w+)\(", re.MULTILINE)


def test_the_engine_knows_each_application_of_its_dialplan(fragile: Office) -> None:
    """It says that it does not only where one is used, and the call ends there: in the fallback that is a rare day."""
    used = set(_STEP.findall((TEMPLATES / "extensions.conf").read_text()))
    known = re.findall(r"^\s*(\w+): ", fragile.house.engine_says("core show applications"), re.MULTILINE)
    assert {"Dial", "GotoIf", "Set"} <= used <= set(known)


def test_the_panel_dies_and_no_phone_notices(fragile: Office) -> None:
    """The web process is killed during a call: the call goes on, others can call, and the panel is back."""
    alicja, bartek, celina = fragile.phone("Alicja"), fragile.phone("Bartek"), fragile.phone("Celina")
    talk(alicja, bartek)
    with fragile.house.without("web"):
        hear_each_other(alicja, bartek)
        celina.dial("*43")
        until(lambda: celina.hears(celina.tone_hz), SOON, "Celina hears herself")
        celina.register()
    hear_each_other(alicja, bartek)


def test_the_engine_dies_and_is_back_with_all_registrations(fragile: Office) -> None:
    """The engine is killed while one phone is in a call and another rings; nobody has to register again."""
    alicja, bartek, celina, dorota = (fragile.phone(name) for name in ("Alicja", "Bartek", "Celina", "Dorota"))
    phones = [alicja, bartek, celina, dorota]
    talk(alicja, bartek)
    ring(celina, dorota)
    registrations = [registers_sent(phone) for phone in phones]
    until(lambda: all(fragile.house.keeps(phone.login) for phone in phones), SOON, "the registrations are on disk")
    dead = fragile.house.kill("engine")
    fragile.house.wait_for_another("engine", dead)
    answered, ringing = fragile.records(2)
    assert (answered.outcome, answered.reasons) == ("interrupted", ["extension_dialled", "engine_stopped"])
    assert (ringing.outcome, ringing.answered_at) == ("interrupted", None)
    for record in (answered, ringing):
        assert record.ended_at
        assert record.ended_at >= record.started_at

    for phone in phones:
        phone.forget_calls()
    ring(alicja, bartek)
    bartek.answer()
    hear_each_other(alicja, bartek)
    talk(celina, dorota)
    assert [registers_sent(phone) for phone in phones] == registrations
    for caller in (alicja, celina):
        caller.hang_up()
    assert [record.outcome for record in fragile.records(4)] == ["interrupted"] * 2 + ["answered"] * 2
    for phone in phones:
        phone.pull_the_plug()  # it would wait for answers to its earlier call


def test_the_supervisor_dies_and_leaves_nothing_behind(fragile: Office) -> None:
    """The process that looks after the others is killed: they all end, and the next start goes on with everything."""
    account = fragile.account("Alicja")
    alicja, bartek = fragile.phone(account), fragile.phone("Bartek")
    talk(alicja, bartek)
    registrations = [registers_sent(phone) for phone in (alicja, bartek)]
    fragile.house.kill_supervisor()
    until(lambda: not fragile.house.processes(), STOP_SECONDS, f"no process is left of {fragile.house.processes()}")
    fragile.house.start()
    (record,) = fragile.records(1)
    assert record.outcome in ("interrupted", "answered")
    assert record.ended_at
    assert fragile.show(account)["login"] == account.login
    for phone in (alicja, bartek):
        phone.forget_calls()
    talk(alicja, bartek)
    assert [registers_sent(phone) for phone in (alicja, bartek)] == registrations


def registers_sent(phone: Phone) -> int:
    """How many REGISTER requests the phone has sent so far."""
    return sum(message.sent and message.start.startswith("REGISTER") for message in phone.messages)
