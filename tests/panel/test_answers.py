"""How answers reach a browser: compressed, and their styles and scripts kept for good."""

import errno
import gzip
import re
from datetime import UTC, datetime

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import translation

from centralka.panel.broken import broken_page
from centralka.store.models import Greeting
from tests import cast

from .conftest import SignIn

GZIP = {"Accept-Encoding": "gzip"}


def test_a_page_and_an_answer_of_the_api_are_compressed(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager)
    for path in ("/konta-sip/dodaj", "/api/v1/openapi.json"):
        plain, packed = client.get(path), client.get(path, headers=GZIP)
        assert packed["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed["Vary"]
        assert len(packed.content) < len(plain.content) / 3
        assert gzip.decompress(packed.content)[:100] == plain.content[:100]
        assert "Content-Encoding" not in plain


def test_sound_is_sent_as_it_is_so_that_players_can_seek(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account, now = cast.phone(kwiaty.tenant, "100"), datetime(2026, 1, 1, tzinfo=UTC)
    Greeting.objects.create(
        sip_account=account, wav=bytes(5000), seconds=1, source="upload", version="abc", changed_at=now
    )
    client = signed_in(kwiaty.manager)
    for asked, status, size in ({}, 200, 5000), ({"Range": "bytes=0-999"}, 206, 1000):
        answer = client.get(f"/konta-sip/{account.pk}/zapowiedz.wav", headers={**GZIP, **asked})
        assert (answer.status_code, len(answer.content), answer.get("Content-Encoding")) == (status, size, None)


def test_no_two_answers_hold_the_token_in_the_same_words(kwiaty: cast.Company, signed_in: SignIn) -> None:
    """What is compressed and guessed at (BREACH) must be another text each time; the length has chance in it too."""
    client = signed_in(kwiaty.manager)
    packed = [client.get("/konta-sip/dodaj", headers=GZIP).content for _ in range(6)]
    tokens = {re.search(rb'csrfmiddlewaretoken" value="([^"]+)"', gzip.decompress(one))[1] for one in packed}  # type: ignore[index]
    assert len(tokens) == 6
    assert len({len(one) for one in packed}) > 1


def test_files_of_a_page_are_kept_for_good_under_names_that_change_with_them(
    kwiaty: cast.Company, signed_in: SignIn
) -> None:
    client = signed_in(kwiaty.manager)
    paths = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', client.get("/konta-sip/dodaj").content.decode()))
    assert len(paths) >= 6
    for path in paths:
        assert re.search(r"\.[0-9a-f]{12}\.(css|js|svg)$", path)
        answer = client.get(path, headers=GZIP)
        assert "immutable" in answer["Cache-Control"]
        assert answer["Content-Encoding"] == "gzip"
        assert answer.getvalue()[:2] == b"\x1f\x8b"


def test_a_fault_of_ours_has_a_page_and_a_full_disk_another() -> None:
    """Rendered as Django does it: while the fault is handled, and in the language of the request."""
    said = {}
    for fault in ValueError(), OSError(errno.ENOSPC, "No space left on device"):
        try:
            raise fault
        except (ValueError, OSError):
            with translation.override("pl"):
                answer = broken_page(HttpRequest())
            said[answer.status_code] = answer.content.decode()
    assert "Coś się zepsuło" in said[500]
    assert "Dysk jest pełny" in said[507]
    assert "Rozmowy trwają dalej" in said[507]


@pytest.mark.parametrize("origin", ["http://testserver", "http://stranger.example"])
def test_what_was_typed_is_on_the_page_for_what_broke_unless_a_strangers_page_sent_it(origin: str) -> None:
    typed = {"name": 'Anna "Ania"', "csrfmiddlewaretoken": "x"}
    request = RequestFactory().post("/konta-sip/dodaj", typed, headers={"Origin": origin})
    try:
        raise OSError(errno.ENOSPC, "No space left on device")
    except OSError:
        answer = broken_page(request)
    page = answer.content.decode()
    assert ('name="name" value="Anna &quot;Ania&quot;"' in page) == (origin == "http://testserver")
    assert ('name="csrfmiddlewaretoken" value="x"' in page) is False
    assert "no-store" in answer.headers["Cache-Control"]


def test_htmx_gets_the_words_alone() -> None:
    request = RequestFactory().post("/numery-zewnetrzne/dodaj", {"name": "Anna"}, headers={"HX-Request": "true"})
    try:
        raise OSError(errno.ENOSPC, "No space left on device")
    except OSError:
        with translation.override("pl"):
            answer = broken_page(request)
    assert answer.status_code == 507
    words = answer.content.decode()
    assert "Dysk jest pełny" in words
    assert "<html" not in words
