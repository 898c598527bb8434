"""Read the engine's words for the end of a call, once, here."""

from centralka.calls.dial_result import DialResult

# DIALSTATUS (Asterisk documentation of `Dial`). What is not here, as TORTURE and DONTCALL, is asked for by no plan.
_DIAL_STATUS = {
    "ANSWER": DialResult.ANSWERED,
    "BUSY": DialResult.BUSY,
    "NOANSWER": DialResult.NO_ANSWER,
    "CANCEL": DialResult.CANCELLED,
    "CHANUNAVAIL": DialResult.UNREACHABLE,
    "CONGESTION": DialResult.UNREACHABLE,
}


def dial_result(status: str) -> DialResult:
    """Read DIALSTATUS after a `Dial`."""
    return _DIAL_STATUS.get(status, DialResult.FAILED)


def dial_result_if_any(status: str) -> DialResult | None:
    """Read DIALSTATUS on any channel; None for "": it did not dial."""
    return dial_result(status) if status else None
