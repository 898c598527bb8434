"""The disk fills up while a fax comes in: what could be written is kept, the rest is told of, and no other is begun."""

from functools import partial
from pathlib import Path

from PIL import Image

from tests.faxes import a_page
from tests.live.phones import until
from tests.live.voicemail.small_disk import SmallDisk

from .office import FAX_SECONDS, fax_office

PAGES = [a_page("Strona 1"), a_page("Strona 2", 2200), a_page("Strona 3", 2200)]
SPOOL = "engine/spool/faxes"


def pages_in(folder: Path) -> int:
    """How many whole pages lie there."""
    for file in folder.glob("*.tif"):
        try:
            with Image.open(file) as fax:
                return int(getattr(fax, "n_frames", 0))
        except OSError:
            return 0
    return 0


def test_what_could_be_written_is_kept_and_the_rest_is_told_of(tmp_path: Path) -> None:
    with fax_office(tmp_path, partial(SmallDisk, SPOOL)) as office:
        house = office.house
        assert isinstance(house, SmallDisk)
        with office.send("600100206", PAGES) as sending:
            until(lambda: pages_in(house.disk) >= 1, FAX_SECONDS, "one page is there, and more is to come")
            filler = house.fill()
            sending.wait(FAX_SECONDS)
        with office.send("600100207", PAGES[:1]) as refused:
            assert not refused.wait(FAX_SECONDS).answered
        filler.unlink()
        (fax,) = until(lambda: office.from_("+48600100206"), 120, "what fitted is kept")
        assert fax["pages"] >= 1
        assert office.has(fax, PAGES[: fax["pages"]])
        assert fax["state"] == "broken_off" or fax["pages"] + fax["unreadable_pages"] == len(PAGES)
        until(office.all_calls_ended, 30, "both calls are on record")
        calls = {call["from"]: call["outcome"] for call in house.items("/calls")}
        assert calls["+48600100207"] == "unavailable"
        assert len(office.faxes) == 1
