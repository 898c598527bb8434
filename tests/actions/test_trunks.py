"""Connections to carriers: whatever ends in a SIP address or in the engine's hands is checked before it is kept."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from centralka.actions import trunks as actions
from centralka.actions.errors import ChangedMeanwhile, InvalidInput, NotFound, Taken
from centralka.actions.trunks import TrunkInput
from centralka.store.models import Trunk
from tests import cast
from tests.at_once import at_once

SECRET = "s3kret-Operatora"
GOOD: dict[str, Any] = {"name": "Operator A", "host": "sip.operator.example", "username": "48221234567"}
NOT_IN_USERNAMES = ["a b", "a@b", "a;b", "a,b", 'a"b', "a:b", "a/b", "<a>", "ż", "a\0", "a\nb", "a\r\nb"]
HOSTILE = ["\0", "a\0b", "a\nb", "a\r\nVia: x", "x" * 100_000, "zażółć", "\u202eabc", "'; DROP TABLE trunk; --", "a;b"]


def wanted(**changes: Any) -> TrunkInput:
    return TrunkInput(**(GOOD | {"password": SECRET} | changes))


def by_address(**changes: Any) -> TrunkInput:
    return wanted(**{"kind": "address", "username": "", "password": None, **changes})


def add(**changes: Any) -> Trunk:
    return actions.add_trunk(cast.OPERATOR, wanted(**changes))


def change(trunk: Trunk, **changes: Any) -> Trunk:
    return actions.change_trunk(cast.OPERATOR, trunk.pk, changes)


def codes(refused: pytest.ExceptionInfo[InvalidInput]) -> dict[str, list[str]]:
    return {field: [problem.code for problem in found] for field, found in refused.value.problems.items()}


@pytest.fixture(autouse=True)
def _here(db: None, settings: Settings) -> None:
    settings.BIND, settings.SIP_PORT = "192.0.2.1", 5060


def test_a_new_trunk_has_the_forms_defaults() -> None:
    made = add()
    assert (made.kind, made.port, made.transport, made.priority, made.enabled) == (
        "registration",
        5060,
        "udp",
        10,
        True,
    )
    assert (made.number_style, made.sends_pai, made.foreign_caller_ids) == ("e164", True, False)
    assert made.called_number == "automatic"
    assert (made.password, made.addresses, made.status, made.version) == (SECRET, "", "", 1)


def test_the_password_is_not_told() -> None:
    assert SECRET not in repr(wanted())
    assert "password" not in actions.current_input(add())


@pytest.mark.parametrize(
    ("typed", "kept", "addresses"),
    [
        ("127.0.0.1", "127.0.0.1", ""),
        ("sip.operator.example", "sip.operator.example", ""),
        (" SIP.Operator.Example. ", "sip.operator.example", ""),
        ("operator", "operator", ""),
        ("xn--bdk.example", "xn--bdk.example", ""),
        ("3cx.example", "3cx.example", ""),
        ("203.0.113.7", "203.0.113.7", "203.0.113.7"),
        ("198.51.100.4.", "198.51.100.4", "198.51.100.4"),
    ],
)
def test_a_host_is_a_name_or_an_address(typed: str, kept: str, addresses: str) -> None:
    made = add(host=typed, port=5080)
    assert (made.host, made.addresses) == (kept, addresses)


@pytest.mark.parametrize("typed", ["2001:db8::7", "[2001:DB8:0::7]"])
def test_an_ipv6_address_gets_the_brackets_that_a_sip_address_needs(typed: str, settings: Settings) -> None:
    settings.BIND = "::"
    made = add(host=typed)
    assert (made.host, made.addresses) == ("[2001:db8::7]", "2001:db8::7")


@pytest.mark.parametrize(
    "host",
    [
        *HOSTILE, "sip:operator.example", "operator.example:5060", "a b", "a,b", 'a"b', "a'b", "<a>", "a@b", "a/b",
        "a?b", "a..b", ".a", "-a.example", "a-.example", "a_b.example", "x" * 64 + ".example", "a." * 130 + "example",
        "256.1.1.1", "1.2.3", "12345", "1.2.3.4.5", "0x7f.1", "[1.2.3.4]", "[::1", "::1]", "fe80::1%eth0",
        "[sip.operator.example]", "²", "１.2.3.4", "sip.operator.example..", "a%b", "{{ 7 }}",
    ],
)  # fmt: skip
def test_what_would_break_a_sip_address_is_no_host(host: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(host=host)
    assert codes(refused) == {"host": ["malformed"]}


@pytest.mark.parametrize(
    ("host", "code"),
    [("", "required"), (" ", "required"), ("0.0.0.0", "no_machine"), ("224.0.0.1", "no_machine"),
     ("255.255.255.255", "no_machine"), ("2001:db8::1", "other_family")],
)  # fmt: skip
def test_a_host_that_cannot_be_reached_is_refused_with_the_reason(host: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(host=host)
    assert codes(refused) == {"host": [code]}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.5", "localhost", "LOCALHOST.", "192.0.2.1"])
def test_a_trunk_to_ourselves_is_refused(host: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(host=host)
    assert codes(refused) == {"host": ["itself"]}
    assert add(host=host, port=5080).port == 5080


@pytest.mark.parametrize(
    ("field", "bad", "code"),
    [
        ("name", "", "length"),
        ("name", "x" * 61, "length"),
        ("name", "a\x07b", "bad_characters"),
        ("kind", "", "unknown"),
        ("kind", "REGISTRATION", "unknown"),
        ("transport", "tls", "unknown"),
        ("number_style", "roman", "unknown"),
        ("called_number", "via", "unknown"),
        *(("port", bad, "out_of_range") for bad in (0, -1, 65_536, 10**30)),
        *(("priority", bad, "out_of_range") for bad in (0, -1, 1000, 10**30)),
        ("username", "", "required"),
        ("username", "x" * 81, "too_long"),
        *(("username", bad, "bad_characters") for bad in NOT_IN_USERNAMES),
        ("password", None, "required"),
        ("password", "", "required"),
        ("password", "x" * 129, "too_long"),
        *(("password", bad, "bad_characters") for bad in ("a;b", "a^b", "a\0b", "a\nb", "a\r\nb")),
        *(("password", bad, "space_around") for bad in (" a", "a ")),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_and_nothing_is_kept(field: str, bad: Any, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(**{field: bad})
    assert code in codes(refused)[field]
    assert not Trunk.objects.exists()
    made = add()
    if bad is not None:  # None keeps the password that there is
        with pytest.raises(InvalidInput) as refused:
            change(made, **{field: bad})
        assert code in codes(refused)[field]
        made.refresh_from_db()
        assert made.version == 1


def test_lines_in_a_name_become_spaces() -> None:
    assert add(name="a\r\nb\n").name == "a b"


@pytest.mark.parametrize("field", ["name", "host", "username", "password"])
@pytest.mark.parametrize("bad", ["\0", "a\0b", "x" * 100_000, "a\x7fb"])
def test_hostile_texts_are_refused_in_every_field(field: str, bad: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(**{field: bad})
    assert field in codes(refused)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        add(name="", host="", port=0, username="", password=None)
    assert set(codes(refused)) == {"name", "host", "port", "username", "password"}


def test_a_name_is_given_once() -> None:
    add()
    with pytest.raises(Taken) as refused:
        add(host="other.example")
    assert codes(refused) == {"name": ["taken"]}
    other = add(name="B")
    with pytest.raises(Taken):
        change(other, name="Operator A")


def test_a_trunk_known_by_its_address_has_no_user_name_and_no_password() -> None:
    assert actions.add_trunk(cast.OPERATOR, by_address()).password == ""
    for field in ("username", "password"):
        with pytest.raises(InvalidInput) as refused:
            actions.add_trunk(cast.OPERATOR, by_address(name="B", **{field: "x"}))
        assert codes(refused) == {field: ["not_used"]}


def test_a_trunk_that_stops_registering_forgets_what_it_signed_in_with() -> None:
    made = change(add(), kind="address")
    assert (made.username, made.password) == ("", "")
    with pytest.raises(InvalidInput) as refused:
        change(made, kind="registration")
    assert codes(refused) == {"username": ["required"], "password": ["required"]}


def test_a_change_keeps_what_is_not_named_and_the_password_too() -> None:
    made = change(add(), priority=3)
    assert (made.priority, made.password, made.host, made.version) == (3, SECRET, GOOD["host"], 2)
    assert change(made, password="inne-haslo").password == "inne-haslo"


def test_addresses_that_were_found_stay_until_the_host_changes() -> None:
    made = add()
    Trunk.objects.filter(pk=made.pk).update(addresses="203.0.113.1,203.0.113.2")
    assert change(made, priority=2).addresses == "203.0.113.1,203.0.113.2"
    assert change(made, host="other.example").addresses == ""
    assert change(made, host="203.0.113.9").addresses == "203.0.113.9"


@pytest.mark.parametrize(
    ("changes", "stays"),
    [({"priority": 2}, True), ({"name": "B"}, True), ({"port": 5070}, False), ({"password": "inne"}, False),
     ({"enabled": False}, False), ({"host": "b.example"}, False), ({"username": "x"}, False)],
)  # fmt: skip
def test_the_state_of_a_registration_is_forgotten_when_it_is_another_one(changes: dict[str, Any], stays: bool) -> None:
    made = add()
    Trunk.objects.filter(pk=made.pk).update(status="Registered", status_at=timezone.now())
    now = change(made, **changes)
    assert (now.status, now.status_at is not None) == (("Registered", True) if stays else ("", False))


def test_the_second_of_two_who_save_is_told() -> None:
    made = add()
    actions.change_trunk(cast.OPERATOR, made.pk, {"priority": 1}, version=1)
    with pytest.raises(ChangedMeanwhile) as refused:
        actions.change_trunk(cast.OPERATOR, made.pk, {"priority": 2}, version=1)
    assert (refused.value.current.priority, refused.value.current.version) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_of_two_operators_who_save_at_once_one_succeeds() -> None:
    made = add()

    def save(priority: int) -> str:
        try:
            actions.change_trunk(cast.OPERATOR, made.pk, {"priority": priority}, version=1)
        except ChangedMeanwhile:
            return "told"
        return "saved"

    assert sorted(at_once(partial(save, 1), partial(save, 2))) == ["saved", "told"]
    made.refresh_from_db()
    assert made.version == 2


def test_trunks_are_listed_in_the_order_in_which_they_are_tried() -> None:
    for name, priority in (("C", 3), ("A", 1), ("B", 2), ("D", 1)):
        add(name=name, priority=priority)
    assert [one.name for one in actions.trunks(cast.OPERATOR)] == ["A", "D", "B", "C"]


def test_a_deleted_trunk_is_gone() -> None:
    made = add()
    actions.delete_trunk(cast.OPERATOR, made.pk)
    doors: list[Callable[[], object]] = [
        lambda: actions.trunk(cast.OPERATOR, made.pk),
        lambda: actions.delete_trunk(cast.OPERATOR, made.pk),
        lambda: actions.change_trunk(cast.OPERATOR, made.pk, {}),
        lambda: actions.trunk(cast.OPERATOR, 2**70),
    ]
    for door in doors:
        with pytest.raises(NotFound):
            door()
