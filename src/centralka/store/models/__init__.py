"""One file per thing."""

from .api_token import ApiToken
from .audit_entry import AuditEntry
from .audited import Audited
from .browser_phone import BrowserPhone
from .call_changes import CallChanges
from .call_record import CallRecord
from .device import Device, SettingsFetch
from .edge import Edge, EngineNode
from .external_number import ExternalNumber
from .fax import Fax, FaxFile, FaxPage
from .forward import Forward
from .fraud import NIGHT_CALLS, FraudStop, KnownCountry, Spent
from .hang_up import HangUp
from .hold_music import HoldMusic
from .journal import JournalPosition
from .ledger import Consent, LedgerEntry, Reservation
from .mail import Mail
from .monitoring import AccountWatch, MonitoringNews, Outage, PresenceBeat
from .number import Number
from .panel_session import PanelSession
from .person import Membership, Person, Role
from .price_list import Installation, Price, PriceList, PriceListRevision
from .registration import Registration
from .request_key import RequestKey
from .second_factor import Passkey, RecoveryCode, SecondFactor
from .sent_fax import FaxDocument, FaxDocumentFile, FaxDocumentPage, FaxTry, SentFax
from .setup_link import SetupLink
from .sip_account import SipAccount
from .sms import Sms, SmsGateway, SmsPrice, SmsStop
from .sms_name import SmsName
from .sms_parts import SmsPart, SmsPiece
from .strangers import BlockedStranger, NeverBlocked
from .tenant import HoldSound, Level, Tenant
from .trunk import Trunk
from .voicemail import Greeting, StaleLamp, VoicemailAudio, VoicemailMessage
from .webhook import WebhookDelivery

__all__ = [
    "NIGHT_CALLS",
    "AccountWatch",
    "ApiToken",
    "AuditEntry",
    "Audited",
    "BlockedStranger",
    "BrowserPhone",
    "CallChanges",
    "CallRecord",
    "Consent",
    "Device",
    "Edge",
    "EngineNode",
    "ExternalNumber",
    "Fax",
    "FaxDocument",
    "FaxDocumentFile",
    "FaxDocumentPage",
    "FaxFile",
    "FaxPage",
    "FaxTry",
    "Forward",
    "FraudStop",
    "Greeting",
    "HangUp",
    "HoldMusic",
    "HoldSound",
    "Installation",
    "JournalPosition",
    "KnownCountry",
    "LedgerEntry",
    "Level",
    "Mail",
    "Membership",
    "MonitoringNews",
    "NeverBlocked",
    "Number",
    "Outage",
    "PanelSession",
    "Passkey",
    "Person",
    "PresenceBeat",
    "Price",
    "PriceList",
    "PriceListRevision",
    "RecoveryCode",
    "Registration",
    "RequestKey",
    "Reservation",
    "Role",
    "SecondFactor",
    "SentFax",
    "SettingsFetch",
    "SetupLink",
    "SipAccount",
    "Sms",
    "SmsGateway",
    "SmsName",
    "SmsPart",
    "SmsPiece",
    "SmsPrice",
    "SmsStop",
    "Spent",
    "StaleLamp",
    "Tenant",
    "Trunk",
    "VoicemailAudio",
    "VoicemailMessage",
    "WebhookDelivery",
]
