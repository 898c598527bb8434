"""Where the edge registers, and what is told of it."""

import asyncio
from dataclasses import replace

import pytest

from centralka.store.trunks import TrunkRow
from centralka.switch.trunks.carrier_registrations import Registration, state_of

from .edge_registrar import ASKING, Registrar, registrations

TRUNK = TrunkRow(
    id=3, version=1, host="sip.carrier.example", port=5070, username="48221234567", kind="registration",
    password="tajne haslo", mark="0123456789abcdef",
)  # fmt: skip
NAME = TRUNK.endpoint


def keeps(edge: Registrar, *looks: list[TrunkRow]) -> list[dict[str, Registration]]:
    kept = registrations(edge)

    async def story() -> list[dict[str, Registration]]:
        return [await kept.keep(rows) for rows in looks]

    return asyncio.run(story())


def states(edge: Registrar, *looks: list[TrunkRow]) -> list[Registration | None]:
    return [found.get(NAME) for found in keeps(edge, *looks)]


def test_a_trunk_is_registered_with_a_mark_by_which_its_calls_are_known() -> None:
    edge = Registrar()
    assert states(edge, [TRUNK], [TRUNK]) == [None, Registration("Registered")]
    assert edge.told == [("add", "48221234567"), ("register", "48221234567")]
    one = edge.only
    assert str(one["l_uuid"]).startswith(TRUNK.mark)
    assert (one["r_username"], one["r_domain"]) == ("48221234567", "sip.carrier.example:5070")
    assert (one["auth_proxy"], one["socket"]) == ("sip:sip.carrier.example:5070", "udp:0.0.0.0:5060")
    assert one["contact_addr"] == "192.0.2.1:5060;line=0123456789abcdef"
    assert one["auth_password"] == "tajne haslo"


def test_tcp_and_addresses_of_ipv6_are_written_as_in_uris() -> None:
    edge = Registrar()
    keeps(edge, [replace(TRUNK, host="2001:db8::7", transport="tcp")])
    one = edge.only
    assert (one["auth_proxy"], one["socket"]) == ("sip:[2001:db8::7]:5070;transport=tcp", "tcp:0.0.0.0:5060")
    assert one["contact_addr"] == "192.0.2.1:5060;transport=tcp;line=0123456789abcdef"


def test_a_trunk_by_address_registers_nowhere() -> None:
    edge = Registrar()
    keeps(edge, [replace(TRUNK, kind="address", username="")])
    assert edge.told == []


