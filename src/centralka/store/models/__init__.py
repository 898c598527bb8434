"""One file per thing."""

from .api_token import ApiToken
from .call_record import CallRecord
from .journal import JournalPosition
from .person import Membership, Person, Role
from .registration import Registration
from .sip_account import SipAccount
from .tenant import Tenant

__all__ = [
    "ApiToken",
    "CallRecord",
    "JournalPosition",
    "Membership",
    "Person",
    "Registration",
    "Role",
    "SipAccount",
    "Tenant",
]
