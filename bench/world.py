"""Give the demo company of the `CENTRALKA_HOME` in the environment a way out: python -m bench.world CARRIER_PORT"""

import os
import sys
from decimal import Decimal

import django


def open_to(port: int) -> None:
    """Lead the first trunk to the port, show the company's number for every account, and give money enough."""
    from centralka.actions.actor import Operator
    from centralka.actions.fraud import CALLS, MONEY, MOST_CALLS, MOST_MONEY
    from centralka.actions.money import top_up
    from centralka.actions.trunks import change_trunk
    from centralka.store.models import Number, SipAccount, Tenant, Trunk

    operator, tenant = Operator(who="bench"), Tenant.objects.get(slug="demo")
    shown = Number.objects.filter(tenant=tenant).earliest("e164")
    SipAccount.objects.filter(tenant=tenant).update(caller_id=shown)
    top_up(operator, tenant.pk, Decimal(1000))
    # Looked at for each call, as anywhere, but so high that none is refused.
    Tenant.objects.filter(pk=tenant.pk).update(
        **dict.fromkeys(CALLS, MOST_CALLS), **dict.fromkeys(MONEY, MOST_MONEY), night_calls="none"
    )
    by_address = {"kind": Trunk.Kind.ADDRESS, "host": "127.0.0.1", "port": port, "username": "", "password": ""}
    change_trunk(operator, Trunk.objects.earliest("pk").pk, by_address)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centralka.settings")
    django.setup()
    open_to(int(sys.argv[1]))
