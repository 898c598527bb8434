"""A company that the operator blocked: calls in and out are refused aloud, and emergency calls go out."""

from centralka.calls.prompts import Prompt
from tests.live.carrier_instance import Carrier
from tests.live.office import SOON, over
from tests.live.phones import Phone, until

from .spoken import is_told
from .tenant import Firm, operator, outside_number

WHY = "Nieopłacona faktura 7/2026"


def test_calls_in_and_out_are_refused_aloud_and_on_record(firm: Firm, carrier: Carrier) -> None:
    alicja, bartek = firm.reached_by(firm.numbers[0]), firm.phone("Bartek")
    block = f"/tenants/{firm.id}/block"
    operator(firm.house, "PUT", block, {"reason": WHY})
    try:
        _lives_blocked(firm, carrier, alicja, bartek)
    finally:
        operator(firm.house, "DELETE", block)
    alicja.dial(outside_number("00"))
    until(lambda: alicja.in_call, SOON, "after it is unblocked the number answers")
    alicja.hang_up()
    over(alicja)


def _lives_blocked(blocked: Firm, carrier: Carrier, alicja: Phone, bartek: Phone) -> None:
    before = len(carrier.received())
    alicja.dial(outside_number("00"))
    is_told(alicja, "403 Forbidden", Prompt.COMPANY_BLOCKED)
    with carrier.call("600 100 200", blocked.numbers[0]) as call:
        assert not call.wait().answered
    assert len(carrier.received()) == before
    out, came = blocked.records(2)
    assert [(one.direction, one.outcome, one.reasons) for one in (out, came)] == [
        ("out", "refused", ["company_blocked"]),
        ("in", "refused", ["company_blocked"]),
    ]
    bartek.dial(alicja.login.rpartition("_")[2])
    until(lambda: alicja.ringing, SOON, "colleagues still reach each other")
    bartek.hang_up()
    over(alicja, bartek)
    alicja.dial("112")
    until(lambda: alicja.in_call, SOON, "an emergency call goes out")
    alicja.hang_up()
    over(alicja)
    refused = blocked.house.api("PATCH", "/tenant", {"language": "en"}, token=blocked._token)
    assert (refused.status, refused.body["type"].rpartition("/")[2]) == (403, "company-blocked")
