"""Why a step stands in a plan: a code and the values to say it with. `actions.reason_words` has the words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NotRequired, TypedDict


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
    # Calls to public numbers
    NUMBER_DIALLED = "number_dialled"
    FREE_NUMBER_DIALLED = "free_number_dialled"
    EMERGENCY_DIALLED = "emergency_dialled"
    PIN_NEEDED = "pin_needed"
    WRONG_PIN = "wrong_pin"
    ABOVE_LEVEL = "above_level"
    PREMIUM_RANGE = "premium_range"
    SATELLITE_RANGE = "satellite_range"
    UNKNOWN_RANGE = "unknown_range"
    NO_PRICE = "no_price"
    BARRED = "barred"
    ABOVE_MAX_RATE = "above_max_rate"
    NO_MONEY = "no_money"
    FRAUD_SUSPECTED = "fraud_suspected"
    """`rule`: a `fraud.FraudRule`; none where it is found only when money is put aside."""
    NO_CALLER_ID = "no_caller_id"
    CALLER_ID_NOT_OWNED = "caller_id_not_owned"
    NO_TRUNK = "no_trunk"
    NO_TRUNK_WORKED = "no_trunk_worked"
    NUMBER_BUSY = "number_busy"
    NUMBER_DECLINED = "number_declined"
    NUMBER_NOT_ANSWERED = "number_not_answered"
    NUMBER_NOT_KNOWN = "number_not_known"
    COMPANY_BLOCKED = "company_blocked"
    """Also of calls that come in."""
    # Calls from public numbers
    NUMBER_POINTS_AT = "number_points_at"
    NUMBER_TAKES_FAXES = "number_takes_faxes"
    FAX_TONE_HEARD = "fax_tone_heard"
    NUMBER_POINTS_NOWHERE = "number_points_nowhere"
    # Forwarding and voicemail. `condition` is why the account named by `extension` and `name` did not take the call.
    FORWARDED_TO_EXTENSION = "forwarded_to_extension"
    FORWARDED_OUTSIDE = "forwarded_outside"
    FORWARD_TARGET_GONE = "forward_target_gone"
    FORWARD_NOT_FOLLOWED = "forward_not_followed"
    FORWARD_WITHOUT_MAILBOX = "forward_without_mailbox"
    FORWARDED_TOO_MANY = "forwarded_too_many"
    FORWARDED_TOO_OFTEN = "forwarded_too_often"
    TO_VOICEMAIL = "to_voicemail"
    MAILBOX_FULL = "mailbox_full"
    MAILBOX_DIALLED = "mailbox_dialled"
    MAILBOX_PIN_NEEDED = "mailbox_pin_needed"
    NO_MAILBOX = "no_mailbox"
    MAILBOX_NOT_FOR_STRANGERS = "mailbox_not_for_strangers"
    # The exchange is about to be stopped (`centralka drain`):
    DRAINING = "draining"
    # The engine refused it before there was a plan:
    OFFERED_CODECS = "offered_codecs"
    OFFERED_PROFILE = "offered_profile"
    OFFERED_NOT_ENCRYPTED = "offered_not_encrypted"
    TURNED_AWAY = "turned_away"
    # A phone or a carrier refused it:
    SOUND_NOT_UNDERSTOOD = "sound_not_understood"
    SOUND_NOT_ENCRYPTED = "sound_not_encrypted"
    # Said by what happened, not by a plan:
    PLANNED_WITHOUT_SWITCHBOARD = "planned_without_switchboard"
    ENGINE_STOPPED = "engine_stopped"
    BLIND_TRANSFER = "blind_transfer"
    ATTENDED_TRANSFER = "attended_transfer"
    CALLER_HUNG_UP = "caller_hung_up"
    MONEY_USED_UP = "money_used_up"
    FRAUD_LIMIT_REACHED = "fraud_limit_reached"
    HUNG_UP_BY_ORDER = "hung_up_by_order"
    LONGEST_CALL = "longest_call"
    CALLER_NOT_ENCRYPTED = "caller_not_encrypted"
    ENCRYPTED = "encrypted"
    """Between the exchange and the phone of `who`; the sound of a phone without such a reason is plain."""
    # Read from a record, and of another version: `code` is what stands there.
    OF_ANOTHER_VERSION = "of_another_version"


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason with its values, e.g. `Reason(Why.EXTENSION_DIALLED, {"extension": "101", "name": "Bartek"})`."""

    why: Why
    values: Mapping[str, str | int] = field(default_factory=dict)


class ReasonJson(TypedDict):
    """A reason where it is kept; words are added per language by `actions.reason_words`."""

    why: str
    values: NotRequired[Mapping[str, str | int]]


def reason_as_json(reason: Reason) -> ReasonJson:
    """Write a reason as `{"why": code, "values": {…}}`."""
    values = dict(reason.values)
    code = str(values.pop("code")) if reason.why is Why.OF_ANOTHER_VERSION else reason.why
    return {"why": code, "values": values}


def reason_from_json(stored: ReasonJson) -> Reason:
    """Read what `reason_as_json` wrote, in this version or another. Raises KeyError for anything else."""
    code, values = stored["why"], stored.get("values", {})
    if code in _CODES:
        return Reason(_CODES[code], values)
    return Reason(Why.OF_ANOTHER_VERSION, {**values, "code": code})


_CODES = {why.value: why for why in Why if why is not Why.OF_ANOTHER_VERSION}
