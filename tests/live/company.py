"""`python -m tests.live.company SLUG`: makes another company in an installation and prints a token for its API.

The panel is where owners make tokens, and the stories have no browser; so this asks the same actions, in a process that
has the installation's environment.
"""

import sys

import django

PASSWORD = "Zielony-Rower-77"


def main(slug: str) -> None:
    """Make the company and its owner."""
    django.setup()
    from centralka.actions.actor import Actor, Operator
    from centralka.actions.tenants import add_tenant_with_owner
    from centralka.actions.tokens import make_token
    from centralka.store.models import Role

    operator = Operator(who="live story")
    tenant, owner = add_tenant_with_owner(operator, slug, slug.title(), "pl", f"{slug}@example.org", "Celina", PASSWORD)
    _, token = make_token(Actor(tenant, Role.OWNER, owner.email, owner), "live story", Role.MANAGER)
    print(token)


if __name__ == "__main__":
    main(sys.argv[1])
