"""Registration states are pushed as they change; the stream ends when nobody listens."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from centralka.actions.account import registrations
from centralka.calls.doing import Doing
from centralka.panel.accounts import live
from centralka.store.models import CallRecord, Registration, SipAccount
from centralka.store.models.call_record import CallRecordAccount
from tests import cast

from .test_accounts import a_registered_phone


async def _next(stream: AsyncIterator[str]) -> dict[str, str]:
    event = await asyncio.wait_for(anext(stream), 10)
    found: dict[str, str] = json.loads(event.removeprefix("data: "))
    return found


@pytest.fixture
def office(transactional_db: None) -> cast.Company:
    """Committed rows: the watching thread has a connection of its own."""
    return cast.alicjas_company()


def test_a_phone_that_falls_silent_is_pushed(office: cast.Company) -> None:
    """It stays registered, and is shown as one that does not answer; its row stays the same row."""
    account = cast.phone(office.tenant, "100")
    a_registered_phone(account, "Yealink T46")

    async def watch() -> None:
        stream: Any = live.states(office.reader, [account.pk], "pl", phones=True)
        assert "Zarejestrowane" in (await _next(stream))[f"state-{account.pk}"]
        for answers, words in ((False, "Nie odpowiada"), (True, "Zarejestrowane"), (False, "Nie odpowiada")):
            now = datetime(2026, 1, 31, 12, tzinfo=UTC)
            await sync_to_async(Registration.objects.update)(answers=answers, answers_since=now)
            pushed = await _next(stream)
            assert words in pushed[f"state-{account.pk}"]
            assert ("nie odpowiada od" in pushed[f"phones-{account.pk}"]) is not answers
            assert pushed.get("registered-count", "1") == "1"
        await stream.aclose()

    async_to_sync(watch)()


def test_a_phone_that_comes_and_goes_is_pushed(office: cast.Company) -> None:
    account, quiet = cast.phone(office.tenant, "100"), cast.phone(office.tenant, "101")

    async def watch() -> None:
        stream: Any = live.states(office.reader, [account.pk, quiet.pk], "pl")
        first = await _next(stream)
        assert "Niezarejestrowane" in first[f"state-{account.pk}"]
        assert first["registered-count"] == "0"
        assert "dot-on" not in first["registered-dot"]
        assert f"phones-{account.pk}" not in first

        phone = await sync_to_async(a_registered_phone)(account, "Yealink T46")
        pushed = await _next(stream)
        assert "Zarejestrowane" in pushed[f"state-{account.pk}"]
        assert "Yealink T46" in pushed[f"state-{account.pk}"]
        assert pushed["registered-count"] == "1"
        assert "dot-on" in pushed["registered-dot"]
        assert f"state-{quiet.pk}" not in pushed

        await sync_to_async(phone.delete)()
        assert "Niezarejestrowane" in (await _next(stream))[f"state-{account.pk}"]
        await stream.aclose()
        assert live._watch.listeners == 0

    async_to_sync(watch)()


def test_what_an_account_does_is_pushed(office: cast.Company) -> None:
    account = cast.phone(office.tenant, "100")
    a_registered_phone(account, "Yealink T46")

    async def watch() -> None:
        stream: Any = live.states(office.reader, [account.pk], "pl")
        assert "Zarejestrowane" in (await _next(stream))[f"state-{account.pk}"]
        for doing, words in ((Doing.RINGING, "Dzwoni"), (Doing.IN_CALL, "W rozmowie"), (None, "Zarejestrowane")):
            await sync_to_async(does)(account, doing)
            pushed = (await _next(stream))[f"state-{account.pk}"]
            assert words in pushed
            assert "Yealink T46" in pushed
        await stream.aclose()

    async_to_sync(watch)()


def test_an_account_that_talks_and_is_called_again_is_in_a_call(office: cast.Company) -> None:
    account = cast.phone(office.tenant, "100")
    does(account, Doing.IN_CALL, "1.1")
    does(account, Doing.RINGING, "1.2")
    for reader, words in ((office.reader, "In a call"), (cast.celinas_company().owner, "Deleted")):
        shown = live._states(reader, [account.pk], "en", phones=False)[f"state-{account.pk}"]
        assert words in shown


def does(account: SipAccount, doing: Doing | None, call_id: str = "1.1") -> None:
    """As the recorder writes it."""
    started = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
    record, _ = CallRecord.objects.get_or_create(
        call_id=call_id, defaults={"tenant": account.tenant, "node": "node1", "started_at": started}
    )
    CallRecordAccount.objects.update_or_create(call_record=record, sip_account=account, defaults={"doing": doing})


def test_the_page_of_one_account_gets_its_phones_too(office: cast.Company) -> None:
    account = cast.phone(office.tenant, "100")

    async def watch() -> None:
        stream: Any = live.states(office.reader, [account.pk], "en", phones=True)
        assert "None." in (await _next(stream))[f"phones-{account.pk}"]
        await sync_to_async(a_registered_phone)(account, "Yealink <T46>")
        assert "Yealink &lt;T46&gt;" in (await _next(stream))[f"phones-{account.pk}"]
        await stream.aclose()

    async_to_sync(watch)()


def test_one_that_goes_while_another_comes_is_noticed(office: cast.Company) -> None:
    one, other = cast.phone(office.tenant, "100"), cast.phone(office.tenant, "101")
    phone = a_registered_phone(one)

    async def watch() -> None:
        stream: Any = live.states(office.reader, [one.pk, other.pk], "en")
        await _next(stream)
        await sync_to_async(phone.delete)()
        await sync_to_async(a_registered_phone)(other, since=phone.since)
        seen: dict[str, str] = {}
        while set(seen) != {f"state-{one.pk}", f"state-{other.pk}"}:
            seen |= {key: html for key, html in (await _next(stream)).items() if key.startswith("state-")}
        await stream.aclose()

    async_to_sync(watch)()


def test_a_phone_that_comes_and_goes_between_two_marks_does_not_stay(
    office: cast.Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "READ_EVERY", 3.0)  # long enough for a slow machine to make a phone within it
    account = cast.phone(office.tenant, "100")

    async def watch() -> None:
        first: Any = live.states(office.reader, [account.pk], "en")
        await _next(first)
        phone = await sync_to_async(a_registered_phone)(account)
        # Has the mark of the first listener, from before the phone came, and the rows from after.
        second: Any = live.states(office.reader, [account.pk], "en")
        assert "Registered" in (await _next(second))[f"state-{account.pk}"]
        await sync_to_async(phone.delete)()
        assert "Not registered" in (await _next(second))[f"state-{account.pk}"]
        await first.aclose()
        await second.aclose()

    async_to_sync(watch)()


def test_a_stranger_is_pushed_nothing_of_the_company(office: cast.Company) -> None:
    account = cast.phone(office.tenant, "100", "Sekretariat")
    a_registered_phone(account, "Yealink T46")
    stranger = cast.celinas_company().owner

    async def watch() -> None:
        stream: Any = live.states(stranger, [account.pk], "en")
        first = await _next(stream)
        assert "Yealink" not in str(first)
        assert first["registered-count"] == "0"
        await stream.aclose()

    async_to_sync(watch)()


def test_many_listeners_cost_one_statement_each_half_second(
    office: cast.Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    really = registrations.registrations_mark

    def counting() -> Any:
        nonlocal asked
        asked += 1
        return really()

    monkeypatch.setattr(live, "registrations_mark", counting)
    account = cast.phone(office.tenant, "100")

    async def watch() -> None:
        streams: list[Any] = [live.states(office.reader, [account.pk], "en") for _ in range(20)]
        await asyncio.gather(*(_next(stream) for stream in streams))
        await sync_to_async(a_registered_phone)(account)
        await asyncio.gather(*(_next(stream) for stream in streams))
        for stream in streams:
            await stream.aclose()

    async_to_sync(watch)()
    assert asked <= 6
    assert Registration.objects.count() == 1
