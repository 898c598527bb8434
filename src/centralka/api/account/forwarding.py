"""An account's forwards: as they are sent, and as they are shown."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from centralka.actions.account.forwarding import RETURN_AFTER_MAX, RETURN_AFTER_MIN, ForwardChoice, forwards_of
from centralka.store.models import Forward, SipAccount

from ..http.fields import Body, Text

_CONDITIONS = tuple(condition.value for condition in Forward.Condition)
SENT_AS = {
    "return_after": "forwarding.return_after",
    **{f"forward_{condition}": f"forwarding.{condition}" for condition in _CONDITIONS},
}
"""Fields of `SipAccountInput` as they are written here."""


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
    return_after: Annotated[
        int,
        Field(
            description="Seconds that the target of a forward rings before the call comes back.",
            examples=[30],
            json_schema_extra={"minimum": RETURN_AFTER_MIN, "maximum": RETURN_AFTER_MAX},
        ),
    ] = Field(default_factory=int)


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


def wanted(sent: ForwardingIn) -> dict[str, Any]:
    """Return what is sent, in the words of `SipAccountInput`."""
    found: dict[str, Any] = {
        f"forward_{condition}": _choice(getattr(sent, condition))
        for condition in _CONDITIONS
        if condition in sent.model_fields_set
    }
    if "return_after" in sent.model_fields_set:
        found["return_after"] = sent.return_after
    return found


def of(account: SipAccount) -> ForwardingOut:
    """Return the block as the API shows it."""
    there = forwards_of(account)
    no_answer, busy, unavailable = (
        _target(there[condition]) if condition in there else None for condition in _CONDITIONS
    )
    return ForwardingOut(no_answer=no_answer, busy=busy, unavailable=unavailable, return_after=account.return_after)


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
