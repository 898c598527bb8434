"""One installation with the sandbox carrier for all stories that need no other, and a company for each of them.

Fixtures for the conftest of all live stories: each worker has this world once, whichever rooms it works in.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.live.carrier_instance import Carrier, behind_a_carrier
from tests.live.instance import Installation

from .tenant import Firm, Firms

World = tuple[Installation, Carrier]


@contextmanager
def beginning() -> Iterator[World]:
    """An installation with its carrier."""
    house = Installation()
    with behind_a_carrier(house) as carrier:
        yield house, carrier


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    with beginning() as made:
        yield made


@pytest.fixture(scope="session")
def firms(world: World) -> Firms:
    return Firms(world[0])


@pytest.fixture
def carrier(world: World) -> Carrier:
    return world[1]


@pytest.fixture
def firm(firms: Firms) -> Iterator[Firm]:
    """A company with two numbers, prices and money."""
    with firms.firm() as made:
        yield made


@pytest.fixture
def poor(firms: Firms) -> Iterator[Firm]:
    """A company with everything but money."""
    with firms.firm(money="0") as made:
        yield made
