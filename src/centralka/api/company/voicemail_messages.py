"""`/voicemail-messages`: the messages in the company's mailboxes. Private: for managers' tokens."""

from typing import Literal

from django.http import HttpResponse
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions import voicemail as actions
from centralka.sound.answers import sound_answer
from centralka.store.models import VoicemailMessage

from ..http.auth import TenantRequest, tenant_token
from ..http.fields import At, Body, Id
from ..http.pages import AskedPage, page_of
from ..http.sound import SOUND, Range

router = Router(tags=["Voicemail"], auth=tenant_token)


class MessageOut(BaseModel):
    """A message."""

    id: int
    sip_account: int = Field(description="The `id` of the account whose mailbox it is in.")
    from_: str = Field(
        serialization_alias="from",
        description="An extension, or E.164; empty for a caller from outside who hides the number, `unknown` for one "
        "who gave none that exists.",
        examples=["+48600100200"],
    )
    from_name: str
    received_at: At
    seconds: int
    heard: bool


class MessagePage(BaseModel):
    """One page of messages, newest first."""

    items: list[MessageOut]
    next: str | None


class AskedMessages(AskedPage):
    """The choice of messages in a list."""

    sip_account: Id | None = Field(None, description="The `id` of the account whose mailbox it is.")
    heard: Literal["true", "false"] | None = Field(None, description="`false`: only those that nobody has heard.")


class MessageChanges(Body):
    """Only what is to change."""

    heard: bool = Field(default_factory=bool, description="The phone's lamp follows.")


@router.get(
    "/voicemail-messages",
    response=MessagePage,
    summary="List messages",
    operation_id="list_voicemail_messages",
    by_alias=True,
)
def list_voicemail_messages(request: TenantRequest, asked: Query[AskedMessages]) -> MessagePage:
    """The messages in all mailboxes of the company, newest first."""
    messages = actions.messages(request.auth, sip_account=asked.sip_account)
    if asked.heard is not None:
        messages = messages.filter(heard=asked.heard == "true")
    found, following = page_of(messages.order_by("-received_at", "-id"), asked)
    return MessagePage(items=[_out(message) for message in found], next=following)


@router.get(
    "/voicemail-messages/{int:message_id}",
    response=MessageOut,
    summary="Read a message",
    operation_id="get_voicemail_message",
    by_alias=True,
)
def get_voicemail_message(request: TenantRequest, message_id: int) -> MessageOut:
    """Who left it and when; not its sound."""
    return _out(actions.message(request.auth, message_id))


@router.get(
    "/voicemail-messages/{int:message_id}/audio",
    summary="Hear a message",
    operation_id="get_voicemail_audio",
    openapi_extra=SOUND,
)
def get_voicemail_audio(request: TenantRequest, message_id: int, part: Range = None) -> HttpResponse:
    """The recording as a WAV file: 8 kHz, 16 bit, mono. It does not count as heard: say so with PATCH."""
    return sound_answer(part, actions.message_audio(request.auth, message_id))


@router.patch(
    "/voicemail-messages/{int:message_id}",
    response=MessageOut,
    summary="Change a message",
    operation_id="change_voicemail_message",
    by_alias=True,
)
def change_voicemail_message(request: TenantRequest, message_id: int, wanted: MessageChanges) -> MessageOut:
    """Mark it as heard, or as not heard."""
    if "heard" in wanted.model_fields_set:
        actions.mark_heard(request.auth, message_id, wanted.heard)
    return _out(actions.message(request.auth, message_id))


@router.delete(
    "/voicemail-messages/{int:message_id}",
    response={204: None},
    summary="Delete a message",
    operation_id="delete_voicemail_message",
)
def delete_voicemail_message(request: TenantRequest, message_id: int) -> Status[None]:
    """From the panel and from the phone."""
    actions.delete_message(request.auth, message_id)
    return Status(204, None)


def _out(message: VoicemailMessage) -> MessageOut:
    return MessageOut(
        id=message.pk,
        sip_account=message.sip_account_id,
        from_=message.caller_number,
        from_name=message.caller_name,
        received_at=message.received_at,
        seconds=message.seconds,
        heard=message.heard,
    )
