"""A plan as plain data: the types that `plan_json` writes and reads."""

from collections.abc import Mapping
from typing import Literal, NotRequired, TypedDict

from .reasons import ReasonJson
from .tariffs import RateJson


class CallerIdJson(TypedDict):
    number: str
    name: str


class TrunkJson(TypedDict):
    id: int
    name: str


class CallerNumberJson(TypedDict):
    number: str | None
    restricted: bool


class _StepJson(TypedDict):
    name: str
    why: ReasonJson
    then: NotRequired[Mapping[str, str]]


class RingJson(_StepJson):
    kind: Literal["ring"]
    sip_account: int
    extension: str
    seconds: int
    call_waiting: bool
    media_encryption: NotRequired[str]
    show: CallerIdJson | None


class AskPinJson(_StepJson):
    kind: Literal["ask_pin"]
    sip_account: int
    pin: NotRequired[str]
    tries: int


class DialOutJson(_StepJson):
    kind: Literal["dial_out"]
    number: str
    trunks: list[TrunkJson]
    show: CallerNumberJson
    rate: RateJson | None
    seconds: int
    diversions: NotRequired[int]


class SkipJson(_StepJson):
    kind: Literal["skip"]
    because: ReasonJson | None


class VoicemailJson(_StepJson):
    kind: Literal["voicemail"]
    sip_account: int
    login: str
    extension: str
    greeting: str


class VoicemailMenuJson(_StepJson):
    kind: Literal["voicemail_menu"]
    sip_account: int


class ReceiveFaxJson(_StepJson):
    kind: Literal["receive_fax"]
    sip_account: int
    login: str
    extension: str
    station: str


class EchoJson(_StepJson):
    kind: Literal["echo"]


class RejectJson(_StepJson):
    kind: Literal["reject"]
    refusal: str
    sip_status: int
    say: NotRequired[str | None]
    rate: NotRequired[RateJson | None]


StepJson = (
    RingJson
    | AskPinJson
    | DialOutJson
    | SkipJson
    | VoicemailJson
    | VoicemailMenuJson
    | ReceiveFaxJson
    | EchoJson
    | RejectJson
)


class FaxToneJson(TypedDict):
    login: str
    seconds: int


RefusalJson = list[str | None]
"""A refusal because of the number that the plan calls, in short: the name of the step, `refusal`, `say` and the code of
its reason. Most steps of a call outside are that, and took two thirds of its plan."""


class PlanJson(TypedDict):
    """`longest`, in seconds, is only there where the call has such an end, `fax_tone` where it is listened for."""

    start: str
    longest: NotRequired[int]
    fax_tone: NotRequired[FaxToneJson]
    steps: list[StepJson | RefusalJson]
