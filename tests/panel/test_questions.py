"""Pages that ask before they delete something: an answer counts for what the page told, and for nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from centralka.store.models import (
    ExternalNumber,
    Forward,
    Greeting,
    HoldMusic,
    Number,
    PriceList,
    PriceListRevision,
    SipAccount,
    SmsStop,
    Tenant,
    Trunk,
    VoicemailMessage,
)
from tests import cast
from tests.operators import old_revision, operators_things, text_messages

from .mailboxes import a_greeting, a_message
from .page import Page, say_yes
from .test_accounts import a_registered_phone

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


@dataclass
class World:
    """What there is to delete, and who else points at it."""

    company: cast.Company
    account: SipAccount
    fax: SipAccount
    colleague: SipAccount
    external: ExternalNumber
    number: Number
    trunk: Trunk
    prices: PriceList
    revision: PriceListRevision
    message: VoicemailMessage
    stop: SmsStop

    def address(self, name: str) -> str:
        """Return the address of a page that asks about one of them."""
        about: dict[str, tuple[int, ...]] = {
            "account_delete": (self.account.pk,),
            "greeting_remove": (self.account.pk,),
            "fax_account_delete": (self.fax.pk,),
            "external_number_delete": (self.external.pk,),
            "message_delete": (self.message.pk,),
            "sms_stop_lift": (self.stop.pk,),
            "company_delete": (self.company.tenant.pk,),
            "stock_number_delete": (self.number.pk,),
            "trunk_delete": (self.trunk.pk,),
            "price_list_delete": (self.prices.pk,),
            "revision_cancel": (self.prices.pk, self.revision.pk),
        }
        return reverse(name, args=about.get(name, ()))

    def forward(self, target: SipAccount | None, **fields: object) -> None:
        """Let the colleague's calls go there while they are busy."""
        given: dict[str, Any] = {"kind": "extension", "target": target, **fields}
        Forward.objects.create(sip_account=self.colleague, condition="busy", **given)

    def plan(self, holds_from: datetime, **fields: object) -> None:
        """Let the prices hold from then on."""
        given: dict[str, Any] = {"holds_from": holds_from, **fields}
        PriceListRevision.objects.filter(pk=self.revision.pk).update(**given)


@pytest.fixture
def world(kwiaty: cast.Company) -> World:
    operators_things(kwiaty)
    prices = PriceList.objects.create(name="Nocny")
    planned = old_revision(prices)
    account = cast.phone(kwiaty.tenant, "100", "Biuro", voicemail_enabled=True)
    a_greeting(account)
    HoldMusic.objects.create(tenant=kwiaty.tenant, wav=b"", seconds=1, version="old", changed_at=NOW)
    made = World(
        company=kwiaty,
        account=account,
        fax=cast.fax_account(kwiaty.tenant),
        colleague=cast.phone(kwiaty.tenant, "101", "Magazyn"),
        external=ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48600100200", name="Nocna"),
        number=Number.objects.create(e164="+48221112233"),
        trunk=Trunk.objects.get(),
        prices=prices,
        revision=planned,
        message=a_message(account, heard=True),
        stop=SmsStop.objects.get(pk=text_messages(kwiaty)["sms_stop_id"]),
    )
    made.plan(timezone.now() + timedelta(days=3))
    return made


@pytest.fixture
def client(owner_and_operator: Client) -> Client:
    return owner_and_operator


def _blocked(world: World) -> None:
    Tenant.objects.filter(pk=world.company.tenant.pk).update(blocked_at=NOW)


def _shown_by(world: World) -> None:
    SipAccount.objects.filter(pk=world.account.pk).update(caller_id=world.number)


def _pointed(world: World) -> None:
    Number.objects.filter(pk=world.number.pk).update(tenant=world.company.tenant, sip_account=world.account)


