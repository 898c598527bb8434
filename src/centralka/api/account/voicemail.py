"""An account's voicemail: as it is sent, and as it is shown."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from centralka.actions.account.voicemail import PIN_MAX, PIN_MIN
from centralka.actions.checks.emails import EMAIL_MAX
from centralka.store.models import Greeting, SipAccount

from ..http.fields import At, Body, Secret, Text

SENT_AS = {
    "voicemail_enabled": "voicemail.enabled",
    "voicemail_pin": "voicemail.pin",
    "voicemail_email": "voicemail.email",
    "greeting_on_no_answer": "voicemail.greeting_on.no_answer",
    "greeting_on_busy": "voicemail.greeting_on.busy",
}
"""Fields of `SipAccountInput` as they are written here."""


class GreetingOn(Body):
    """When the own greeting is played, if there is one; else the system's."""

    no_answer: bool = Field(default_factory=bool, description="After no answer, and where no phone can be reached.")
    busy: bool = Field(default_factory=bool)


# As everywhere: limits only describe, the action checks.
class VoicemailIn(Body):
    """Voicemail; what is not sent stays as it is, or is off in a new account."""

    enabled: Annotated[bool, Field(description="Whether callers who are not answered can leave a message.")] = Field(
        default_factory=bool
    )
    pin: Annotated[
        Secret | None,
        Field(
            description=f"{PIN_MIN} to {PIN_MAX} digits, not the extension, that `*98` asks for; written, never read. "
            "Null: the one there is. A mailbox that was never on needs one.",
            examples=["7391"],
        ),
    ] = None
    email: Annotated[
        Text | None,
        Field(
            description="Where each new message is mailed, with the recording; null: nowhere.",
            examples=["a@example.pl"],
            json_schema_extra={"maxLength": EMAIL_MAX},
        ),
    ] = None
    greeting_on: GreetingOn = Field(default_factory=GreetingOn)


class GreetingOut(BaseModel):
    """The account's own greeting."""

    seconds: float
    source: Literal["upload", "phone"] = Field(description="Uploaded, or recorded by phone (`*98`).")
    changed_at: At


class VoicemailOut(BaseModel):
    """Voicemail as it is."""

    enabled: bool
    pin_set: bool
    email: str | None
    greeting_on: GreetingOn
    greeting: GreetingOut | None = Field(description="Null: the system's greeting is played.")


def wanted(sent: VoicemailIn) -> dict[str, Any]:
    """Return what is sent, in the words of `SipAccountInput`."""
    found: dict[str, Any] = {}
    if "enabled" in sent.model_fields_set:
        found["voicemail_enabled"] = sent.enabled
    if sent.pin is not None:
        found["voicemail_pin"] = sent.pin.get_secret_value()
    if "email" in sent.model_fields_set:
        found["voicemail_email"] = sent.email or ""
    if "greeting_on" in sent.model_fields_set:
        found |= {f"greeting_on_{case}": on for case, on in sent.greeting_on.model_dump(exclude_unset=True).items()}
    return found


def of(account: SipAccount) -> VoicemailOut:
    """Return the block as the API shows it."""
    greeting: Greeting | None = getattr(account, "greeting", None)
    return VoicemailOut(
        enabled=account.voicemail_enabled,
        pin_set=bool(account.voicemail_pin_digest),
        email=account.voicemail_email or None,
        greeting_on=GreetingOn(no_answer=account.greeting_on_no_answer, busy=account.greeting_on_busy),
        greeting=greeting_facts(greeting) if greeting else None,
    )


def greeting_facts(greeting: Greeting) -> GreetingOut:
    """Return a greeting without its sound."""
    source = Greeting.Source(greeting.source)
    return GreetingOut(
        seconds=round(greeting.seconds, 1),
        source="phone" if source is Greeting.Source.PHONE else "upload",
        changed_at=greeting.changed_at,
    )
