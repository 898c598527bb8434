"""What a company needs to call outside: a number, prices, money and a trunk."""

from decimal import Decimal

from centralka.store.models import Number, Price, PriceList, SipAccount, Tenant, Trunk


def open_the_world(tenant: Tenant, account: SipAccount) -> None:
    """The account shows +48221234567 and answers it; a minute to any number in Poland costs 0.10."""
    number = Number.objects.create(e164="+48221234567", tenant=tenant, sip_account=account)
    SipAccount.objects.filter(pk=account.pk).update(caller_id=number)
    price_list = PriceList.objects.create(name="Cennik")
    Price.objects.create(price_list=price_list, prefix="48", per_minute=Decimal("0.1"))
    Tenant.objects.filter(pk=tenant.pk).update(price_list=price_list, credit_limit=10)
    Trunk.objects.create(name="Operator", kind=Trunk.Kind.ADDRESS, host="192.0.2.1")
