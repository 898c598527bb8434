"""Warunki przekierowania and Numery zewnętrzne: what people see, choose and save."""

import json

import pytest

from centralka.store.models import ExternalNumber, Forward, SipAccount
from tests import cast

from .conftest import SignIn
from .page import Page, say_yes
from .test_accounts import NEW

ADD_NUMBER = "/numery-zewnetrzne/dodaj"


@pytest.fixture
def account(kwiaty: cast.Company) -> SipAccount:
    return cast.phone(kwiaty.tenant, "100", "Sekretariat")


@pytest.fixture
def colleague(kwiaty: cast.Company) -> SipAccount:
    return cast.phone(kwiaty.tenant, "11", "Księgowość")


@pytest.fixture
def outside(kwiaty: cast.Company) -> ExternalNumber:
    return ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48600100200", name="Komórka")


def _url(account: SipAccount, what: str = "zmien") -> str:
    return f"/konta-sip/{account.pk}/{what}"


@pytest.mark.usefixtures("outside", "colleague")
def test_the_lists_offer_colleagues_saved_numbers_and_the_own_voicemail(
    kwiaty: cast.Company, ksiegi: cast.Company, account: SipAccount, signed_in: SignIn
) -> None:
    cast.phone(ksiegi.tenant, "12", "Obcy")
    ExternalNumber.objects.create(tenant=ksiegi.tenant, e164="+48600999888", name="Obcy")
    html = Page(signed_in(kwiaty.manager, "pl").get(_url(account))).html
    for offered in ("11 – Księgowość (kwiaty_11)", "600 100 200 (Komórka)", "Poczta głosowa tego konta"):
        assert html.count(f">{offered}</option>") == 3
    assert "Obcy" not in html
    assert 'value="extension:100"' not in html


def test_each_condition_is_saved_and_stands_in_the_form_and_on_the_account(
    kwiaty: cast.Company, account: SipAccount, colleague: SipAccount, outside: ExternalNumber, signed_in: SignIn
) -> None:
    client = signed_in(kwiaty.manager)
    chosen = {
        "forward_no_answer": "extension:11",
        "forward_busy": "external:+48600100200",
        "forward_unavailable": "voicemail",
        "return_after": "45",
        "voicemail_enabled": "on",
        "voicemail_pin": "7391",
    }
    assert client.post(_url(account), Page(client.get(_url(account))).form | chosen).status_code == 302
    rows = {row.condition: (row.kind, row.target, row.external) for row in account.forwards.all()}
    assert rows == {
        "no_answer": ("extension", colleague, None),
        "busy": ("external", None, outside),
        "unavailable": ("voicemail", None, None),
    }
    form = Page(client.get(_url(account))).form
    assert {name: form[name] for name in chosen if name != "voicemail_pin"} == {
        name: value for name, value in chosen.items() if name != "voicemail_pin"
    }
    text = Page(client.get(_url(account, ""))).text
    for said in ("No answer 11 Księgowość", "Busy 600 100 200 (Komórka)", "Unavailable Voicemail", "Back after 45 s"):
        assert said in text


