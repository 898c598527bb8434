"""`python -m tests.live.company SLUG...`: makes more companies in an installation; prints id and API token of each.

The panel is where owners make tokens, and the stories have no browser; so this asks the same actions, in a process that
has the installation's environment.
"""

import sys

import django

PASSWORD = "Zielony-Rower-77"


def main(slugs: list[str]) -> None:
    """Make the companies, each with an owner."""
    django.setup()
    from centralka.actions.actor import Actor, Operator
    from centralka.actions.tenants import add_tenant_with_owner
    from centralka.actions.tokens import make_token
    from centralka.store.models import Role

    operator = Operator(who="live story")
    for slug in slugs:
        email = f"{slug}@example.org"
        tenant, owner = add_tenant_with_owner(operator, slug, slug.title(), "pl", email, "Celina", PASSWORD)
        _, token = make_token(Actor(tenant, Role.OWNER, owner.email, owner), "live story", Role.MANAGER)
        print(tenant.pk, token)


if __name__ == "__main__":
    main(sys.argv[1:])
