"""`/calls`: the calls that happened, and why they went as they did."""

from typing import Annotated

from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions.calls import CallFilter, call_record, call_records, changed_calls, hang_up
from centralka.actions.reason_words import sentence, sentences
from centralka.calls.record.leg import Leg
from centralka.calls.tariffs import rate_as_json
from centralka.store.models import CallRecord

from ..http.amounts import told
from ..http.auth import TenantRequest, tenant_token
from ..http.fields import At, Id, Moment, Text
from ..http.json_body import Ambiguous
from ..http.openapi import CONFLICT
from ..http.pages import AskedPage, page_of
from ..http.wrong_fields import wrong_field
from .plans import CallRate, WalkedPlan, told_walk

router = Router(tags=["Calls"], auth=tenant_token)

Price = Annotated[
    str | None,
    Field(
        description="PLN net, as a decimal number in a text; null while it goes on, and where nothing is paid for.",
        examples=["0.1200"],
    ),
]


class CallLeg(BaseModel):
    """One target that was tried."""

    to: str = Field(examples=["101", "+48600100200"])
    outcome: str | None = Field(
        description="As of a call, or `fax`, `declined`, `no_such_number`, `no_money`; null while it is going on, or "
        "where the engine told none.",
        examples=["no_answer"],
    )
    sip_status: int | None = Field(
        description="The final SIP status with which the carrier or phone refused; null where it gave none.",
        examples=[603],
    )
    seconds: int = Field(
        description="Talked, or rung if nobody answered, or what a caller left in the voicemail or sent as a fax; 0 "
        "while it goes on."
    )
    pages: int | None = Field(description="Pages of the fax that came; null where it was no fax.")
    price: Price
    rate: CallRate | None = Field(description="Null for the company's own phones.")
    trunk: str | None = Field(
        description="The connection to a carrier that it went through; null for the company's own phones.",
        examples=["Orange"],
    )
    why: str | None = Field(
        description="Why this target was tried.",
        examples=["101 (Bartek) was dialled, an extension of this company"],
    )


class Call(BaseModel):
    """One call attempt."""

    id: str = Field(description="The engine's identifier, unique for ever.")
    from_: str = Field(
        serialization_alias="from",
        description="An extension, or E.164; empty for a caller from outside who hides the number, `unknown` for one "
        "who gave none that exists.",
        examples=["100", "+48600100200"],
    )
    from_name: str = Field(description="As it came with the call; empty if none did.", examples=["Alicja"])
    to: str = Field(description="As dialled.", examples=["101"])
    direction: CallRecord.Direction
    started_at: At
    answered_at: At | None
    ended_at: At | None = Field(description="Null while the call is going on.")
    ring_seconds: int = Field(
        description="How long phones or numbers rang until somebody answered, or nobody did; 0 where nothing rang."
    )
    talk_seconds: int
    outcome: CallRecord.Outcome | None = Field(description="Null while the call is going on.")
    answered_by: str | None = Field(
        description="Who took the call, an extension or E.164, wherever it was forwarded; null if nobody did, or only "
        "the mailbox.",
        examples=["101"],
    )
    price: Price
    legs: list[CallLeg] = Field(description="Each target, in the order in which they were tried.")
    why: list[str] = Field(description="Why the call went where it went, in the order in which it applied.")


class WholeCall(Call):
    """One call attempt, with what was planned for it."""

    plan: WalkedPlan | None = Field(
        description="As `/call-plans` tells it; null where the switchboard was away, the engine refused the call, or a "
        "newer version of Centralka wrote the plan."
    )


class CallPage(BaseModel):
    """One page of calls, newest first; with `changed_since` oldest change first."""

    items: list[Call]
    next: str | None = Field(
        description="For `cursor`, null at the end of the list. Asked with `changed_since`: for that, and never null."
    )