def test_a_new_account_is_made_with_its_forwards(
    kwiaty: cast.Company, colleague: SipAccount, signed_in: SignIn
) -> None:
    made = Page(signed_in(kwiaty.manager).post("/konta-sip/dodaj", NEW | {"forward_busy": "extension:11"}))
    assert made.inside("login") == "kwiaty_105"
    assert Forward.objects.get().target == colleague


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("forward_busy", "extension:100", "itself"),
        ("forward_busy", "extension:77", "no such extension"),
        ("forward_no_answer", "external:+48600999999", "not among the company's external numbers"),
        ("forward_unavailable", "voicemail", "voicemail of this account is off"),
        ("return_after", "4", "5 to 180 seconds"),
        ("return_after", "", "Give the seconds"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_stays_chosen(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn, field: str, value: str, said: str
) -> None:
    client = signed_in(kwiaty.manager)
    page = Page(client.post(_url(account), Page(client.get(_url(account))).form | {field: value}))
    assert said in page.beside(field)
    assert page.form[field] == value
    assert not Forward.objects.exists()


def test_a_deleted_target_is_shown_as_deleted_and_counts_as_none(
    kwiaty: cast.Company, account: SipAccount, colleague: SipAccount, signed_in: SignIn
) -> None:
    Forward.objects.create(sip_account=account, condition="busy", kind="extension", target=colleague)
    client = signed_in(kwiaty.manager, "pl")
    assert "Te konta przekierowują połączenia na to konto." in Page(client.get(_url(colleague, "usun"))).text
    listed = say_yes(client, _url(colleague, "usun")).text
    assert "Te konta przekierowywały tam połączenia i już tego nie robią: 100 Sekretariat." in listed
    assert "Zajęty usunięty" in Page(client.get(_url(account, ""))).text
    form = Page(client.get(_url(account))).form
    assert form["forward_busy"] == "deleted"
    client.post(_url(account), form)
    assert not account.forwards.exists()


def test_two_people_who_save_at_once_are_told_of_each_others_forwards(
    kwiaty: cast.Company, account: SipAccount, colleague: SipAccount, outside: ExternalNumber, signed_in: SignIn
) -> None:
    first, second = signed_in(kwiaty.manager), signed_in(kwiaty.owner)
    opened = Page(first.get(_url(account))).form
    theirs = {"forward_busy": "extension:11", "return_after": "60", "voicemail_enabled": "on", "voicemail_pin": "123"}
    second.post(_url(account), opened | theirs)
    mine = opened | {"forward_busy": "external:+48600100200", "forward_no_answer": "extension:11"}
    page = Page(first.post(_url(account), mine))
    assert "was “Do not forward”, is now “11 – Księgowość (kwiaty_11)”" in page.inside("errors")
    assert "You typed “600 100 200 (Komórka)”" in page.inside("errors")
    assert page.form["forward_busy"] == "external:+48600100200"
    assert (page.form["return_after"], page.form["voicemail_enabled"]) == ("60", "on")
    assert first.post(_url(account), page.form).status_code == 302
    account.refresh_from_db()
    assert (account.return_after, account.voicemail_enabled) == (60, True)
    assert set(account.forwards.values_list("condition", "external", "target")) == {
        ("busy", outside.pk, None),
        ("no_answer", None, colleague.pk),
    }


def test_a_thousand_colleagues_cost_no_more_queries(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn, django_assert_max_num_queries: object
) -> None:
    SipAccount.objects.bulk_create(
        SipAccount(tenant=kwiaty.tenant, extension=str(n), login=f"kwiaty_{n}", name="Telefon")
        for n in range(1000, 2000)
    )
    client = signed_in(kwiaty.manager)
    with django_assert_max_num_queries(40):  # type: ignore[operator]  # pytest-django's fixture
        page = Page(client.get(_url(account)))
    assert page.html.count("<option") < 50
    assert page.html.count("data-picker=") == 3
    assert len(page.html) < 60_000


def test_colleagues_cost_no_queries_each(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn, django_assert_max_num_queries: object
) -> None:
    for extension in range(101, 131):
        cast.phone(kwiaty.tenant, str(extension))
    client = signed_in(kwiaty.manager)
    with django_assert_max_num_queries(17):  # type: ignore[operator]  # pytest-django's fixture
        page = Page(client.get(_url(account)))
    assert page.html.count('value="extension:') == 3 * 30


def test_a_number_is_saved_listed_and_deleted(kwiaty: cast.Company, account: SipAccount, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager, "pl")
    listed = Page(client.post(ADD_NUMBER, {"number": "600 100 200", "name": "Nocna zmiana"}, follow=True))
    assert "Nocna zmiana Zadzwoń: 600 100 200 nikt" in listed.text
    saved = ExternalNumber.objects.get()
    Forward.objects.create(sip_account=account, condition="no_answer", kind="external", external=saved)
    asked = Page(client.get(f"/numery-zewnetrzne/{saved.pk}/usun")).text
    assert "Te konta przekierowują na niego połączenia." in asked
    assert "100 Sekretariat (Brak odpowiedzi)" in asked
    after = say_yes(client, f"/numery-zewnetrzne/{saved.pk}/usun").text
    assert "już tego nie robią: 100 Sekretariat" in after
    assert "Nie ma jeszcze numerów zewnętrznych" in after


@pytest.mark.parametrize("number", ["", "112", "abc", "+48221234567"])
def test_a_number_that_cannot_be_is_told_beside_its_field(kwiaty: cast.Company, signed_in: SignIn, number: str) -> None:
    cast.line_outside(kwiaty.tenant)
    page = Page(signed_in(kwiaty.manager).post(ADD_NUMBER, {"number": number, "name": ""}))
    assert page.beside("number")
    assert page.beside("name")


def test_the_dialog_answers_with_the_option_for_the_lists(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client, htmx = signed_in(kwiaty.manager), {"HX-Request": "true"}
    refused = client.post(ADD_NUMBER, {"number": "1", "name": "Nocna"}, headers=htmx)
    assert 'id="external_number_error"' in refused.content.decode()
    assert "HX-Trigger-After-Settle" not in refused.headers
    saved = client.post(ADD_NUMBER, {"number": "600100200", "name": "Nocna"}, headers=htmx)
    said = json.loads(saved.headers["HX-Trigger-After-Settle"])
    assert said == {"externalNumberSaved": {"value": "external:+48600100200", "label": "600 100 200 (Nocna)"}}
    assert "600100200" not in saved.content.decode()


def test_a_reader_sees_the_numbers_and_changes_none(
    kwiaty: cast.Company, outside: ExternalNumber, signed_in: SignIn
) -> None:
    page = Page(signed_in(kwiaty.reader).get("/numery-zewnetrzne/"))
    assert "Komórka" in page.text
    assert "/usun" not in page.html
    assert "/dodaj" not in page.html
