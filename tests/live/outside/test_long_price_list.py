"""A list of 300,000 prices is uploaded, again and again, while a call centre calls outside."""

import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from tests.live.carrier_instance import Carrier
from tests.live.office import PASSWORD
from tests.live.phones import until
from tests.live.sipp import ADDRESS, Burst, Sipp

from .tenant import PRICES, Firm, add_price_list, operator, outside_number

CALLS = int(os.environ.get("CENTRALKA_STORY_CALLS", "100"))
RATE = 5
"""Calls a second."""
ROWS = 299_900
_NUMBERS = itertools.count(20_000_000_000)


def a_long_list() -> bytes:
    """Every row is below a country that nobody calls here, but for those of the story."""
    return PRICES + b"".join(b"%d;Daleko;0,1000;0;60;60\n" % next(_NUMBERS) for _ in range(ROWS))


def test_no_call_is_refused_while_a_long_list_is_uploaded(firm: Firm, carrier: Carrier) -> None:
    """Each upload replaces all prices; each call finds one, and money can be put aside for it at any moment."""
    prices = add_price_list(firm.house, f"Długi {firm.slug}", PRICES)
    firm.set(price_list_id=prices)
    firm.top_up("500.00")
    account = firm.account("Call center", call_waiting=True)
    scenario, burst = Path(__file__).parent / "uac_perhaps.xml", Burst(calls=CALLS, rate=RATE)
    over = Event()
    with ThreadPoolExecutor(1) as beside:
        uploads = beside.submit(_upload_until, firm, prices, over)
        try:
            with Sipp(
                scenario, account.login, PASSWORD, outside_number("00"), ADDRESS, firm.house.sip_port, "udp", None,
                burst,
                int(CALLS / RATE) + 60, {"talk_ms": 1000},
            ) as calls:  # fmt: skip
                assert calls.wait(CALLS / RATE + 120) == 0, calls.complaints()
        finally:
            over.set()
        assert uploads.result() > 0
    records = firm.records(CALLS)
    waits = sorted((record.answered_at - record.started_at).total_seconds() for record in records if record.answered_at)
    told = f"longest wait for the answer {waits[-1]:.2f} s, median {waits[len(waits) // 2]:.2f} s"
    print(f"{CALLS} calls, {uploads.result()} uploads of {ROWS} rows; {told}")
    assert {record.outcome for record in records} == {"answered"}


def _holding(firm: Firm, prices: int) -> int:
    """How many prices hold now."""
    found = operator(firm.house, "GET", f"/price-lists/{prices}/revisions")["items"]
    return next(int(one["prices"]) for one in found if one["holds"])


def _upload_until(firm: Firm, prices: int, over: Event) -> int:
    """How many uploads were finished."""
    done = 0
    while not (over.is_set() and done):
        operator(firm.house, "POST", f"/price-lists/{prices}/prices?wait=false", a_long_list())
        until(lambda: _holding(firm, prices) > ROWS, 120, "the new prices hold")
        done += 1
        operator(firm.house, "POST", f"/price-lists/{prices}/prices", PRICES)
    return done
