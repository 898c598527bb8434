"""The engine has ICE once somebody may call in a browser; tests/live/phone_in_browser shows the engine itself."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from centralka.actions.actor import Actor
from centralka.actions.people import assign_account
from centralka.store.panel_sessions import note_session
from centralka.switch.browser_sound import BrowserSound
from centralka.switch.database import Database
from centralka.switch.wire.engine_answers import EngineAway
from centralka.switch.wire.engine_control import EngineControl
from tests import cast

from .stand_ins import put_away

pytestmark = pytest.mark.django_db(transaction=True)

ON = "icesupport = yes\n"


class Engine(EngineControl):
    """Reads the file when it is told to, unless it is away."""

    def __init__(self, file: Path) -> None:
        super().__init__(0, "", Path())
        self._file = file
        self.read_then: list[str] = []
        self.is_away = False

    async def reload(self, module: str) -> None:
        assert module == "res_rtp_asterisk"
        if self.is_away:
            raise EngineAway("it does not run")
        self.read_then.append(self._file.read_text())


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(tmp_path / "ice.conf")


def looks(engine: Engine, *between: Callable[[], object]) -> list[str]:
    """One look, then another one after each of these. Returns what was in the file after each."""
    found: list[str] = []

    async def story() -> None:
        database = Database()
        sound = BrowserSound(engine._file, database, engine)
        try:
            for happens in (lambda: None, *between):
                await database.do(happens)
                await sound.look()
                found.append(engine._file.read_text())
        finally:
            await put_away(database)

    asyncio.run(story())
    return found


def sign_in(actor: Actor) -> None:
    assert actor.person
    Session.objects.create(session_key="her session", session_data="", expire_date=timezone.now())
    note_session(actor.person, "her session", "192.0.2.1", "Firefox", timezone.now())


def give(company: cast.Company, extension: str) -> None:
    """Her account for calls in the browser."""
    member = company.tenant.memberships.get(person=company.owner.person)
    assign_account(company.owner, member.pk, extension)


def test_it_is_told_when_somebody_who_has_an_account_signs_in(kwiaty: cast.Company, engine: Engine) -> None:
    cast.phone(kwiaty.tenant, "100", "Sekretariat")
    give(kwiaty, "100")
    assert looks(engine, lambda: sign_in(kwiaty.owner), lambda: None) == ["", ON, ON]
    assert engine.read_then == [ON]


def test_it_is_told_when_somebody_signed_in_is_given_one(
    kwiaty: cast.Company, ksiegi: cast.Company, engine: Engine
) -> None:
    """Whatever others have."""
    cast.phone(kwiaty.tenant, "100", "Sekretariat")
    cast.phone(ksiegi.tenant, "100", "Biuro")
    give(ksiegi, "100")
    assert looks(engine, lambda: sign_in(kwiaty.owner), lambda: give(kwiaty, "100")) == ["", "", ON]
    assert engine.read_then == [ON]


@pytest.mark.parametrize("ends", [lambda company: give(company, ""), lambda _company: Session.objects.all().delete()])
def test_nobody_any_more_counts_from_its_next_start_on(
    kwiaty: cast.Company, engine: Engine, ends: Callable[[cast.Company], object]
) -> None:
    cast.phone(kwiaty.tenant, "100", "Sekretariat")
    give(kwiaty, "100")
    sign_in(kwiaty.owner)
    assert looks(engine, lambda: ends(kwiaty)) == [ON, ""]
    assert engine.read_then == [ON]


def test_an_engine_that_is_away_is_told_later(kwiaty: cast.Company, engine: Engine) -> None:
    """And one that starts meanwhile has read the file."""
    cast.phone(kwiaty.tenant, "100", "Sekretariat")
    give(kwiaty, "100")
    sign_in(kwiaty.owner)
    engine.is_away = True
    with pytest.raises(EngineAway):
        looks(engine)
    assert engine._file.read_text() == ON
    engine.is_away = False
    looks(engine)
    assert engine.read_then == [ON]
