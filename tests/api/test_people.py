"""People, tokens and the mail log over the API: the panel's actions and rights."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from centralka.actions.second_factor.own import begin
from centralka.actions.tenants.tenants import add_member, add_tenant
from centralka.actions.tokens import make_token
from centralka.store.models import ApiToken, Mail, Membership, Role, SipAccount
from centralka.store.notes import notes
from tests import cast
from tests.api.client import Api
from tests.api.conftest import token_of

EWA = {"email": "ewa@kwiaty.example", "name": "Ewa", "role": "manager"}


@pytest.fixture
def other_owner(ksiegi: cast.Company) -> Api:
    return Api(token_of(ksiegi, Role.OWNER))


def bartek(company: cast.Company) -> Membership:
    return company.tenant.memberships.get(person=company.reader.person)


def signs_in(email: str, password: str) -> bool:
    return Client().post("/logowanie", {"username": email, "password": password}).status_code == 302


def test_an_owner_adds_somebody_who_signs_in_with_the_first_password(owner: Api) -> None:
    made = owner.post("people", EWA)
    assert made.status == 201
    assert (made.body["role"], made.body["has_first_password"], made.body["last_sign_in"]) == ("manager", True, None)
    assert signs_in(EWA["email"], made.body["first_password"])
    notes.write()
    read = owner.get(made.headers["Location"]).body
    assert read["last_sign_in"] is not None
    assert "first_password" not in read


def test_an_address_that_has_a_login_is_taken(owner: Api, kwiaty: cast.Company) -> None:
    refused = owner.post("people", EWA | {"email": "bartek@kwiaty.example"})
    assert (refused.status, refused.wrong) == (409, {"email": ["taken"]})


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"email": "ewa"}, "email"), ({"name": ""}, "name"), ({"role": "king"}, "role"), ({"password": "x"}, "password")],
)
def test_what_is_wrong_with_somebody_is_said_by_field(owner: Api, wrong: dict[str, str], field: str) -> None:
    assert list(owner.post("people", EWA | wrong).wrong) == [field]


def test_the_people_are_listed_page_by_page(owner: Api) -> None:
    first = owner.get("people", limit=2).body
    second = owner.get("people", limit=2, cursor=first["next"]).body
    assert [person["name"] for person in first["items"] + second["items"]] == ["Alicja", "Marek", "Bartek"]
    assert second["next"] is None


def test_a_role_is_changed_but_not_the_last_owners(owner: Api, kwiaty: cast.Company) -> None:
    path = f"people/{bartek(kwiaty).pk}"
    assert owner.patch(path, {"role": "manager"}).body["role"] == "manager"
    assert owner.patch(path, {}).body["role"] == "manager"
    alicja = kwiaty.tenant.memberships.get(person=kwiaty.owner.person)
    for refused in (owner.patch(f"people/{alicja.pk}", {"role": "reader"}), owner.delete(f"people/{alicja.pk}")):
        assert (refused.status, refused.wrong) == (422, {"role": ["last_owner"]})


def test_somebody_who_forgot_the_password_gets_a_new_first_one(owner: Api, kwiaty: cast.Company) -> None:
    answer = owner.send("POST", f"people/{bartek(kwiaty).pk}/first-password")
    assert answer.status == 200
    assert not signs_in("bartek@kwiaty.example", cast.PASSWORD)
    assert signs_in("bartek@kwiaty.example", answer.body["first_password"])


def test_whoever_works_elsewhere_too_gets_none(owner: Api, kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    assert kwiaty.reader.person is not None
    Membership.objects.create(tenant=ksiegi.tenant, person=kwiaty.reader.person, role=Role.READER)
    refused = owner.send("POST", f"people/{bartek(kwiaty).pk}/first-password")
    assert (refused.status, refused.wrong) == (422, {"person": ["elsewhere"]})
    assert signs_in("bartek@kwiaty.example", cast.PASSWORD)


def test_somebody_is_removed(owner: Api, kwiaty: cast.Company) -> None:
    path = f"people/{bartek(kwiaty).pk}"
    assert owner.delete(path).status == 204
    assert owner.get(path).status == owner.delete(path).status == 404
    assert not signs_in("bartek@kwiaty.example", cast.PASSWORD)


def test_a_token_is_made_used_listed_and_revoked(owner: Api) -> None:
    made = owner.post("tokens", {"name": "CRM", "role": "reader"})
    assert made.status == 201
    program = Api(made.body["token"])
    assert program.get("tenant").status == 200
    assert program.patch("tenant", {"language": "en"}).status == 403
    notes.write()
    (newest, _own) = owner.get("tokens").body["items"]
    assert "token" not in newest
    assert (newest["name"], newest["role"], newest["made_by"]) == ("CRM", "reader", None)
    assert newest["last_used_at"] is not None
    assert owner.get(made.headers["Location"]).body == newest
    assert owner.delete(made.headers["Location"]).status == 204
    assert program.get("tenant").status == 401


@pytest.mark.parametrize(
    ("wrong", "field"), [({"name": ""}, "name"), ({"role": "king"}, "role"), ({"token": "x"}, "token")]
)
def test_what_is_wrong_with_a_token_is_said_by_field(owner: Api, wrong: dict[str, str], field: str) -> None:
    assert list(owner.post("tokens", {"name": "CRM", "role": "reader"} | wrong).wrong) == [field]


def test_another_companys_owner_finds_none_of_them(other_owner: Api, kwiaty: cast.Company) -> None:
    token, _text = make_token(kwiaty.owner, "CRM", Role.READER)
    person = f"people/{bartek(kwiaty).pk}"
    for method, path in (
        ("GET", person),
        ("PATCH", person),
        ("DELETE", person),
        ("POST", f"{person}/first-password"),
        ("GET", f"tokens/{token.pk}"),
        ("PATCH", f"tokens/{token.pk}"),
        ("DELETE", f"tokens/{token.pk}"),
    ):
        content = ""
        if method == "PATCH":
            content = '{"name": "X"}' if path.startswith("tokens") else '{"role": "owner"}'
        assert other_owner.send(method, path, content).status == 404, (method, path)
    assert "kwiaty" not in other_owner.get("people").text
    assert "CRM" not in other_owner.get("tokens").text


def mail(account: SipAccount, key: str, **fields: object) -> Mail:
    at = datetime(2026, 1, 31, 12, tzinfo=UTC)
    to, kind = "biuro@kwiaty.example", Mail.Kind.TEST
    return Mail.objects.create(
        **{"tenant": account.tenant, "sip_account": account, "kind": kind, "key": key, "to": to}
        | {"language": "pl", "next_at": at, "created_at": at}
        | fields
    )


def test_the_mail_log_says_what_arrived_and_what_did_not(manager: Api, account: SipAccount) -> None:
    mail(account, "a", state=Mail.State.FAILED, attempts=3, error="550 no such user")
    (read,) = manager.get("mail-log", sip_account=account.pk).body["items"]
    expected = {"kind": "test", "to": "biuro@kwiaty.example", "state": "failed", "attempts": 3}
    assert read == expected | {
        "id": read["id"],
        "error": "550 no such user",
        "sip_account": account.pk,
        "message": None,
        "created_at": "2026-01-31T12:00:00.000Z",
        "sent_at": None,
    }


def test_the_mail_log_is_the_companys_own(stranger: Api, reader: Api, account: SipAccount) -> None:
    mail(account, "a")
    assert stranger.get("mail-log").body["items"] == []
    assert stranger.get("mail-log", sip_account=account.pk).body["items"] == []
    assert reader.get("mail-log").status == 403


def test_a_token_of_certain_networks_is_refused_elsewhere(owner: Api) -> None:
    made = owner.post("tokens", {"name": "CRM", "role": "reader", "networks": ["203.0.113.7/24", "192.0.2.1"]})
    assert (made.status, made.body["networks"]) == (201, ["203.0.113.0/24", "192.0.2.1/32"])
    program = Api(made.body["token"])
    assert (program.get("tenant").status, program.get("tenant").kind) == (403, "token-elsewhere")
    assert owner.get(f"tokens/{made.body['id']}").body["last_used_at"] is None
    here = owner.post("tokens", {"name": "CRM", "role": "reader", "networks": ["127.0.0.0/8"]})
    assert Api(here.body["token"]).get("tenant").status == 200


def test_networks_and_end_of_a_token_are_changed_and_what_is_not_sent_stays(owner: Api) -> None:
    made = owner.post("tokens", {"name": "CRM", "role": "reader", "expires_at": "2126-01-01T00:00:00Z"})
    program, path = Api(made.body["token"]), f"tokens/{made.body['id']}"
    changed = owner.patch(path, {"networks": ["203.0.113.7"]}).body
    assert (changed["networks"], changed["expires_at"]) == (["203.0.113.7/32"], "2126-01-01T00:00:00.000Z")
    assert program.get("tenant").kind == "token-elsewhere"
    assert owner.patch(path, {"networks": [], "expires_at": None, "name": "Sklep"}).status == 200
    assert program.get("tenant").status == 200
    assert list(owner.patch(path, {"expires_at": "2020-01-01T00:00:00Z", "name": ""}).wrong) == ["name", "expires_at"]
    assert list(owner.patch(path, {"role": "owner"}).wrong) == ["role"]
    assert owner.get(path).body["name"] == "Sklep"


def test_a_token_with_an_end_opens_nothing_after_it(owner: Api) -> None:
    made = owner.post("tokens", {"name": "CRM", "role": "reader", "expires_at": "2126-01-01T00:00:00Z"})
    program = Api(made.body["token"])
    assert program.get("tenant").status == 200
    ApiToken.objects.filter(pk=made.body["id"]).update(expires_at=timezone.now())
    refused = program.get("tenant")
    assert (refused.status, refused.kind) == (401, "token-expired")


@pytest.mark.parametrize(
    ("wrong", "field"), [({"networks": ["office"]}, "networks"), ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at")]
)
def test_networks_and_end_of_a_token_are_judged(owner: Api, wrong: dict[str, object], field: str) -> None:
    assert list(owner.post("tokens", {"name": "CRM", "role": "reader"} | wrong).wrong) == [field]


def test_a_person_is_signed_out_and_their_second_factor_removed(kwiaty: cast.Company, owner: Api) -> None:
    bartek = kwiaty.reader.person
    assert bartek
    begin(bartek)
    browser = Client()
    browser.force_login(bartek, backend="django.contrib.auth.backends.ModelBackend")
    there = f"people/{kwiaty.tenant.memberships.get(person=bartek).pk}"
    assert owner.get(there).body["has_second_factor"] is True
    assert owner.delete(f"{there}/sessions").status == 204
    assert browser.get("/sesja").status_code == 401
    assert owner.delete(f"{there}/second-factor").status == 204
    assert owner.get(there).body["has_second_factor"] is False
    add_member(cast.OPERATOR, add_tenant(cast.OPERATOR, "zieleniak", "Zieleniak").slug, bartek.email, Role.READER)
    assert owner.delete(f"{there}/second-factor").wrong == {"person": ["elsewhere"]}


def test_an_owner_changes_an_address_and_a_role_or_neither(owner: Api, kwiaty: cast.Company) -> None:
    path = f"people/{bartek(kwiaty).pk}"
    taken = owner.patch(path, {"role": "manager", "email": "marek@kwiaty.example"})
    assert (taken.status, owner.get(path).body["role"]) == (409, "reader")
    wrong = owner.patch(path, {"email": "bartek"})
    assert (wrong.status, wrong.body["errors"][0]["field"]) == (422, "email")
    changed = owner.patch(path, {"role": "manager", "email": "B.Nowak@kwiaty.example"})
    assert (changed.status, changed.body["email"], changed.body["role"]) == (200, "b.nowak@kwiaty.example", "manager")
    assert signs_in("b.nowak@kwiaty.example", cast.PASSWORD)
    assert {mail.to for mail in Mail.objects.all()} == {"bartek@kwiaty.example", "b.nowak@kwiaty.example"}
    add_member(cast.OPERATOR, add_tenant(cast.OPERATOR, "inna", "Inna").slug, "b.nowak@kwiaty.example", Role.READER)
    assert owner.patch(path, {"email": "inny@kwiaty.example"}).status == 422
