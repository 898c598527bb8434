"""Łącza do operatorów: the form, the states, and two operators at one trunk."""

import json
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.utils import timezone

from centralka.panel.trunks.live import stream
from centralka.store.models import Person, Trunk
from tests import cast

from .conftest import SignIn
from .page import Page, say_yes
from .test_bad_input import HOSTILE

SECRET = "s3kret-Operatora"
NEW = {
    "name": "Operator A",
    "enabled": "on",
    "priority": "10",
    "host": "sip.operator.example",
    "port": "5060",
    "transport": "udp",
    "kind": "registration",
    "username": "48221234567",
    "password": SECRET,
    "number_style": "e164",
    "called_number": "automatic",
    "sends_pai": "on",
}


@pytest.fixture
def trunk(db: None) -> Trunk:
    return Trunk.objects.create(
        name="Operator A", kind="registration", host="sip.operator.example", username="x", password=SECRET
    )


def test_without_trunks_the_list_says_what_is_not_possible(olga: Person, signed_in: SignIn) -> None:
    page = Page(signed_in(olga, "pl").get("/lacza/"))
    assert "nikt nie zadzwoni na zewnątrz, nawet na numery alarmowe" in page.text


def test_a_trunk_is_added(olga: Person, signed_in: SignIn) -> None:
    page = Page(signed_in(olga, "pl").post("/lacza/dodaj", NEW, follow=True))
    assert "Zapisano: Operator A." in page.text
    assert "sip.operator.example:5060" in page.text
    made = Trunk.objects.get()
    assert (made.username, made.password, made.sends_pai, made.foreign_caller_ids) == (
        "48221234567",
        SECRET,
        True,
        False,
    )


def test_the_form_of_a_trunk_holds_all_but_the_password(olga: Person, trunk: Trunk, signed_in: SignIn) -> None:
    client, url = signed_in(olga), f"/lacza/{trunk.pk}/zmien"
    page = Page(client.get(url))
    assert SECRET not in page.html
    assert (page.form["host"], page.form["port"], page.form["password"]) == ("sip.operator.example", "5060", "")
    client.post(url, page.form | {"priority": "3"})
    trunk.refresh_from_db()
    assert (trunk.priority, trunk.password, trunk.version) == (3, SECRET, 2)


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(olga: Person, signed_in: SignIn) -> None:
    wrong = {"name": " ", "priority": "x", "host": "sip:a b", "port": "70000", "username": "a@b", "password": "a;b"}
    page = Page(signed_in(olga, "pl").post("/lacza/dodaj", NEW | wrong))
    for field, typed in wrong.items():
        assert page.beside(field), field
        assert page.form[field] == typed
    assert page.beside("host").startswith("Podaj samą nazwę hosta")
    assert not Trunk.objects.exists()


def test_a_trunk_known_by_its_address_needs_no_user_name(olga: Person, trunk: Trunk, signed_in: SignIn) -> None:
    client = signed_in(olga)
    client.post("/lacza/dodaj", NEW | {"name": "B", "kind": "address"})
    made = Trunk.objects.get(name="B")
    assert (made.kind, made.username, made.password) == ("address", "", "")
    url = f"/lacza/{trunk.pk}/zmien"
    client.post(url, Page(client.get(url)).form | {"kind": "address"})
    trunk.refresh_from_db()
    assert (trunk.kind, trunk.username, trunk.password) == ("address", "", "")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Not known yet"),
        ({"status": "Registered", "status_at": timezone.now()}, "Registered"),
        ({"status": "Rejected", "status_at": timezone.now()}, "Rejected by the carrier"),
        ({"status": "Rejected", "answer": "403 Forbidden"}, "“403 Forbidden”."),
        ({"status": "Unregistered"}, "Not registered"),
        ({"status": "Unregistered"}, "The carrier does not answer; we go on trying."),
        ({"status": "Unregistered", "answer": "503 Overload"}, "“503 Overload”; we go on trying."),
        ({"enabled": False, "status": "Registered"}, "Switched off"),
        ({"kind": "address"}, "known by its address"),
        ({"status": "Registered", "reachable": False}, "The carrier does not answer"),
        ({"kind": "address", "reachable": False}, "The carrier does not answer"),
        ({"kind": "address", "reachable": True}, "The carrier answers"),
        ({"kind": "address", "pings": False}, "nobody asks whether the carrier is there"),
    ],
)
def test_the_list_tells_the_state_of_each(
    olga: Person, trunk: Trunk, signed_in: SignIn, fields: dict[str, object], said: str
) -> None:
    Trunk.objects.update(**fields)
    page = Page(signed_in(olga).get("/lacza/"))
    assert said in page.text
    good = said in ("Registered", "The carrier answers")
    assert ("dot-on" in page.html) == good, "only what is known to work is green"


