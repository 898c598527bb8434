"""The same exchange on PostgreSQL in place of SQLite: accounts, calls, names, records, presence, mailboxes."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.live.instance import Installation
from tests.live.office import PASSWORD, SOON, Office, extension_of, gets, over, ring, talk
from tests.live.phones import until
from tests.live.strangers.stranger import Stranger
from tests.live.strangers.test_blocks import GUESSES, blocked, guess, operators
from tests.live.voicemail.mailboxes import leave_message
from tests.live.voicemail.web import audio, delete, mark, short_mailbox, shown_messages

from .server import postgresql


@pytest.fixture(scope="module")
def on_postgresql() -> Iterator[Installation]:
    """An installation on a PostgreSQL server that exists for it alone."""
    with postgresql() as url, Installation(CENTRALKA_DATABASE_URL=url) as installation:
        yield installation


@pytest.fixture
def office(on_postgresql: Installation) -> Iterator[Office]:
    with Office(on_postgresql) as made:
        yield made


def test_colleagues_talk_and_it_is_on_record(office: Office) -> None:
    """Two phones register, are shown, call each other and hear each other; the record tells it all."""
    account = office.account("Alicja")
    alicja, bartek = office.phone(account), office.phone("Bartek")
    until(lambda: office.show(account)["registered"], 15, "Alicja is shown as registered")
    talk(alicja, bartek)
    alicja.hang_up()
    over(alicja, bartek)
    (record,) = office.records(1)
    assert (record.outcome, record.reasons, record.from_name) == ("answered", ["extension_dialled"], "Alicja")
    assert record.rang == [(extension_of(bartek), "answered")]
    assert record.plan


@pytest.mark.parametrize("name", ["Zażółć; Gęślą, 'Jaźń'", "100% ^3B ^^ $1 ;", "Дмитрий 東京 🙂"])
def test_any_name_is_shown_as_it_was_typed(office: Office, name: str) -> None:
    """The engine's driver for PostgreSQL gives signs a meaning that they do not have here."""
    alicja, bartek = office.phone(name), office.phone("Bartek")
    call = ring(alicja, bartek)
    assert (call.number, call.name) == (extension_of(alicja), name)


def test_strangers_are_held_out_and_companies_keep_to_their_networks(office: Office) -> None:
    """The edge reads the lists from this database, too."""
    alicja = office.account("Alicja")
    with Stranger(office.house) as here, Stranger(office.house) as spared, Stranger(office.house) as guesser:
        operators(office.house, "POST", "never-blocked", {"network": spared.address})
        assert guess(spared, alicja.login, GUESSES + 1) == [401] * (GUESSES + 1)
        assert guess(guesser, "demo_9998", GUESSES)[-1] is None
        there = blocked(office.house, guesser.address)
        operators(office.house, "DELETE", f"blocks/{there['id']}")
        until(lambda: guesser.ask("OPTIONS"), SOON, "it is answered again")
        office.house.api("PATCH", "/tenant", {"networks": [here.address]})
        assert (here.register(alicja.login, PASSWORD), guesser.register(alicja.login, PASSWORD)) == (200, 401)
        office.house.api("PATCH", "/tenant", {"networks": []})


def test_the_edge_goes_on_where_its_connections_end_and_views_are_made_anew(
    office: Office, on_postgresql: Installation
) -> None:
    """As when the server is started anew, and as each update does it; while a view is away it is our fault."""
    alicja = office.account("Alicja")
    with Stranger(office.house) as phone, psycopg.connect(on_postgresql.database_url(), autocommit=True) as database:

        def registers() -> int | None:
            return phone.register(alicja.login, PASSWORD)

        assert registers() == 200
        ended = database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query LIKE '%edge_account%' AND pid <> pg_backend_pid()"
        ).fetchall()
        assert ended
        assert registers() == 200
        (made,) = database.execute("SELECT pg_get_viewdef('edge_account'::regclass)").fetchone() or ()
        database.execute("DROP VIEW edge_account")
        assert registers() == 503
        database.execute(f"CREATE VIEW edge_account AS {made}")
        assert registers() == 200


def test_a_saved_change_counts_from_the_next_call_on(office: Office) -> None:
    """Another name, another presentation, no call waiting, another password: all without a reload."""
    account, bartek_account = office.account("Alicja"), office.account("Bartek")
    alicja, bartek, celina = office.phone(account), office.phone(bartek_account), office.phone("Celina")
    talk(alicja, bartek)
    office.change(bartek_account, call_waiting=False)
    celina.dial(bartek_account.extension)
    gets(celina, "486 Busy Here")
    alicja.hang_up()
    over(alicja, bartek)
    office.records(2)
    office.change(account, name="Ala", internal_caller_id="900400", password="Nowe-Haslo-5tQz")
    assert alicja.try_to_register().startswith("401")
    call = ring(office.phone(office.change(account, password="Nowe-Haslo-6tQz")), bartek)
    assert (call.number, call.name) == ("900400", "Ala")


def test_the_switchboard_dies_and_nothing_is_lost(office: Office) -> None:
    """A call that goes on while the switchboard is killed is one record; calls made meanwhile ring."""
    alicja, bartek, celina = office.phone("Alicja"), office.phone("Bartek"), office.phone("Celina")
    talk(alicja, bartek)
    with office.house.without("switchboard"):
        talk(celina, bartek)
        celina.hang_up()
        alicja.hang_up()
        over(alicja, bartek, celina)
    until(lambda: len(office.all_records()) == 2, SOON, "both calls are on record")
    assert [record.outcome for record in office.records(2)] == ["answered", "answered"]


def test_a_message_is_left_read_and_deleted(office: Office, tmp_path: Path) -> None:
    """A mailbox with an own greeting, the recording in the database, and lamps."""
    account, bartek = short_mailbox(office, tmp_path), office.phone("Bartek")
    leave_message(office.house, bartek, account)
    (message,) = shown_messages(office, account)
    assert (message["from"], message["from_name"]) == (extension_of(bartek), "Bartek")
    heard = audio(office, message, tmp_path)
    assert heard.hz is not None
    assert abs(heard.hz - bartek.tone_hz) <= 5
    assert abs(heard.duration - message["seconds"]) <= 1
    (record,) = office.records(1)
    assert (record.outcome, record.legs[1]["seconds"]) == ("voicemail", message["seconds"])

    alicja = office.phone(account)
    until(lambda: alicja.messages_waiting, SOON, "the lamp is on")
    mark(office, message, heard=True)
    until(lambda: alicja.messages_waiting is False, SOON, "the lamp is off")
    delete(office, message)
    assert shown_messages(office, account) == []
