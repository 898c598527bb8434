"""`voicemail` and `forwarding` of an account: written in parts, read as a whole, wrong in their own words."""

from typing import Any

import pytest

from centralka.store.models import ExternalNumber, Forward, SipAccount
from centralka.store.pins import is_pin
from tests import cast
from tests.api.client import Api
from tests.api.conftest import greeting

ACCOUNT = {"extension": "102", "name": "Biuro", "password": cast.SIP_PASSWORD}
OUTSIDE = {"type": "external", "number": "+48600100200"}


@pytest.fixture
def saved(kwiaty: cast.Company) -> ExternalNumber:
    return ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48600100200", name="Serwis")


@pytest.fixture
def one(manager: Api, kwiaty: cast.Company, saved: ExternalNumber) -> str:
    """The path of an account as the specification writes it."""
    cast.phone(kwiaty.tenant, "11", "Księgowość")
    made = manager.post(
        "sip-accounts",
        ACCOUNT
        | {
            "voicemail": {
                "enabled": True,
                "pin": "7391",
                "email": "a@example.pl",
                "greeting_on": {"no_answer": True, "busy": False},
            },
            "forwarding": {
                "no_answer": {"type": "extension", "extension": "11"},
                "busy": OUTSIDE,
                "unavailable": {"type": "voicemail"},
                "return_after": 45,
            },
        },
    )
    assert made.status == 201
    assert made.body["voicemail"] == {
        "enabled": True,
        "pin_set": True,
        "email": "a@example.pl",
        "greeting_on": {"no_answer": True, "busy": False},
        "greeting": None,
    }
    assert made.body["forwarding"] == {
        "no_answer": {"type": "extension", "extension": "11", "number": None},
        "busy": {"type": "external", "extension": None, "number": "+48600100200"},
        "unavailable": {"type": "voicemail", "extension": None, "number": None},
        "return_after": 45,
    }
    assert manager.get(made.headers["Location"]).body == made.body
    return f"sip-accounts/{made.body['id']}"


def test_a_change_touches_only_the_parts_that_are_sent(manager: Api, one: str) -> None:
    before = manager.get(one).body
    after = manager.patch(one, {"voicemail": {"greeting_on": {"busy": True}}, "forwarding": {"busy": None}}).body
    assert after["voicemail"] == before["voicemail"] | {"greeting_on": {"no_answer": True, "busy": True}}
    assert after["forwarding"] == before["forwarding"] | {"busy": None}


def test_empty_parts_change_nothing(manager: Api, one: str) -> None:
    before = manager.get(one).body
    after = manager.patch(one, {"voicemail": {"greeting_on": {}}, "forwarding": {}}).body
    assert (after["voicemail"], after["forwarding"]) == (before["voicemail"], before["forwarding"])


def test_what_was_read_can_be_sent_back(manager: Api, one: str) -> None:
    read = manager.get(one).body
    voicemail = {name: read["voicemail"][name] for name in ("enabled", "email", "greeting_on")}
    after = manager.patch(one, {"voicemail": voicemail, "forwarding": read["forwarding"]})
    assert (after.body["voicemail"], after.body["forwarding"]) == (read["voicemail"], read["forwarding"])


def test_null_keeps_the_pin_and_takes_the_address_away(manager: Api, one: str) -> None:
    after = manager.patch(one, {"voicemail": {"pin": None, "email": None}}).body
    assert (after["voicemail"]["pin_set"], after["voicemail"]["email"]) == (True, None)
    assert is_pin("7391", SipAccount.objects.get(extension="102").voicemail_pin_digest)


def test_a_deleted_target_is_read_as_deleted_and_not_written(manager: Api, one: str, saved: ExternalNumber) -> None:
    assert manager.delete(f"external-numbers/{saved.pk}").status == 204
    read = manager.get(one).body["forwarding"]
    assert read["busy"] == {"type": "deleted", "extension": None, "number": None}
    answer = manager.patch(one, {"forwarding": {"busy": read["busy"]}})
    assert answer.wrong == {"forwarding.busy.type": ["unknown"]}


def test_the_own_greeting_is_read_without_its_sound(manager: Api, account: SipAccount) -> None:
    greeting(account)
    read = manager.get(f"sip-accounts/{account.pk}").body["voicemail"]["greeting"]
    assert read == {"seconds": 1.0, "source": "phone", "changed_at": "2026-01-31T12:00:00.000Z"}


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"voicemail": {"enabled": True}}, {"voicemail.pin": ["required"]}),
        ({"voicemail": {"pin": "12"}}, {"voicemail.pin": ["malformed"]}),
        ({"voicemail": {"pin": ""}}, {"voicemail.pin": ["malformed"]}),
        ({"voicemail": {"pin": "100"}}, {"voicemail.pin": ["is_extension"]}),
        ({"voicemail": {"email": "x"}}, {"voicemail.email": ["malformed"]}),
        ({"forwarding": {"busy": {"type": "voicemail"}}}, {"forwarding.busy": ["voicemail_off"]}),
        ({"forwarding": {"busy": {"type": "extension", "extension": "100"}}}, {"forwarding.busy": ["itself"]}),
        ({"forwarding": {"busy": {"type": "extension", "extension": "99"}}}, {"forwarding.busy": ["unknown"]}),
        ({"forwarding": {"busy": {"type": "external", "number": "600100201"}}}, {"forwarding.busy": ["not_saved"]}),
        ({"forwarding": {"return_after": 181}}, {"forwarding.return_after": ["out_of_range"]}),
        ({"forwarding": {"busy": {"type": "extension", "number": "+48600100200"}}}, {"forwarding.busy": ["malformed"]}),
        ({"forwarding": {"busy": {"type": "external", "extension": "11"}}}, {"forwarding.busy": ["malformed"]}),
        ({"forwarding": {"busy": {"type": "voicemail", "extension": "11"}}}, {"forwarding.busy": ["malformed"]}),
        ({"forwarding": {"busy": {"type": "extension"}}}, {"forwarding.busy": ["malformed"]}),
        ({"forwarding": {"never": None}}, {"forwarding.never": ["unknown_field"]}),
        ({"voicemail": {"greeting": None}}, {"voicemail.greeting": ["unknown_field"]}),
    ],
)
def test_what_is_wrong_is_named_as_it_was_sent(
    manager: Api, account: SipAccount, sent: dict[str, Any], wrong: dict[str, list[str]]
) -> None:
    assert manager.patch(f"sip-accounts/{account.pk}", sent).wrong == wrong
    assert not Forward.objects.exists()


def test_a_strangers_extension_and_number_are_not_there(
    stranger: Api, ksiegi: cast.Company, account: SipAccount, saved: ExternalNumber
) -> None:
    own = cast.phone(ksiegi.tenant, "200")
    targets = {"busy": {"type": "extension", "extension": "100"}, "no_answer": OUTSIDE}
    answer = stranger.patch(f"sip-accounts/{own.pk}", {"forwarding": targets})
    assert answer.wrong == {"forwarding.busy": ["unknown"], "forwarding.no_answer": ["not_saved"]}
