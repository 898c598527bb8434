"""Numery: which there are, where each rings, who shows it."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from centralka.store.models import Number
from tests import cast

from .conftest import SignIn
from .page import Page

OFFICE, MOBILE = "+48221234567", "+48600100200"


def test_each_number_is_listed_with_where_it_rings_and_who_shows_it(
    kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn
) -> None:
    account = cast.phone(kwiaty.tenant, "100", "Sekretariat")
    office = Number.objects.create(e164=OFFICE, tenant=kwiaty.tenant, sip_account=account)
    Number.objects.create(e164=MOBILE, tenant=kwiaty.tenant)
    Number.objects.create(e164="+48222222222", tenant=ksiegi.tenant)
    cast.phone(kwiaty.tenant, "101", "Magazyn", caller_id=office)
    cast.phone(ksiegi.tenant, "105", "Obca", caller_id=office)  # from when it was theirs
    text = Page(signed_in(kwiaty.reader, "pl").get("/numery/")).text
    assert "22 123 45 67 100 Sekretariat 101 Magazyn" in text
    assert "600 100 200 Nigdzie: nie ma takiego numeru nikt" in text
    assert "22 222 22 22" not in text
    assert "Obca" not in text


def test_a_choice_is_saved_at_once(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.phone(kwiaty.tenant, "100", "Sekretariat")
    number = Number.objects.create(e164=OFFICE, tenant=kwiaty.tenant)
    client = signed_in(kwiaty.manager)
    url = f"/numery/{number.pk}/cel"
    answer = Page(client.post(url, {"target": str(account.pk)}, headers={"HX-Request": "true"}))
    assert answer.text == "Saved : 22 123 45 67 rings at 100 Sekretariat"
    number.refresh_from_db()
    assert number.sip_account == account
    assert f'<option value="{account.pk}" selected>' in Page(client.get("/numery/")).html
    assert "rings nowhere" in Page(client.post(url, {"target": ""}, headers={"HX-Request": "true"})).text
    number.refresh_from_db()
    assert number.sip_account is None


def test_without_scripts_a_button_saves(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.phone(kwiaty.tenant, "100", "Sekretariat")
    number = Number.objects.create(e164=OFFICE, tenant=kwiaty.tenant)
    client = signed_in(kwiaty.manager)
    page = Page(client.post(f"/numery/{number.pk}/cel", {"target": str(account.pk)}, follow=True))
    assert "Saved: 22 123 45 67." in page.text
    assert f'<option value="{account.pk}" selected>' in page.html


def test_an_account_that_is_gone_is_told_beside_its_number(kwiaty: cast.Company, signed_in: SignIn) -> None:
    number = Number.objects.create(e164=OFFICE, tenant=kwiaty.tenant)
    page = Page(signed_in(kwiaty.manager).post(f"/numery/{number.pk}/cel", {"target": "12345"}))
    assert page.inside(f"saved-{number.pk}") == "There is no such account."


def test_a_company_without_numbers_is_told_what_to_do(kwiaty: cast.Company, signed_in: SignIn) -> None:
    assert "Ask your operator" in Page(signed_in(kwiaty.reader).get("/numery/")).text


def test_the_list_costs_a_few_queries_however_long_it_is(kwiaty: cast.Company, signed_in: SignIn) -> None:
    for number in range(30):
        made = Number.objects.create(e164=f"+482212345{number:02}", tenant=kwiaty.tenant)
        cast.phone(kwiaty.tenant, str(100 + number), caller_id=made)
    client = signed_in(kwiaty.manager)
    with CaptureQueriesContext(connection) as queries:
        client.get("/numery/")
    assert len(queries) <= 8
