"""Lists that are too long to be drawn: sought, and understood without scripts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from centralka.store.models import ExternalNumber, Number, SipAccount
from tests import cast

from .conftest import SignIn
from .page import Page


@pytest.fixture
def many(kwiaty: cast.Company) -> SipAccount:
    """Make so many accounts, numbers and saved numbers that no list of them is drawn. Returns extension 100."""
    SipAccount.objects.bulk_create(
        SipAccount(tenant=kwiaty.tenant, extension=str(n), login=f"kwiaty_{n}", name=f"Telefon {n}")
        for n in range(200, 260)
    )
    Number.objects.bulk_create(Number(tenant=kwiaty.tenant, e164=f"+482212345{n}") for n in range(10, 60))
    ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48600100200", name="Taksówki")
    cast.phone(kwiaty.tenant, "22", "Magazyn Łódź")
    return cast.phone(kwiaty.tenant, "100", "Sekretariat")


def options(client: object, kind: str, q: str, **more: str) -> list[str]:
    page = Page(client.get(f"/wybor/{kind}", {"q": q, **more}))  # type: ignore[attr-defined]
    return [part.split("</li>")[0] for part in page.html.split('aria-selected="false">')[1:]]


@pytest.mark.parametrize(
    ("kind", "typed", "found"),
    [
        ("przekierowanie", "lodz", ["22 – Magazyn Łódź (kwiaty_22)"]),
        ("przekierowanie", "TAKSO", ["600 100 200 (Taksówki)"]),
        ("przekierowanie", "600 100", ["600 100 200 (Taksówki)"]),
        ("przekierowanie", "poczta", ["Poczta głosowa tego konta"]),
        ("przekierowanie", "25", [f"{n} – Telefon {n} (kwiaty_{n})" for n in (225, *range(250, 260))]),
        ("prezentacja", "22 123 45 1", [f"22 123 45 1{n}" for n in range(10)]),
        ("prezentacja", "zastrz", ["Numer zastrzeżony"]),
        ("dzwoni-u", "sekret", ["100 – Sekretariat"]),
        ("kto", "zewn", ["Ktoś z zewnątrz"]),
        ("do-kogo", "22 123 45 59", ["22 123 45 59"]),
        ("do-kogo", "xyz", []),
    ],
)
def test_what_is_typed_is_found(
    many: SipAccount, kwiaty: cast.Company, signed_in: SignIn, kind: str, typed: str, found: list[str]
) -> None:
    assert options(signed_in(kwiaty.manager, "pl"), kind, typed) == found


def test_a_list_says_when_there_is_more_and_leaves_out_the_account_itself(
    many: SipAccount, kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn
) -> None:
    client = signed_in(kwiaty.manager)
    assert len(options(client, "przekierowanie", "")) == 20
    assert "There is more: go on typing." in Page(client.get("/wybor/przekierowanie")).text
    assert options(client, "przekierowanie", "sekret", but=str(many.pk)) == []
    assert options(client, "dzwoni-u", "sekret", but="x" * 50) == ["100 – Sekretariat"]
    assert client.get("/wybor/nic").status_code == 404
    assert options(signed_in(ksiegi.owner), "przekierowanie", "sekret") == []


@pytest.mark.parametrize(
    ("typed", "saved"),
    [
        ("22", "22"),
        ("22 – Magazyn Łódź (kwiaty_22)", "22"),
        ("lodz", "22"),
        ("600 100 200", "+48600100200"),
        ("600 100 200 (Taksówki)", "+48600100200"),
        ("extension:22", "22"),
        ("Poczta głosowa tego konta", "voicemail"),
        ("", None),
        ("Do not forward", None),
    ],
)
def test_a_forward_is_understood_as_it_is_typed(
    many: SipAccount, kwiaty: cast.Company, signed_in: SignIn, typed: str, saved: str | None
) -> None:
    client, url = signed_in(kwiaty.manager), f"/konta-sip/{many.pk}/zmien"
    wanted = {"forward_busy": typed, "voicemail_enabled": "on", "voicemail_pin": "739175"}
    form = {**Page(client.get(url)).form, **wanted}
    assert client.post(url, form).status_code == 302
    forward = many.forwards.filter(condition="busy").first()
    found = forward and (forward.kind if forward.kind == "voicemail" else forward.target or forward.external)
    assert getattr(found, "extension", getattr(found, "e164", found)) == saved
    again = Page(client.get(url))
    assert client.post(url, again.form).status_code == 302
    kept = many.forwards.filter(condition="busy").first()
    assert (kept and (kept.kind, kept.target_id, kept.external_id)) == (
        forward and (forward.kind, forward.target_id, forward.external_id)
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Nikt taki", "Nothing fits “Nikt taki”."),
        ("999", "Nothing fits “999”."),
        ("Telefon 25", "Several fit “Telefon 25”: 250 – Telefon 250 (kwiaty_250), 251"),
        ("100", "Nothing fits “100”."),
    ],
)
def test_what_means_nothing_or_too_much_is_told_and_stays(
    many: SipAccount, kwiaty: cast.Company, signed_in: SignIn, typed: str, said: str
) -> None:
    client, url = signed_in(kwiaty.manager), f"/konta-sip/{many.pk}/zmien"
    page = Page(client.post(url, {**Page(client.get(url)).form, "forward_busy": typed, "name": "Recepcja"}))
    assert said in page.beside("forward_busy")
    assert (page.form["forward_busy"], page.form["name"]) == (typed, "Recepcja")
    many.refresh_from_db()
    assert many.name == "Sekretariat"


def test_the_caller_id_is_typed_as_a_number(many: SipAccount, kwiaty: cast.Company, signed_in: SignIn) -> None:
    client, url = signed_in(kwiaty.manager), f"/konta-sip/{many.pk}/zmien"
    for typed, shown in (("+48 22 123 45 17", "22 123 45 17"), ("Numer zastrzeżony", "Restricted number")):
        assert client.post(url, {**Page(client.get(url)).form, "caller_id": typed}).status_code == 302
        assert Page(client.get(url)).form["caller_id"] == shown
    refused = Page(client.post(url, {**Page(client.get(url)).form, "caller_id": "600 600 600"}))
    assert "Nothing fits “600 600 600”" in refused.beside("caller_id")


def test_where_a_number_rings_is_typed(many: SipAccount, kwiaty: cast.Company, signed_in: SignIn) -> None:
    client, number = signed_in(kwiaty.manager), Number.objects.get(e164="+48221234510")
    url, htmx = f"/numery/{number.pk}/cel", {"HX-Request": "true"}
    for typed, account in (("100", many), ("Nowhere: no such number", None), ("sekretariat", many), ("", None)):
        assert "Saved" in Page(client.post(url, {"account": typed}, headers=htmx)).text
        number.refresh_from_db()
        assert number.sip_account == account
    refused = Page(client.post(url, {"account": "Telefon"}))
    assert "Several fit “Telefon”" in refused.inside(f"saved-{number.pk}")
    assert 'value="Telefon"' in refused.html


def test_a_long_list_of_numbers_is_small_and_costs_a_few_queries(
    many: SipAccount, kwiaty: cast.Company, signed_in: SignIn
) -> None:
    Number.objects.update(sip_account=many)
    client = signed_in(kwiaty.manager)
    with CaptureQueriesContext(connection) as queries:
        page = Page(client.get("/numery/"))
    assert page.html.count('value="100 – Sekretariat"') == 50
    assert len(queries) <= 9
    assert len(page.html) < 80_000


def test_the_question_who_calls_whom_is_typed(many: SipAccount, kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.reader)
    page = Page(client.get("/co-sie-stanie/", {"who": "magazyn", "to": "100 – Sekretariat"}))
    assert "100 Sekretariat" in page.inside("results")
    assert page.form["who"] == "magazyn"
    outside = Page(client.get("/co-sie-stanie/", {"who": "outside", "to": "22 123 45 10"}))
    assert outside.form["who"] == "Somebody outside"
    assert "This cannot be asked" not in outside.text
