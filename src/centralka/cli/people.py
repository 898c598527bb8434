"""Commands that let companies, people and programs in. Each is given what was typed."""

import argparse
import getpass
import secrets
from datetime import UTC, datetime, timedelta

from .ends import fail, open_tables, refusals


def add_tenant_command(given: argparse.Namespace) -> None:
    from centralka.actions.actor import Operator
    from centralka.actions.tenants.tenants import add_tenant_with_owner

    open_tables()
    password = secrets.token_urlsafe(12)
    with refusals():
        tenant, owner = add_tenant_with_owner(
            Operator(who=getpass.getuser()),
            given.slug,
            given.name,
            given.language,
            given.owner_email,
            given.owner_name,
            password,
        )
    print(f"{tenant.name} ({tenant.slug}) is there. {owner.email} signs in with this first password: {password}")


def add_operator_command(given: argparse.Namespace) -> None:
    from centralka.actions.tenants.tenants import add_operator

    open_tables()
    password = secrets.token_urlsafe(12)
    with refusals():
        person = add_operator(given.email, given.name, password)
    print(f"{person.email} signs in with this password: {password}")


def add_member_command(given: argparse.Namespace) -> None:
    from centralka.actions.actor import Operator
    from centralka.actions.tenants.tenants import add_member
    from centralka.store.models import Role

    open_tables()
    with refusals():
        made = add_member(Operator(who=getpass.getuser()), given.slug, given.email, Role(given.role))
    print(f"{made.person.email} works in {made.tenant.name} as {made.role}.")


def operator_token_command(given: argparse.Namespace) -> None:
    from centralka.actions.tokens import make_operator_token, revoke_operator_tokens

    open_tables()
    if not given.revoke:
        until = datetime.now(UTC) + timedelta(days=given.days) if given.days else None
        with refusals():
            print(f"Token, shown this once: {make_operator_token(given.name, given.network, until)}")
    elif not revoke_operator_tokens(given.name):
        fail(f"There is no operator's token named {given.name}.")


def reset_password_command(given: argparse.Namespace) -> None:
    from centralka.actions.tenants.tenants import reset_password

    open_tables()
    password = secrets.token_urlsafe(12)
    with refusals():
        person = reset_password(given.email, password, second_factor=given.second_factor)
    print(f"{person.email} signs in with this password and is asked for a new one: {password}")


def change_email_command(given: argparse.Namespace) -> None:
    from centralka.actions.tenants.tenants import change_address

    open_tables()
    with refusals():
        person = change_address(given.email, given.new)
    print(f"{person.name} signs in as {person.email} from now on. Their sessions have ended.")
