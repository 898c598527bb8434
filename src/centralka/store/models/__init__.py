"""One file per thing."""

from .api_token import ApiToken
from .call_record import CallRecord
from .journal import JournalPosition
from .ledger import Consent, LedgerEntry, Reservation
from .number import Number
from .person import Membership, Person, Role
from .price_list import Installation, Price, PriceList
from .registration import Registration
from .request_key import RequestKey
from .sip_account import SipAccount
from .tenant import Level, Tenant
from .trunk import Trunk

__all__ = [
    "ApiToken",
    "CallRecord",
    "Consent",
    "Installation",
    "JournalPosition",
    "LedgerEntry",
    "Level",
    "Membership",
    "Number",
    "Person",
    "Price",
    "PriceList",
    "Registration",
    "RequestKey",
    "Reservation",
    "Role",
    "SipAccount",
    "Tenant",
    "Trunk",
]