def test_a_carrier_that_goes_is_pushed_to_whoever_looks(transactional_db: None) -> None:
    made = Trunk.objects.create(name="A", kind="registration", host="192.0.2.7", status="Registered", reachable=True)

    async def watch() -> None:
        events: Any = stream(cast.OPERATOR, "pl")
        assert "retry" in await anext(events)
        assert "dot-on" in await anext(events)
        await sync_to_async(Trunk.objects.update)(reachable=False)
        pushed = json.loads((await anext(events)).removeprefix("data: "))
        assert list(pushed) == [f"trunk-{made.pk}"]
        assert "Operator nie odpowiada" in pushed[f"trunk-{made.pk}"]
        await events.aclose()

    async_to_sync(watch)()


def test_the_second_of_two_who_save_sees_what_the_first_changed(olga: Person, trunk: Trunk, signed_in: SignIn) -> None:
    client, url = signed_in(olga, "pl"), f"/lacza/{trunk.pk}/zmien"
    mine = theirs = Page(client.get(url)).form
    client.post(url, theirs | {"port": "5070", "priority": "2", "number_style": "national", "sends_pai": ""})
    page = Page(client.post(url, mine | {"priority": "5"}))
    told = page.inside("errors")
    assert "Port : było „5060”, teraz jest „5070”. Tego pola nie zmieniono" in told
    assert "Priorytet : było „10”, teraz jest „2”. W formularzu jest „5”" in told
    assert "Zapis numerów : było „Międzynarodowo z plusem: +48221234567”, teraz jest „Krajowo:" in told
    assert "Wysyłaj P-Asserted-Identity : było „włączone”, teraz jest „wyłączone”" in told
    assert (page.form["port"], page.form["priority"], page.form["number_style"]) == ("5070", "5", "national")
    assert "sends_pai" not in page.form
    trunk.refresh_from_db()
    assert trunk.priority == 2
    client.post(url, page.form)
    trunk.refresh_from_db()
    assert (trunk.priority, trunk.port, trunk.number_style, trunk.sends_pai) == (5, 5070, "national", False)


def test_deleting_asks_and_says_when_it_is_the_last_one(olga: Person, trunk: Trunk, signed_in: SignIn) -> None:
    client, url = signed_in(olga), f"/lacza/{trunk.pk}/usun"
    assert "nobody can call outside any more" in Page(client.get(url)).text
    Trunk.objects.create(name="B", kind="address", host="b.example")
    assert "Calls outside go over the other trunks." in Page(client.get(url)).text
    assert "Deleted: Operator A." in say_yes(client, url).text
    assert [kept.name for kept in Trunk.objects.all()] == ["B"]


@pytest.mark.parametrize("field", [*NEW, "foreign_caller_ids", "version"])
def test_the_form_takes_anything(olga: Person, signed_in: SignIn, field: str) -> None:
    client = signed_in(olga)
    for what, value in HOSTILE.items():
        response = client.post("/lacza/dodaj", NEW | {field: value})
        assert response.status_code in (200, 302), what
        assert "<script>alert" not in response.content.decode(), what
        if response.status_code == 200:
            assert Page(response).inside("errors") or field == "version", what
            assert not Trunk.objects.exists()
        Trunk.objects.all().delete()


@pytest.mark.parametrize("field", [*NEW, "version", "initial-host", "initial-enabled", "initial-kind"])
def test_changing_takes_anything_too(olga: Person, trunk: Trunk, signed_in: SignIn, field: str) -> None:
    client, url = signed_in(olga), f"/lacza/{trunk.pk}/zmien"
    form = Page(client.get(url)).form
    for what, value in HOSTILE.items():
        trunk.save()
        response = client.post(url, form | {field: value})
        assert response.status_code in (200, 302), what
        assert "<script>alert" not in response.content.decode(), what
