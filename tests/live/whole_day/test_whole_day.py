"""After all the other stories of the session: what the exchange has to say about the whole of it."""

import re

from tests.live.conftest import FORGETFUL
from tests.live.instance import Installation
from tests.live.journal import attempts
from tests.live.office import SOON
from tests.live.phones import until

PROVOKED = re.compile(
    "|".join(
        [
            # Strangers sent what is no session description, and what is no SIP message.
            r"pjproject: .*Error parsing/validating SDP body",
            r"pjproject: .*sip_transport\.c Dropping \d+ bytes packet from .*: PJSIP syntax error",
            # The demo company's trunk leads to the sandbox carrier, which nobody started here.
            r"WARNING.*res_pjsip_outbound_registration\.c: No response received .* on registration attempt to",
            # The SIP library's word about a module that is loaded when others listen already.
            r'Warning: Module "PubSub Module" registered during operation',
        ]
    )
)


def test_every_attempt_of_the_day_has_exactly_one_record(house: Installation) -> None:
    """The engine's own journal, read with other code, names the same calls as the records do, and none is open."""
    until(lambda: all(record.ended_at for record in house.records()), SOON, "no record is open")
    records = house.records()
    assert {record.call_id for record in records} == attempts(house.journal)
    assert all(record.outcome for record in records)


def test_no_call_is_left_in_the_engine(house: Installation) -> None:
    """Nobody talks any more."""
    assert house.channels() == []


def test_no_process_has_anything_to_complain_of(house: Installation) -> None:
    """Their logs have no error and no warning, but for what strangers did."""
    for log in (house.engine_log, *sorted((house.home / "log").glob("*.log"))):
        lines = [line for line in log.read_text().splitlines() if not PROVOKED.search(line)]
        assert not [line for line in lines if re.search(r"Traceback|ERROR|WARNING|level='(error|warning)'", line)], log


def test_a_registration_runs_out(house: Installation) -> None:
    """The phone that registered at the beginning of the day, for the shortest time, and never again, is gone by now."""
    account = house.api("GET", f"/sip-accounts?extension={FORGETFUL}").body["items"][0]
    path = f"/sip-accounts/{account['id']}"
    until(lambda: not house.api("GET", path).body["registered"], 100, "the phone is gone")
    assert house.api("GET", path).body["last_seen"]
