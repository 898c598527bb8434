"""The form of a gateway for text messages; its rules are those of `actions.sms.gateways`."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from centralka.actions.sms.gateways import (
    PRIORITY_MAX,
    PRIORITY_MIN,
    current_input,
    serwersms_settings_of,
    smpp_settings_of,
    templates_of,
)
from centralka.sms.http_gateway import TEMPLATE_FIELDS
from centralka.sms.serwersms import SERWERSMS_FIELDS
from centralka.sms.smpp import PER_SECOND_MAX, SMPP_FIELDS, WINDOW_MAX, LongTexts
from centralka.store.models import SmsGateway

from ..collisions import RememberingForm
from ..forms import PanelForm, switch_field, text_field

_PLAIN = {"autocapitalize": "none", "spellcheck": "false"}
_KEEP = gettext_lazy("Leave it empty to keep the present one.")


def _template(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", **_PLAIN})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


class GatewayForm(RememberingForm):
    """The address of a gateway, and how it is spoken to. What was typed survives a refused save."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = text_field(gettext_lazy("Name"), gettext_lazy("For you; messages are told with it."))
    enabled = switch_field(
        gettext_lazy("Switched on"), gettext_lazy("Off: no message goes over it; what it still tells counts."), on=True
    )
    priority = forms.IntegerField(
        label=gettext_lazy("Priority"),
        help_text=gettext_lazy(
            "The lowest number is tried first; the next gateway only when this one certainly did not take the message."
        ),
        initial=10,
        widget=forms.NumberInput(attrs={"min": PRIORITY_MIN, "max": PRIORITY_MAX}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=SmsGateway.Kind.choices,
        initial=SmsGateway.Kind.HTTP,
        widget=forms.RadioSelect,
    )
    address = text_field(
        gettext_lazy("Address"),
        gettext_lazy(
            "Where messages are sent, https://…; may be empty for SMSAPI.pl and SerwerSMS.pl. SMPP: smpp://host:2775, "
            "or smpps://host:3550 with TLS."
        ),
        autocapitalize="none",
        spellcheck="false",
    )
    secret = forms.CharField(
        label=gettext_lazy("Secret"),
        help_text=gettext_lazy(
            "SMSAPI.pl and SerwerSMS.pl: the token. SMPP: the password. Others: the header Authorization, e.g. "
            "“Bearer abc”."
        ),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=True),
    )
    body = forms.CharField(
        label=gettext_lazy("Request"),
        help_text=gettext_lazy(
            "Places: {to}, {to_digits}, {sender}, {text}, {key}, {unicode}, {report}. JSON if it begins with a brace, "
            "else a form; empty: a GET with all of it in the address."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, **_PLAIN}),
    )
    answer_id = _template(
        gettext_lazy("Its id in the answer"), gettext_lazy("Names in JSON with dots between them: list.0.id")
    )
    answer_error = _template(gettext_lazy("A refusal in the answer"))
    ask = _template(
        gettext_lazy("Address to ask at"),
        gettext_lazy(
            "How far a message is, with {key} or {id}. Without one, a message of which the gateway said nothing is "
            "never sent again, and fails after three days."
        ),
    )
    ask_state = _template(gettext_lazy("The state in that answer"))
    report_id = _template(gettext_lazy("Field of a report: message"))
    report_state = _template(gettext_lazy("Field of a report: state"))
    report_reason = _template(gettext_lazy("Field of a report: reason"))
    delivered = _template(gettext_lazy("Words for delivered"), gettext_lazy("With commas between them."))
    failed = _template(gettext_lazy("Words for failed"))
    sent = _template(gettext_lazy("Words for on its way"))
    incoming_from = _template(gettext_lazy("Field of a message in: from"))
    incoming_to = _template(gettext_lazy("Field of a message in: to"))
    incoming_text = _template(gettext_lazy("Field of a message in: text"))

    numbers = _template(
        gettext_lazy("Own numbers there (NDI)"),
        gettext_lazy("With commas between them. It is asked for messages to them, and for replies, every half minute."),
    )

    system_id = _template(gettext_lazy("Login (system_id)"), gettext_lazy("The provider gave it to you."))
    system_type = _template(gettext_lazy("System type"), gettext_lazy("Empty unless the provider says what it is."))
    random_sender = _template(
        gettext_lazy("Sender of messages from a random number"),
        gettext_lazy("A number or a name, if the provider wants one; empty: the gateway chooses."),
    )
    long_texts = forms.ChoiceField(
        label=gettext_lazy("Long texts go"),
        choices=[
            (LongTexts.PARTS, gettext_lazy("in parts, which phones join (usual)")),
            (LongTexts.PAYLOAD, gettext_lazy("whole, in message_payload")),
        ],
        required=False,
        initial=LongTexts.PARTS,
        widget=forms.RadioSelect,
    )
    window = forms.CharField(
        label=gettext_lazy("Unanswered at the same time"),
        help_text=gettext_lazy("Messages, at most; the provider says how many (window)."),
        required=False,
        widget=forms.NumberInput(attrs={"min": 1, "max": WINDOW_MAX}),
    )
    per_second = forms.CharField(
        label=gettext_lazy("Messages a second"),
        help_text=gettext_lazy("At most; each part of a long one counts."),
        required=False,
        widget=forms.NumberInput(attrs={"min": 1, "max": PER_SECOND_MAX}),
    )

    def __init__(self, *args: Any, gateway: SmsGateway | None = None, **kwargs: Any) -> None:
        self.gateway = gateway
        version = {"version": gateway.version} if gateway else {}
        super().__init__(*args, initial={**self.typed(gateway), **version}, **kwargs)
        self.remember(self.typed(gateway) if gateway else ())
        if gateway and gateway.secret:
            self.fields["secret"].help_text = _KEEP

    @staticmethod
    def typed(gateway: SmsGateway | None) -> dict[str, Any]:
        """Return a gateway's values as the form's fields hold them."""
        settings = {**templates_of(gateway), **smpp_settings_of(gateway), **serwersms_settings_of(gateway)}
        own = current_input(gateway) if gateway else {}
        return {**settings, **{name: value for name, value in own.items() if name != "templates"}}

    def wanted(self) -> dict[str, Any]:
        """Return what was typed, in the words of `GatewayInput`."""
        given = self.cleaned_data
        usual: dict[str, Any] = {
            "name": "",
            "kind": SmsGateway.Kind.HTTP,
            "enabled": True,
            "priority": 10,
            "address": "",
        }
        plain = {name: given.get(name, value) for name, value in usual.items()}
        own = {SmsGateway.Kind.SMPP.value: SMPP_FIELDS, SmsGateway.Kind.SERWERSMS.value: SERWERSMS_FIELDS}
        templates = {name: given.get(name, "") for name in own.get(plain["kind"], TEMPLATE_FIELDS)}
        return {**plain, "secret": given.get("secret") or None, "templates": templates}

    @property
    def template_fields(self) -> list[forms.BoundField]:
        """Return the fields of a general gateway, in their order."""
        return [self[name] for name in TEMPLATE_FIELDS]


class TryForm(PanelForm):
    """The number to which a test message goes."""

    number = text_field(
        gettext_lazy("Mobile number"), gettext_lazy("The gateway may charge the message."), inputmode="tel"
    )


class DecisionForm(PanelForm):
    """Why a name is refused."""

    reason = text_field(gettext_lazy("Why it is refused"), gettext_lazy("The company reads it."))
