"""The trunks: what the engine is told of them, and what is written down of what it says."""

import asyncio
from collections.abc import Callable

import pytest

from centralka.store.models import Trunk
from centralka.switch.ami import Message
from centralka.switch.database import Database
from centralka.switch.manager import EngineAway, Manager, Refused
from centralka.switch.trunks import Trunks

from .stand_ins import put_away

pytestmark = pytest.mark.django_db(transaction=True)


class Engine(Manager):
    """Notes what it is told, and knows these registrations: endpoint → status."""

    def __init__(self) -> None:
        super().__init__(0, "")
        self.told: list[tuple[str, str]] = []
        self.registrations: dict[str, str] = {}
        self.is_away = False

    async def ask(self, action: str, fields: Message) -> Message:
        if self.is_away:
            raise EngineAway("it does not run")
        if action == "DBDelTree" and not self.orders:
            raise Refused("Database entry not found")
        assert fields.get("Val") != "", "the engine keeps no empty value"
        self.told.append((action, fields.get("Val", fields.get("Module", ""))))
        return {"Response": "Success"}

    async def listed(self, action: str, fields: Message, end: str) -> list[Message]:
        assert (action, end) == ("PJSIPShowRegistrationsOutbound", "OutboundRegistrationDetailComplete")
        details: list[Message] = [
            {"Event": "OutboundRegistrationDetail", "ObjectName": name, "Status": status}
            for name, status in self.registrations.items()
        ]
        return [{"Event": "AuthDetail", "ObjectName": "trunk-1", "Status": "no state of a registration"}, *details]

    @property
    def orders(self) -> list[str]:
        """What it was told about the order for emergency calls."""
        return [value for action, value in self.told if action == "DBPut"]


def trunk(name: str, **fields: object) -> Trunk:
    values = {"kind": Trunk.Kind.REGISTRATION, "host": "192.0.2.7", **fields}
    return Trunk.objects.create(name=name, **values)


def looks(engine: Engine, *between: Callable[[], object]) -> None:
    """One look, then another one after each of these."""

    async def story() -> None:
        database = Database()
        trunks = Trunks(database, engine)
        try:
            await trunks.look()
            for happens in between:
                await database.run(happens)
                await trunks.look()
        finally:
            await put_away(database)

    asyncio.run(story())


def nothing() -> None:
    """Nothing happens."""


def test_the_engine_is_told_the_order_for_emergencies_and_registers_anew() -> None:
    second, first = trunk("Drugi", priority=20), trunk("Pierwszy", priority=10)
    trunk("Wyłączony", priority=1, enabled=False)
    engine = Engine()
    looks(engine)
    assert engine.told == [
        ("DBPut", f"{first.endpoint}&{second.endpoint}"),
        ("Reload", "res_pjsip_outbound_registration.so"),
    ]


def test_the_engine_forgets_the_order_when_no_trunk_is_left() -> None:
    engine, only = Engine(), trunk("Jedyny")
    looks(engine, lambda: Trunk.objects.filter(pk=only.pk).update(enabled=False))
    assert engine.told[2:] == [("DBDelTree", ""), ("Reload", "res_pjsip_outbound_registration.so")]


def test_an_engine_that_never_knew_a_trunk_is_all_the_same_told_to_look() -> None:
    engine = Engine()
    looks(engine)
    assert engine.told == [("Reload", "res_pjsip_outbound_registration.so")]


def test_an_engine_that_knows_everything_is_told_nothing_again() -> None:
    trunk("Pierwszy")
    engine = Engine()
    looks(engine, nothing, nothing)
    assert len(engine.told) == 2


@pytest.mark.parametrize("field, value", [("host", "192.0.2.9"), ("enabled", False), ("priority", 5)])
def test_a_change_is_told_at_the_next_look(field: str, value: object) -> None:
    made = trunk("Pierwszy")
    engine = Engine()
    looks(engine, lambda: Trunk.objects.filter(pk=made.pk).update(version=2, **{field: value}))
    assert [action for action, _value in engine.told].count("Reload") == 2
    assert engine.orders == [made.endpoint] * (1 if field == "enabled" else 2)


def test_a_trunk_that_was_added_or_removed_is_told_at_the_next_look() -> None:
    first = trunk("Pierwszy")
    engine = Engine()
    looks(engine, lambda: trunk("Drugi", priority=20), lambda: first.delete())
    assert [order.count("trunk-") for order in engine.orders] == [1, 2, 1]


@pytest.mark.parametrize(
    "host, port, addresses",
    [("192.0.2.7", 5060, "192.0.2.7"), ("127.0.0.1", 5080, "127.0.0.1:5080/32"), ("2001:db8::7", 5060, "2001:db8::7")],
)
def test_a_carrier_is_known_by_its_address(host: str, port: int, addresses: str) -> None:
    """On this machine itself only together with its port: phones under test have the same address."""
    made = trunk("Pierwszy", host=host, port=port)
    looks(Engine())
    made.refresh_from_db()
    assert made.addresses == addresses


def test_a_host_that_cannot_be_resolved_now_keeps_its_addresses() -> None:
    made = trunk("Pierwszy", host="carrier.invalid", addresses="192.0.2.7")
    looks(Engine())
    made.refresh_from_db()
    assert made.addresses == "192.0.2.7"


def test_what_the_engine_says_of_registrations_is_written_down() -> None:
    first, second, third = trunk("Pierwszy"), trunk("Drugi", status="Registered"), trunk("Trzeci", kind="address")
    engine = Engine()
    engine.registrations = {first.endpoint: "Registered", second.endpoint: "Rejected", "trunk-999": "Registered"}
    looks(engine)
    states = dict(Trunk.objects.values_list("name", "status"))
    assert states == {"Pierwszy": "Registered", "Drugi": "Rejected", "Trzeci": ""}
    third.refresh_from_db()
    assert third.status_at is None


def test_a_trunk_that_was_disabled_has_no_state() -> None:
    made = trunk("Pierwszy", enabled=False, status="Registered")
    looks(Engine())
    made.refresh_from_db()
    assert made.status == ""


def test_the_state_is_asked_again_after_a_while() -> None:
    made = trunk("Pierwszy")
    engine = Engine()

    def registers() -> None:
        engine.registrations = {made.endpoint: "Registered"}

    looks(engine, registers, *[nothing] * 4)
    made.refresh_from_db()
    assert made.status == "Registered"


def test_an_engine_that_is_away_is_told_when_it_is_back() -> None:
    made = trunk("Pierwszy")
    engine = Engine()
    engine.is_away = True

    async def story() -> None:
        database = Database()
        trunks = Trunks(database, engine)
        try:
            with pytest.raises(EngineAway):
                await trunks.look()
            engine.is_away = False
            await trunks.look()
        finally:
            await put_away(database)

    asyncio.run(story())
    assert engine.orders == [made.endpoint]