Happens = Callable[[World], object]
MEANWHILE: dict[str, tuple[str, Happens, type[Model], str]] = {
    "a phone registers": ("account_delete", lambda w: a_registered_phone(w.account), SipAccount, "1 phone"),
    "a caller leaves a message": ("account_delete", lambda w: a_message(w.account), SipAccount, "2 voice messages"),
    "a number points there": ("account_delete", _pointed, SipAccount, "22 111 22 33"),
    "somebody forwards there": ("account_delete", lambda w: w.forward(w.account), SipAccount, "101 Magazyn"),
    "a fax comes in": ("fax_account_delete", lambda w: cast.fax(w.fax), SipAccount, "1 fax that it received"),
    "an account switches to it": (
        "fax_account_delete",
        lambda w: SipAccount.objects.filter(pk=w.colleague.pk).update(switch_to_fax=w.fax),
        SipAccount,
        "not taken over any more: 101 Magazyn",
    ),
    "another greeting is recorded": (
        "greeting_remove",
        lambda _: Greeting.objects.update(version="new"),
        Greeting,
        "Remove the own greeting",
    ),
    "other music is uploaded": (
        "hold_music_remove",
        lambda _: HoldMusic.objects.update(version="new"),
        HoldMusic,
        "Remove your own music",
    ),
    "somebody forwards outside": (
        "external_number_delete",
        lambda w: w.forward(None, kind="external", external=w.external),
        ExternalNumber,
        "101 Magazyn",
    ),
    "it is marked as not heard": (
        "message_delete",
        lambda _: VoicemailMessage.objects.update(heard=False),
        VoicemailMessage,
        "Nobody has heard it yet.",
    ),
    "its owner says stop again": (
        "sms_stop_lift",
        lambda _: SmsStop.objects.update(text="NIE PISZCIE", at=NOW + timedelta(days=1)),
        SmsStop,
        "It answered “NIE PISZCIE”",
    ),
    "the company gets an account": (
        "company_delete",
        lambda w: cast.phone(w.company.tenant, "102"),
        SipAccount,
        "4 SIP accounts go",
    ),
    "an account shows it": ("stock_number_delete", _shown_by, Number, "kwiaty_100 Biuro"),
    "it is given to a company": ("stock_number_delete", _pointed, Number, "has this number"),
    "it becomes the only one": (
        "trunk_delete",
        lambda w: Trunk.objects.exclude(pk=w.trunk.pk).update(enabled=False),
        Trunk,
        "nobody can call outside any more",
    ),
    "prices hold": (
        "price_list_delete",
        lambda w: w.plan(NOW, rows=7),
        PriceList,
        "7 prices are deleted with it",
    ),
    "they are to hold later": (
        "revision_cancel",
        lambda w: w.plan(datetime(2099, 1, 2, tzinfo=UTC)),
        PriceListRevision,
        "They were to hold from 2 Jan 2099",
    ),
}  # fmt: skip
"""What happens between question and answer: at which page, what it asks about, and what it tells then."""


def _kept(kind: type[Model]) -> int:
    found = kind._default_manager.all()
    return found.filter(state="ready").count() if kind is PriceListRevision else found.count()


@pytest.mark.parametrize("what", MEANWHILE)
def test_where_something_else_would_follow_by_now_it_is_asked_anew(what: str, world: World, client: Client) -> None:
    name, happen, kind, told = MEANWHILE[what]
    if name == "company_delete":
        _blocked(world)
    if what == "it becomes the only one":
        Trunk.objects.create(name="B", kind="address", host="b.example")
    url = world.address(name)
    opened = Page(client.get(url))
    assert told not in opened.text or name in ("greeting_remove", "hold_music_remove")
    happen(world)
    there = _kept(kind)
    asked = Page(client.post(url, opened.answer))
    assert "Not done yet: this changed meanwhile" in asked.inside("errors")
    assert told in asked.text
    assert _kept(kind) == there


PAGES = sorted({name for name, *_rest in MEANWHILE.values()})


@pytest.mark.parametrize("sent", [{}, {"told": ""}, {"told": "\0"}])
@pytest.mark.parametrize("name", PAGES)
def test_without_an_answer_nothing_is_done(name: str, sent: dict[str, str], world: World, client: Client) -> None:
    if name == "company_delete":
        _blocked(world)
    kind = next(kind for page, _happen, kind, _told in MEANWHILE.values() if page == name)
    there = _kept(kind)
    assert "Not done yet" in Page(client.post(world.address(name), sent)).inside("errors")
    assert _kept(kind) == there


@pytest.mark.parametrize("name", [name for name in PAGES if name != "message_delete"])  # the switchboard deletes those
def test_the_answer_to_what_was_told_does_it(name: str, world: World, client: Client) -> None:
    if name == "company_delete":
        _blocked(world)
    kind = next(kind for page, _happen, kind, _told in MEANWHILE.values() if page == name)
    there = _kept(kind)
    assert not say_yes(client, world.address(name)).inside("errors")
    assert _kept(kind) < there
