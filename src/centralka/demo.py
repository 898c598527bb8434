"""The demo company of a first start, so that a newcomer has something to click and to call, inside and outside."""

import json
import secrets
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from centralka.actions.account.accounts import add_sip_account
from centralka.actions.account.blocks import SipAccountInput
from centralka.actions.account.passwords import generate_password
from centralka.actions.actor import Actor, Operator
from centralka.actions.money import top_up
from centralka.actions.numbers import add_numbers, set_number_target
from centralka.actions.people import assign_account
from centralka.actions.prices.price_lists import PriceListInput, add_price_list
from centralka.actions.prices.uploads import import_prices
from centralka.actions.sms.gateways import GatewayInput, add_gateway, change_gateway
from centralka.actions.sms.prices import SmsPriceInput, set_sms_prices
from centralka.actions.tenants.tenants import add_operator, add_tenant_with_owner, change_tenant
from centralka.actions.tokens import make_operator_token, make_token
from centralka.actions.trunks import TrunkInput, add_trunk, change_trunk
from centralka.carrier.credentials import CarrierCredentials, carrier_credentials
from centralka.files import write_whole
from centralka.machine import in_uri
from centralka.sms.smpp import PASSWORD_MAX
from centralka.store.models import Person, Role, SipAccount, SmsGateway, Tenant, Trunk

SLUG = "demo"
_PHONES = [("100", "Sekretariat", "+48221234567"), ("101", "Księgowość", "+48221234568")]
"""Extension, name, and the public number that it shows and answers."""
_PRICES = Path(__file__).with_name("demo_prices.csv")
_BALANCE = Decimal("50.00")
_TRUNK = "Operator demo"
_GATEWAY, _SMPP_GATEWAY = "Piaskownica SMS", "Piaskownica SMPP"


def write_demo() -> dict[str, Any]:
    """Return the content of `demo.json`; made, with fresh random secrets, in an installation that has no company yet.

    Written before the database is committed: what is in the database can always be signed in to.
    """
    file = settings.HOME / "demo.json"
    if Tenant.objects.exists():
        _follow_carrier()
        _follow_network()
        return _with_addresses(json.loads(file.read_text()), file) if file.exists() else _addresses()
    with transaction.atomic():
        demo = _make()
        _write(file, demo)
    return demo


def _make() -> dict[str, Any]:
    operator = Operator(who="Centralka")
    password, operator_password = secrets.token_urlsafe(12), secrets.token_urlsafe(12)
    tenant, owner = add_tenant_with_owner(
        operator, SLUG, "Firma Demo", "pl", "demo@centralka.example", "Danuta Demo", password
    )
    add_operator("operator@centralka.example", "Operator", operator_password)
    # The passwords are random and only in the owner's file, so nobody else knows them.
    Person.objects.update(must_change_password=False)
    actor = Actor(tenant, Role.OWNER, owner.email, owner)
    accounts = _outside(operator, actor)
    # She hears *43 in the browser at once.
    assign_account(actor, tenant.memberships.get(person=owner).pk, _PHONES[0][0])
    _token, api_token = make_token(actor, "demo.json", Role.MANAGER)
    return _addresses() | {
        "login": owner.email,
        "password": password,
        "operator_login": "operator@centralka.example",
        "operator_password": operator_password,
        "api_token": api_token,
        "operator_token": make_operator_token("demo.json"),
        "accounts": accounts,
        "numbers": [number for _extension, _name, number in _PHONES],
    }


def _outside(operator: Operator, actor: Actor) -> list[dict[str, str]]:
    """Add numbers, phones, prices, money and the way to the sandbox carrier (docs/carrier.md)."""
    numbers = add_numbers(operator, [number for _extension, _name, number in _PHONES], actor.tenant.pk)
    accounts = [_phone(actor, *phone) for phone in _PHONES]
    for number, (account, _password) in zip(numbers, accounts, strict=True):
        set_number_target(actor, number.pk, account.pk)
    price_list = add_price_list(operator, PriceListInput(name="Cennik demo"))
    import_prices(operator, price_list.pk, _PRICES.read_bytes())
    change_tenant(operator, actor.tenant.pk, {"price_list": price_list.pk})
    top_up(operator, actor.tenant.pk, _BALANCE, "demo")
    carrier = carrier_credentials()
    _text_messages(operator, price_list.pk, carrier)
    add_trunk(
        operator,
        TrunkInput(name=_TRUNK, host=carrier.host, port=carrier.port, username=carrier.user, password=carrier.password),
    )
    return [
        {"login": account.login, "password": password, "extension": account.extension} for account, password in accounts
    ]


