"""Why a step stands in a plan: a code and the values to say it with. Words are added in `explain`, per language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Why(StrEnum):
    """Every reason that a plan or a call record can give."""

    EXTENSION_DIALLED = "extension_dialled"
    ECHO_DIALLED = "echo_dialled"
    OWN_EXTENSION = "own_extension"
    NO_SUCH_EXTENSION = "no_such_extension"
    NOT_A_NUMBER = "not_a_number"
    NO_ONE_ANSWERED = "no_one_answered"
    CALLEE_BUSY = "callee_busy"
    CALLEE_UNAVAILABLE = "callee_unavailable"
    # Said by what happened, not by a plan:
    PLANNED_WITHOUT_SWITCHBOARD = "planned_without_switchboard"
    ENGINE_STOPPED = "engine_stopped"
    BLIND_TRANSFER = "blind_transfer"
    ATTENDED_TRANSFER = "attended_transfer"
    CALLER_HUNG_UP = "caller_hung_up"


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason with its values, e.g. `Reason(Why.EXTENSION_DIALLED, {"extension": "101", "name": "Bartek"})`."""

    why: Why
    values: Mapping[str, str | int] = field(default_factory=dict)
