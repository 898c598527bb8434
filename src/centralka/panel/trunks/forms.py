"""The form of a trunk; its rules are those of `actions.trunks`."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from centralka.actions.trunks import PORT_MAX, PRIORITY_MAX, PRIORITY_MIN, TrunkInput, current_input
from centralka.store.models import Trunk

from ..collisions import RememberingForm
from ..forms import switch_field, text_field

_KEEP = gettext_lazy("Leave it empty to keep the present one.")


class TrunkForm(RememberingForm):
    """The carrier's address, how we sign in, and how it wants numbers. What was typed survives a refused save."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    """The version that the form was filled from."""
    name = text_field(gettext_lazy("Name"), gettext_lazy("For you, e.g. the carrier's name; calls are told with it."))
    enabled = switch_field(
        gettext_lazy("Switched on"), gettext_lazy("Off: no call goes over it, and it is not registered."), on=True
    )
    priority = forms.IntegerField(
        label=gettext_lazy("Priority"),
        help_text=gettext_lazy(
            "The lowest number is tried first; the next trunk when a carrier cannot be reached or fails (5xx)."
        ),
        initial=10,
        widget=forms.NumberInput(attrs={"min": PRIORITY_MIN, "max": PRIORITY_MAX}),
    )
    host = text_field(
        gettext_lazy("Host name or IP address"),
        gettext_lazy("E.g. sip.example.com, without “sip:” and port."),
        autocapitalize="none",
        spellcheck="false",
    )
    port = forms.IntegerField(
        label=gettext_lazy("Port"), initial=5060, widget=forms.NumberInput(attrs={"min": 1, "max": PORT_MAX})
    )
    transport = forms.ChoiceField(
        label=gettext_lazy("Transport"), choices=Trunk.Transport.choices, initial=Trunk.Transport.UDP, required=False
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("How the carrier knows us"),
        choices=Trunk.Kind.choices,
        initial=Trunk.Kind.REGISTRATION,
        widget=forms.RadioSelect,
    )
    username = text_field(
        gettext_lazy("User name"), gettext_lazy("As the carrier gave it."), autocapitalize="none", spellcheck="false"
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )
    pings = switch_field(
        gettext_lazy("Ask whether the carrier is there"),
        gettext_lazy(
            "Every 10 seconds (OPTIONS), so that the list of trunks tells when it is gone. "
            "Off for a carrier that never answers this; calls do not depend on it."
        ),
        on=True,
    )
    number_style = forms.ChoiceField(
        label=gettext_lazy("How numbers are written"),
        choices=Trunk.NumberStyle.choices,
        initial=Trunk.NumberStyle.E164,
        widget=forms.RadioSelect,
    )
    called_number = forms.ChoiceField(
        label=gettext_lazy("Where the called number is"),
        help_text=gettext_lazy(
            "For calls that come in. Choose another place if the wrong number rings, or callers hear that it does not "
            "exist: many carriers write our user name or the head number into the request line."
        ),
        choices=Trunk.CalledNumberIn.choices,
        initial=Trunk.CalledNumberIn.AUTOMATIC,
        widget=forms.RadioSelect,
    )
    sends_pai = switch_field(
        gettext_lazy("Send P-Asserted-Identity"),
        gettext_lazy("The carrier then learns which of our numbers calls, also when the caller hides it from people."),
        on=True,
    )
    foreign_caller_ids = switch_field(
        gettext_lazy("Foreign caller IDs allowed"),
        gettext_lazy(
            "On: a caller from outside who is transferred to a number outside is shown there. "
            "Only if the carrier accepts numbers that are not ours."
        ),
    )

    def __init__(self, *args: Any, trunk: Trunk | None = None, **kwargs: Any) -> None:
        self.trunk = trunk
        initial = {**current_input(trunk), "version": trunk.version} if trunk else None
        super().__init__(*args, initial=initial, **kwargs)
        self.remember(current_input(trunk) if trunk else ())
        if trunk and trunk.password:
            self.fields["password"].help_text = _KEEP

    def wanted(self) -> dict[str, Any]:
        """Return what was typed, in the words of `TrunkInput`; a field that the form refused stays as it was."""
        given = self.cleaned_data
        before = current_input(self.trunk) if self.trunk else asdict(TrunkInput(name="", host=""))
        wanted = {**before, **{name: given[name] for name in before if name in given}}
        # For a trunk known by an address the two fields of the other way are not shown, whatever is left in them.
        signs_in = wanted["kind"] == Trunk.Kind.REGISTRATION
        wanted["username"] = wanted["username"] if signs_in else ""
        return {**wanted, "password": (given.get("password") or None) if signs_in else None}
