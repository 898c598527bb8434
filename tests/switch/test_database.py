"""The database from asyncio: where a query runs, and what happens when somebody does not want its answer any more."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import pytest
from django.core.exceptions import SynchronousOnlyOperation
from django.db import OperationalError, connection

from centralka.store import statements
from centralka.store.models import Tenant
from centralka.store.statements import rows_of
from centralka.switch.database import Database
from tests import cast
from tests.locked import company_held_elsewhere

from .stand_ins import put_away


class AtOnce(Executor):
    """Has the answer before anybody waits for it."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        answer: Future[Any] = Future()
        answer.set_result(function(*args, **kwargs))
        return answer


@pytest.mark.parametrize("turns", range(8))
def test_a_cancelled_query_is_cancelled_also_when_its_answer_has_just_come(turns: int) -> None:
    """`turns` of the loop after it was asked; one of them is that moment."""

    async def story() -> None:
        database = Database()
        database._threads = AtOnce()  # type: ignore[assignment]  # the moment cannot be met with a real thread
        query = asyncio.ensure_future(database.do(lambda: "answer"))
        for _ in range(turns):
            await asyncio.sleep(0)
        if query.done():
            assert query.result() == "answer"
            return
        query.cancel()
        with pytest.raises(asyncio.CancelledError):
            await query

    asyncio.run(story())


HERE = threading.main_thread()


def where() -> threading.Thread:
    """Read something, and tell in which thread."""
    Tenant.objects.count()
    return threading.current_thread()


def its_connection() -> Any:
    """Read something, and tell over which connection."""
    Tenant.objects.count()
    return connection.connection


def where_nobody_waits() -> threading.Thread:
    """As `where`, while another process has the whole database: here, SQLite gives up at once."""
    if threading.current_thread() is HERE:
        raise OperationalError("database is locked")
    return threading.current_thread()


@pytest.fixture
def sqlite(transactional_db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite is read in the event loop")


def read(*functions: Callable[[], threading.Thread]) -> list[threading.Thread]:
    """What these give, one after the other."""

    async def story() -> list[threading.Thread]:
        database = Database()
        try:
            return [await database.read(function) for function in functions]
        finally:
            await put_away(database)

    return asyncio.run(story())


def test_a_short_read_of_sqlite_needs_no_thread(sqlite: None) -> None:
    assert read(where, where) == [HERE, HERE]


def test_all_tasks_read_over_one_connection(sqlite: None) -> None:
    """To open one costs more than the read."""

    async def story() -> set[Any]:
        database = Database()
        try:
            return set(await asyncio.gather(*(database.read(its_connection) for _ in range(3))))
        finally:
            await put_away(database)

    assert len(asyncio.run(story())) == 1


def test_a_written_statement_does_not_look_for_the_connection(sqlite: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Django looks for it in each task anew. Once it is closed, there is none at hand."""

    async def story() -> list[tuple[Any, ...]]:
        database = Database()
        await database.read(where)
        with monkeypatch.context() as without:
            without.setattr(statements, "connections", {})
            found = await database.read(rows_of, "SELECT 1")
        await put_away(database)
        return found

    assert asyncio.run(story()) == [(1,)]
    monkeypatch.setattr(statements, "connections", {})
    with pytest.raises(KeyError):
        rows_of("SELECT 1")


def test_a_read_that_would_have_to_wait_goes_to_a_thread_and_the_next_comes_back(sqlite: None) -> None:
    first, second = read(where_nobody_waits, where)
    assert first is not HERE
    assert second is HERE


def test_what_is_opened_for_reading_here_cannot_write_here(sqlite: None) -> None:
    connection.close()
    written_by: list[threading.Thread] = []

    def write() -> None:
        Tenant.objects.create(slug="kwiaty", name="Kwiaty")
        written_by.append(threading.current_thread())

    async def story() -> None:
        database = Database()
        await database.read(write)
        await put_away(database)

    asyncio.run(story())
    connection.close()
    assert Tenant.objects.filter(slug="kwiaty").count() == 1
    assert written_by != [HERE]


def test_around_it_the_event_loop_is_still_guarded_against_the_database(sqlite: None) -> None:
    async def story() -> None:
        database = Database()
        await database.read(where)
        await put_away(database)
        where()

    with pytest.raises(SynchronousOnlyOperation):
        asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_what_a_read_raises_is_raised() -> None:
    async def story() -> None:
        database = Database()
        try:
            await database.read(Tenant.objects.get, slug="nobody")
        finally:
            await put_away(database)

    with pytest.raises(Tenant.DoesNotExist):
        asyncio.run(story())


def test_what_is_asked_again_is_read_again_only_after_a_commit(sqlite: None) -> None:
    """Whoever commits: another process, or a thread of this one."""
    asked: list[str] = []

    def names(sort: str) -> list[str]:
        asked.append(sort)
        return [name for (name,) in rows_of(f"SELECT name FROM tenant ORDER BY {sort}")]

    async def story() -> list[list[str]]:
        database = Database()
        answers = [await database.read_again(names, "name") for _ in range(3)]
        await database.do(Tenant.objects.create, slug="kwiaty", name="Kwiaty")
        answers += [await database.read_again(names, "name") for _ in range(3)]
        answers.append(await database.read_again(names, "name DESC"))
        await put_away(database)
        return answers

    nothing, one = asyncio.run(story())[2:4]
    assert (nothing, one) == ([], ["Kwiaty"])
    # The first opens the connection, whose count begins then.
    assert asked == ["name", "name", "name", "name DESC"]


def test_its_sign_is_another_one_after_a_commit_and_as_long_as_nothing_is_known(sqlite: None) -> None:
    async def story() -> list[object]:
        database = Database()
        assert database.sign() != database.sign()
        signs = [database.sign()]
        for written in (False, False, True, False):
            if written:
                await database.do(Tenant.objects.create, slug="kwiaty", name="Kwiaty")
            await database.read_again(rows_of, "SELECT name FROM tenant")
            signs.append(database.sign())
        await put_away(database)
        return signs

    unknown, one, same, other, still = asyncio.run(story())
    assert unknown != one == same != other == still


@pytest.mark.django_db(transaction=True)
def test_a_lock_is_waited_for_once_and_nothing_is_written_when_nobody_waits_any_more() -> None:
    tried: list[threading.Thread] = []

    def write() -> None:
        tried.append(threading.current_thread())
        Tenant.objects.update(name="X")

    async def story() -> None:
        database = Database(patience=1)
        with company_held_elsewhere(tenant_id), pytest.raises((OperationalError, TimeoutError)):
            await database.do(write)
        await put_away(database)

    tenant_id = cast.alicjas_company().tenant.pk
    connection.close()
    asyncio.run(story())
    assert len(tried) == 1
    assert Tenant.objects.get().name != "X"


@pytest.mark.django_db(transaction=True)
def test_what_fails_at_once_is_tried_once_more() -> None:
    """The connection may have broken."""
    tried: list[threading.Thread] = []

    def fail_first() -> int:
        tried.append(threading.current_thread())
        if len(tried) == 1:
            raise OperationalError("the server closed the connection unexpectedly")
        return len(tried)

    async def story() -> int:
        database = Database()
        try:
            return await database.do(fail_first)
        finally:
            await put_away(database)

    assert asyncio.run(story()) == 2
