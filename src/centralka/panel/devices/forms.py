"""Making a device with a password of its own."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from centralka.actions.account.devices import DESK_PHONES
from centralka.store.models import Device

from ..forms import PanelForm, text_field


class DeviceForm(PanelForm):
    """The kind of the device, and how it is set up."""

    name = text_field(
        gettext_lazy("What device it is"), gettext_lazy("To know it again in the list, e.g. “Mobile phone of Alicja”.")
    )
    maker = forms.ChoiceField(
        label=gettext_lazy("How it is set up"),
        choices=[
            ("", gettext_lazy("by hand: an app or any phone")),
            (Device.Maker.LINPHONE.value, gettext_lazy("by a QR code: Linphone")),
            *(
                (maker.value, format_lazy(gettext_lazy("by itself: {maker}"), maker=maker.label))
                for maker in Device.Maker
                if maker in DESK_PHONES
            ),
        ],
        required=False,
        help_text=gettext_lazy("What is set up by itself fetches its settings from an address that you get here."),
    )
    mac = text_field(
        gettext_lazy("MAC address"),
        gettext_lazy("Only of a desk phone that is set up by itself; it stands on its label, e.g. 80:5E:C0:12:34:56."),
    )


class SetupMailForm(PanelForm):
    """The address to which the link is mailed."""

    email = text_field(
        gettext_lazy("E-mail address of the person"),
        gettext_lazy("They need no login here. The link is good once, for three days."),
        inputmode="email",
    )
