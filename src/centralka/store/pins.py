"""PINs are kept as digests; a comparison takes the same time wherever the first wrong digit is."""

from django.contrib.auth.hashers import check_password

from .models import SipAccount


def is_right_outbound_pin(account_id: int, digits: str) -> bool:
    """Whether `digits` is the PIN that the account asks for before calls outside; False if it has none."""
    stored = SipAccount.objects.filter(pk=account_id).values_list("outbound_pin_digest", flat=True).first()
    return check_password(digits, stored) if stored else False
