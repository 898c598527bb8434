"""An account's settings for calls outside: as they are sent, and as they are shown."""

from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, Field

from centralka.actions.account.advanced import PIN_MAX, PIN_MIN
from centralka.actions.checks.emails import emails_in
from centralka.actions.checks.outside import HIGHEST_RATE
from centralka.store.models import SipAccount

from ..http.amounts import Amount, Price, told
from ..http.fields import At, Body, Moment, Secret, Text
from .plain import as_they_were_sent

Level = Literal["inherit", "national", "eea", "world"]


MediaEncryption = Literal["off", "dtls", "srtp"]


class AdvancedIn(Body):
    """Of a new account."""

    media_encryption: Annotated[
        MediaEncryption,
        Field(
            description="How the sound has to be encrypted, to and from the account's phones; whatever else is "
            "offered is refused with 488. `dtls`: by DTLS-SRTP; `srtp`: by DTLS-SRTP, or by SDES where the phone is "
            "connected by TLS; `off`: plain sound.",
            examples=["dtls"],
        ),
    ] = "off"

    international: Annotated[
        Level,
        Field(description="How far the account may call: Poland, the EEA, the world; `inherit`: as the company says."),
    ] = "inherit"
    max_rate: Annotated[
        Amount | None,
        Field(
            description=f"PLN net per minute, at most {HIGHEST_RATE}: dearer destinations are refused. "
            "Null: the company's."
        ),
    ] = None
    outbound_pin: Annotated[
        Secret | None,
        Field(
            description=f"{PIN_MIN} to {PIN_MAX} digits that are asked before every call outside; written, never read. "
            "Null or empty: none is asked.",
            examples=["4711"],
        ),
    ] = None
    fax_sending: Annotated[
        bool,
        Field(
            description="For a fax machine behind a phone adapter: a call may go over to T.38. false: that is refused, "
            "and faxes go as sound."
        ),
    ] = False
    switch_to_fax: Annotated[
        Text | None,
        Field(
            description="The extension of the fax account that takes a call over once its caller sends the fax tone "
            "(CNG); null: nobody listens.",
            examples=["15"],
        ),
    ] = None
    monitoring: Annotated[
        bool,
        Field(description="Whether somebody is told, by mail, when it cannot be reached for longer than 3 minutes."),
    ] = True
    monitoring_emails: Annotated[
        list[Text],
        Field(description="Whom to tell; empty: the company's `alert_emails`.", examples=[["recepcja@firma.example"]]),
    ] = []
    monitoring_paused_until: Annotated[
        Moment | None, Field(description="Nobody is told before then; null: it is not paused.")
    ] = None
    sms_mail: Annotated[
        bool,
        Field(description="Whether text messages that come in for it are mailed. They are in the list in any case."),
    ] = True
    sms_emails: Annotated[
        list[Text],
        Field(description="Where to; empty: the company's `sms_email`.", examples=[["recepcja@firma.example"]]),
    ] = []
    sms_phones: Annotated[bool, Field(description="Whether they are handed to its phones, by SIP MESSAGE.")] = True
    sms_webhook: Annotated[
        bool, Field(description="Whether the company's webhook is told of them, if `webhook_sms` is on.")
    ] = True


class AdvancedOut(BaseModel):
    """As it is."""

    media_encryption: MediaEncryption
    international: Level
    max_rate: Price | None
    outbound_pin_set: bool = Field(description="Whether a PIN is asked before calls outside.")
    fax_sending: bool
    switch_to_fax: str | None = Field(description="The extension of a fax account.")
    monitoring: bool
    monitoring_emails: list[str]
    monitoring_paused_until: At | None
    sms_mail: bool
    sms_emails: list[str]
    sms_phones: bool
    sms_webhook: bool


_OWN = frozenset({"international", "outbound_pin", "monitoring_emails", "sms_emails"})
"""Fields that are sent otherwise than the action wants them."""


def wanted(sent: AdvancedIn) -> dict[str, Any]:
    """Return what is sent, in the words of `SipAccountInput`."""
    found = as_they_were_sent(sent, AdvancedIn, _OWN)
    if "international" in sent.model_fields_set:
        found["international"] = None if sent.international == "inherit" else sent.international
    if "outbound_pin" in sent.model_fields_set:
        found["outbound_pin"] = sent.outbound_pin.get_secret_value() if sent.outbound_pin else ""
    if "monitoring_emails" in sent.model_fields_set:
        found["monitoring_emails"] = ",".join(sent.monitoring_emails)
    if "sms_emails" in sent.model_fields_set:
        found["sms_emails"] = ",".join(sent.sms_emails)
    return found


def of(account: SipAccount) -> AdvancedOut:
    """Return the block as the API shows it."""
    return AdvancedOut(
        media_encryption=cast(MediaEncryption, account.media_encryption),
        international=cast(Level, account.international or "inherit"),
        max_rate=None if account.max_rate is None else told(account.max_rate),
        outbound_pin_set=bool(account.outbound_pin_digest),
        fax_sending=account.fax_sending,
        switch_to_fax=account.switch_to_fax.extension if account.switch_to_fax else None,
        monitoring=account.monitoring,
        monitoring_emails=emails_in(account.monitoring_emails),
        monitoring_paused_until=account.monitoring_paused_until,
        sms_mail=account.sms_mail,
        sms_emails=emails_in(account.sms_emails),
        sms_phones=account.sms_phones,
        sms_webhook=account.sms_webhook,
    )
