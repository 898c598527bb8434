"""Which phones are registered, followed in a database like the edge's own."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from centralka.edge.contacts import prepare_contacts
from centralka.store.models import Device, Registration, SipAccount
from centralka.switch.database import Database
from centralka.switch.phones.answers import Answers
from centralka.switch.phones.presence import News, follow_presence, news_of
from centralka.switch.phones.presence_signs import PresenceSigns
from tests import cast

from .stand_ins import put_away

NODE = "node1"


class Edge:
    """Plays the edge: writes down who is registered, and who is not any more."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # Kept open: when the last connection goes, SQLite removes the log whose time tells of a change.
        self._own = sqlite3.connect(path, timeout=0, check_same_thread=False)

    def close(self) -> None:
        self._own.close()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        # The edge waits for nobody: a reader who holds it up makes it lose what it wanted to write.
        with self._own:
            yield self._own

    def registers(self, login: str, uri: Any, agent: str = "baresip", call_id: str = "1", come_by: str = "") -> None:
        row = [f"{login} {uri}", login, uri, agent, call_id, come_by or None]
        with self._writing() as database:
            database.execute(
                "INSERT OR REPLACE INTO location (ruid, username, contact, user_agent, callid, received)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                row,
            )

    def renews(self, login: str, uri: str, call_id: str = "1") -> None:
        """As nearly every REGISTER does: the row stays, with another time."""
        with self._writing() as database:
            database.execute(
                "UPDATE location SET callid = ?, cseq = cseq + 1, expires = '2030-01-01' WHERE ruid = ?",
                [call_id, f"{login} {uri}"],
            )

    def changes_often(self, login: str, uri: str, times: int) -> None:
        with self._writing() as database:
            database.executemany(
                "UPDATE location SET callid = ? WHERE ruid = ?",
                [[str(count), f"{login} {uri}"] for count in range(times)],
            )

    def hears_device(self, login: str, call_id: str, device: str) -> None:
        """As edge/registrar.cfg writes it, before the contact."""
        with self._writing() as database:
            database.execute(
                "INSERT INTO device VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET device = excluded.device",
                [call_id, login, device],
            )

    def forgets(self, login: str, uri: Any) -> None:
        with self._writing() as database:
            database.execute("DELETE FROM location WHERE username = ? AND contact = ?", [login, uri])


@pytest.fixture
def contacts(tmp_path: Path) -> Path:
    path = tmp_path / "contacts.sqlite3"
    prepare_contacts(path)
    return path


@pytest.fixture
def edge(contacts: Path) -> Iterator[Edge]:
    with contextlib.closing(Edge(contacts)) as running:
        yield running


class Lamps:
    """Notes whose phones are told that they came."""

    def __init__(self) -> None:
        self.told: list[set[str]] = []

    async def tell(self, logins: set[str]) -> None:
        self.told.append(logins)


Step = Callable[[], Any]


def follow(contacts: Path, *steps: Step, lamps: Lamps | None = None) -> None:
    """While the rows are kept: each step in turn, again and again until it gives something true (None is true too)."""

    async def story() -> None:
        database = Database()
        answers = Answers(NODE, database, 25, lambda: None)
        signs = PresenceSigns(NODE, database, lambda: None)
        following = asyncio.create_task(
            follow_presence(contacts, NODE, database, (lamps or Lamps()).tell, answers, signs)
        )
        try:
            async with asyncio.timeout(30):
                for step in steps:
                    while await database.do(step) is False:
                        await asyncio.sleep(0.01)
        finally:
            following.cancel()
            await asyncio.wait({following})
        await put_away(database)

    asyncio.run(story())


def shown(*uris: str) -> Callable[[], bool]:
    return lambda: sorted(Registration.objects.values_list("uri", flat=True)) == sorted(uris)


@pytest.fixture
def phones(transactional_db: None) -> None:
    tenant = cast.alicjas_company().tenant
    cast.phone(tenant, "100")
    cast.phone(tenant, "101")


