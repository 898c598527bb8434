"""Zasób numerów: the operator adds numbers, gives them to companies and takes them back."""

import pytest

from centralka.store.models import Number, Person
from tests import cast

from .conftest import SignIn
from .page import Page, say_yes
from .test_bad_input import HOSTILE

WARSAW, MOBILE = "+48221234567", "+48600100200"


def test_without_numbers_the_list_says_what_to_do(olga: Person, signed_in: SignIn) -> None:
    page = Page(signed_in(olga, "pl").get("/zasob-numerow/"))
    assert "Dodaj numery otrzymane od operatora telekomunikacyjnego" in page.text


def test_numbers_are_added_and_listed_the_polish_way(olga: Person, kwiaty: cast.Company, signed_in: SignIn) -> None:
    typed = {"numbers": "22 123 45 67, \r\n\r\n ; +48 600-100-200 \r\n", "tenant_id": str(kwiaty.tenant.pk)}
    page = Page(signed_in(olga, "pl").post("/zasob-numerow/dodaj", typed, follow=True))
    assert "Dodane numery: 2." in page.text
    assert "22 123 45 67 Kwiaciarnia Alicja nigdzie 0 kont" in page.text
    assert "600 100 200 Kwiaciarnia Alicja" in page.text
    assert set(Number.objects.values_list("e164", flat=True)) == {WARSAW, MOBILE}


def test_each_wrong_number_is_told_and_nothing_typed_is_lost(olga: Person, signed_in: SignIn) -> None:
    Number.objects.create(e164=MOBILE)
    typed = "22 123 45 67\r\n112\r\n<b>x</b>\r\n22-123-45-67"
    page = Page(signed_in(olga).post("/zasob-numerow/dodaj", {"numbers": typed, "tenant_id": "999999"}))
    told = page.beside("numbers")
    for said in ("“112” is not a public number.", "“<b>x</b>” is not", "“22-123-45-67” stands in the list twice."):
        assert said in told
    assert page.beside("tenant_id")
    assert "22 123 45 67\n112\n&lt;b&gt;x&lt;/b&gt;\n22-123-45-67" in page.html.replace("\r", "")
    page = Page(signed_in(olga).post("/zasob-numerow/dodaj", {"numbers": "600 100 200"}))
    assert page.beside("numbers") == "+48600100200 exists already."
    assert Number.objects.count() == 1


def test_of_hundreds_of_wrong_numbers_the_first_are_told(olga: Person, signed_in: SignIn) -> None:
    page = Page(signed_in(olga).post("/zasob-numerow/dodaj", {"numbers": "\n".join(["x"] * 300)}))
    assert page.beside("numbers").count("is not a public number") == 20
    assert "And there are more: 280." in page.beside("numbers")


def test_the_list_is_searched_and_narrowed_to_a_company(
    olga: Person, kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn
) -> None:
    Number.objects.create(e164=WARSAW, tenant=kwiaty.tenant)
    Number.objects.create(e164=MOBILE, tenant=ksiegi.tenant)
    client = signed_in(olga)
    page = Page(client.get("/zasob-numerow/", {"search": "22 123 45 67"}))
    assert "22 123 45 67 Kwiaciarnia Alicja" in page.text
    assert "600 100 200" not in page.text
    fragment = client.get("/zasob-numerow/", {"search": "celina"}, headers={"HX-Request": "true"}).content.decode()
    assert "600 100 200" in fragment
    assert "<html" not in fragment
    page = Page(client.get("/zasob-numerow/", {"company": kwiaty.tenant.pk}))
    assert "Only the numbers of Kwiaciarnia Alicja." in page.text
    assert "600 100 200" not in page.text
    assert "Nothing found" in Page(client.get("/zasob-numerow/", {"search": "zzz"})).text


def test_a_number_is_given_to_another_company_and_taken_back(
    olga: Person, kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn
) -> None:
    phone = cast.phone(kwiaty.tenant, "100", "Biuro")
    number = Number.objects.create(e164=WARSAW, tenant=kwiaty.tenant, sip_account=phone)
    phone.caller_id = number
    phone.save()
    client, url = signed_in(olga, "pl"), f"/zasob-numerow/{number.pk}/"
    page = Page(client.get(url))
    assert f'<option value="{kwiaty.tenant.pk}" selected>' in page.html
    assert "kwiaty_100 Biuro" in page.text
    page = Page(client.post(url, {"tenant_id": str(ksiegi.tenant.pk)}, follow=True))
    assert "Numer 22 123 45 67 ma teraz Biuro Celina i decyduje, gdzie on dzwoni." in page.text
    assert "1 z nich nie należy do tej firmy: nie może dzwonić na zewnątrz" in page.text
    number.refresh_from_db()
    assert (number.tenant, number.sip_account) == (ksiegi.tenant, None)
    assert "wrócił do zasobu" in Page(client.post(url, {"tenant_id": ""}, follow=True)).text
    number.refresh_from_db()
    assert number.tenant is None


def test_a_number_is_deleted_after_it_was_taken_back(olga: Person, kwiaty: cast.Company, signed_in: SignIn) -> None:
    number = Number.objects.create(e164=WARSAW, tenant=kwiaty.tenant)
    client, url = signed_in(olga), f"/zasob-numerow/{number.pk}/usun"
    assert "Kwiaciarnia Alicja has this number. Take it back first" in Page(client.get(url)).text
    assert "Take it back first" in Page(client.post(url)).text
    Number.objects.update(tenant=None)
    assert "No company has it" in Page(client.get(url)).text
    assert Number.objects.exists()  # asking deletes nothing
    assert "Deleted: 22 123 45 67." in say_yes(client, url).text
    assert not Number.objects.exists()


@pytest.mark.parametrize("field", ["numbers", "tenant_id"])
def test_the_forms_take_anything(olga: Person, signed_in: SignIn, field: str) -> None:
    number = Number.objects.create(e164=MOBILE)
    client = signed_in(olga)
    for what, value in HOSTILE.items():
        page = Page(client.post("/zasob-numerow/dodaj", {"numbers": "22 123 45 67", field: value}))
        assert "<script>alert" not in page.html, what
        if field == "tenant_id" and value == "":
            Number.objects.filter(e164=WARSAW).delete()
        else:
            assert page.beside(field), what
        given = client.post(f"/zasob-numerow/{number.pk}/", {field: value})
        assert given.status_code in (200, 302), what
    assert [kept.e164 for kept in Number.objects.all()] == [MOBILE]


@pytest.mark.parametrize("name", ["search", "page", "company"])
def test_addresses_take_anything(olga: Person, signed_in: SignIn, name: str) -> None:
    for what, value in HOSTILE.items():
        response = signed_in(olga).get("/zasob-numerow/", {name: value})
        assert response.status_code in (200, 404), what
        assert "<script>alert" not in response.content.decode(), what


@pytest.mark.parametrize("number", ["0", "9" * 30])
@pytest.mark.parametrize(
    "page",
    ["zasob-numerow/{}/", "zasob-numerow/{}/usun", "lacza/{}/zmien", "lacza/{}/usun", "cenniki/{}/", "cenniki/{}/zmien",
     "cenniki/{}/wgraj", "cenniki/{}/usun", "firmy/{}/", "firmy/{}/zmien", "firmy/{}/zaksieguj"],
)  # fmt: skip
def test_numbers_of_nothing_are_not_found(page: str, number: str, olga: Person, signed_in: SignIn) -> None:
    assert signed_in(olga).get("/" + page.format(number)).status_code == 404
