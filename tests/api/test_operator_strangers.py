"""Who is blocked at the edge, and the networks that never are: the operator sees, lifts and spares."""

import pytest

from centralka.store.models import BlockedStranger
from tests.api.client import Api
from tests.operators import blocked_stranger


def test_blocks_are_told_and_lifted_once(operator: Api) -> None:
    """Those that last longest come first; what has run out is not told."""
    blocked_stranger("203.0.113.9", minutes=5)
    blocked_stranger("kwiaty_100", minutes=30, kind="account")
    blocked_stranger("203.0.113.8", minutes=-1)
    found = operator.get("operator/blocks").body["items"]
    assert [(one["kind"], one["whom"], one["why"]) for one in found] == [
        ("account", "kwiaty_100", "passwords"),
        ("address", "203.0.113.9", "passwords"),
    ]
    assert operator.send("DELETE", f"operator/blocks/{found[1]['id']}").status == 204
    assert operator.send("DELETE", f"operator/blocks/{found[1]['id']}").status == 404
    assert [one["whom"] for one in operator.get("operator/blocks").body["items"]] == ["kwiaty_100"]
    assert BlockedStranger.objects.get(whom="203.0.113.9").lifted


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("203.0.113.7", "203.0.113.7/32"),
        (" 203.0.113.7/24 ", "203.0.113.0/24"),
        ("10.0.0.0/255.0.0.0", "10.0.0.0/8"),
        ("2001:DB8::/32", "2001:db8::/32"),
    ],
)
def test_a_network_is_kept_as_the_edge_reads_it(operator: Api, typed: str, kept: str) -> None:
    made = operator.post("operator/never-blocked", {"network": typed, "note": " Biuro  w Łodzi "})
    assert (made.status, made.body["network"], made.body["note"]) == (201, kept, "Biuro w Łodzi")
    assert operator.post("operator/never-blocked", {"network": kept}).status == 409
    assert operator.send("DELETE", f"operator/never-blocked/{made.body['id']}").status == 204
    assert operator.get("operator/never-blocked").body["items"] == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("biuro", "malformed"),
        ("203.0.113.7/33", "malformed"),
        ("203.0.113.0/24,10.0.0.0/8", "malformed"),
        ("fe80::1%eth0", "malformed"),
        ("0.0.0.0/0", "everybody"),
    ],
)
def test_what_is_no_network_is_refused(operator: Api, typed: str, code: str) -> None:
    assert operator.post("operator/never-blocked", {"network": typed}).wrong == {"network": [code]}


def test_to_spare_a_network_lifts_the_blocks_in_it(operator: Api) -> None:
    for whom in ("203.0.113.9", "198.51.100.1", "2001:db8::1"):
        blocked_stranger(whom)
    blocked_stranger("kwiaty_100", kind="account")
    operator.post("operator/never-blocked", {"network": "203.0.113.0/24"})
    left = {one["whom"] for one in operator.get("operator/blocks").body["items"]}
    assert left == {"198.51.100.1", "2001:db8::1", "kwiaty_100"}


@pytest.mark.parametrize("network", ["2001:db8:0:1::/64", "2001:db8::/48", "2001:db8:0:1::7"])
def test_to_spare_one_address_of_a_blocked_network_lifts_its_block(operator: Api, network: str) -> None:
    """Of IPv6 a whole /64 is blocked."""
    for whom in ("2001:db8:0:1::/64", "2001:db8:1:1::/64", "203.0.113.9"):
        blocked_stranger(whom)
    operator.post("operator/never-blocked", {"network": network})
    left = {one["whom"] for one in operator.get("operator/blocks").body["items"]}
    assert left == {"2001:db8:1:1::/64", "203.0.113.9"}
