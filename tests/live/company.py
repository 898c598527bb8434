"""`python -m tests.live.company SLUG...`: makes more companies in an installation; prints id and API token of each.

The panel is where owners make tokens, and the stories have no browser; so this asks the same actions, in a process that
has the installation's environment.
"""

import sys

import django

PASSWORD = "Zielony-Rower-77"


def main(slugs: list[str]) -> None:
    """Make the companies, and one owner of them all: each password takes its time."""
    django.setup()
    from centralka.actions.actor import Actor, Operator
    from centralka.actions.tenants.tenants import add_member, add_tenant, add_tenant_with_owner
    from centralka.actions.tokens import make_token
    from centralka.store.models import Role

    operator, first, email = Operator(who="live story"), slugs[0], f"{slugs[0]}@example.org"
    tenant, owner = add_tenant_with_owner(operator, first, first.title(), "pl", email, "Celina", PASSWORD)
    tenants = [tenant, *(add_tenant(operator, slug, slug.title(), "pl") for slug in slugs[1:])]
    for tenant in tenants:
        add_member(operator, tenant.slug, email, Role.OWNER)
        _, token = make_token(Actor(tenant, Role.OWNER, owner.email, owner), "live story", Role.MANAGER)
        print(tenant.pk, token)


if __name__ == "__main__":
    main(sys.argv[1:])
