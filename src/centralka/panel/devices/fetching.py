"""The place where each maker's phone is told from which address to fetch its settings; none was tried on a real
phone."""

from django.utils.translation import gettext_lazy as _

from centralka.store.models import Device

from .device import Words

_SIGN_IN = _("Open the phone's address in the browser of a computer in the same network and sign in as “admin”.")
_RESTART = _("Save. The phone fetches its settings, restarts perhaps, and registers.")

FETCHING: dict[Device.Maker, tuple[Words, ...]] = {
    Device.Maker.YEALINK: (
        _("Press OK on the phone: it shows its address."),
        _SIGN_IN,
        _(
            "Under “Settings”, “Auto Provision”, put the address below into “Server URL” and choose “Auto Provision "
            "Now”."
        ),
        _RESTART,
    ),
    Device.Maker.GRANDSTREAM: (
        _("On the phone open the menu and “Status”, “Network Status”: it shows its address."),
        _SIGN_IN,
        _(
            "Under “Maintenance”, “Upgrade and Provisioning”, choose HTTPS for “Config Upgrade Via” and put the "
            "address below, without https://, into “Config Server Path”."
        ),
        _RESTART,
    ),
    Device.Maker.SNOM: (
        _("On the phone open the menu and “Information”, “Status Info”: it shows its address."),
        _SIGN_IN,
        _(
            "Under “Advanced”, “Update”, put the address below into “Setting URL”, as it is, with {mac}, and restart "
            "the phone."
        ),
        _RESTART,
    ),
    Device.Maker.FANVIL: (
        _("On the phone open the menu and “Status”: it shows its address."),
        _SIGN_IN,
        _(
            "Under “System”, “Auto Provision”, “Static Provisioning Server”, choose HTTPS, put the address below, "
            "without https://, into “Server Address”, and “$mac.cfg” into “Configuration File Name”."
        ),
        _RESTART,
    ),
}
