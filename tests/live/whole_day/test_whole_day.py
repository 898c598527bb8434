"""After all the other stories of the session: what the exchange has to say about the whole of it."""

from tests.live.conftest import FORGETFUL
from tests.live.day import complaints, unlike_the_journal
from tests.live.instance import Installation
from tests.live.phones import until


def test_every_attempt_of_the_day_has_exactly_one_record(house: Installation) -> None:
    """The engine's own journal, read with other code, names the same calls as the records do, and none is open."""
    assert unlike_the_journal(house) == set()


def test_no_call_is_left_in_the_engine(house: Installation) -> None:
    """Nobody talks any more."""
    assert house.channels() == []


def test_no_process_has_anything_to_complain_of(house: Installation) -> None:
    """Their logs have no error and no warning, but for what strangers did."""
    assert list(complaints(house)) == []


def test_a_registration_runs_out(house: Installation) -> None:
    """The phone that registered at the beginning of the day, for the shortest time, and never again, is gone by now."""
    account = house.api("GET", f"/sip-accounts?extension={FORGETFUL}").body["items"][0]
    path = f"/sip-accounts/{account['id']}"
    until(lambda: house.api("GET", path).body["last_seen"], 160, "the phone was there, and is gone")
    assert not house.api("GET", path).body["registered"]
