"""Faxes come in from the public network: over T.38 and as sound, dot by dot, whatever dies meanwhile.

A fax takes its time (14,400 bit/s), so several come at once.
"""

from collections.abc import Iterator

import pytest

from tests.faxes import a_page
from tests.live.phones import until

from .office import ADDRESSES, FAX_SECONDS, FaxOffice, fax_office

SHORT = [a_page("Strona 1"), a_page("Strona 2")]
LONG = [a_page("Strona 1"), a_page("Strona 2", 2200), a_page("Strona 3")]
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
    says = office.house.engine_says("fax show stats")
    assert [line.split(":")[1].strip() for line in says.splitlines() if line.startswith("Success")] == ["1", "1"]
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
    assert office.received_now == []
    calls = {call["from"]: call for call in office.house.items("/calls")}
    assert calls["+48600100204"]["outcome"] == "interrupted"
    assert calls["+48600100205"]["outcome"] == "answered"
