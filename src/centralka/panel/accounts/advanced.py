"""The block “Advanced options” of an account's form: its calls outside, its monitoring, and messages that come in."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.account.fax_accounts import fax_accounts
from centralka.store.models import Level, SipAccount

from ..forms import switch_field, text_field
from ..moments import MomentField, typed_moment
from ..money import RATE_HELP, AmountField, number, rate
from .block import AccountBlock, switch

INHERIT = "inherit"


class AdvancedBlock(AccountBlock):
    """Where and at what price the account may call. A PIN survives a refused save."""

    TRANSLATED: tuple[str, ...] = ("international", "max_rate", "outbound_pin", "monitoring_paused_until")

    international = forms.ChoiceField(
        label=gettext_lazy("International calls"),
        help_text=gettext_lazy("How far this account may call. Emergency numbers always work."),
        initial=INHERIT,
    )
    media_encryption = forms.ChoiceField(
        label=gettext_lazy("Encryption of calls"),
        help_text=gettext_lazy(
            "On: what is said is encrypted between this account's phone and the exchange (DTLS-SRTP); a phone that "
            "does not do that cannot call or be called. Softphones do (Linphone with AVPF on). Desk phones of Yealink, "
            "Grandstream, Snom and Fanvil have only SDES, and have to register over TLS."
        ),
        choices=[(value, capfirst(label)) for value, label in SipAccount.MediaEncryption.choices],
        required=False,
    )
    max_rate_inherited = forms.BooleanField(required=False, initial=True)
    max_rate = AmountField(label=gettext_lazy("Own highest price"), help_text=RATE_HELP, required=False)
    asks_pin = forms.BooleanField(
        label=gettext_lazy("The caller has to enter a PIN before the call"),
        help_text=gettext_lazy(
            "Asked before each call outside, three tries. Not for colleagues, star codes and emergency numbers."
        ),
        required=False,
    )
    outbound_pin = text_field(
        gettext_lazy("PIN"), gettext_lazy("4 to 10 digits. After saving it is not shown any more."), inputmode="numeric"
    )

    fax_sending = switch_field(
        gettext_lazy("I will send faxes from this extension"),
        gettext_lazy(
            "For a fax machine behind a phone adapter: turns T.38 on, the special coding for faxes. "
            "Off: faxes go as sound, and calls stay calls."
        ),
    )
    switch_to_fax = forms.ChoiceField(
        label=gettext_lazy("If a fax machine calls"),
        help_text=gettext_lazy(
            "The exchange listens to who calls this account; where a fax machine sends its tone, the fax account takes "
            "the call over, whether a person answered or voicemail did."
        ),
        required=False,
    )
    monitoring = switch_field(
        gettext_lazy("Monitor this extension and check that it works"),
        gettext_lazy("Somebody is told by mail when no phone of it has answered for 3 minutes, and when it is back."),
        on=True,
    )
    monitoring_emails = text_field(
        gettext_lazy("Whom to tell"),
        gettext_lazy("E-mail addresses, with commas. Empty: the company's, under “Settings”."),
        inputmode="email",
    )
    monitoring_paused_until = MomentField(
        label=gettext_lazy("Pause until"),
        help_text=gettext_lazy("Nobody is told before then, e.g. while the office moves. Empty: no pause."),
    )

    sms_mail = switch_field(
        gettext_lazy("Mail text messages that come in"),
        gettext_lazy("The panel shows them in any case, under “Text messages”."),
        on=True,
    )
    sms_emails = text_field(
        gettext_lazy("Where to"),
        gettext_lazy("E-mail addresses, with commas. Empty: the company's, under “Settings”, “Text messages”."),
        inputmode="email",
    )
    sms_phones = switch_field(
        gettext_lazy("Hand text messages to the phones"),
        gettext_lazy("To every registered phone of this account that takes them (SIP MESSAGE)."),
        on=True,
    )
    sms_webhook = switch_field(
        gettext_lazy("Tell the company's program of text messages"),
        gettext_lazy("If it is told of text messages at all: “Settings”, “Webhook”."),
        on=True,
    )

    @classmethod
    def typed(cls, account: SipAccount) -> dict[str, str]:
        return {
            **super().typed(account),
            "international": account.international or INHERIT,
            "max_rate_inherited": switch(account.max_rate is None),
            "max_rate": "" if account.max_rate is None else number(account.max_rate),
            "asks_pin": switch(account.outbound_pin_digest != ""),
            "monitoring_paused_until": typed_moment(account.monitoring_paused_until),
        }

    def offer(self) -> None:
        super().offer()
        tenant = self.actor.tenant
        inherited, international = Level(tenant.international).label, self.fields["international"]
        international.choices = [  # type: ignore[attr-defined]
            (INHERIT, _("Use the company's permission (now: %(level)s)") % {"level": inherited}),
            *Level.choices,
        ]
        self.fields["switch_to_fax"].choices = [  # type: ignore[attr-defined]
            ("", _("Stay with this account")),
            *((one.extension, str(one)) for one in fax_accounts(self.actor)),
        ]
        inherited_rate = {"rate": rate(tenant.max_rate)}
        said = _("Use the company's highest price per minute (now %(rate)s)") % inherited_rate
        self.fields["max_rate_inherited"].label = said
        if self.has_pin:
            self.fields["outbound_pin"].help_text = _("A PIN is set. Leave it empty to keep it; 4 to 10 digits else.")

    @property
    def has_pin(self) -> bool:
        """Tell whether a PIN is kept already."""
        return bool(self.account and self.account.outbound_pin_digest)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self._check_rate(given)
        self._check_pin(given)
        return given

    def _check_rate(self, given: dict[str, Any]) -> None:
        if given.get("max_rate_inherited"):
            self.errors.pop("max_rate", None)  # hidden, and of no effect
        elif given.get("max_rate") is None and "max_rate" not in self.errors:
            message = _("Give a price, or use the company's.")
            self.add_error("max_rate", forms.ValidationError(message, code="required"))

    def _check_pin(self, given: dict[str, Any]) -> None:
        if given.get("asks_pin") and not given.get("outbound_pin") and not self.has_pin:
            self.add_error("outbound_pin", forms.ValidationError(_("Give the PIN to ask for."), code="required"))

    def wanted(self) -> dict[str, Any]:
        given, wanted = self.cleaned_data, super().wanted()
        if level := given.get("international"):
            wanted["international"] = None if level == INHERIT else level
        if not given.get("media_encryption"):
            # A form without it says nothing of it: what is encrypted stays encrypted.
            wanted.pop("media_encryption", None)
        if given.get("max_rate_inherited"):
            wanted["max_rate"] = None
        elif given.get("max_rate") is not None:
            wanted["max_rate"] = given["max_rate"]
        if "monitoring_paused_until" in given:
            wanted["monitoring_paused_until"] = given["monitoring_paused_until"]
        wanted["outbound_pin"] = (given.get("outbound_pin") or None) if given.get("asks_pin") else ""
        return wanted
