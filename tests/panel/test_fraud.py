"""Ustawienia → Ochrona: rules, stops that are lifted with one click, countries; and the operator's pages."""

from decimal import Decimal

import pytest
from django.urls import reverse

from centralka.actions.tenants.tenants import add_tenant
from centralka.calls.fraud import RECOMMENDED, NightCalls
from centralka.store.fraud import rules_for_new_companies, rules_of
from centralka.store.models import FraudStop, KnownCountry, Person, SipAccount
from tests import cast
from tests.operators import fraud_stop
from tests.outbox.text_messages import sandbox, texting_account

from .conftest import SignIn
from .page import Page

PROTECTION = "/ustawienia/ochrona"


def test_a_manager_sets_rules_and_what_is_wrong_stands_beside_its_field(
    kwiaty: cast.Company, signed_in: SignIn
) -> None:
    client = signed_in(kwiaty.manager, "pl")
    form = Page(client.get(PROTECTION)).form
    typed = {"account_spend_per_hour": "12,50", "calls_at_once": "0", "night_from": "24:00", "night_calls": "all"}
    wrong = Page(client.post(PROTECTION, form | typed))
    assert "od 1 do 10000" in wrong.beside("calls_at_once")
    assert "od 00:00 do 23:59" in wrong.beside("night_from")
    assert wrong.form["account_spend_per_hour"] == "12,50"
    kwiaty.tenant.refresh_from_db()
    assert kwiaty.tenant.account_spend_per_hour is None
    saved = Page(client.post(PROTECTION, form | typed | {"calls_at_once": "8", "night_from": "23:00"}, follow=True))
    assert "Zapisano." in saved.text
    kwiaty.tenant.refresh_from_db()
    rules = rules_of(kwiaty.tenant)
    assert (rules.account_spend_per_hour, rules.calls_at_once) == (Decimal("12.50"), 8)
    assert (rules.night_calls, rules.night_from, rules.spend_per_day) == (NightCalls.ALL, "23:00", None)


