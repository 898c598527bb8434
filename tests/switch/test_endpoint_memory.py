"""The engine keeps what it has read of endpoints: before a call it is told what of that is not true any more."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db.models import Model

from centralka.store.models import SipAccount, Tenant, Trunk
from centralka.switch.arriving.endpoint_memory import EndpointMemory
from centralka.switch.database import Database
from centralka.switch.wire.engine_answers import EngineAway
from centralka.switch.wire.engine_control import EngineControl
from tests import cast

from .stand_ins import put_away

pytestmark = pytest.mark.django_db(transaction=True)
ALL = ["res_pjsip/endpoint", "res_pjsip/aor"]


class Engine(EngineControl):
    """Notes what it is told to forget: caches, and objects of them."""

    def __init__(self) -> None:
        super().__init__(0, "", Path())
        self.told: list[str] = []
        self.answer: Exception | None = None

    async def forget(self, cache: str, *name: str) -> None:
        if self.answer:
            raise self.answer
        self.told.append(" ".join([cache, *name]))


def refreshed(engine: Engine, *steps: Callable[[], object] | str) -> list[set[str]]:
    """The names that had changed at each look; a step is the endpoint that is called, or what is done between."""

    async def story() -> list[set[str]]:
        database = Database()
        memory = EndpointMemory(database, engine)
        found = []
        try:
            for step in steps:
                if isinstance(step, str):
                    found.append(set(await memory.refresh([step])))
                else:
                    await database.do(step)
            return found
        finally:
            await put_away(database)

    return asyncio.run(story())


def forgotten(name: str) -> list[str]:
    return [f"{cache} {name}" for cache in ALL]


def saving(model: type[Model], **changes: object) -> Callable[[], object]:
    return lambda: model._default_manager.update(**changes)


@pytest.fixture(autouse=True)
def alicja(transactional_db: None) -> None:
    cast.phone(cast.alicjas_company().tenant, "100", "Alicja")


def test_at_first_the_engine_forgets_all_that_an_earlier_switchboard_knew_of() -> None:
    engine = Engine()
    assert refreshed(engine, "kwiaty_100", "kwiaty_100") == [set(), set()]
    assert engine.told == ALL


@pytest.mark.parametrize(
    "change",
    [
        saving(SipAccount, name="Alicja z biura"),
        saving(SipAccount, internal_caller_id="55"),
        saving(Tenant, language="en"),
        saving(Tenant, hold_sound="silence"),
    ],
)
def test_what_was_saved_since_the_last_call_is_forgotten_once(change: Callable[[], object]) -> None:
    engine = Engine()
    assert refreshed(engine, "kwiaty_100", change, "kwiaty_100", "kwiaty_100") == [set(), {"kwiaty_100"}, set()]
    assert engine.told == [*ALL, *forgotten("kwiaty_100")]


@pytest.mark.parametrize("change", [{"host": "192.0.2.9"}, {"transport": "tcp"}, {"sends_pai": False}, {"port": 5070}])
def test_a_changed_trunk_is_called_where_it_is_now(change: dict[str, object]) -> None:
    engine, name = Engine(), Trunk.objects.create(name="t", host="192.0.2.1", sends_pai=True).endpoint
    assert refreshed(engine, name, saving(Trunk, **change), name) == [set(), {name}]
    assert engine.told == [*ALL, *forgotten(name)]


def test_an_engine_that_was_away_is_told_at_the_next_call() -> None:
    engine = Engine()

    def away(problem: Exception | None) -> Callable[[], object]:
        return lambda: setattr(engine, "answer", problem)

    rename = saving(SipAccount, name="Alicja z biura")
    steps = (away(EngineAway("")), "kwiaty_100", away(None), "kwiaty_100", rename, away(EngineAway("")), "kwiaty_100")
    assert refreshed(engine, *steps, away(None), "kwiaty_100")[-2:] == [{"kwiaty_100"}, {"kwiaty_100"}]
    assert engine.told == [*ALL, *forgotten("kwiaty_100")]


def test_an_endpoint_that_is_gone_is_nothing_to_be_told() -> None:
    assert refreshed(Engine(), "kwiaty_100", SipAccount.objects.all().delete, "kwiaty_100") == [set(), set()]