class AskedCalls(AskedPage):
    """The choice of calls in a list."""

    since: Moment | None = Field(None, description="Calls that started then or later.")
    until: Moment | None = Field(None, description="Calls that started before.")
    sip_account: Id | None = Field(
        None, description="The `id` of an account that called, was rung or was transferred to."
    )
    direction: CallRecord.Direction | None = None
    outcome: CallRecord.Outcome | None = None
    missed: bool = Field(
        False,
        description="Only calls to somebody of the company that nobody took, perhaps the mailbox; with `sip_account` "
        "those that this account did not make itself.",
    )
    number: Annotated[Text, Field(max_length=80)] | None = Field(
        None,
        description="Part of any number of the call, in any spelling, or of the name of anybody in it.",
        examples=["600 100 200"],
    )
    changed_since: Annotated[str, Field(pattern=r"^[0-9]{1,18}$")] | None = Field(
        None,
        description="To follow the calls: those that began, went on or ended since, oldest change first. `0` at first, "
        "then `next` of the answer before. No change is ever skipped; a call comes again each time it changed.",
        examples=["0"],
    )


@router.get("/calls", response=CallPage, summary="List calls", operation_id="list_calls", by_alias=True)
def list_calls(request: TenantRequest, asked: Query[AskedCalls]) -> CallPage:
    """Every call attempt of the company, newest first; those going on now have no outcome yet.

    A program that follows the calls asks with `changed_since`, again and again.
    """
    wanted = CallFilter(
        since=asked.since,
        until=asked.until,
        sip_account=asked.sip_account,
        direction=asked.direction,
        outcome=asked.outcome,
        number=asked.number,
        missed=asked.missed,
    )
    if asked.changed_since is not None:
        if asked.cursor is not None:
            raise Ambiguous([wrong_field("cursor", "two_ways")])
        changed, last = changed_calls(request.auth, wanted, int(asked.changed_since), asked.limit)
        return CallPage(items=[_shown(record) for record in changed], next=str(last))
    found, following = page_of(call_records(request.auth, wanted), asked)
    return CallPage(items=[_shown(record) for record in found], next=following)


@router.get("/calls/{call_id}", response=WholeCall, summary="Read a call", operation_id="get_call", by_alias=True)
def get_call(request: TenantRequest, call_id: str) -> WholeCall:
    """One call attempt, with what was planned and which way of it the call took."""
    record = call_record(request.auth, call_id)
    plan = record.planned
    walked = told_walk(plan, record.way) if plan else None
    return WholeCall.model_validate({**dict(_shown(record)), "plan": walked})


@router.post(
    "/calls/{call_id}/hangup",
    response={202: Call},
    summary="Hang up a call",
    operation_id="hang_up_call",
    by_alias=True,
    openapi_extra=CONFLICT,
)
def hang_up_call(request: TenantRequest, call_id: str) -> Status[Call]:
    """End a running call, whoever takes part in it: within a second or two. 409 when it has ended already."""
    return Status(202, _shown(hang_up(request.auth, call_id)))


def _shown(record: CallRecord) -> Call:
    return Call(
        id=record.call_id,
        from_=record.from_number,
        from_name=record.from_name,
        to=record.to_number,
        direction=CallRecord.Direction(record.direction),
        started_at=record.started_at,
        answered_at=record.answered_at,
        ended_at=record.ended_at,
        ring_seconds=record.ring_seconds,
        talk_seconds=record.talk_seconds,
        outcome=_outcome(record.outcome),
        answered_by=answered.to if (answered := record.answered_leg) else None,
        price=None if record.price is None else told(record.price),
        legs=[_leg(leg) for leg in record.targets],
        why=sentences(record.reasons),
    )


def _outcome(code: str) -> CallRecord.Outcome | None:
    """Read the outcome; `failed` for one that only a newer version knows, as for a leg."""
    if not code:
        return None
    return CallRecord.Outcome(code) if code in CallRecord.Outcome else CallRecord.Outcome.FAILED


def _leg(leg: Leg) -> CallLeg:
    return CallLeg(
        to=leg.to,
        outcome=leg.outcome.value or None,
        sip_status=leg.status,
        seconds=leg.seconds,
        pages=leg.pages,
        price=None if leg.price is None else told(leg.price),
        rate=CallRate.model_validate(rate_as_json(leg.rate)) if leg.rate else None,
        trunk=leg.trunk or None,
        why=sentence(leg.why) if leg.why else None,
    )
