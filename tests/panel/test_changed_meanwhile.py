"""A page that was open before somebody else saved: it undoes nothing, and tells whoever comes later what was saved."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve, reverse

from centralka.actions import fraud, hold_music, numbers, people, webhooks
from centralka.actions.login_address import confirm_address, set_address
from centralka.actions.prices.price_lists import change_price_list
from centralka.actions.prices.revisions import bring_back, change_price
from centralka.actions.prices.vat import set_vat
from centralka.actions.sms.prices import set_sms_prices
from centralka.actions.tenants import blocks, own, tenants
from centralka.actions.tokens import change_token, make_token
from centralka.panel.collisions import RememberingForm
from centralka.store.models import Membership, Number, Role, SmsGateway, Trunk
from tests import cast
from tests.operators import operators_things

from .page import Page

SMPP = {"name": "SMS", "kind": "smpp", "address": "smpp://smsc.example:2775", "templates": {"system_id": "kwiaty"}}

DOORS: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "SettingsForm": ("company_settings", {"networks": "192.0.2.0/24"}, {"alert_emails": "a@b.example"}),
    "OutsideForm": ("outside_settings", {"max_rate": "2.00"}, {"international": "world"}),
    "SmsSettingsForm": ("sms_settings", {"sms_max_price": "3.00"}, {"sms_email": "a@b.example"}),
    "TalkForm": ("talk_settings", {"longest_call": "60"}, {"hold_sound": "silence"}),
    "RulesForm": ("fraud_settings", {"calls_at_once": "7"}, {"night_calls": "all"}),
    "RulesForm of new companies": ("fraud_defaults", {"calls_at_once": "7"}, {"night_calls": "all"}),
    "LimitsForm": ("account_limits", {"calls_at_once": "7"}, {"spend_per_day": "12.00"}),
    "TokenChangeForm": ("token_change", {"name": "Kasa"}, {"networks": "192.0.2.0/24"}),
    "CompanyChangeForm": ("company_change", {"credit_limit": "5.00"}, {"satellite_allowed": "on"}),
    "BlockForm": ("company_block", {"reason": "Faktura 7"}, {}),
    "InstallationForm": ("installation", {"vat_percent": "8.00"}, {}),
    "GiveForm": ("stock_number", {"tenant_id": ""}, {}),
    "PriceListForm": ("price_list_change", {"name": "Nowy"}, {"account_monthly": "9.00"}),
    "PriceForm": ("price_change", {"per_minute": "0.50"}, {"barred": "on"}),
    "SmsPricesForm": ("price_list_sms", {"prices": "48; 0.09; 0.16; Polska"}, {}),
    "AddressForm": ("person_email", {"email": "nowy@kwiaty.example"}, {}),
    # These count their versions: whoever comes later is shown all that was changed, and saves once more.
    "AccountForm": ("account_change", {"name": "Biuro"}, {"ring_timeout": "45"}),
    "FaxAccountForm": ("fax_account_change", {"name": "Faks biura"}, {"emails": "a@b.example\nb@c.example"}),
    "TrunkForm": ("trunk_change", {"host": "192.0.2.9"}, {"priority": "3"}),
    "GatewayForm": ("sms_gateway_change", {"address": "smpp://two.example:2775"}, {"system_id": "drugi"}),
}
"""Each form of what exists: its page, a field with another value, and another field with one."""
COUNT_VERSIONS = ("AccountForm", "FaxAccountForm", "TrunkForm", "GatewayForm")
"""Their actions compare the versions, and lock the row before that."""
OTHERWISE = {
    "networks": "198.51.100.0/24", "max_rate": "4.00", "sms_max_price": "5.00", "longest_call": "90",
    "calls_at_once": "9", "name": "Inna nazwa", "credit_limit": "6.00", "reason": "Faktura 8", "vat_percent": "5.00",
    "per_minute": "0.75", "prices": "49; 0.10; 0.20; Niemcy", "host": "192.0.2.10", "address": "smpp://three.example:1",
    "email": "inny@kwiaty.example",
}  # fmt: skip
"""A third value for each first field."""


@pytest.fixture
def where(kwiaty: cast.Company, ksiegi: cast.Company) -> Callable[[str], str]:
    """Return the address of a page, with everything there that it needs."""
    things = operators_things(kwiaty)
    Trunk.objects.update(password="s3kret-Operatora")
    account, fax = cast.phone(kwiaty.tenant, "100"), cast.fax_account(kwiaty.tenant)
    ids = {
        "account_limits": account.pk,
        "account_change": account.pk,
        "fax_account_change": fax.pk,
        "token_change": make_token(kwiaty.owner, "Sklep", Role.READER)[0].pk,
        **dict.fromkeys(
            ("person_email", "person_role", "person_account"), Membership.objects.get(person=kwiaty.reader.person).pk
        ),
        "number_target": 1,
        "sms_gateway_change": SmsGateway.objects.create(**SMPP).pk,
    }

    def address(name: str) -> str:
        found: dict[str, Any] = things.get(name, {})
        return reverse(name, kwargs=found) if found else reverse(name, args=[ids[name]] if name in ids else [])

    return address


@pytest.fixture
def client(owner_and_operator: Client) -> Client:
    return owner_and_operator


def _forms(kind: type[RememberingForm]) -> Iterator[str]:
    for each in kind.__subclasses__():
        yield from _forms(each) if each.__subclasses__() else [each.__name__]


def test_each_form_of_what_exists_is_in_the_table() -> None:
    assert set(_forms(RememberingForm)) == {name.split()[0] for name in DOORS}


def test_nobody_saves_between_what_is_compared_and_what_is_saved(where: Callable[[str], str]) -> None:
    """Real threads try one such page in `test_changed_at_once.py`."""
    pages = {name: where(name) for name in ("number_target", "person_role", "person_account")}
    pages |= {door: where(name) for door, (name, *_typed) in DOORS.items() if door not in COUNT_VERSIONS}
    apart = [door for door, url in pages.items() if not getattr(resolve(url).func, "one_after_another", False)]
    assert apart == []


ACTIONS = (
    own.change_own_tenant, tenants.change_tenant, blocks.block, blocks.unblock, set_address, confirm_address,
    numbers.give_numbers, numbers.set_number_target, people.change_role, people.assign_account,
    webhooks.renew_secret,
    fraud.change_rules, fraud.change_account_limits, fraud.change_rules_for_new_companies, change_token, set_vat,
    change_price_list, change_price, bring_back, set_sms_prices, hold_music.use_own_file, hold_music.remove_own_file,
)  # fmt: skip
"""What these pages save by; programs save by them, too."""


def test_programs_wait_for_their_turn_as_these_pages_do() -> None:
    """Real threads try one of them in `test_changed_at_once.py`."""
    assert [action.__name__ for action in ACTIONS if not getattr(action, "in_turn", False)] == []


def _save(client: Client, url: str, typed: dict[str, str]) -> Page | None:
    """Return the page on which the form is shown again; None: it was saved."""
    response = client.post(url, typed)
    return None if response.status_code == 302 else Page(response)


def _now(client: Client, url: str) -> dict[str, str]:
    shown = Page(client.get(url)).form
    return {name: value.strip() for name, value in shown.items() if name != "csrfmiddlewaretoken"}


@pytest.mark.parametrize("door", [door for door, (_page, _one, another) in DOORS.items() if another])
def test_what_others_saved_in_other_fields_stays(door: str, client: Client, where: Callable[[str], str]) -> None:
    name, theirs, mine = DOORS[door]
    url = where(name)
    opened = Page(client.get(url)).form
    assert _save(client, url, opened | theirs) is None
    if page := _save(client, url, opened | mine):
        assert "Not saved yet: somebody else changed this" in page.text
        assert page.form | mine == page.form
        assert _save(client, url, page.form) is None
    assert _now(client, url) | theirs | mine == _now(client, url)


@pytest.mark.parametrize("door", DOORS)
def test_whoever_changes_the_same_is_told_beside_the_field(
    door: str, client: Client, where: Callable[[str], str], ksiegi: cast.Company
) -> None:
    name, theirs, _mine = DOORS[door]
    url = where(name)
    [field] = theirs
    mine = {field: str(ksiegi.tenant.pk) if field == "tenant_id" else OTHERWISE[field]}
    opened = Page(client.get(url)).form
    assert _save(client, url, opened | theirs) is None
    page = _save(client, url, opened | mine)
    assert page
    assert "Somebody else changed this meanwhile: it was “" in page.beside(field)
    assert _now(client, url) | theirs == _now(client, url)
    assert page.form | mine == page.form
    assert _save(client, url, page.form) is None
    assert _now(client, url) | mine == _now(client, url)


@pytest.mark.parametrize("door", [door for door, (name, *_rest) in DOORS.items() if not name.endswith("_change")])
def test_two_who_save_the_same_agree(door: str, client: Client, where: Callable[[str], str]) -> None:
    name, theirs, _mine = DOORS[door]
    opened = Page(client.get(where(name))).form
    assert _save(client, where(name), opened | theirs) is None
    assert _save(client, where(name), opened | theirs) is None


def test_of_a_long_text_only_what_was_changed_is_told(client: Client, where: Callable[[str], str]) -> None:
    url, rows = where("price_list_sms"), [f"48{n}; 0,09; 0,16; Polska" for n in range(10, 40)]
    _save(client, url, {"prices": "\n".join(rows)})
    opened = Page(client.get(url)).form
    assert opened["prices"].count("\n") >= 29
    _save(client, url, opened | {"prices": "\n".join([*rows[1:], "49; 0,10; 0,20; Niemcy"])})
    page = _save(client, url, opened | {"prices": "\n".join(rows[:20])})
    assert page
    assert "it was “4810; 0.09; 0.16; Polska” and is “49; 0.10; 0.20; Niemcy”" in page.beside("prices")


def test_a_number_is_not_pointed_elsewhere_unseen(client: Client, kwiaty: cast.Company) -> None:
    number = Number.objects.create(e164="+48221112233", tenant=kwiaty.tenant)
    one, two = cast.phone(kwiaty.tenant, "100", "Biuro"), cast.phone(kwiaty.tenant, "101", "Magazyn")
    url, opened = reverse("number_target", args=[number.pk]), {"was": ""}
    client.post(url, opened | {"target": str(one.pk)})
    told = Page(client.post(url, opened | {"target": str(two.pk)}, headers={"HX-Request": "true"}))
    assert "changed this meanwhile to “100 Biuro”" in told.text
    page = Page(client.post(url, opened | {"target": str(two.pk)}))
    assert "changed this meanwhile to “100 Biuro”" in page.inside(f"saved-{number.pk}")
    assert (page.form["was"], page.form["target"]) == (str(one.pk), str(two.pk))
    assert Number.objects.get(pk=number.pk).sip_account == one
    client.post(url, page.form)
    assert Number.objects.get(pk=number.pk).sip_account == two


@pytest.mark.parametrize(
    ("name", "field", "was", "theirs", "mine", "told"),
    [
        ("person_role", "role", "reader", "manager", "owner", "Manager"),
        ("person_account", "extension", "", "100", "101", "100 Biuro"),
    ],
)
def test_a_person_is_not_changed_unseen(
    name: str, field: str, was: str, theirs: str, mine: str, told: str, client: Client, kwiaty: cast.Company
) -> None:
    cast.phone(kwiaty.tenant, "100", "Biuro")
    cast.phone(kwiaty.tenant, "101", "Magazyn")
    member = Membership.objects.get(tenant=kwiaty.tenant, person=kwiaty.reader.person)
    url, opened = reverse(name, args=[member.pk]), {"was": was}
    client.post(url, opened | {field: theirs})
    page = Page(client.post(url, opened | {field: mine}))
    assert f"changed this meanwhile to “{told}”" in page.inside(f"{name.removeprefix('person_')}-{member.pk}-error")
    found = Membership.objects.get(pk=member.pk)
    assert theirs in (found.role, getattr(found.sip_account, "extension", ""))
    client.post(url, {"was": theirs, field: mine})
    found = Membership.objects.get(pk=member.pk)
    assert mine in (found.role, getattr(found.sip_account, "extension", ""))