@pytest.mark.usefixtures("phones")
class TestPresence:
    def test_who_is_there_at_the_start_is_shown(self, contacts: Path, edge: Edge) -> None:
        edge.registers("kwiaty_100", "sip:100@192.0.2.1")
        follow(contacts, shown("sip:100@192.0.2.1"))
        assert Registration.objects.get().user_agent == "baresip"

    def test_an_edge_without_contacts_empties_the_rows(self, contacts: Path) -> None:
        account = SipAccount.objects.get(extension="100")
        Registration.objects.create(sip_account=account, node=NODE, uri="sip:old", since=account.created_at)
        follow(contacts, shown())
        account.refresh_from_db()
        assert account.last_seen_at is not None

    def test_who_comes_and_who_goes_is_followed(self, contacts: Path, edge: Edge) -> None:
        follow(
            contacts,
            lambda: edge.registers("kwiaty_100", "sip:a"),
            shown("sip:a"),
            lambda: edge.registers("kwiaty_101", "sip:b"),
            shown("sip:a", "sip:b"),
            lambda: edge.forgets("kwiaty_100", "sip:a"),
            shown("sip:b"),
        )
        assert SipAccount.objects.get(extension="100").last_seen_at is not None

    def test_the_device_is_known_with_whose_password_a_phone_came(self, contacts: Path, edge: Edge) -> None:
        account = SipAccount.objects.get(extension="100")
        old, new = (Device.objects.create(sip_account=account, name=name, username=name) for name in ("old", "new"))

        def of(device: Device) -> Callable[[], bool]:
            return lambda: list(Registration.objects.values_list("uri", "device")) == [("sip:a", device.pk)]

        follow(
            contacts,
            lambda: edge.hears_device("kwiaty_100", "1", "old"),
            lambda: edge.registers("kwiaty_100", "sip:a"),
            of(old),
            # Another password was typed into the same phone, which goes on where it was.
            lambda: edge.hears_device("kwiaty_100", "1", "new"),
            of(new),
        )
        for device in (old, new):
            device.refresh_from_db()
        assert (old.last_seen_at is None, new.last_seen_at is None) == (False, True)
        # A switchboard that starts anew.
        follow(contacts, of(new))

    def test_another_edges_rows_are_left_alone(self, contacts: Path, edge: Edge) -> None:
        account = SipAccount.objects.get(extension="100")
        Registration.objects.create(sip_account=account, node="node2", uri="sip:other", since=account.created_at)
        edge.registers("kwiaty_101", "sip:mine")
        follow(contacts, shown("sip:mine", "sip:other"))

    def test_a_phone_that_stays_keeps_its_since(self, contacts: Path, edge: Edge) -> None:
        account = SipAccount.objects.get(extension="100")
        Registration.objects.create(sip_account=account, node=NODE, uri="sip:a", since=account.created_at)
        edge.registers("kwiaty_100", "sip:a")
        edge.registers("kwiaty_101", "sip:b")
        follow(contacts, shown("sip:a", "sip:b"))
        assert Registration.objects.get(uri="sip:a").since == account.created_at

    def test_a_phone_behind_nat_is_shown_where_it_is_reached(self, contacts: Path, edge: Edge) -> None:
        edge.registers("kwiaty_100", "sip:m@10.0.0.7:5060;ob", come_by="sip:192.0.2.7:61000;transport=TCP")
        follow(contacts, shown("sip:m@192.0.2.7:61000;transport=TCP"))

    def test_phones_that_come_are_told_their_lamps(self, contacts: Path, edge: Edge) -> None:
        """Those that come, and one that starts anew at the same address; not one that only renews its registration."""
        lamps = Lamps()
        follow(
            contacts,
            lambda: edge.registers("kwiaty_100", "sip:a"),
            lambda: lamps.told == [{"kwiaty_100"}],
            lambda: edge.registers("kwiaty_101", "sip:b"),
            lambda: lamps.told[1:] == [{"kwiaty_101"}],
            lambda: edge.registers("kwiaty_100", "sip:a"),
            lambda: edge.registers("kwiaty_100", "sip:a", call_id="2"),
            lambda: lamps.told[2:] == [{"kwiaty_100"}],
            lamps=lamps,
        )

    def test_a_switchboard_that_starts_tells_only_who_came_meanwhile(self, contacts: Path, edge: Edge) -> None:
        account, lamps = SipAccount.objects.get(extension="100"), Lamps()
        Registration.objects.create(sip_account=account, node=NODE, uri="sip:a", since=account.created_at)
        edge.registers("kwiaty_100", "sip:a")
        edge.registers("kwiaty_101", "sip:b")
        follow(contacts, lambda: lamps.told == [{"kwiaty_101"}], lamps=lamps)

    def test_a_phone_stays_while_one_of_its_rows_is_left(self, contacts: Path, edge: Edge) -> None:
        """It started anew and called itself otherwise, and is told its lamp; the row that it left behind ends later."""
        lamps = Lamps()
        follow(
            contacts,
            lambda: edge.registers("kwiaty_100", "sip:m@10.0.0.7;line=1", come_by="sip:192.0.2.7:6100"),
            shown("sip:m@192.0.2.7:6100"),
            lambda: edge.registers("kwiaty_100", "sip:m@10.0.0.7;line=2", come_by="sip:192.0.2.7:6100"),
            lambda: edge.forgets("kwiaty_100", "sip:m@10.0.0.7;line=1"),
            lambda: edge.registers("kwiaty_101", "sip:b"),
            shown("sip:m@192.0.2.7:6100", "sip:b"),
            lambda: edge.forgets("kwiaty_100", "sip:m@10.0.0.7;line=2"),
            shown("sip:b"),
            lamps=lamps,
        )
        told = [login for logins in lamps.told for login in sorted(logins)]
        assert told == ["kwiaty_100", "kwiaty_100", "kwiaty_101"]

    def test_a_phone_of_an_account_that_is_gone_is_passed_over(self, contacts: Path, edge: Edge) -> None:
        edge.registers("kwiaty_999", "sip:x")
        edge.registers("kwiaty_100", "sip:a")
        follow(contacts, shown("sip:a"))

    def test_what_cannot_be_understood_changes_nothing_and_is_read_again(self, contacts: Path, edge: Edge) -> None:
        follow(
            contacts,
            lambda: edge.registers("kwiaty_100", "sip:a"),
            shown("sip:a"),
            lambda: edge.registers("kwiaty_101", b"torn"),
            lambda: edge.forgets("kwiaty_100", "sip:a"),
            shown("sip:a"),
            lambda: edge.forgets("kwiaty_101", b"torn"),
            lambda: edge.registers("kwiaty_101", "sip:b"),
            shown("sip:b"),
        )

    def test_a_file_that_is_not_there_yet_changes_nothing(self, tmp_path: Path) -> None:
        started: list[Edge] = []
        account = SipAccount.objects.get(extension="100")
        Registration.objects.create(sip_account=account, node=NODE, uri="sip:old", since=account.created_at)
        later = tmp_path / "later.sqlite3"

        def starts() -> None:
            assert shown("sip:old")()
            prepare_contacts(later)
            started.append(Edge(later))
            started[0].registers("kwiaty_101", "sip:new")

        follow(later, starts, shown("sip:new"))
        started[0].close()


