"""Bodies that do not end are refused before they fill a disk, and notes are written while the server lives."""

import asyncio
import threading
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from centralka.asgi import LARGEST_BODY, BodyLimit, InOneThread, ReadableMediaType, WithNotes, application
from centralka.client_addresses import ClientAddress
from centralka.store.notes import Writer


async def reads_everything(scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})


@pytest.mark.parametrize(("chunks", "status"), [(1, 200), (4, 200), (5, 413)])
def test_a_body_is_counted_while_it_comes(chunks: int, status: int) -> None:
    sent: list[Any] = []
    left = iter([True] * (chunks - 1) + [False])

    async def receive() -> Any:
        return {"type": "http.request", "body": b"x" * (LARGEST_BODY // 4), "more_body": next(left)}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(BodyLimit(reads_everything)({"type": "http"}, receive, send))
    assert sent[0]["status"] == status


def test_whoever_is_still_sending_gets_the_answer_at_the_end() -> None:
    sent: list[Any] = []
    left = iter([True] * 20 + [False])
    taken = 0

    async def receive() -> Any:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"x" * (LARGEST_BODY // 4), "more_body": next(left)}

    async def send(message: Any) -> None:
        assert taken == 21
        sent.append(message)

    asyncio.run(BodyLimit(reads_everything)({"type": "http"}, receive, send))
    assert sent[0]["status"] == 413
    assert "za duży" in sent[1]["body"].decode()


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        (" 2001:DB8::1", "2001:db8::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%" + "e" * 60, "fe80::1"),
        ("unknown", None),
        ("1" * 4000, None),
    ],
)
def test_from_where_a_request_comes_is_an_ip_address_or_nothing(said: str, address: str | None) -> None:
    read: list[Any] = []

    async def reads_the_address(scope: Any, receive: Any, send: Any) -> None:
        read.append(scope["client"] and scope["client"][0])

    proxy = ProxyHeadersMiddleware(ClientAddress(reads_the_address), "*")  # type: ignore[arg-type]  # stricter types
    headers = [(b"x-forwarded-for", said.encode())]
    scope: Any = {"type": "http", "client": ("127.0.0.1", 1), "headers": headers}
    asyncio.run(proxy(scope, None, None))  # type: ignore[arg-type]  # nothing is read or sent
    assert read == [address]


@pytest.mark.parametrize(
    ("media_types", "kept"),
    [
        ([b"application/json; charset=utf-8"], True),
        ([b"multipart/form-data; boundary=" + b"x" * 70], True),
        ([b'application/json; a="' + b";" * 60_000], False),
        ([b"application/json; a=" + b"x" * 600, b"; b=" + b"x" * 600], False),
        ([b"application/json; charset*=nope''x"], False),
        ([], True),
    ],
)
def test_a_media_type_that_nobody_can_mean_is_taken_away(media_types: list[bytes], kept: bool) -> None:
    seen: list[Any] = []

    async def looks(scope: Any, receive: Any, send: Any) -> None:
        seen.extend(value for name, value in scope["headers"] if name == b"content-type")

    headers = [(b"host", b"localhost"), *((b"content-type", media_type) for media_type in media_types)]
    scope = {"type": "http", "headers": headers}
    asyncio.run(ReadableMediaType(looks)(scope, None, None))  # type: ignore[arg-type]  # nothing is read or sent
    assert seen == (media_types if kept else [])


@pytest.mark.usefixtures("no_connection")
@pytest.mark.parametrize("media_type", [b"application/json; charset*=nope''x", b'application/json; a="' + b";" * 9000])
def test_the_api_answers_it_like_a_request_without_one(media_type: bytes) -> None:
    """A problem of its own, not the server's bare 500."""
    sent: list[Any] = []
    body = iter([{"type": "http.request", "body": b"{}", "more_body": False}])

    async def receive() -> Any:
        # Whoever asked stays until there is an answer.
        return next(body, None) or await asyncio.Future()

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost"), (b"content-type", media_type)]
    scope = {"type": "http", "method": "POST", "path": "/api/v1/nothing-here", "query_string": b"", "headers": headers}
    async_to_sync(application)(scope, receive, send)
    assert sent[0]["status"] == 404
    assert (b"Content-Type", b"application/problem+json") in sent[0]["headers"]


threads: list[threading.Thread] = []


def in_a_thread(request: HttpRequest) -> HttpResponse:
    threads.append(threading.current_thread())
    return HttpResponse("of a thread")


async def in_the_loop(request: HttpRequest) -> HttpResponse:
    threads.append(threading.current_thread())
    await asyncio.sleep(0)
    return HttpResponse("of the loop")


urlpatterns = [path("of-a-thread", in_a_thread), path("of-the-loop", in_the_loop)]


@override_settings(ROOT_URLCONF=__name__)
def test_a_page_has_a_thread_and_a_view_that_waits_has_the_event_loop() -> None:
    threads.clear()

    async def asked(address: str) -> bytes:
        sent: list[Any] = []
        host, waits = [(b"host", b"localhost")], asyncio.Event()

        async def receive() -> Any:
            if waits.is_set():
                await asyncio.sleep(3600)  # the client stays until it has its answer
            waits.set()
            return {"type": "http.request", "body": b""}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": address, "query_string": b"", "headers": host}
        await InOneThread()(scope, receive, send)
        return b"".join(message.get("body", b"") for message in sent)

    assert asyncio.run(asked("/of-a-thread")) == b"of a thread"
    assert asyncio.run(asked("/of-the-loop")) == b"of the loop"
    assert [thread is threading.current_thread() for thread in threads] == [False, True]


async def lifespan(application: Any, while_it_lives: Any) -> list[str]:
    """Tell an application that the server begins and ends. Returns what the application answered."""
    answered: list[str] = []
    told: asyncio.Queue[dict[str, str]] = asyncio.Queue()

    async def send(message: Any) -> None:
        answered.append(message["type"])

    await told.put({"type": "lifespan.startup"})
    running = asyncio.create_task(application({"type": "lifespan"}, told.get, send))
    await asyncio.to_thread(while_it_lives)
    await told.put({"type": "lifespan.shutdown"})
    await running
    return answered


def test_what_was_noted_is_written_again_and_again_and_at_the_end() -> None:
    written: list[str] = []
    three_times, failed = threading.Event(), threading.Event()

    def write() -> None:
        if not failed.is_set():
            failed.set()
            raise OperationalError("database is locked")
        written.append("notes")
        if len(written) == 3:
            three_times.set()

    def while_it_lives() -> None:
        assert three_times.wait(10)

    application = WithNotes(reads_everything, lambda: Writer(write, 0.01))
    assert asyncio.run(lifespan(application, while_it_lives)) == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    assert len(written) >= 4
    assert not any(thread.name == "notes" for thread in threading.enumerate())