def _text_messages(operator: Operator, price_list_id: int, carrier: CarrierCredentials) -> None:
    """Add prices of text messages, and the way to the network that the sandbox carrier plays."""
    set_sms_prices(operator, price_list_id, [SmsPriceInput("48", Decimal("0.09"), Decimal("0.16"), "Polska")])
    secret = f"Bearer {carrier.password}"
    address = _network(carrier)
    wanted = GatewayInput(name=_GATEWAY, address=address, secret=secret, templates={"ask": f"{address}/{{key}}"})
    add_gateway(operator, wanted)
    # Switched off: while no carrier runs it would be a fault that the newcomer did not make.
    smpp = {"system_id": carrier.user, "per_second": "100"}
    add_gateway(
        operator,
        GatewayInput(
            name=_SMPP_GATEWAY,
            kind=SmsGateway.Kind.SMPP,
            enabled=False,
            priority=20,
            address=_smpp_network(carrier),
            secret=carrier.password[:PASSWORD_MAX],
            templates=smpp,
        ),
    )


def _network(carrier: CarrierCredentials) -> str:
    host = f"[{carrier.host}]" if ":" in carrier.host else carrier.host
    return f"http://{host}:{settings.SMS_NETWORK_PORT}/messages"


def _smpp_network(carrier: CarrierCredentials) -> str:
    return f"smpp://{in_uri(carrier.host)}:{settings.SMPP_NETWORK_PORT}"


def _phone(actor: Actor, extension: str, name: str, number: str) -> tuple[SipAccount, str]:
    password = generate_password()
    wanted = SipAccountInput(extension=extension, name=name, password=password, caller_id=number)
    return add_sip_account(actor, wanted), password


def _follow_carrier() -> None:
    """Follow the sandbox carrier, if it has moved to another port; a trunk that was changed by hand is left alone."""
    carrier = carrier_credentials()
    trunk = Trunk.objects.filter(name=_TRUNK, username=carrier.user, password=carrier.password).first()
    if trunk and not _leads_to(trunk, carrier):
        change_trunk(Operator(who="Centralka"), trunk.pk, {"host": carrier.host, "port": carrier.port})


def _follow_network() -> None:
    """Follow the sandbox's network of text messages as `_follow_carrier` does the carrier."""
    carrier = carrier_credentials()
    found = SmsGateway.objects.filter(name=_GATEWAY, secret=f"Bearer {carrier.password}").first()
    if found and found.address != (address := _network(carrier)):
        changes = {"address": address, "templates": {**found.templates, "ask": f"{address}/{{key}}"}}
        change_gateway(Operator(who="Centralka"), found.pk, changes)
    over_smpp = SmsGateway.objects.filter(name=_SMPP_GATEWAY, secret=carrier.password[:PASSWORD_MAX]).first()
    if over_smpp and over_smpp.address != (address := _smpp_network(carrier)):
        change_gateway(Operator(who="Centralka"), over_smpp.pk, {"address": address})


def _leads_to(trunk: Trunk, carrier: CarrierCredentials) -> bool:
    return (trunk.host, trunk.port) == (carrier.host, carrier.port)


def _addresses() -> dict[str, Any]:
    panel = f"http://{settings.BIND}:{settings.HTTP_PORT}/"
    return {
        "panel_url": panel,
        "api_url": f"{panel}api/v1/",
        "smtp_sink": None,
        "sip": {
            "host": settings.BIND,
            "port": settings.SIP_PORT,
            "tls_port": settings.TLS_PORT,
            "wss_url": f"wss://{in_uri(settings.TLS_NAME or settings.BIND)}:{settings.WSS_PORT}/",
        },
    }


def _with_addresses(demo: dict[str, Any], file: Path) -> dict[str, Any]:
    """Put in the present addresses: the instance may have been started on other ports this time."""
    current = demo | _addresses()
    if current != demo:
        _write(file, current)
    return current


def _write(file: Path, demo: dict[str, Any]) -> None:
    write_whole(file, json.dumps(demo, indent=2, ensure_ascii=False) + "\n")
