"""Which addresses are a carrier's: those of its host, each of them as a whole."""

import pytest

from centralka.store.models import Trunk
from centralka.store.trunks import set_addresses

pytestmark = pytest.mark.django_db


@pytest.fixture
def trunk() -> Trunk:
    return Trunk.objects.create(name="Operator", kind=Trunk.Kind.ADDRESS, host="sip.example.com")


def test_addresses_are_noted(trunk: Trunk) -> None:
    set_addresses({trunk.pk: "192.0.2.1,192.0.2.2"})
    trunk.refresh_from_db()
    assert trunk.addresses == "192.0.2.1,192.0.2.2"


def test_of_a_host_with_very_many_addresses_no_address_is_cut_in_the_middle(trunk: Trunk) -> None:
    """192.0.2.1 is not the carrier just because 192.0.2.100 is."""
    many = [f"192.0.2.{number}" for number in range(100, 140)]
    set_addresses({trunk.pk: ",".join(many)})
    trunk.refresh_from_db()
    kept = trunk.addresses.split(",")
    assert kept == many[: len(kept)]
    assert len(kept) == 21