def test_where_no_trunk_registers_an_edge_is_asked_once_in_each_of_its_starts_what_it_keeps() -> None:
    edge = Registrar()
    kept = registrations(edge)

    async def story() -> list[int]:
        asked = []
        for start, rows in ((1, []), (1, []), (2, []), (2, [TRUNK]), (2, []), (2, [])):
            edge.start = (start, start)
            await kept.keep(rows)
            asked.append(edge.asked)
        return asked

    assert asyncio.run(story()) == [1, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("left", [[], [replace(TRUNK, id=4, mark="f" * 16, username="inny")]])
def test_a_trunk_that_went_is_taken_back_and_forgotten_when_the_carrier_answered(left: list[TrunkRow]) -> None:
    edge = Registrar()
    keeps(edge, [TRUNK, *left])
    edge.told.clear()
    keeps(edge, left, left)
    assert edge.told == [("unregister", "48221234567")], (
        "the carrier has not answered yet, and may ask for the password"
    )
    next(one for one in edge.kept.values() if one["auth_username"] == "48221234567")["flags"] = 0
    keeps(edge, left)
    assert edge.told[1:] == [("remove", "48221234567")]


def test_what_was_never_registered_is_only_forgotten() -> None:
    edge = Registrar()
    edge.says = "403 Forbidden"
    keeps(edge, [TRUNK], [])
    assert edge.told[2:] == [("remove", "48221234567")]


def test_another_user_name_is_another_registration_at_the_carrier() -> None:
    edge = Registrar()
    keeps(edge, [TRUNK], [replace(TRUNK, username="inny")])
    assert edge.told[2:] == [("unregister", "48221234567"), ("add", "inny"), ("register", "inny")]


def test_a_changed_password_counts_at_once_and_what_is_registered_stays() -> None:
    """The carrier may have changed it, too: with the old one nothing could be taken back."""
    edge = Registrar()
    keeps(edge, [TRUNK], [replace(TRUNK, password="nowe haslo")])
    assert [what for what, _whom in edge.told[2:]] == ["remove", "add", "register"]
    assert edge.only["auth_password"] == "nowe haslo"


def test_a_trunk_that_is_switched_on_again_while_it_leaves_is_registered_again() -> None:
    edge = Registrar()
    assert states(edge, [TRUNK], [], [TRUNK], [TRUNK])[-1] == Registration("Registered")
    assert edge.only["expires"] == 300


def test_an_edge_that_starts_anew_is_told_everything_again() -> None:
    edge = Registrar()
    kept = registrations(edge)

    async def story() -> None:
        await kept.keep([TRUNK])
        edge.away = True
        assert await kept.keep([TRUNK]) == {}, "nothing stays green that nobody looks at"
        edge.away = False
        edge.kept.clear()
        await kept.keep([TRUNK])

    asyncio.run(story())
    assert len(edge.kept) == 1


def test_a_switchboard_that_starts_anew_registers_nothing_twice() -> None:
    edge = Registrar()
    keeps(edge, [TRUNK])
    assert states(edge, [TRUNK], [TRUNK])[-1] == Registration("Registered")
    assert len(edge.told) == 2


def test_while_it_is_renewed_the_last_state_stands() -> None:
    edge = Registrar()
    kept = registrations(edge)

    async def story() -> None:
        await kept.keep([TRUNK])
        await kept.keep([TRUNK])
        edge.only["flags"] = ASKING
        assert await kept.keep([TRUNK]) == {NAME: Registration("Registered")}

    asyncio.run(story())


def test_who_did_not_answer_is_asked_sooner_than_who_refused() -> None:
    for says, again in (("", True), ("503 Service Unavailable", True), ("403 Forbidden", False)):
        edge = Registrar()
        edge.says = says
        keeps(edge, [TRUNK])
        edge.told.clear()
        edge.time_passes(14)
        keeps(edge, [TRUNK])
        assert edge.told == []
        edge.time_passes(1)
        keeps(edge, [TRUNK])
        assert bool(edge.told) == again, says


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("", Registration("Unregistered")),
        ("401 Unauthorized", Registration("Rejected", "401 Unauthorized")),
        ("403 Forbidden", Registration("Rejected", "403 Forbidden")),
        ("302 Moved", Registration("Rejected", "302 Moved")),
        ("603 Decline", Registration("Rejected", "603 Decline")),
        ("408 Request Timeout", Registration("Unregistered", "408 Request Timeout")),
        ("503 Service Unavailable", Registration("Unregistered", "503 Service Unavailable")),
        ("200 OK", Registration("Unregistered", "200 OK")),
        ("403 Nie\r\nma \x1b[1m" + "x" * 100, Registration("Rejected", ("403 Niema [1m" + "x" * 100)[:80])),
    ],
)
def test_what_a_carrier_says_is_told(said: str, state: Registration) -> None:
    """200 OK that does not name our address registers nobody (RFC 3261, 10.2.4)."""
    assert state_of(said) == state


def test_no_password_is_seen_in_a_log() -> None:
    edge = Registrar()
    keeps(edge, [TRUNK])
    assert "tajne" not in repr(TRUNK)


def test_the_edge_need_not_be_asked_so_often_while_all_are_registered() -> None:
    edge = Registrar()
    kept, settled = registrations(edge), list[bool]()

    async def story() -> None:
        for rows in ([TRUNK], [TRUNK], [], [], [TRUNK], [TRUNK]):  # told, registered, taken back, forgotten, and anew
            await kept.keep(rows)
            settled.append(kept.are_settled())
        edge.says = "403 Forbidden"
        edge.answers(str(edge.only["l_uuid"]))
        await kept.keep([TRUNK])
        settled.append(kept.are_settled())
        edge.away = True
        await kept.keep([TRUNK])
        settled.append(kept.are_settled())

    asyncio.run(story())
    assert settled == [False, True, False, False, False, True, False, False]
