"""The demo company of a first start, so that a newcomer has something to click and to call."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from centralka.actions.actor import Actor, Operator
from centralka.actions.sip_accounts import SipAccountInput, add_sip_account
from centralka.actions.sip_passwords import generate_password
from centralka.actions.tenants import add_operator, add_tenant_with_owner
from centralka.actions.tokens import make_operator_token, make_token
from centralka.store.models import Person, Role, Tenant

SLUG = "demo"
_PHONES = [("100", "Sekretariat"), ("101", "Księgowość")]


def write_demo() -> dict[str, Any]:
    """The content of `demo.json`; made, with fresh random secrets, in an installation that has no company yet.

    Written before the database is committed: what is in the database can always be signed in to.
    """
    file = settings.HOME / "demo.json"
    if Tenant.objects.exists():
        return _with_addresses(json.loads(file.read_text()), file) if file.exists() else _addresses()
    with transaction.atomic():
        demo = _make()
        _write(file, demo)
    return demo


def _make() -> dict[str, Any]:
    operator = Operator(who="first start")
    password, operator_password = secrets.token_urlsafe(12), secrets.token_urlsafe(12)
    tenant, owner = add_tenant_with_owner(
        operator, SLUG, "Firma Demo", "pl", "demo@centralka.example", "Danuta Demo", password
    )
    add_operator("operator@centralka.example", "Operator", operator_password)
    # The passwords are random and only in the owner's file, so nobody else knows them.
    Person.objects.update(must_change_password=False)
    actor = Actor(tenant, Role.OWNER, owner.email, owner)
    _token, api_token = make_token(actor, "demo.json", Role.MANAGER)
    return _addresses() | {
        "login": owner.email,
        "password": password,
        "operator_login": "operator@centralka.example",
        "operator_password": operator_password,
        "api_token": api_token,
        "operator_token": make_operator_token("demo.json"),
        "accounts": [_phone(actor, extension, name) for extension, name in _PHONES],
    }


def _phone(actor: Actor, extension: str, name: str) -> dict[str, str]:
    password = generate_password()
    account = add_sip_account(actor, SipAccountInput(extension=extension, name=name, password=password))
    return {"login": account.login, "password": password, "extension": extension}


def _addresses() -> dict[str, Any]:
    panel = f"http://{settings.BIND}:{settings.HTTP_PORT}/"
    return {
        "panel_url": panel,
        "api_url": f"{panel}api/v1/",
        "smtp_sink": None,
        "sip": {"host": settings.BIND, "port": settings.SIP_PORT, "tls_port": None, "wss_url": None},
    }


def _with_addresses(demo: dict[str, Any], file: Path) -> dict[str, Any]:
    """The instance may have been started on other ports this time."""
    current = demo | _addresses()
    if current != demo:
        _write(file, current)
    return current


def _write(file: Path, demo: dict[str, Any]) -> None:
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(demo, out, indent=2, ensure_ascii=False)
        out.write("\n")
    part.replace(file)
