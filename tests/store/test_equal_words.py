"""Deciding knows no Django: some words stand in `calls` and, as choices of a column, in `store`. They are equal."""

from enum import Enum

import pytest

from centralka.calls import destinations, facts
from centralka.calls.called_number import CalledNumberIn
from centralka.calls.spelling import NumberStyle
from centralka.store.models import Forward, Trunk
from centralka.store.models.tenant import Level


@pytest.mark.parametrize(
    "decided, stored",
    [
        (facts.Condition, Forward.Condition),
        (destinations.Level, Level),
        (CalledNumberIn, Trunk.CalledNumberIn),
        (NumberStyle, Trunk.NumberStyle),
    ],
)
def test_what_is_stored_is_what_is_decided_on(decided: type[Enum], stored: type[Enum]) -> None:
    assert {word.name: word.value for word in stored} == {word.name: word.value for word in decided}
