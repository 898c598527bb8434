"""The page of the audit log: words, filter and file."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from typing import cast as typed

from asgiref.sync import async_to_sync
from django.test import AsyncClient
from django.utils import timezone

from centralka.actions.account.accounts import change_sip_account
from centralka.actions.actor import Operator
from centralka.actions.fraud import change_rules_for_new_companies
from centralka.actions.prices.vat import set_vat
from centralka.actions.tenants.own import change_own_tenant
from centralka.actions.tenants.tenants import change_tenant
from centralka.actions.tokens import make_token
from centralka.store.models import AuditEntry, HoldMusic, Number, Person, PriceList, Role
from tests import cast

from .conftest import SignIn
from .page import Page, say_yes


def test_an_owner_reads_who_changed_what(kwiaty: cast.Company, olga: Person, signed_in: SignIn) -> None:
    phone = cast.phone(kwiaty.tenant, "100", "Bartek")
    AuditEntry.objects.all().delete()
    say_yes(signed_in(kwiaty.manager), f"/konta-sip/{phone.pk}/usun")
    signed_in(olga).post(f"/firmy/{kwiaty.tenant.pk}/zablokuj", {"reason": "Faktura 7"})
    change_tenant(Operator("olga", olga), kwiaty.tenant.pk, {"price_list": PriceList.objects.create(name="Hurtowy").pk})
    page = Page(signed_in(kwiaty.owner).get("/zmiany/"))
    for said in ("SIP account", "100 Bartek", "marek@kwiaty.example", "127.0.0.1", "Operator", "Reason: Faktura 7"):
        assert said in page.text
    assert "olga" not in page.html
    assert "Price list: changed" in page.text
    assert "Hurtowy" not in page.html
    everything = Page(signed_in(olga).get("/dziennik/")).text
    assert "Price list: Hurtowy" in everything
    assert "olga@operator.example" in everything
    assert "Kwiaciarnia Alicja" in everything


def test_networks_are_written_as_the_list_of_tokens_writes_them(kwiaty: cast.Company, signed_in: SignIn) -> None:
    offices = ["203.0.113.0/24", "198.51.100.7"]
    make_token(kwiaty.owner, "CRM", Role.READER, offices)
    change_own_tenant(kwiaty.owner, {"networks": offices})
    client = signed_in(kwiaty.owner)
    for told in ("Only from these networks", "Phones only from these networks"):
        assert f"{told}: 203.0.113.0/24, 198.51.100.7" in Page(client.get("/zmiany/")).text
    assert "only from 203.0.113.0/24, 198.51.100.7" in Page(client.get("/tokeny/")).text


def test_values_have_their_units_and_numbers_are_grouped(kwiaty: cast.Company, olga: Person, signed_in: SignIn) -> None:
    number = Number.objects.create(e164="+48221234567", tenant=kwiaty.tenant)
    cast.phone(kwiaty.tenant, "101", "Magazyn", caller_id=number)
    HoldMusic.objects.create(tenant=kwiaty.tenant, wav=b"", seconds=42.5, version="a", changed_at=timezone.now())
    change_own_tenant(kwiaty.owner, {"longest_call": 5400, "low_balance": Decimal("1250")})
    change_rules_for_new_companies(cast.OPERATOR, {"spend_per_day": Decimal(50), "ask_new_countries": True})
    set_vat(cast.OPERATOR, Decimal("8.5"))
    client = signed_in(kwiaty.owner, "pl")
    page = Page(client.get("/zmiany/")).text.replace("\u00a0", " ")
    for told in (
        "Prezentacja numeru: 22 123 45 67", "Numer dodanie 22 123 45 67", "Sekundy: 42,5 s",
        "Najdłuższe połączenie: 4 godz. 00 min → 1 godz. 30 min", "Ostrzegaj, gdy zostało mniej niż: 1 250,00 zł",
    ):  # fmt: skip
        assert told in page
    for sought in ("22 123 45 67", "+48221234567", "123-45"):
        assert "Numer dodanie 22 123 45 67" in Page(client.get("/zmiany/", {"search": sought})).text, sought
    assert "101 Magazyn" not in Page(client.get("/zmiany/", {"search": "22 123 45 68"})).text
    page = Page(signed_in(olga, "pl").get("/dziennik/")).text.replace("\u00a0", " ")
    for told in ("Kwota w ciągu 24 godzin: 50,00 zł", "→ 8,50 %"):
        assert told in page


async def _file(company: cast.Company, query: str) -> bytes:
    client = AsyncClient(headers={"accept-language": "pl"})
    await client.aforce_login(typed(Any, company.owner.person), backend="django.contrib.auth.backends.ModelBackend")
    response = await client.get(f"/firma/{company.tenant.slug}/zmiany/plik?{query}")
    parts = typed(AsyncIterator[bytes], typed(Any, response).streaming_content)
    return b"".join([part async for part in parts])


def test_the_filter_narrows_list_and_file(kwiaty: cast.Company, signed_in: SignIn) -> None:
    phone = cast.phone(kwiaty.tenant, "100", "=Bartek")
    AuditEntry.objects.all().delete()
    change_sip_account(kwiaty.manager, phone.pk, {"ring_timeout": 45, "call_waiting": False})
    client = signed_in(kwiaty.owner, "pl")
    assert "Czas dzwonienia: 30 s → 45 s" in Page(client.get("/zmiany/?what=sip_account&search=bartek")).text
    assert "Czas dzwonienia" not in Page(client.get("/zmiany/?what=number")).text
    assert "nie jest żadną z" in Page(client.get("/zmiany/?what=nothing")).text
    lines = async_to_sync(_file)(kwiaty, "what=sip_account").decode("utf-8-sig").splitlines()
    assert lines[0] == "Kiedy;Kto;Skąd;Zmiana;Co;Nazwa;Pola"
    assert lines[1].split(";", 1)[1] == (
        'system;;zmiana;Konto SIP;100 =Bartek;"Czas dzwonienia: 30 s → 45 s; Połączenia oczekujące: Tak → Nie"'
    )
    assert client.get("/zmiany/plik?what=nothing").status_code == 400
