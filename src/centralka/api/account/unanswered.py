"""`voicemail` and `forwarding` of an account: what follows when it does not take a call."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from centralka.actions.account.forwarding import RETURN_AFTER_MAX, RETURN_AFTER_MIN, ForwardChoice, forwards_of
from centralka.actions.account.voicemail import EMAIL_MAX, PIN_MAX, PIN_MIN
from centralka.actions.errors import Problem
from centralka.store.models import Forward, Greeting, SipAccount

from ..http.fields import At, Body, Secret, Text

_CONDITIONS = tuple(condition.value for condition in Forward.Condition)
_FIELDS = {
    "voicemail_enabled": "voicemail.enabled",
    "voicemail_pin": "voicemail.pin",
    "voicemail_email": "voicemail.email",
    "greeting_on_no_answer": "voicemail.greeting_on.no_answer",
    "greeting_on_busy": "voicemail.greeting_on.busy",
    "return_after": "forwarding.return_after",
    **{f"forward_{condition}": f"forwarding.{condition}" for condition in _CONDITIONS},
}
"""Fields of `SipAccountInput` as they are written here."""

# As for the account: limits only describe, the action checks.
Enabled = Annotated[bool, Field(description="Whether callers who are not answered can leave a message.")]
VoicemailPin = Annotated[
    Secret | None,
    Field(
        description=f"{PIN_MIN} to {PIN_MAX} digits, not the extension, that `*98` asks for; written, never read. "
        "Null: the one there is. A mailbox that was never on needs one.",
        examples=["7391"],
    ),
]
Email = Annotated[
    Text | None,
    Field(
        description="Where each new message is mailed, with the recording; null: nowhere.",
        examples=["a@example.pl"],
        json_schema_extra={"maxLength": EMAIL_MAX},
    ),
]
ReturnAfter = Annotated[
    int,
    Field(
        description="Seconds that the target of a forward rings before the call comes back.",
        examples=[30],
        json_schema_extra={"minimum": RETURN_AFTER_MIN, "maximum": RETURN_AFTER_MAX},
    ),
]


class GreetingOn(Body):
    """When the own greeting is played, if there is one; else the system's."""

    no_answer: bool = Field(default_factory=bool, description="After no answer, and where no phone can be reached.")
    busy: bool = Field(default_factory=bool)


class VoicemailIn(Body):
    """Voicemail; what is not sent stays as it is, or is off in a new account."""

    enabled: Enabled = Field(default_factory=bool)
    pin: VoicemailPin = None
    email: Email = None
    greeting_on: GreetingOn = Field(default_factory=GreetingOn)


class ForwardTarget(Body):
    """Another extension, the account's own voicemail, or a saved external number."""

    type: Literal["extension", "external", "voicemail"]
    extension: Text | None = Field(None, description="With the type `extension`, and only then.", examples=["11"])
    number: Text | None = Field(
        None,
        description="With the type `external`, and only then: one of `/external-numbers`.",
        examples=["+48600100200"],
    )

    @model_validator(mode="after")
    def _say_one_thing(self) -> Self:
        named = (self.extension is not None, self.number is not None)
        if named != (self.type == "extension", self.type == "external"):
            raise PydanticCustomError("forward", "a target and its type go together")
        return self


class ForwardingIn(Body):
    """For each condition a target, or null: voicemail if it is enabled, else the call ends. What is not sent stays."""

    no_answer: ForwardTarget | None = Field(default=None, description="It rang for `ring_timeout` and nobody answered.")
    busy: ForwardTarget | None = Field(default=None, description="The phone is busy, or declines the call.")
    unavailable: ForwardTarget | None = Field(default=None, description="No phone can be reached; applies at once.")
    return_after: ReturnAfter = Field(default_factory=int)


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


class ForwardTargetOut(BaseModel):
    """A target as it is. What was deleted since counts as none: it can be read, not written."""

    type: Literal["extension", "external", "voicemail", "deleted"]
    extension: str | None
    number: str | None


class ForwardingOut(BaseModel):
    """Forwarding as it is."""

    no_answer: ForwardTargetOut | None
    busy: ForwardTargetOut | None
    unavailable: ForwardTargetOut | None
    return_after: int


def greeting_facts(greeting: Greeting) -> GreetingOut:
    """A greeting without its sound."""
    source = Greeting.Source(greeting.source)
    return GreetingOut(
        seconds=round(greeting.seconds, 1),
        source="phone" if source is Greeting.Source.PHONE else "upload",
        changed_at=greeting.changed_at,
    )


def voicemail_of(account: SipAccount) -> VoicemailOut:
    """The account's voicemail as the API shows it."""
    greeting: Greeting | None = getattr(account, "greeting", None)
    return VoicemailOut(
        enabled=account.voicemail_enabled,
        pin_set=bool(account.voicemail_pin_digest),
        email=account.voicemail_email or None,
        greeting_on=GreetingOn(no_answer=account.greeting_on_no_answer, busy=account.greeting_on_busy),
        greeting=greeting_facts(greeting) if greeting else None,
    )


def forwarding_of(account: SipAccount) -> ForwardingOut:
    """The account's forwards as the API shows them."""
    there = forwards_of(account)
    no_answer, busy, unavailable = (
        _target(there[condition]) if condition in there else None for condition in _CONDITIONS
    )
    return ForwardingOut(no_answer=no_answer, busy=busy, unavailable=unavailable, return_after=account.return_after)


def wanted_voicemail(sent: VoicemailIn) -> dict[str, Any]:
    """What is sent, in the words of `SipAccountInput`."""
    wanted: dict[str, Any] = {}
    if "enabled" in sent.model_fields_set:
        wanted["voicemail_enabled"] = sent.enabled
    if sent.pin is not None:
        wanted["voicemail_pin"] = sent.pin.get_secret_value()
    if "email" in sent.model_fields_set:
        wanted["voicemail_email"] = sent.email or ""
    if "greeting_on" in sent.model_fields_set:
        wanted |= {f"greeting_on_{case}": on for case, on in sent.greeting_on.model_dump(exclude_unset=True).items()}
    return wanted


def wanted_forwarding(sent: ForwardingIn) -> dict[str, Any]:
    """What is sent, in the words of `SipAccountInput`."""
    wanted: dict[str, Any] = {
        f"forward_{condition}": _choice(getattr(sent, condition))
        for condition in _CONDITIONS
        if condition in sent.model_fields_set
    }
    if "return_after" in sent.model_fields_set:
        wanted["return_after"] = sent.return_after
    return wanted


def as_sent(problems: Mapping[str, Iterable[Problem]]) -> dict[str, list[Problem]]:
    """The problems of an action under the names that the fields have here."""
    return {_FIELDS.get(field, field): list(found) for field, found in problems.items()}


def _choice(target: ForwardTarget | None) -> ForwardChoice | None:
    return ForwardChoice(target.type, target.extension or "", target.number or "") if target else None


def _target(forward: Forward) -> ForwardTargetOut:
    extension = forward.target.extension if forward.target else None
    number = forward.external.e164 if forward.external else None
    kind = Forward.Kind(forward.kind)
    if kind is Forward.Kind.VOICEMAIL:
        return ForwardTargetOut(type="voicemail", extension=None, number=None)
    if extension is None and number is None:
        return ForwardTargetOut(type="deleted", extension=None, number=None)
    type_: Literal["extension", "external"] = "extension" if kind is Forward.Kind.EXTENSION else "external"
    return ForwardTargetOut(type=type_, extension=extension, number=number)
