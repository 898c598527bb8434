"""Faxes come in from the public network: over T.38 and as sound, dot by dot, whatever dies meanwhile.

A fax takes its time (14,400 bit/s), so several come at once.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.faxes import a_dense_page, a_page, is_same, write_tiff
from tests.live.instance import ProcessName
from tests.live.phones import Phone, until
from tests.live.sipp import run_scenario

from .fax_machine import FaxMachines, faxes_by_way
from .lossy_way import LossyWay
from .office import ADDRESSES, EXTENSION, FAX_SECONDS, NUMBER, FaxOffice, fax_office, pages_in

SHORT = [a_page("Strona 1"), a_page("Strona 2")]
LONG = [a_page("Strona 1"), a_page("Strona 2", 2200), a_page("Strona 3")]
ENGINE_IS_AWAY = 4.0
"""Seconds: longer than the edge waits for it where a call is new."""
FILED = [(address, "filed") for address in ADDRESSES]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaxOffice]:
    with fax_office(tmp_path_factory.mktemp("faxes")) as made:
        yield made


def test_faxes_come_in_over_t38_and_as_sound_beside_a_caller_who_only_speaks(office: FaxOffice) -> None:
    with (
        office.send("600100201", SHORT) as over_t38,
        office.send("600100202", SHORT, sound=True) as as_sound,
        office.carrier.call("600100203", "22 123 45 67", seconds=5) as speaking,
    ):
        assert speaking.wait().answered
        assert over_t38.wait(FAX_SECONDS).sentence.endswith("Fax: SUCCESS, pages sent: 2.")
        assert as_sound.wait(FAX_SECONDS).sentence.endswith("Fax: SUCCESS, pages sent: 2.")
    for number in ("+48600100201", "+48600100202"):
        (fax,) = until(lambda number=number: office.from_(number), 30, "the fax is there")  # type: ignore[misc]
        assert (fax["pages"], fax["state"], fax["unreadable_pages"]) == (2, "complete", 0)
        assert office.has(fax, SHORT)
        until(lambda fax=fax: office.mails_of(fax) == FILED, 30, "it is mailed once to each")  # type: ignore[misc]
    assert len(office.faxes) == 2
    assert faxes_by_way(office.house.engine_says("fax show stats")) == {"T.38": 1, "G.711": 1}
    # A fax can be kept, and mailed, before its call is on record.
    until(office.all_calls_ended, 30, "all calls are on record")
    told = {call["from"]: call for call in office.house.items("/calls")}
    assert [told[f"+4860010020{last}"]["outcome"] for last in "123"] == ["answered"] * 3
    assert [told[f"+4860010020{last}"]["legs"][0]["pages"] for last in "123"] == [2, 2, 0]


def test_what_came_is_kept_once_when_the_engine_dies_and_when_the_others_die(office: FaxOffice) -> None:
    before = len(office.faxes)
    with office.send("600100204", LONG):
        until(lambda: 1 in office.received_now, FAX_SECONDS, "one page is there, and more is to come")
        dead = office.house.kill("engine")
        office.house.wait_for_another("engine", dead)
    (fax,) = until(lambda: office.from_("+48600100204"), 60, "what came is kept")
    assert (fax["pages"], fax["state"]) == (1, "broken_off")
    assert office.has(fax, LONG[:1])
    until(lambda: office.carrier.registered, 120, "the exchange is registered again")
    with office.send("600100205", LONG) as sending:
        until(lambda: 1 in office.received_now, FAX_SECONDS, "one page is there")
        for name in ("switchboard", "worker"):
            office.house.wait_for_another(name, office.house.kill(name))
        assert sending.wait(FAX_SECONDS).sentence.endswith("Fax: SUCCESS, pages sent: 3.")
    (whole,) = until(lambda: office.from_("+48600100205"), 60, "all of it is kept")
    assert (whole["pages"], whole["state"]) == (3, "unconfirmed"), "nobody saw its end"
    assert office.has(whole, LONG)
    for one in (fax, whole):
        until(lambda one=one: office.mails_of(one) == FILED, 60, "it is mailed once to each")  # type: ignore[misc]
    assert len(office.faxes) == before + 2
    until(lambda: not office.received_now, 60, "nothing is left of them")
    until(office.all_calls_ended, 30, "all calls are on record")
    calls = {call["from"]: call for call in office.house.items("/calls")}
    assert calls["+48600100204"]["outcome"] == "interrupted"
    assert calls["+48600100205"]["outcome"] == "answered"
    (leg,) = calls["+48600100205"]["legs"]
    assert (leg["to"], leg["outcome"], leg["pages"]) == (EXTENSION, "fax", 3), "the engine told of it"


def test_a_fax_machine_behind_an_account_sends_over_t38_if_the_account_may_and_as_sound_else(office: FaxOffice) -> None:
    """To the public network and to a colleague, through the front door; each machine can do both.

    One that may not asks for T.38 by itself, too: it is refused, and goes on as sound. So does one that may, towards a
    colleague's machine that may not.
    """
    may, may_not = (one["login"] for one in office.house.demo["accounts"])
    (account,) = [one for one in office.house.items("/sip-accounts") if one["login"] == may]
    assert office.house.api("PATCH", f"/sip-accounts/{account['id']}", {"fax_sending": True}).status == 200
    file, before = write_tiff(office.folder / "out.tif", SHORT), len(office.carrier.ended())
    # The colleague's is started when the calling one has asked for T.38, after ten seconds: then the exchange no longer
    # hands on the packets unread, and this engine's modem, amidst its training, hears nothing more every other time.
    with FaxMachines(office.house, called=may_not, started_after=12) as machines:
        machines.send(may, "101", file, offers=True)
        machines.send(may, EXTENSION, file)
        machines.send(may, "221112205", file)
        machines.send(may_not, "221113305", file, offers=True)
        machines.until_done(5)  # four are sent, and one of them came to a machine
        assert machines.done == {"T.38": 2, "G.711": 3}
        (got,) = machines.received
        assert are_same(got, SHORT)
    (inside,) = until(lambda: office.from_("100"), 30, "a colleague's fax is there")
    assert (inside["pages"], inside["state"], office.has(inside, SHORT)) == (2, "complete", True)
    ended = until(lambda: office.carrier.ended()[before:][1:] and office.carrier.ended()[before:], 30, "both ended")
    assert sorted((one["called"][-9:], one["fax_status"], one["fax_pages"]) for one in ended) == [
        ("221112205", "SUCCESS", "2"),
        ("221113305", "SUCCESS", "2"),
    ]
    for one in ended:
        with Image.open(one["fax_file"]) as received:
            assert is_same(received.convert("1"), SHORT[0])


def test_a_fax_machine_that_offers_t38_by_itself_is_taken_at_its_word(office: FaxOffice) -> None:
    """Near asks for T.38 as soon as it is answered; far offers it beside sound in its first INVITE, and is called."""
    for account in office.house.items("/sip-accounts"):
        assert office.house.api("PATCH", f"/sip-accounts/{account['id']}", {"fax_sending": True}).status == 200
    near, far = (one["login"] for one in office.house.demo["accounts"])
    file, before = write_tiff(office.folder / "offered.tif", SHORT), office.known
    ended = len(office.carrier.ended())
    with (
        LossyWay(office.house.sip_port, offers=True) as way,
        FaxMachines(office.house, through={far: way}, called=far) as machines,
    ):
        machines.send(near, "101", file, offers=True)
        for login, offers in ((near, True), (far, False)):
            machines.send(login, EXTENSION, file, offers=offers)
            machines.send(login, "221112205", file, offers=offers)
        machines.until_done(6)  # five are sent, and one of them came to far
        until(lambda: not office.house.channels(), 30, "all hung up")
        assert machines.done == {"T.38": 6, "G.711": 0}
        (got,) = machines.received
        assert are_same(got, SHORT)
    came = until(lambda: office.since(before, 2), 30, "both are there")
    assert sorted((one["from"], one["state"], office.has(one, SHORT)) for one in came) == [
        ("100", "complete", True),
        ("101", "complete", True),
    ]
    outside = until(lambda: office.carrier.ended()[ended:][1:] and office.carrier.ended()[ended:], 30, "both ended")
    assert [(one["fax_status"], are_same(Path(one["fax_file"]), SHORT)) for one in outside] == [("SUCCESS", True)] * 2


@pytest.mark.parametrize("sending", [True, False])
def test_a_first_invite_with_t38_and_no_sound_is_refused_with_488(office: FaxOffice, sending: bool) -> None:
    """The engine begins each call with sound; such a machine calls again with sound (T.38, annex D)."""
    account = office.house.items("/sip-accounts")[0]
    assert office.house.api("PATCH", f"/sip-accounts/{account['id']}", {"fax_sending": sending}).status == 200
    (password,) = (one["password"] for one in office.house.demo["accounts"] if one["login"] == account["login"])
    image = "m=image [media_port] udptl t38\na=T38FaxVersion:0"
    port, login, known = office.house.sip_port, account["login"], len(office.house.items("/calls"))
    run_scenario("uac_refused", login=login, password=password, called=EXTENSION, port=port, final=488, sound=image)
    until(lambda: len(office.house.items("/calls")) > known, 30, "it is on record")
    assert "refused with SIP 488" in office.house.items("/calls")[0]["why"][0]


@pytest.mark.parametrize("dying", [["switchboard", "worker", "edge"], ["engine"]])
def test_a_fax_comes_once_or_not_at_all_when_processes_die_while_its_call_changes_to_t38(
    office: FaxOffice, dying: list[ProcessName]
) -> None:
    """One call to the fax account, one to a receiver outside: both ask for T.38 at the moment of death."""
    account = office.house.items("/sip-accounts")[0]
    assert office.house.api("PATCH", f"/sip-accounts/{account['id']}", {"fax_sending": True}).status == 200
    file, before = write_tiff(office.folder / "changing.tif", SHORT), office.known
    until(office.all_calls_ended, 30, "all before is over")
    ended = len(office.carrier.ended())
    known = [call["id"] for call in office.house.items("/calls")]
    with (
        LossyWay(office.house.sip_port, holds=True) as way,
        FaxMachines(office.house, through={account["login"]: way}) as machines,
    ):
        machines.send(account["login"], EXTENSION, file)
        machines.send(account["login"], "221112205", file)
        until(lambda: len(way.held) == 2, 30, "both calls are asked to change")
        if dying == ["engine"]:
            with office.house.without("engine"):
                time.sleep(ENGINE_IS_AWAY)
            way.holds = False
        else:
            dead = {name: office.house.kill(name) for name in dying}
            way.holds = False
            for name, pid in dead.items():
                office.house.wait_for_another(name, pid)
            machines.until_done(2)
        new = until(lambda: ended_calls(office, known), 60, "both calls are on record")
    # The new engine tells the carrier, which still asks for T.38, that there is no such call.
    (outside,) = until(lambda: office.carrier.ended()[ended:], 60, "the carrier tells the end")
    inner, outer = sorted(new, key=lambda call: len(call["to"]))
    paid = [row["key"] for row in office.house.rows("ledger_entry") if row["key"].startswith(f"call:{outer['id']}:")]
    assert len(paid) == 1, "for the seconds that it lasted, once"
    if dying == ["engine"]:
        assert (inner["outcome"], outer["outcome"], outside["fax_pages"]) == ("interrupted", "interrupted", "0")
        assert all("the engine stopped during the call" in call["why"] for call in new)
        assert office.known == before, "no page had come"
        until(lambda: office.carrier.registered, 120, "the exchange is registered again")
    else:
        assert (inner["outcome"], outer["outcome"], outside["fax_status"]) == ("answered", "answered", "SUCCESS")
        assert are_same(Path(outside["fax_file"]), SHORT)
        (fax,) = until(lambda: office.since(before, 1), 60, "it is kept")
        assert (fax["pages"], office.has(fax, SHORT)) == (2, True)
        assert [(leg["outcome"], leg["pages"]) for leg in inner["legs"]] == [("fax", 2)]
        # Whether a switchboard is back in time to see the end is a matter of moments.
        assert fax["state"] in ("unconfirmed", "complete")
        until(lambda: office.mails_of(fax) == FILED, 60, "it is mailed once to each")
    until(lambda: not office.received_now, 60, "nothing is left of them")


def ended_calls(office: FaxOffice, known: list[str]) -> list[dict[str, Any]]:
    """The two new calls, once both are over."""
    new = [call for call in office.house.items("/calls") if call["id"] not in known]
    return new if len(new) == 2 and all(call["ended_at"] for call in new) else []


def are_same(file: Path, pages: list[Image.Image]) -> bool:
    """Whether a file of an engine has these pages, dot by dot."""
    got = pages_in(str(file))
    return len(got) == len(pages) and all(is_same(one, other) for one, other in zip(got, pages, strict=True))


def test_a_fax_machine_that_calls_a_person_or_a_mailbox_is_taken_over_by_the_fax_account(office: FaxOffice) -> None:
    """A number points at Alicja, who answers; Bartek has voicemail and no phone. A caller who speaks stays with her."""
    alicja, bartek = office.house.demo["accounts"]
    accounts = {one["login"]: one["id"] for one in office.house.items("/sip-accounts")}
    for login, more in ((alicja["login"], {}), (bartek["login"], {"voicemail": {"enabled": True, "pin": "7391"}})):
        wanted = {"switch_to_fax": EXTENSION, "fax_sending": True, **more}
        assert office.house.api("PATCH", f"/sip-accounts/{accounts[login]}", wanted).status == 200
    file, before = write_tiff(office.folder / "switched.tif", SHORT), office.known
    phone = Phone(alicja["login"], alicja["password"], port=office.house.sip_port, auto_answer=True)
    with office.number_at(accounts[alicja["login"]]), FaxMachines(office.house) as machines, phone:
        phone.register()
        with office.carrier.call("600100206", NUMBER, seconds=9) as speaking:
            until(lambda: phone.in_call, 20, "she answered")
            assert speaking.wait().answered
        until(lambda: not phone.in_call, 20, "who spoke hung up")
        with office.send("600100207", SHORT) as sending:
            machines.send(alicja["login"], bartek["extension"], file)
            assert sending.wait(FAX_SECONDS).sentence.endswith("Fax: SUCCESS, pages sent: 2.")
        until(lambda: not phone.in_call, 20, "she is rid of it")
        # A machine that is switched off while it sends has sent half a fax.
        machines.until_done(1)
    for sender in ("+48600100207", alicja["extension"]):
        new = until(
            lambda sender=sender: [one for one in office.from_(sender) if one["id"] not in before],  # type: ignore[misc]
            FAX_SECONDS,
            "it is there",
        )
        (fax,) = new
        assert (sender, fax["pages"], fax["state"], office.has(fax, SHORT)) == (sender, 2, "complete", True)
        call = until(lambda fax=fax: office.ended_call(fax["call"]), 30, "its call is on record")  # type: ignore[misc]
        assert call["outcome"] == "answered"
        assert (call["legs"][-1]["to"], call["legs"][-1]["outcome"]) == (EXTENSION, "fax")
        assert call["legs"][0]["to"] in (alicja["extension"], bartek["extension"])
        assert "the caller sent the fax tone, so 15 (Faks) took the call over" in call["why"]
    assert office.house.items("/voicemail-messages") == []
    (spoke,) = [call for call in office.house.items("/calls") if call["from"] == "+48600100206"]
    assert [leg["to"] for leg in spoke["legs"]] == [alicja["extension"]]
    assert spoke["outcome"] == "answered"


def test_nothing_of_a_dense_page_is_missing_where_packets_get_lost_or_a_nat_is_between(office: FaxOffice) -> None:
    """T.38 has redundancy. One way loses 1 % and is a NAT, the other loses 5 %."""
    accounts = {one["login"]: one for one in office.house.items("/sip-accounts")}
    for account in accounts.values():
        assert office.house.api("PATCH", f"/sip-accounts/{account['id']}", {"fax_sending": True}).status == 200
    file, before = write_tiff(office.folder / "dense.tif", [a_dense_page()]), office.known
    near, far = (one["login"] for one in office.house.demo["accounts"])
    with (
        LossyWay(office.house.sip_port, loss=0.01, nat=True) as nat,
        LossyWay(office.house.sip_port, loss=0.05) as lossy,
        FaxMachines(office.house, through={near: nat, far: lossy}) as machines,
    ):
        for login in (near, far):
            machines.send(login, EXTENSION, file)
        machines.until_done(2)
        assert machines.done == {"T.38": 2, "G.711": 0}
        assert nat.lost > 3
        assert lossy.lost > 5 * nat.lost / 2
    came = until(lambda: office.since(before, 2), 30, "both are there")
    assert {one["from"] for one in came} == {account["extension"] for account in accounts.values()}
    assert [(one["pages"], one["state"], office.has(one, [a_dense_page()])) for one in came] == [
        (1, "complete", True)
    ] * 2