def test_a_stop_is_seen_and_lifted_with_one_click(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.phone(kwiaty.tenant, "100", "Alicja")
    stop = fraud_stop(kwiaty.tenant, "per_hour", "", sip_account=account, caller=account)
    client = signed_in(kwiaty.manager, "pl")
    page = Page(client.get(PROTECTION))
    assert "Zbyt duża kwota w ciągu godziny" in page.inside(f"stop-{stop.pk}")
    assert "100 Alicja" in page.inside(f"stop-{stop.pk}")
    page = Page(client.post(f"{PROTECTION}/zatrzymania/{stop.pk}/zdejmij", follow=True))
    assert "Zatrzymanie zdjęte" in page.text
    assert f"zdjęto: {kwiaty.manager.who}" in page.inside(f"stop-{stop.pk}")
    assert FraudStop.objects.get().lifted_by == kwiaty.manager.who
    assert client.post(f"{PROTECTION}/zatrzymania/{stop.pk}/zdejmij").status_code == 404


def test_a_stop_refuses_text_messages_until_it_is_lifted(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = texting_account(kwiaty.tenant)
    sandbox(port=1)
    stop = fraud_stop(kwiaty.tenant, "per_day", "", caller=account)
    client = signed_in(kwiaty.manager, "pl")
    typed = {"account": "100", "to": "600 100 200", "text": "Halo"}
    refused = Page(client.post("/sms/nowa", typed | {"request": "one"}))
    assert "limit wydatków jest wyczerpany" in refused.beside("to")
    assert refused.form["text"] == "Halo"
    client.post(f"{PROTECTION}/zatrzymania/{stop.pk}/zdejmij")
    client.post("/sms/nowa", typed | {"request": "two"})
    assert [sms.text for sms in kwiaty.tenant.sms.all()] == ["Halo"]


def test_a_new_country_is_allowed_with_one_click_and_forgotten_again(kwiaty: cast.Company, signed_in: SignIn) -> None:
    stop = fraud_stop(kwiaty.tenant)
    client = signed_in(kwiaty.manager, "pl")
    page = Page(client.get(PROTECTION))
    assert "Kuba" in page.inside(f"stop-{stop.pk}")
    page = Page(client.post(f"{PROTECTION}/zatrzymania/{stop.pk}/zdejmij", follow=True))
    assert "Kuba: od następnego połączenia można dzwonić." in page.text
    known = KnownCountry.objects.get()
    assert (known.area, known.by) == ("CU", kwiaty.manager.who)
    client.post(f"{PROTECTION}/kraje/dodaj", {"area": "DE"})
    assert sorted(KnownCountry.objects.values_list("area", flat=True)) == ["CU", "DE"]
    for nothing in ("ZZ", ""):
        refused = Page(client.post(f"{PROTECTION}/kraje/dodaj", {"area": nothing}, follow=True))
        assert "Wybierz kraj." in refused.text
    assert '<option value="" selected>Wybierz kraj</option>' in refused.html
    client.post(f"{PROTECTION}/kraje/{known.pk}/usun")
    assert list(KnownCountry.objects.values_list("area", flat=True)) == ["DE"]


def test_an_account_has_limits_of_its_own(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.phone(kwiaty.tenant, "100", "Alicja")
    client = signed_in(kwiaty.manager, "pl")
    assert "Limity przeciw nadużyciom" in Page(client.get(f"/konta-sip/{account.pk}/")).text
    where = f"/konta-sip/{account.pk}/limity"
    wrong = Page(client.post(where, {"calls_at_once": "dużo", "spend_per_hour": "-1", "spend_per_day": "9"}))
    assert wrong.beside("calls_at_once")
    assert wrong.beside("spend_per_hour")
    assert wrong.form["spend_per_day"] == "9"
    client.post(where, {"calls_at_once": "", "spend_per_hour": "5,00", "spend_per_day": "9"})
    kept = SipAccount.objects.get()
    assert (kept.calls_at_once, kept.spend_per_hour, kept.spend_per_day) == (None, Decimal(5), Decimal(9))


def test_the_operator_decides_what_new_companies_get(olga: Person, signed_in: SignIn) -> None:
    client = signed_in(olga, "pl")
    form = Page(client.get("/naduzycia/reguly")).form
    assert form["account_spend_per_hour"] == "20,00"
    client.post("/naduzycia/reguly", form | {"account_spend_per_hour": "7", "night_calls": "none"})
    assert rules_for_new_companies().account_spend_per_hour == Decimal(7)
    made = rules_of(add_tenant(cast.OPERATOR, "nowa", "Nowa"))
    assert (made.account_spend_per_hour, made.night_calls) == (Decimal(7), NightCalls.NONE)
    assert made.spend_per_day == RECOMMENDED.spend_per_day


def test_the_operator_sees_and_lifts_stops_of_all_companies(
    kwiaty: cast.Company, olga: Person, signed_in: SignIn
) -> None:
    stop = fraud_stop(kwiaty.tenant, "per_day", "")
    client = signed_in(olga, "en")
    assert "Kwiaciarnia Alicja" in Page(client.get("/naduzycia/")).inside(f"stop-{stop.pk}")
    client.post(f"/naduzycia/{stop.pk}/zdejmij")
    assert FraudStop.objects.get().lifted_by == olga.email


@pytest.mark.parametrize("language, said", [("pl", "Podejrzenie nadużycia"), ("en", "Fraud is suspected")])
def test_the_mail_leads_to_the_page_that_allows(
    language: str, said: str, kwiaty: cast.Company, olga: Person, settings: object
) -> None:
    from django.test import override_settings
    from django.utils import timezone
    from django.utils.translation import override

    from centralka.calls.fraud import Breach, FraudRule, Stop
    from centralka.outbox.mail_words import words_of
    from centralka.store.fraud import note_stop
    from centralka.store.models import Mail

    account = cast.phone(kwiaty.tenant, "100", "Alicja")
    breach = Breach(Stop(FraudRule.NEW_COUNTRY, None, "CU"), account.pk, "+5371234567")
    note_stop(kwiaty.tenant.pk, breach, timezone.now())
    stop = FraudStop.objects.get()
    with override(language), override_settings(PUBLIC_URL="https://centrala.example"):
        to_owner, to_operator = (
            words_of(Mail.objects.get(to=to)) for to in ("alicja@kwiaty.example", "olga@operator.example")
        )
    assert to_owner.subject.startswith(said)
    assert to_owner.link == f"https://centrala.example/firma/kwiaty{reverse('fraud_settings')}#stop-{stop.pk}"
    assert to_operator.link == f"https://centrala.example{reverse('fraud_stops')}#stop-{stop.pk}"
    assert ("Kuba" if language == "pl" else "Cuba") in to_owner.closing