def test_a_reader_holds_up_no_write_of_the_edge(contacts: Path, edge: Edge) -> None:
    with contextlib.closing(sqlite3.connect(contacts)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM location").fetchone()
        edge.registers("kwiaty_100", "sip:a")
    assert uris(news_of(contacts, None)) == ["sip:a"]


def test_a_database_whose_writer_would_be_held_up_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as old:
        columns = ("ruid", "username", "contact", "received", "user_agent", "callid")
        old.execute(f"CREATE TABLE location ({', '.join(columns)})")
    with pytest.raises(OSError, match="not prepared"):
        news_of(path, None)
    prepare_contacts(path)
    assert news_of(path, None) == News(0, whole=True, rows={})


def test_only_what_changed_is_read(contacts: Path, edge: Edge) -> None:
    edge.registers("kwiaty_100", "sip:a")
    edge.registers("kwiaty_101", "sip:b")
    known = news_of(contacts, None)
    edge.renews("kwiaty_100", "sip:a")
    assert news_of(contacts, known.change) == News(known.change, whole=False, rows={})
    edge.renews("kwiaty_100", "sip:a", call_id="2")
    edge.forgets("kwiaty_101", "sip:b")
    news = news_of(contacts, known.change)
    assert (news.whole, uris(news)) == (False, ["sip:a"])
    assert news.rows["kwiaty_101 sip:b"] is None


@pytest.mark.parametrize("since", [0, 99_999])
def test_a_reader_that_is_far_behind_or_knows_another_file_reads_all(contacts: Path, edge: Edge, since: int) -> None:
    edge.registers("kwiaty_100", "sip:a")
    edge.changes_often("kwiaty_100", "sip:a", 20_001)
    news = news_of(contacts, since)
    assert (news.whole, uris(news)) == (True, ["sip:a"])
    assert not news_of(contacts, news.change).whole


def uris(news: News) -> list[str]:
    return [one.contact.uri for one in news.rows.values() if one]
