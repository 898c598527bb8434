"""Two people want the same extension at the same moment: one gets it, the other is told. Real threads, real locks."""

import json
from functools import partial

import pytest
from django.test import Client

from centralka.actions.tokens import make_token
from centralka.store.models import Role, SipAccount
from tests import cast
from tests.at_once import at_once

ROUNDS = 15


def _at_once(*requests: tuple[str, str, dict[str, object]], token: str) -> list[int]:
    """Send all requests at the same moment. Returns their statuses."""

    def send(method: str, path: str, body: dict[str, object]) -> int:
        client = Client(headers={"Authorization": f"Bearer {token}"})
        return client.generic(method, f"/api/v1/{path}", json.dumps(body), "application/json").status_code

    return sorted(at_once(*(partial(send, *request) for request in requests)))


def _account(extension: int) -> dict[str, object]:
    return {"extension": str(extension), "name": "Biuro", "password": cast.SIP_PASSWORD}


@pytest.fixture
def token(transactional_db: None) -> str:
    company = cast.alicjas_company()
    cast.phone(company.tenant, "100")
    cast.phone(company.tenant, "101")
    return make_token(company.owner, "race", Role.MANAGER)[1]


@pytest.mark.django_db(transaction=True)
def test_one_extension_is_made_once(token: str, transactional_db: None) -> None:
    for extension in range(200, 200 + ROUNDS):
        new = ("POST", "sip-accounts", _account(extension))
        assert _at_once(new, new, new, token=token) == [201, 409, 409]


@pytest.mark.django_db(transaction=True)
def test_one_extension_is_given_to_one_account(token: str, transactional_db: None) -> None:
    first, second = SipAccount.objects.order_by("extension").values_list("pk", flat=True)
    for extension in range(300, 300 + ROUNDS):
        wanted = _account(extension)
        found = _at_once(
            ("PATCH", f"sip-accounts/{first}", wanted), ("PATCH", f"sip-accounts/{second}", wanted), token=token
        )
        assert found == [200, 409]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_read_the_same_settings_of_the_company_one_saves(token: str, transactional_db: None) -> None:
    for version in range(1, 1 + ROUNDS):
        change: dict[str, object] = {"name": "Kwiaty", "version": version}
        rules: dict[str, object] = {"calls_at_once": version, "version": version}
        assert _at_once(("PATCH", "tenant", change), ("PATCH", "fraud-rules", rules), token=token) == [200, 409]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_read_the_same_version_one_saves(token: str, transactional_db: None) -> None:
    account = SipAccount.objects.get(extension="100")
    for version in range(1, 1 + ROUNDS):
        change: dict[str, object] = {"name": "Ola", "version": version}
        path = f"sip-accounts/{account.pk}"
        assert _at_once(("PATCH", path, change), ("PATCH", path, change), token=token) == [200, 409]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_read_the_same_limits_of_an_account_one_saves(token: str, transactional_db: None) -> None:
    path = f"sip-accounts/{SipAccount.objects.get(extension='100').pk}"
    for version in range(1, 2 * ROUNDS, 2):
        limits: dict[str, object] = {"calls_at_once": 1, "version": version}
        same = ("PATCH", f"{path}/fraud-limits", limits)
        assert _at_once(same, same, token=token) == [200, 409]
        change: dict[str, object] = {"name": "Ola", "version": version + 1}
        spend: dict[str, object] = {"spend_per_day": f"{version}.00", "version": version + 1}
        assert _at_once(("PATCH", path, change), ("PATCH", f"{path}/fraud-limits", spend), token=token) == [200, 409]
