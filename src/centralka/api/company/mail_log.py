"""`/mail-log`: the mails that were sent for the company, and the mails that did not arrive."""

from typing import Annotated

from ninja import Query, Router
from pydantic import BaseModel, Field

from centralka.actions.mail import mails
from centralka.store.models import Mail

from ..http.auth import TenantRequest, tenant_token
from ..http.fields import At, Id
from ..http.pages import AskedPage, page_of

router = Router(tags=["Company"], auth=tenant_token)


# Not the enumerations themselves: in the OpenAPI document their names would be those of others (`Kind`).
MailKind = Annotated[str, Field(json_schema_extra={"enum": list(Mail.Kind.values)})]
MailState = Annotated[str, Field(json_schema_extra={"enum": list(Mail.State.values)})]


class MailOut(BaseModel):
    """One mail, without what is in it."""

    id: int
    kind: MailKind = Field(description="What it is about.")
    to: str = Field(examples=["biuro@firma.example"])
    state: MailState = Field(
        description="`queued`: waiting, or to be tried again; `sent`: the mail server took it; `filed`: written to a "
        "file, since no mail server is set; `failed`: given up."
    )
    attempts: int
    error: str = Field(description="What the mail server, or the network, said at the last try; empty: nothing.")
    sip_account: int | None = Field(description="The `id` of the account that it is about; null: none, or deleted.")
    message: int | None = Field(description="The `id` of the voice message in it; null: none, or deleted.")
    created_at: At
    sent_at: At | None


class MailPage(BaseModel):
    """One page of mails, newest first."""

    items: list[MailOut]
    next: str | None


class AskedMails(AskedPage):
    """The choice of mails in a list."""

    sip_account: Id | None = Field(None, description="The `id` of the account that they are about.")


@router.get("/mail-log", response=MailPage, summary="List mails", operation_id="list_mails")
def list_mails(request: TenantRequest, asked: Query[AskedMails]) -> MailPage:
    """The company's mails, newest first. For a manager's token."""
    found, following = page_of(mails(request.auth, sip_account=asked.sip_account), asked)
    return MailPage(items=[_out(mail) for mail in found], next=following)


def _out(mail: Mail) -> MailOut:
    return MailOut(
        id=mail.pk,
        kind=mail.kind,
        to=mail.to,
        state=mail.state,
        attempts=mail.attempts,
        error=mail.error,
        sip_account=mail.sip_account_id,
        message=mail.message_id,
        created_at=mail.created_at,
        sent_at=mail.sent_at,
    )
