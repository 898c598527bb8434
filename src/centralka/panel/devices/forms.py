"""Making a device with a password of its own."""

from django.utils.translation import gettext_lazy

from ..forms import PanelForm, text_field


class DeviceForm(PanelForm):
    """What the device is."""

    name = text_field(
        gettext_lazy("What device it is"), gettext_lazy("To know it again in the list, e.g. “Mobile phone of Alicja”.")
    )
