"""The people and phones of every test: Alicja owns a company, Bartek works there, Celina owns another.

Builders, not mocks: each makes real rows and gives them back.
"""

import copy
import io
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet
from django.utils import timezone
from PIL import Image

from centralka.actions.account.passwords import digest_of
from centralka.actions.actor import Actor, Operator, actor_of_membership
from centralka.actions.tenants.tenants import add_operator, add_person_to
from centralka.store import money
from centralka.store.models import (
    Fax,
    FaxDocument,
    FaxFile,
    FaxPage,
    LedgerEntry,
    Membership,
    Number,
    Person,
    Price,
    PriceList,
    PriceListRevision,
    Role,
    SentFax,
    SipAccount,
    SmsName,
    Tenant,
    Trunk,
)
from centralka.store.price_lists import current_revision
from centralka.store.sent_faxes import keep_document

PASSWORD = "Zielony-Rower-77"
"""Everybody's password at the panel."""
SIP_PASSWORD = "Gf7kWq2mZp9x"
"""Every phone's."""
OPERATOR = Operator(who="test")


@dataclass(frozen=True)
class Company:
    """A tenant with one person per role."""

    tenant: Tenant
    owner: Actor
    manager: Actor
    reader: Actor


def person(tenant: Tenant, name: str, role: Role) -> Actor:
    """Somebody of the tenant, past their first password change."""
    made = add_person_to(tenant, f"{name.lower()}@{tenant.slug}.example", name, role, PASSWORD)
    Person.objects.filter(pk=made.pk).update(must_change_password=False)
    return actor_of_membership(Membership.objects.get(tenant=tenant, person=made))


def alicjas_company() -> Company:
    """`kwiaty`: Alicja (owner), Marek (manager), Bartek (reader)."""
    return company("kwiaty", "Kwiaciarnia Alicja", "Alicja", "Marek", "Bartek")


def celinas_company() -> Company:
    """`ksiegi`: Celina (owner), Maria (manager), Radek (reader): strangers to Alicja."""
    return company("ksiegi", "Biuro Celina", "Celina", "Maria", "Radek")


def company(slug: str, name: str, owner: str, manager: str, reader: str) -> Company:
    """The rows that the operator's actions make (`test_cast`), in three statements: most tests begin with them."""
    tenant = Tenant.objects.create(slug=slug, name=name, language="pl")
    # Each its salt and its turn are what the tests of passwords look at; here one digest does for all three.
    digest = make_password(PASSWORD)
    people = Person.objects.bulk_create(
        Person(email=f"{one.lower()}@{slug}.example", name=one, password=digest) for one in (owner, manager, reader)
    )
    roles = (Role.OWNER, Role.MANAGER, Role.READER)
    Membership.objects.bulk_create(
        Membership(tenant=tenant, person=one, role=role) for one, role in zip(people, roles, strict=True)
    )
    # Each with a tenant of their own, as if each had signed in.
    actors = (Actor(copy.copy(tenant), role, one.email, one) for one, role in zip(people, roles, strict=True))
    return Company(tenant, *actors)


def olga_the_operator() -> Person:
    """Make the person who runs the installation and belongs to no company."""
    return add_operator("olga@operator.example", "Olga", PASSWORD)


def phone(tenant: Tenant, extension: str, name: str = "Telefon", **fields: object) -> SipAccount:
    """A SIP account with the password `SIP_PASSWORD`."""
    login = f"{tenant.slug}_{extension}"
    return SipAccount.objects.create(
        tenant=tenant,
        extension=extension,
        login=login,
        name=name,
        password_digest=digest_of(login, SIP_PASSWORD),
        **fields,
    )


def fax_account(tenant: Tenant, extension: str = "15", name: str = "Faks", **fields: object) -> SipAccount:
    """An account that receives faxes."""
    return SipAccount.objects.create(
        tenant=tenant,
        kind=SipAccount.Kind.FAX,
        extension=extension,
        login=f"{tenant.slug}_{extension}",
        name=name,
        **fields,
    )


@cache
def _a_picture() -> bytes:
    file = io.BytesIO()
    Image.new("L", (90, 127), 230).save(file, "PNG")
    return file.getvalue()


