"""Whoever sends text messages, and the network that takes them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from centralka.store.models import SipAccount
from tests import cast

from .text_messages import Network, network, texting_account


@pytest.fixture
def account(kwiaty: cast.Company) -> SipAccount:
    return texting_account(kwiaty.tenant)


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Network]:
    with network(tmp_path) as there:
        yield there
