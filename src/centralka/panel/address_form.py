"""Somebody else's e-mail address, as an owner or the operator changes it."""

from django.utils.translation import gettext_lazy

from .collisions import ChangeForm
from .forms import text_field


class AddressForm(ChangeForm):
    """The e-mail address with which a person signs in."""

    email = text_field(
        gettext_lazy("E-mail address"), gettext_lazy("It is the login."), type="email", inputmode="email"
    )