def fax(account: SipAccount, pages: int = 2, **fields: object) -> Fax:
    """A fax from somebody outside, with grey pictures and a file that is none."""
    given: dict[str, object] = {
        "key": f"node1/{account.pk}-{Fax.objects.count()}",
        "call_id": "node1-1",
        "caller_number": "+48600100200",
        "received_at": datetime(2026, 1, 31, 12, tzinfo=UTC),
        "state": Fax.State.COMPLETE,
        **fields,
    }
    made = Fax.objects.create(sip_account=account, pages=pages, **given)
    FaxFile.objects.create(fax=made, pdf=b"%PDF-1.4")
    FaxPage.objects.bulk_create(FaxPage(fax=made, number=number, png=_a_picture()) for number in range(1, pages + 1))
    return made


def fax_document(tenant: Tenant, pages: int = 2, **fields: object) -> FaxDocument:
    """A document to be faxed, with grey pictures and a file that is none."""
    now = timezone.now()
    made = keep_document(tenant, "Umowa.pdf", b"II*", [_a_picture()] * pages, "marek@kwiaty.example", now)
    FaxDocument.objects.filter(pk=made.pk).update(**{"name": made.name, **fields})
    return FaxDocument.objects.get(pk=made.pk)


def sent_fax(account: SipAccount, number: str = "+48222223344", **fields: object) -> SentFax:
    """A fax that waits to be sent."""
    now = timezone.now()
    given: dict[str, object] = {"next_at": now, "created_at": now, "by": "marek@kwiaty.example", "batch": "b", **fields}
    given.setdefault("document", fax_document(account.tenant))
    return SentFax.objects.create(tenant=account.tenant, sip_account=account, number=number, **given)


def sender_name(tenant: Tenant, name: str) -> SmsName:
    """A name under which the company may send text messages."""
    asked = {"purpose": "Powiadomienia", "asked_by": "x", "asked_at": timezone.now()}
    return SmsName.objects.create(tenant=tenant, name=name, state=SmsName.State.APPROVED, **asked)


def add_price(price_list: PriceList, prefix: str, per_minute: str, **fields: object) -> Price:
    """A row of the revision that holds, which is made for the first one."""
    began = datetime(2020, 1, 1, tzinfo=UTC)
    holding, _ = PriceListRevision.objects.get_or_create(
        price_list=price_list,
        defaults={"state": PriceListRevision.State.READY, "holds_from": began, "made_at": began, "touched_at": began},
    )
    defaults = {"per_minute": Decimal(per_minute), **fields}
    made, _ = Price.objects.update_or_create(revision=holding, prefix=prefix, defaults=defaults)
    PriceListRevision.objects.filter(pk=holding.pk).update(rows=holding.prices.count(), loaded=holding.prices.count())
    return made


def prices_now(price_list: PriceList) -> "QuerySet[Price]":
    """The rows of the revision that holds now."""
    return Price.objects.filter(revision=current_revision(price_list.pk, timezone.now()))


def line_outside(tenant: Tenant, e164: str = "+48221234567", balance: str = "10", **prices: str) -> Number:
    """A number of the tenant's, money, prices per minute (`p486="0.12"`), and a trunk that everybody shares.

    An account that shows the number can call outside.
    """
    price_list, _ = PriceList.objects.get_or_create(name=f"Cennik {tenant.slug}")
    for prefix, per_minute in (prices or {"p48": "0.05", "p486": "0.12", "p49": "0.50"}).items():
        add_price(price_list, prefix[1:], per_minute)
    Tenant.objects.filter(pk=tenant.pk).update(price_list=price_list)
    kind, at = LedgerEntry.Kind.TOP_UP, datetime(2026, 1, 1, tzinfo=UTC)
    money.book(tenant.pk, key=f"top-up {e164}", kind=kind, net=Decimal(balance), at=at)
    Trunk.objects.get_or_create(name="Operator", kind=Trunk.Kind.ADDRESS, host="192.0.2.1")
    return Number.objects.create(e164=e164, tenant=tenant)
