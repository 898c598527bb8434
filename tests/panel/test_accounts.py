"""Konta SIP (Wewnętrzne): what people see, type and save."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from centralka.actions.account.passwords import digest_of
from centralka.actions.fraud import change_account_limits
from centralka.store.models import Registration, SipAccount
from tests import cast

from .conftest import SignIn
from .page import Page, say_yes

GOOD = "Mq7-tRw2-Zk9x"
NEW = {
    "extension": "105",
    "name": "Sekretariat",
    "password": GOOD,
    "confirmation": GOOD,
    "shows": "real",
    "internal_caller_id": "",
    "ring_timeout": "30",
    "call_waiting": "on",
    "international": "inherit",
    "max_rate_inherited": "on",
    "max_rate": "",
    "outbound_pin": "",
}


def a_registered_phone(account: SipAccount, agent: str = "Linphone/5", **fields: object) -> Registration:
    known: dict[str, Any] = {
        "node": "n1",
        "uri": f"sip:{account.login}@192.0.2.1:{5000 + Registration.objects.count()}",
        "since": timezone.now(),
    }
    return Registration.objects.create(sip_account=account, user_agent=agent, **(known | fields))


def test_the_list_shows_each_account_with_its_phone(kwiaty: cast.Company, signed_in: SignIn) -> None:
    here = cast.phone(kwiaty.tenant, "100", "Sekretariat", internal_caller_id="22")
    cast.phone(kwiaty.tenant, "101", "Magazyn", last_seen_at=timezone.now() - timedelta(days=3))
    cast.phone(kwiaty.tenant, "102", "Nowy")
    a_registered_phone(here)
    page = Page(signed_in(kwiaty.reader).get("/konta-sip/"))
    for said in (
        "100 Sekretariat kwiaty_100 not chosen – Registered since",
        "Linphone/5",
        "last seen",
        "never seen yet",
    ):
        assert said in page.text
    assert page.inside("registered-count") == "1"


def test_the_list_is_narrowed_and_sorted_by_what_is_registered(kwiaty: cast.Company, signed_in: SignIn) -> None:
    there = cast.phone(kwiaty.tenant, "100", "Żaneta")
    cast.phone(kwiaty.tenant, "11", "Łukasz", voicemail_enabled=True)
    cast.phone(kwiaty.tenant, "20", "Lech")
    a_registered_phone(there)
    client = signed_in(kwiaty.reader)

    def names(**asked: str) -> list[str]:
        return re.findall(r'<th scope="row"><a [^>]*>([^<]+)', Page(client.get("/konta-sip/", asked)).html)

    assert names() == ["Łukasz", "Lech", "Żaneta"]
    assert names(order="name") == ["Lech", "Łukasz", "Żaneta"]
    assert names(order="-name") == ["Żaneta", "Łukasz", "Lech"]
    assert names(order="registered") == ["Żaneta", "Łukasz", "Lech"]
    assert (names(registered="yes"), names(registered="no")) == (["Żaneta"], ["Łukasz", "Lech"])
    assert names(order="password_digest", registered="x") == names()
    page = Page(client.get("/konta-sip/", {"order": "name", "search": "ech"}))
    assert 'aria-sort="ascending"><a href="?order=-name&amp;search=ech">' in page.html
    assert "Voicemail" in Page(client.get("/konta-sip/", {"search": "lukasz"})).inside("results")


def test_two_phones_on_one_account_are_counted(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.phone(kwiaty.tenant, "100")
    for _ in range(2):
        a_registered_phone(account)
    page = Page(signed_in(kwiaty.reader, "pl").get("/konta-sip/"))
    assert "2 telefony" in page.inside(f"state-{account.pk}")


@pytest.mark.parametrize("search", ["sekret", "10", "kwiaty_100"])
def test_search_looks_in_name_extension_and_login(kwiaty: cast.Company, signed_in: SignIn, search: str) -> None:
    cast.phone(kwiaty.tenant, "100", "Sekretariat")
    cast.phone(kwiaty.tenant, "255", "Magazyn")
    page = Page(signed_in(kwiaty.reader).get("/konta-sip/", {"search": search}))
    assert "Sekretariat" in page.text
    assert "Magazyn" not in page.text


def test_while_typing_only_the_results_are_sent(kwiaty: cast.Company, signed_in: SignIn) -> None:
    cast.phone(kwiaty.tenant, "100", "Sekretariat")
    response = signed_in(kwiaty.reader).get("/konta-sip/", {"search": "sek"}, headers={"HX-Request": "true"})
    page = Page(response)
    assert "Sekretariat" in page.inside("results")
    assert "<html" not in page.html


def test_a_search_without_a_find_leads_back(kwiaty: cast.Company, signed_in: SignIn) -> None:
    page = Page(signed_in(kwiaty.reader).get("/konta-sip/", {"search": "zzz\0<b>"}))
    assert "Nothing found" in page.text
    assert "<b>" not in page.html


def test_an_empty_list_says_what_to_do_next(kwiaty: cast.Company, signed_in: SignIn) -> None:
    assert "Add the first account" in Page(signed_in(kwiaty.manager).get("/konta-sip/")).text
    assert "Add the first account" not in Page(signed_in(kwiaty.reader).get("/konta-sip/")).text


def test_a_long_list_has_pages(kwiaty: cast.Company, signed_in: SignIn) -> None:
    for extension in range(100, 153):
        cast.phone(kwiaty.tenant, str(extension))
    client = signed_in(kwiaty.reader)
    first, second = (Page(client.get("/konta-sip/", {"page": number})) for number in (1, 2))
    assert "53 accounts" in first.text
    assert "149" in first.text
    assert "150" not in first.text
    assert "152" in second.text
    for strange in ("0", "-1", "x", "9" * 40, "²"):
        assert client.get("/konta-sip/", {"page": strange}).status_code == 200


def test_the_list_costs_a_few_queries_however_long_it_is(
    kwiaty: cast.Company, signed_in: SignIn, django_assert_max_num_queries: object
) -> None:
    for extension in range(100, 140):
        a_registered_phone(cast.phone(kwiaty.tenant, str(extension)))
    client = signed_in(kwiaty.reader)
    with django_assert_max_num_queries(8):  # type: ignore[operator]  # pytest-django's fixture
        client.get("/konta-sip/")


def test_a_new_account_shows_its_password_once(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager)
    saved = Page(client.post("/konta-sip/dodaj", NEW))
    account = kwiaty.tenant.sip_accounts.get()
    assert account.password_digest == digest_of("kwiaty_105", GOOD)
    assert (saved.inside("login"), saved.inside("password")) == ("kwiaty_105", GOOD)
    assert saved.inside("server") == "127.0.0.1"
    for later in (f"/konta-sip/{account.pk}/", "/konta-sip/", f"/konta-sip/{account.pk}/zmien"):
        assert GOOD not in Page(client.get(later)).html


def test_an_exchange_that_listens_everywhere_is_reached_where_the_page_was(
    kwiaty: cast.Company, signed_in: SignIn, settings: object
) -> None:
    settings.BIND = "0.0.0.0"  # type: ignore[attr-defined]
    settings.ALLOWED_HOSTS = ["pbx.example"]  # type: ignore[attr-defined]
    saved = Page(signed_in(kwiaty.manager).post("/konta-sip/dodaj", NEW, headers={"host": "pbx.example:8000"}))
    assert saved.inside("server") == "pbx.example"


def test_the_form_shows_the_last_extension_added(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager, "pl")
    assert "Ostatni dodany" not in Page(client.get("/konta-sip/dodaj")).text
    client.post("/konta-sip/dodaj", NEW)
    assert "Ostatni dodany numer wew.: 105" in Page(client.get("/konta-sip/dodaj")).text


def test_what_is_wrong_stands_beside_its_field_at_once_and_nothing_typed_is_lost(
    kwiaty: cast.Company, signed_in: SignIn
) -> None:
    client = signed_in(kwiaty.manager, "pl")
    typed = NEW | {"extension": "012", "name": "Ala <script>", "password": "za-krótkie", "shows": "other"}
    del typed["call_waiting"]
    page = Page(client.post("/konta-sip/dodaj", typed))
    assert "od 2 do 6 cyfr" in page.beside("extension")
    assert "znaków sterujących" in page.beside("name")
    assert "diakrytycznych" in page.beside("password")
    assert "podane hasła" in page.beside("confirmation").lower()
    assert page.beside("internal_caller_id") == "Podaj numer, który ma być wyświetlany."
    assert page.inside("errors").startswith("Nie zapisano: trzeba poprawić 5 pól")
    assert {name: page.form.get(name) for name in typed} == typed
    assert "call_waiting" not in page.form
    page = Page(client.post("/konta-sip/dodaj", typed | {"internal_caller_id": "x1"}))
    assert "od 1 do 15 cyfr" in page.beside("internal_caller_id")


def test_what_the_form_and_what_the_action_refuses_are_told_together(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager, "pl")
    typed = NEW | {"extension": "112", "name": "<script>", "ring_timeout": "9" * 12, "confirmation": ""}
    page = Page(client.post("/konta-sip/dodaj", typed))
    assert [field for field in typed if page.beside(field)] == ["extension", "name", "confirmation", "ring_timeout"]
    account = cast.phone(kwiaty.tenant, "105")
    url = f"/konta-sip/{account.pk}/zmien"
    page = Page(client.post(url, Page(client.get(url)).form | {"extension": "", "name": "<", "ring_timeout": "x"}))
    assert [field for field in typed if page.beside(field)] == ["extension", "name", "ring_timeout"]
    assert page.beside("extension") == "Podaj numer wewnętrzny."


def test_a_form_that_is_wrong_by_itself_saves_nothing(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager)
    page = Page(client.post("/konta-sip/dodaj", NEW | {"confirmation": ""}))
    assert page.beside("confirmation")
    assert "Last extension" not in page.text
    assert not kwiaty.tenant.sip_accounts.exists()
    kwiaty.tenant.refresh_from_db()
    assert kwiaty.tenant.last_extension == ""
    account = cast.phone(kwiaty.tenant, "105", "Stara")
    url = f"/konta-sip/{account.pk}/zmien"
    client.post(url, Page(client.get(url)).form | {"name": "Nowa", "ring_timeout": "x"})
    account.refresh_from_db()
    assert (account.name, account.version) == ("Stara", 1)


def test_the_summary_leads_to_the_fields(kwiaty: cast.Company, signed_in: SignIn) -> None:
    page = Page(signed_in(kwiaty.manager).post("/konta-sip/dodaj", NEW | {"extension": "1"}))
    assert 'href="#id_extension"' in page.html
    assert 'aria-invalid="true"' in page.html
    assert 'aria-describedby="id_extension_helptext id_extension_error"' in page.html
    assert "<title>Error: New SIP account" in page.html


def test_an_extension_that_exists_is_told_beside_the_field(kwiaty: cast.Company, signed_in: SignIn) -> None:
    cast.phone(kwiaty.tenant, "105")
    page = Page(signed_in(kwiaty.manager).post("/konta-sip/dodaj", NEW))
    assert page.beside("extension") == "This extension exists already."


def test_the_server_makes_a_password_for_both_fields(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager)
    page = Page(client.post("/konta-sip/haslo", NEW | {"password": "", "confirmation": ""}))
    password = _value(page, "password")
    assert len(password) == 16
    assert _value(page, "confirmation") == password
    assert 'type="text"' in page.html
    assert Page(client.post("/konta-sip/dodaj", NEW | {"password": password, "confirmation": password})).inside(
        "password"
    )


def _value(page: Page, name: str) -> str:
    start = page.html.index(f'name="{name}"')
    return page.html[start:].split('value="', 1)[1].split('"', 1)[0]


def test_without_javascript_the_generate_button_keeps_what_was_typed(kwiaty: cast.Company, signed_in: SignIn) -> None:
    typed = NEW | {"password": "", "confirmation": "", "generate": "1", "ring_timeout": "45"}
    del typed["call_waiting"]
    page = Page(signed_in(kwiaty.manager).post("/konta-sip/dodaj", typed))
    assert page.form["password"] == page.form["confirmation"] != ""
    assert (page.form["extension"], page.form["ring_timeout"]) == ("105", "45")
    assert "call_waiting" not in page.form
    assert page.inside("errors") == ""
    assert not kwiaty.tenant.sip_accounts.exists()


@pytest.mark.parametrize(
    "password", ["kwiaty_105!!", "1234567890123", "aaaaaaaaaaaa", "Sekretariat-99", "ładne-hasło-7", GOOD]
)
def test_the_live_judgement_gives_the_reasons_that_saving_gives(
    kwiaty: cast.Company, signed_in: SignIn, password: str
) -> None:
    client = signed_in(kwiaty.manager)
    typed = NEW | {"password": password, "confirmation": password}
    live = Page(client.post("/konta-sip/haslo/ocena", typed)).text
    saved = Page(client.post("/konta-sip/dodaj", typed))
    if saved.inside("password"):
        assert live == "A good password."
    else:
        assert live == saved.beside("password")


def test_a_change_is_saved_and_keeps_the_password(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.phone(kwiaty.tenant, "105", "Stara")
    client = signed_in(kwiaty.manager)
    form = Page(client.get(f"/konta-sip/{account.pk}/zmien")).form
    response = client.post(
        f"/konta-sip/{account.pk}/zmien",
        form | {"name": "Nowa", "shows": "other", "internal_caller_id": "22", "ring_timeout": "45"},
        follow=True,
    )
    assert "Saved: 105 Nowa." in Page(response).text
    account.refresh_from_db()
    assert (account.name, account.internal_caller_id, account.ring_timeout, account.version) == ("Nowa", "22", 45, 2)
    assert account.password_digest == digest_of("kwiaty_105", cast.SIP_PASSWORD)


def test_a_new_extension_needs_a_new_password(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.phone(kwiaty.tenant, "105")
    client = signed_in(kwiaty.manager)
    form = Page(client.get(f"/konta-sip/{account.pk}/zmien")).form | {"extension": "106"}
    assert "new password is needed" in Page(client.post(f"/konta-sip/{account.pk}/zmien", form)).beside("password")
    saved = Page(client.post(f"/konta-sip/{account.pk}/zmien", form | {"password": GOOD, "confirmation": GOOD}))
    assert (saved.inside("login"), saved.inside("password")) == ("kwiaty_106", GOOD)


def test_the_second_of_two_who_change_one_account_sees_what_the_first_did(
    kwiaty: cast.Company, signed_in: SignIn
) -> None:
    account = cast.phone(kwiaty.tenant, "105", "Sekretariat")
    url = f"/konta-sip/{account.pk}/zmien"
    first, second = signed_in(kwiaty.owner), signed_in(kwiaty.manager)
    hers, his = Page(first.get(url)).form, Page(second.get(url)).form
    first.post(url, hers | {"name": "Recepcja", "ring_timeout": "60", "shows": "other", "internal_caller_id": "22"})
    page = Page(second.post(url, his | {"name": "Biuro", "extension": "105"}))

    told = page.inside("errors")
    assert "somebody else changed this account" in told
    assert "SIP account name : was “Sekretariat”, is now “Recepcja”. You typed “Biuro”" in told
    assert "Ringing time : was “30”, is now “60”. You left this field alone" in told
    assert "was “Show the real extension”, is now “Show another number”" in told
    assert page.form["name"] == "Biuro"
    assert (page.form["ring_timeout"], page.form["internal_caller_id"]) == ("60", "22")
    account.refresh_from_db()
    assert account.name == "Recepcja"

    second.post(url, page.form)
    account.refresh_from_db()
    assert (account.name, account.ring_timeout, account.internal_caller_id) == ("Biuro", 60, "22")


def test_a_switch_that_somebody_else_turned_off_stays_off(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.phone(kwiaty.tenant, "105", call_waiting=True)
    url = f"/konta-sip/{account.pk}/zmien"
    client = signed_in(kwiaty.manager)
    his = Page(client.get(url)).form
    hers = dict(his)
    del hers["call_waiting"]
    signed_in(kwiaty.owner).post(url, hers)
    page = Page(client.post(url, his | {"name": "Biuro"}))
    assert "Call waiting : was “on”, is now “off”" in page.text
    client.post(url, page.form)
    account.refresh_from_db()
    assert (account.name, account.call_waiting) == ("Biuro", False)


def test_saving_over_a_mere_password_change_is_told_too(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.phone(kwiaty.tenant, "105")
    url = f"/konta-sip/{account.pk}/zmien"
    client = signed_in(kwiaty.manager)
    his = Page(client.get(url)).form
    client.post(url, his | {"password": GOOD, "confirmation": GOOD})
    page = Page(client.post(url, his | {"name": "Biuro"}))
    assert "perhaps the password changed" in page.text
    client.post(url, page.form)
    account.refresh_from_db()
    assert account.name == "Biuro"


def test_limits_that_somebody_else_saved_meanwhile_are_told_of(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.phone(kwiaty.tenant, "105")
    url = f"/konta-sip/{account.pk}/zmien"
    client = signed_in(kwiaty.manager, "pl")
    his = Page(client.get(url)).form
    change_account_limits(kwiaty.manager, account.pk, {"calls_at_once": 3})
    page = Page(client.post(url, his | {"name": "Biuro"}))
    assert "być może zmieniono hasło albo limity przeciw nadużyciom" in page.inside("errors")
    client.post(url, page.form)
    account.refresh_from_db()
    assert (account.name, account.calls_at_once) == ("Biuro", 3)


def test_deleting_asks_and_says_what_goes_with_it(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.phone(kwiaty.tenant, "105", "Sekretariat")
    a_registered_phone(account)
    client = signed_in(kwiaty.manager)
    page = Page(client.get(f"/konta-sip/{account.pk}/usun"))
    for said in ("Delete 105 Sekretariat?", "1 phone is registered", "call history stays", "call in progress goes on"):
        assert said in page.text
    assert kwiaty.tenant.sip_accounts.exists()
    assert "Deleted: 105 Sekretariat." in say_yes(client, f"/konta-sip/{account.pk}/usun").text
    assert not kwiaty.tenant.sip_accounts.exists()


def test_a_reader_sees_an_account_but_no_buttons_that_change_it(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.phone(kwiaty.tenant, "105", "Sekretariat")
    a_registered_phone(account, "Yealink T46")
    page = Page(signed_in(kwiaty.reader).get(f"/konta-sip/{account.pk}/"))
    assert "Yealink T46" in page.text
    assert "/zmien" not in page.html
    assert "/usun" not in page.html
    assert "ask a manager" in page.text
