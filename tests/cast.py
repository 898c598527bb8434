"""The people and phones of every test: Alicja owns a company, Bartek works there, Celina owns another.

Builders, not mocks: each makes real rows and gives them back.
"""

from dataclasses import dataclass

from centralka.actions.actor import Actor, Operator, actor_of_membership
from centralka.actions.sip_passwords import digest_of
from centralka.actions.tenants import add_operator, add_person_to, add_tenant
from centralka.store.models import Membership, Person, Role, SipAccount, Tenant

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
    tenant = add_tenant(OPERATOR, "kwiaty", "Kwiaciarnia Alicja", "pl")
    return Company(
        tenant,
        person(tenant, "Alicja", Role.OWNER),
        person(tenant, "Marek", Role.MANAGER),
        person(tenant, "Bartek", Role.READER),
    )


def celinas_company() -> Company:
    """`ksiegi`: Celina (owner), Maria (manager), Radek (reader): strangers to Alicja."""
    tenant = add_tenant(OPERATOR, "ksiegi", "Biuro Celina", "pl")
    return Company(
        tenant,
        person(tenant, "Celina", Role.OWNER),
        person(tenant, "Maria", Role.MANAGER),
        person(tenant, "Radek", Role.READER),
    )


def olga_the_operator() -> Person:
    """Runs the installation; belongs to no company."""
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
