"""The company that tests begin with is what the operator's actions make."""

from typing import Any

import pytest

from centralka.actions.actor import actor_of_membership
from centralka.actions.tenants.tenants import add_tenant
from centralka.store.fraud import RULES
from centralka.store.models import Membership, Person, Role, Tenant

from . import cast

pytestmark = pytest.mark.django_db

_NOT_TWICE_THE_SAME = {"id", "person", "tenant", "password", "last_login", *RULES}
"""The cast's companies have no rules against fraud: their tests are about other things."""


def test_a_company_is_what_the_actions_make_of_it(kwiaty: cast.Company) -> None:
    quick = rows()
    Membership.objects.all().delete()
    Person.objects.all().delete()
    Tenant.objects.all().delete()
    tenant = add_tenant(cast.OPERATOR, "kwiaty", "Kwiaciarnia Alicja", "pl")
    actors = [
        cast.person(tenant, name, role)
        for name, role in (("Alicja", Role.OWNER), ("Marek", Role.MANAGER), ("Bartek", Role.READER))
    ]
    assert rows() == quick
    assert [(made.role, made.who) for made in actors] == [
        (made.role, made.who) for made in (kwiaty.owner, kwiaty.manager, kwiaty.reader)
    ]


def test_its_people_are_who_signs_in(kwiaty: cast.Company) -> None:
    for actor in (kwiaty.owner, kwiaty.manager, kwiaty.reader):
        found = Membership.objects.get(tenant=kwiaty.tenant, role=actor.role)
        assert actor_of_membership(found) == actor
        assert found.person.check_password(cast.PASSWORD)


def rows() -> list[dict[str, Any]]:
    """Everything that a company begins with, but for what no two of them share."""
    found = [*Tenant.objects.all(), *Person.objects.order_by("email"), *Membership.objects.order_by("role")]
    return [
        {
            field.attname: getattr(one, field.attname)
            for field in one._meta.concrete_fields
            if field.name not in _NOT_TWICE_THE_SAME and not field.name.endswith("_at")
        }
        for one in found
    ]
