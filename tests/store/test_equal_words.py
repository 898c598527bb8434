"""Some words stand in `calls` or `sms`, which know no Django, and as choices of a column in `store`. They are equal.

So are those of the API, whose types name them once more.
"""

from enum import Enum
from typing import get_args

import pytest

from centralka.api.account import advanced, devices
from centralka.api.operator import sms as operator_sms
from centralka.api.operator import trunks as operator_trunks
from centralka.calls import destinations, facts, monitoring
from centralka.calls.called_number import CalledNumberIn
from centralka.calls.media_encryption import MediaEncryption
from centralka.calls.record.outcome import CallOutcome
from centralka.calls.spelling import NumberStyle
from centralka.sms.known_gateways import GatewayKind
from centralka.sms.senders import Mode
from centralka.sms.states import State
from centralka.store.models import (
    AccountWatch,
    CallRecord,
    Device,
    Forward,
    MonitoringNews,
    SipAccount,
    Sms,
    SmsGateway,
    Trunk,
)
from centralka.store.models.sip_account import SmsMode
from centralka.store.models.tenant import Level


@pytest.mark.parametrize(
    "decided, stored",
    [
        (facts.Condition, Forward.Condition),
        (destinations.Level, Level),
        (CalledNumberIn, Trunk.CalledNumberIn),
        (NumberStyle, Trunk.NumberStyle),
        (MediaEncryption, SipAccount.MediaEncryption),
        (CallOutcome, CallRecord.Outcome),
        (monitoring.Told, AccountWatch.Told),
        (monitoring.News, MonitoringNews.Kind),
        (State, Sms.State),
        (Mode, SmsMode),
        (GatewayKind, SmsGateway.Kind),
    ],
)
def test_what_is_stored_is_what_is_decided_on(decided: type[Enum], stored: type[Enum]) -> None:
    known = {word.name: word.value for word in decided if word.value != ""}  # "": nothing is decided yet
    assert {word.name: word.value for word in stored} == known


@pytest.mark.parametrize(
    "told, stored",
    [
        (operator_sms.GatewayKindName, SmsGateway.Kind),
        (operator_trunks.Kind, Trunk.Kind),
        (operator_trunks.Transport, Trunk.Transport),
        (operator_trunks.NumberStyle, Trunk.NumberStyle),
        (operator_trunks.CalledNumberIn, Trunk.CalledNumberIn),
        (devices.Maker, Device.Maker),
        (advanced.MediaEncryption, SipAccount.MediaEncryption),
    ],
)
def test_what_the_api_tells_is_what_is_stored(told: object, stored: type[Enum]) -> None:
    assert set(get_args(told)) == {word.value for word in stored}
