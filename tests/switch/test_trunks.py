"""The trunks: what the engine is told of them, and what is written down of what it says."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from centralka.store.models import Trunk
from centralka.switch.database import Database
from centralka.switch.trunks.pings import Pings
from centralka.switch.trunks.trunk_order import TrunkOrder
from centralka.switch.trunks.trunks import Trunks
from centralka.switch.wire.engine_answers import EngineAway
from centralka.switch.wire.engine_control import EngineControl

from .edge_registrar import Registrar, registrations
from .stand_ins import put_away

pytestmark = pytest.mark.django_db(transaction=True)


class Engine(EngineControl):
    """Notes what it is told."""

    def __init__(self) -> None:
        super().__init__(0, "", Path())
        self.reloaded: list[str] = []
        self.answers: dict[str, str] = {}
        """What it says of the carriers that it asks: endpoint of the question → status."""
        self.is_away = False

    async def reload(self, module: str) -> None:
        if self.is_away:
            raise EngineAway("it does not run")
        self.reloaded.append(module)

    async def contact_state(self, name: str) -> str:
        return self.answers.get(name, "")


def trunk(name: str, **fields: object) -> Trunk:
    values = {"kind": Trunk.Kind.REGISTRATION, "host": "192.0.2.7", "pings": False, **fields}
    if values["kind"] == Trunk.Kind.REGISTRATION:
        values = {"username": "firma", "password": "Zielony-Rower-12", **values}
    return Trunk.objects.create(name=name, **values)


class Order(TrunkOrder):
    """The file, each of whose writings is noted."""

    def __init__(self) -> None:
        super().__init__(Path())
        self.written: list[str] = []

    async def write(self, order: str) -> None:
        self.written.append(order)


def looks(
    engine: Engine,
    *between: Callable[[], object],
    file: Path | None = None,
    edge: Registrar | None = None,
    order: TrunkOrder | None = None,
) -> None:
    """One look, then another one after each of these. `file`: which carriers the engine asks."""

    async def story() -> None:
        database = Database()
        pings = Pings(file or Path("/nowhere/pings.conf"), engine, 5062)
        trunks = Trunks(database, order or Order(), pings, registrations(edge or Registrar()))
        try:
            await trunks.look()
            for happens in between:
                await database.do(happens)
                await trunks.look()
        finally:
            await put_away(database)

    asyncio.run(story())


def nothing() -> None:
    """Nothing happens."""


def test_the_order_for_emergencies_is_written_down(tmp_path: Path) -> None:
    second, first = trunk("Drugi", priority=20), trunk("Pierwszy", priority=10)
    trunk("Wyłączony", priority=1, enabled=False)
    order = TrunkOrder(tmp_path / "order")
    looks(Engine(), order=order)
    assert (tmp_path / "order").read_text() == f"{first.endpoint}&{second.endpoint}"
    looks(Engine(), lambda: Trunk.objects.update(enabled=False), order=order)
    assert (tmp_path / "order").read_text() == ""


def test_an_order_that_is_the_same_is_not_written_again() -> None:
    trunk("Pierwszy")
    order = Order()
    looks(Engine(), nothing, nothing, order=order)
    assert len(order.written) == 1


@pytest.mark.parametrize("field, value", [("host", "192.0.2.9"), ("enabled", False), ("priority", 5)])
def test_a_change_is_told_at_the_next_look(field: str, value: object) -> None:
    made = trunk("Pierwszy", username="firma")
    order, edge = Order(), Registrar()
    looks(
        Engine(), lambda: Trunk.objects.filter(pk=made.pk).update(version=2, **{field: value}), edge=edge, order=order
    )
    assert (edge.told[2:3] == [("unregister", "firma")]) == (field != "priority")
    assert order.written == [made.endpoint, *([""] if field == "enabled" else [])]


def test_a_trunk_that_was_added_or_removed_is_told_at_the_next_look() -> None:
    first = trunk("Pierwszy")
    order = Order()
    looks(Engine(), lambda: trunk("Drugi", priority=20), lambda: first.delete(), order=order)
    assert [written.count("trunk-") for written in order.written] == [1, 2, 1]


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


def test_what_became_of_registrations_is_written_down(tmp_path: Path) -> None:
    trunk("Pierwszy", username="1")
    second = trunk("Drugi", username="2", status="Registered")
    third, edge = trunk("Trzeci", kind="address"), Registrar()

    def second_is_refused() -> None:
        edge.says = "403 Forbidden"
        edge.answers(next(name for name in edge.kept if name.startswith(second.mark)))

    looks(Engine(), second_is_refused, nothing, file=tmp_path / "pings.conf", edge=edge)
    states = {name: said for name, *said in Trunk.objects.values_list("name", "status", "answer")}
    assert states == {"Pierwszy": ["Registered", ""], "Drugi": ["Rejected", "403 Forbidden"], "Trzeci": ["", ""]}
    third.refresh_from_db()
    assert third.status_at is None


def test_a_trunk_that_was_disabled_has_no_state() -> None:
    made = trunk("Pierwszy", enabled=False, status="Registered")
    looks(Engine())
    made.refresh_from_db()
    assert made.status == ""


def test_the_state_is_asked_again_after_a_while() -> None:
    made, edge = trunk("Pierwszy"), Registrar()
    edge.says = ""

    def registers() -> None:
        edge.says = "200 OK"
        edge.answers(next(iter(edge.kept)))

    looks(Engine(), nothing, nothing, registers, *[nothing] * 4, edge=edge)
    made.refresh_from_db()
    assert made.status == "Registered"


# -- Whether carriers are there ---------------------------------------------------------------------------------------

PINGS_TOLD = "res_pjsip"


def test_the_engine_asks_the_carriers_that_are_switched_on_and_want_it(tmp_path: Path) -> None:
    file, engine = tmp_path / "pings.conf", Engine()
    asked = trunk("Pytany", pings=True, host="sip.operator.example", port=5070, transport="tcp", username="48221234567")
    trunk("Niepytany"), trunk("Wyłączony", pings=True, enabled=False)
    looks(engine, nothing, file=file)
    assert engine.reloaded.count(PINGS_TOLD) == 1
    assert file.read_text().count("type = aor") == 1
    assert f"[ping-{asked.pk}]\ntype = aor\n" in file.read_text()
    assert "\ncontact = sip:sip.operator.example:5070\\;transport=tcp\n" in file.read_text()
    assert f"from_user = 48221234567\noutbound_auth = trunk-{asked.pk}\n" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    looks(engine, file=file)
    assert engine.reloaded.count(PINGS_TOLD) == 1, "a switchboard that was started again changes nothing"
    looks(engine, lambda: Trunk.objects.update(pings=False, version=2), file=file)
    assert (file.read_text(), engine.reloaded.count(PINGS_TOLD)) == ("", 2)


@pytest.mark.parametrize(
    ("says", "answer", "seen"),
    [
        ("200 OK", "Unavail", ("Registered", False)),
        ("200 OK", "Avail", ("Registered", True)),
        ("", "Unavail", ("Unregistered", False)),
        ("403 Forbidden", "Avail", ("Rejected", True)),
        ("403 Forbidden", "NonQual", ("Rejected", None)),
        ("403 Forbidden", None, ("Rejected", None)),
    ],
)
def test_only_a_carrier_that_is_there_rejects(
    tmp_path: Path, says: str, answer: str | None, seen: tuple[str, bool | None]
) -> None:
    made, engine, edge = trunk("Pierwszy", pings=True), Engine(), Registrar()
    edge.says = says
    engine.answers = {f"ping-{made.pk}": answer} if answer else {}
    looks(engine, nothing, nothing, file=tmp_path / "pings.conf", edge=edge)
    made.refresh_from_db()
    assert (made.status, made.reachable) == seen


def test_what_nobody_looks_at_is_not_known(tmp_path: Path) -> None:
    """Nothing stays green while engine and edge are away."""
    made = trunk("Pierwszy", pings=True, status="Registered", reachable=True)
    engine, edge, database = Engine(), Registrar(), Database()
    engine.is_away = edge.away = True
    trunks = Trunks(
        database, TrunkOrder(tmp_path / "order"), Pings(tmp_path / "pings.conf", engine, 5062), registrations(edge)
    )

    async def story() -> None:
        running = asyncio.create_task(trunks.follow_trunks())
        try:
            while await database.do(lambda: Trunk.objects.get(pk=made.pk).status):
                await asyncio.sleep(0.05)
            engine.is_away = False
            while PINGS_TOLD not in engine.reloaded:
                await asyncio.sleep(0.05)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await put_away(database)

    asyncio.run(asyncio.wait_for(story(), 20))
    made.refresh_from_db()
    assert (made.status, made.reachable) == ("", None)
