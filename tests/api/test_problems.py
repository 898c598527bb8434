"""Whatever goes wrong, the answer is a problem in the right language."""

import logging

import pytest
from django.db import connection
from django.test import Client

from centralka.api.http.problems import KINDS
from centralka.store.models import SipAccount
from tests import cast
from tests.api.client import Api


@pytest.mark.parametrize("path", ["", "nothing", "sip-accounts/", "sip-accounts/abc", "sip-accounts/1/x", "ż", "%00"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT", "OPTIONS"])
def test_an_unknown_address_is_a_problem_for_every_method(nobody: Api, method: str, path: str) -> None:
    assert nobody.send(method, path, "{}").kind == "not-found"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "sip-accounts", {"GET", "POST"}),
        ("POST", "sip-accounts/1", {"GET", "PATCH", "DELETE"}),
        ("GET", "call-plans", {"POST"}),
        ("POST", "openapi.json", {"GET"}),
        ("DELETE", "tenant", {"GET", "PATCH"}),
        ("TRACE", "calls", {"GET"}),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(nobody: Api, method: str, path: str, allowed: set[str]) -> None:
    answer = nobody.send(method, path)
    assert answer.kind == "method-not-allowed"
    assert set(answer.headers["Allow"].split(", ")) == allowed


def test_an_error_of_ours_is_logged_and_tells_nothing(
    manager: Api, account: SipAccount, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.cursor() as cursor:  # the transaction of this test takes it back
        cursor.execute("ALTER TABLE call_record_account RENAME TO gone1")
        cursor.execute("ALTER TABLE call_record RENAME TO gone2")
    with caplog.at_level(logging.ERROR):
        answer = manager.get("calls")
    assert answer.kind == "internal-error"
    assert "call_record" not in answer.text
    assert "Traceback" not in answer.text
    (logged,) = (record for record in caplog.records if record.name == "centralka.api.http.refusals")
    assert logged.getMessage() == "GET /api/v1/calls broke"
    assert logged.exc_info is not None


def test_what_happens_outside_the_views_is_a_problem_too(nobody: Api) -> None:
    nobody.headers["Host"] = "evil.example"
    assert nobody.get("tenant").kind == "bad-request"
    assert Client(headers={"Host": "evil.example"}).get("/").headers["Content-Type"].startswith("text/html")


def test_each_type_leads_to_its_explanation(nobody: Api) -> None:
    for kind in KINDS.values():
        assert nobody.get(kind.type).body["type"] == kind.type
    assert nobody.get("problems/nothing").status == 404


@pytest.mark.parametrize(
    ("asked", "company", "spoken"),
    [
        ("pl", "en", "pl"),
        ("en", "pl", "en"),
        ("en-GB,en;q=0.9", "pl", "en"),
        ("de, pl;q=0.5", "en", "pl"),
        (None, "pl", "pl"),
        (None, "en", "en"),
        ("de", "en", "en"),
        ("*", "en", "en"),
        ("\x00;;q=x", "en", "en"),
    ],
)
def test_the_answer_speaks_the_language_that_was_asked_for_else_the_companys(
    manager: Api, kwiaty: cast.Company, asked: str | None, company: str, spoken: str
) -> None:
    manager.patch("tenant", {"language": company})
    manager.language = asked
    answer = manager.post("sip-accounts", {"extension": "1", "name": "X", "password": cast.SIP_PASSWORD})
    assert answer.headers["Content-Language"] == spoken
    assert answer.body["title"] == {"pl": "Niektóre pola są błędne", "en": "Some fields are wrong"}[spoken]


def test_answers_are_not_kept_by_caches(manager: Api) -> None:
    assert manager.get("tenant").headers["Cache-Control"] == "no-store"


def test_the_panels_cookie_opens_nothing_here(kwiaty: cast.Company) -> None:
    assert kwiaty.owner.person is not None
    signed_in = Client()
    signed_in.force_login(kwiaty.owner.person, backend="django.contrib.auth.backends.ModelBackend")
    assert signed_in.get("/api/v1/tenant").status_code == 401
