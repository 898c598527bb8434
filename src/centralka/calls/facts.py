"""Facts: everything that a decision about one call may look at, gathered once before it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Account:
    """One internal SIP account as the planner sees it."""

    id: int
    login: str
    """What the phone registers with: `<tenant>_<extension>`."""
    extension: str
    name: str
    internal_caller_id: str | None
    """Digits that colleagues see in place of the extension; None: the real extension."""
    ring_timeout: int
    """Seconds that the account rings before "no answer" applies, 5 to 180."""
    call_waiting: bool

    @property
    def shown_number(self) -> str:
        """The number that colleagues see when this account calls them."""
        return self.internal_caller_id or self.extension


@dataclass(frozen=True, slots=True)
class CallFacts:
    """One call at one moment: who calls, what was dialled, and what the tenant has there."""

    tenant_id: int
    caller: Account
    dialled: str
    callee: Account | None
    """The account in the caller's tenant whose extension was dialled, if there is one."""
    now: datetime
    """Aware; the one `now` of this decision."""
