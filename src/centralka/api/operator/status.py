"""`/operator/status`: how the whole installation is, and what is wrong with it."""

from datetime import UTC, datetime

from ninja import Router
from pydantic import BaseModel, Field

from centralka.actions import status as actions
from centralka.actions.status import Queue
from centralka.actions.status_words import sentence

from ..http.auth import OperatorRequest, operator_token

router = Router(tags=["Operator"], auth=operator_token)


class ProcessOut(BaseModel):
    """A process that shall always run."""

    name: str = Field(examples=["switchboard"])
    runs: bool
    answers: bool = Field(description="False: it left the last question of the supervisor unanswered.")
    starts: int = Field(description="How often it was started since `centralka run` was.", examples=[1])
    since: datetime = Field(description="When it was started, or ended.")


class EngineOut(BaseModel):
    """An engine, as it was last started."""

    node: str = Field(examples=["node1"])
    version: str = Field(description="Of Asterisk; empty when it is not known.", examples=["22.10.1"])


class TrunkUpOut(BaseModel):
    """A trunk that is switched on."""

    name: str
    up: bool = Field(description="Whether calls can go over it, as far as is known.")


class QueueOut(BaseModel):
    """Things that wait to go out."""

    count: int = Field(examples=[0])
    oldest: datetime | None = Field(description="When the oldest was queued; null: nothing waits.")


class FindingOut(BaseModel):
    """Something that is wrong."""

    kind: str = Field(examples=["trunk_silent"])
    level: str = Field(description="`warning` or `fault`.", examples=["fault"])
    message: str = Field(description="For people.")


class StatusOut(BaseModel):
    """A moment of the installation."""

    version: str = Field(description="Of Centralka.", examples=["0.12.0"])
    edge_version: str = Field(description="Of Kamailio; empty when it is not known.", examples=["6.1.5"])
    engines: list[EngineOut]
    processes: list[ProcessOut] = Field(description="Of the machine that answers; empty: nothing runs there.")
    trunks: list[TrunkUpOut]
    calls: int = Field(description="Calls that go on.", examples=[2])
    phones: int = Field(description="Registered phones.", examples=[14])
    mails: QueueOut
    texts: QueueOut = Field(description="Text messages.")
    free_mb: int = Field(description="Free on the disk, in MB.", examples=[20480])
    database_bytes: int = Field(examples=[73400320])
    certificate_until: datetime | None = Field(
        description="Until when phones believe the certificate for TLS; null: they do not, or there is none."
    )
    last_backup: datetime | None
    blocks: int = Field(description="Addresses and accounts that get no answer.", examples=[0])
    stops: int = Field(description="Stops against fraud that hold.", examples=[0])
    findings: list[FindingOut] = Field(description="What is wrong; empty: nothing.")


@router.get("/status", response=StatusOut, summary="Read how everything is", operation_id="get_status")
def get_status(request: OperatorRequest) -> StatusOut:
    """What *State of the exchange* shows in the panel."""
    found = actions.status(request.auth)
    return StatusOut(
        version=found.version,
        edge_version=found.edge_version,
        engines=[EngineOut(node=one.node, version=one.version) for one in found.engines],
        processes=[
            ProcessOut(
                name=one.name,
                runs=one.runs,
                answers=one.answers,
                starts=one.starts,
                since=datetime.fromtimestamp(one.since, UTC),
            )
            for one in found.processes
        ],
        trunks=[TrunkUpOut(name=one.name, up=one.up) for one in found.trunks],
        calls=found.calls,
        phones=found.phones,
        mails=_queue(found.mails),
        texts=_queue(found.texts),
        free_mb=found.free_mb,
        database_bytes=found.database_bytes,
        certificate_until=found.certificate_until,
        last_backup=found.last_backup,
        blocks=found.blocks,
        stops=found.stops,
        findings=[FindingOut(kind=one.kind, level=one.level, message=sentence(one)) for one in found.findings],
    )


def _queue(queue: Queue) -> QueueOut:
    return QueueOut(count=queue.count, oldest=queue.oldest)
