"""Make what the operator of an installation has, for suites that open each page."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from centralka.actions.prices.files import keep_file
from centralka.actions.prices.uploads import Upload
from centralka.store import money
from centralka.store.models import (
    BlockedStranger,
    FraudStop,
    KnownCountry,
    LedgerEntry,
    NeverBlocked,
    Number,
    PriceList,
    PriceListRevision,
    SetupLink,
    SipAccount,
    Sms,
    SmsGateway,
    SmsName,
    SmsStop,
    Tenant,
    Trunk,
)
from tests import cast

OLD = datetime(2019, 1, 1, tzinfo=UTC)


def operators_things(company: cast.Company, name: str = "Operator A") -> dict[str, dict[str, object]]:
    """A number that the company has, a trunk, a price list and bookings: the arguments of each page of theirs."""
    number = Number.objects.create(e164="+48221110000", tenant=company.tenant)
    trunk = Trunk.objects.create(
        name=name, kind="registration", host="sip.operator.example", username="x", status="Rejected"
    )
    prices = PriceList.objects.create(name=name)
    price = cast.add_price(prices, "48", "0.0345", description=name)
    old = old_revision(prices, name)
    kept = keep_file(cast.OPERATOR, prices, b"A;B\n48;0,05\n", Upload(file_name=name))
    assert kept is not None
    top_up(company.tenant, name)
    kinds: dict[str, tuple[list[str], dict[str, object]]] = {
        "company": (
            ["", "_change", "_book", "_block", "_unblock", "_export", "_delete"],
            {"tenant_id": company.tenant.pk},
        ),
        "owner_email": ([""], {"tenant_id": company.tenant.pk, "membership_id": _owner(company)}),
        "owner_password": ([""], {"tenant_id": company.tenant.pk, "membership_id": _owner(company)}),
        "stock_number": (["", "_delete"], {"number_id": number.pk}),
        "trunk": (["_change", "_delete"], {"trunk_id": trunk.pk}),
        "price_list": (
            ["", "_change", "_upload", "_delete", "_revisions", "_download", "_sms"],
            {"price_list_id": prices.pk},
        ),
        "price_list_columns": ([""], {"price_list_id": prices.pk, "revision_id": kept.pk}),
        "price": (["_change"], {"price_list_id": prices.pk, "price_id": price.pk}),
        "revision": (
            ["_download", "_bring_back", "_cancel"],
            {"price_list_id": prices.pk, "revision_id": old.pk},
        ),
        "fraud": (["_lift_any"], {"stop_id": fraud_stop(company.tenant).pk}),
        "block": (["_lift"], {"block_id": blocked_stranger("203.0.113.9").pk}),
        "never_blocked": (["_remove"], {"network_id": NeverBlocked.objects.create(network="198.51.100.0/24").pk}),
    }
    return {kind + end: which for kind, (ends, which) in kinds.items() for end in ends}


def _owner(company: cast.Company) -> int:
    return company.tenant.memberships.get(person=company.owner.person).pk


def top_up(tenant: Tenant, note: str = "Przelew 7/2026", net: str = "1234.5") -> None:
    """Money that came in."""
    at = datetime(2026, 1, 31, 12, tzinfo=UTC)
    key, kind = f"test:{tenant.pk}:{note}", LedgerEntry.Kind.TOP_UP
    money.book(
        tenant.pk, key=key, kind=kind, net=Decimal(net), at=at, details={"note": note}, by="olga@operator.example"
    )


def text_messages(company: cast.Company, name: str = "KWIATY") -> dict[str, int]:
    """A gateway, and a message, a sender name and a number that wants no more of the company's: their ids."""
    now = datetime(2026, 1, 31, 12, tzinfo=UTC)
    gateway = SmsGateway.objects.create(name=name, address="http://127.0.0.1:1/", enabled=False)
    asked = SmsName.objects.create(tenant=company.tenant, name=name, purpose=name, asked_by="x", asked_at=now)
    sms = Sms.objects.create(
        tenant=company.tenant,
        direction="in",
        number="+48600555100",
        text=f"Bartek {name}",
        state="received",
        key=name,
        next_at=now,
        created_at=now,
        gateway=gateway,
    )
    stop = SmsStop.objects.create(tenant=company.tenant, number="+48600555100", text="STOP", at=now)
    return {"gateway_id": gateway.pk, "name_id": asked.pk, "sms_id": sms.pk, "sms_stop_id": stop.pk}


def old_revision(price_list: PriceList, name: str = "stary.csv") -> PriceListRevision:
    """One that held before the one that holds now, or that holds if there is no other."""
    cast.add_price(price_list, "48", "0.0345", description=name)
    return PriceListRevision.objects.create(
        price_list=price_list, state="ready", holds_from=OLD, made_at=OLD, touched_at=OLD, file_name=name
    )


def blocked_stranger(whom: str, minutes: int = 5, kind: str = "address") -> BlockedStranger:
    """Block an address or an account for so long, as the switchboard notes it."""
    until = datetime.now(UTC) + timedelta(minutes=minutes)
    return BlockedStranger.objects.create(node="node1", kind=kind, whom=whom, why="passwords", until=until)


def fraud_stop(tenant: Tenant, rule: str = "new_country", area: str = "CU", **fields: object) -> FraudStop:
    """Something that a rule against fraud stopped."""
    return FraudStop.objects.create(
        tenant=tenant, rule=rule, area=area, number="+5371234567", at=datetime.now(UTC), **fields
    )


def known_country(tenant: Tenant, area: str = "DE") -> KnownCountry:
    """A country that a company may call."""
    return KnownCountry.objects.create(tenant=tenant, area=area, since=OLD)


def setup_link(account: SipAccount) -> SetupLink:
    """One that is good."""
    now = timezone.now()
    return SetupLink.objects.create(
        sip_account=account,
        nonce="0" * 32,
        email="jan@kwiaty.example",
        password_digest=account.password_digest,
        created_at=now,
        expires_at=now + timedelta(days=3),
    )
