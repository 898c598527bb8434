"""What each final SIP status of a carrier means for the call: the whole table, status by status."""

import pytest

from centralka.calls.carrier_answers import ANSWERS, MEANINGS, meaning_of, phone_says_busy
from centralka.calls.plan import Outcome, Refusal
from centralka.calls.prompts import Prompt
from centralka.calls.reasons import Why

# Said of the person or the number, so true over every trunk: outcome, why, what is spoken, what our phone gets.
FINAL = {
    (486, 600): (Outcome.BUSY, Why.NUMBER_BUSY, Prompt.NUMBER_BUSY, 486),
    (433, 603, 606, 607, 608): (Outcome.DECLINED, Why.NUMBER_DECLINED, Prompt.NUMBER_BUSY, 486),
    (480, 487): (Outcome.NO_ANSWER, Why.NUMBER_NOT_ANSWERED, Prompt.NO_ANSWER, 480),
    (404, 410, 484, 485, 604): (Outcome.NO_SUCH_NUMBER, Why.NUMBER_NOT_KNOWN, Prompt.NUMBER_UNALLOCATED, 404),
}
NOT_LISTED = {
    699: (Outcome.DECLINED, 486),
    640: (Outcome.DECLINED, 486),
    499: (Outcome.UNAVAILABLE, 503),
    599: (Outcome.UNAVAILABLE, 503),
    399: (Outcome.UNAVAILABLE, 503),
}
EVERY_FINAL = {status for statuses in FINAL for status in statuses}


@pytest.mark.parametrize("status", sorted(EVERY_FINAL))
def test_what_the_called_person_or_number_says_is_the_end(status: int) -> None:
    outcome, why, say, sip_status = next(row for statuses, row in FINAL.items() if status in statuses)
    found = meaning_of(status)
    assert found.final
    assert (found.outcome, found.why, found.say, found.refusal.sip_status) == (outcome, why, say, sip_status)


@pytest.mark.parametrize("status", sorted(set(ANSWERS) - EVERY_FINAL))
def test_every_other_status_leads_to_the_next_trunk(status: int) -> None:
    found = meaning_of(status)
    assert not found.final
    assert (found.outcome, found.why, found.say) == (Outcome.UNAVAILABLE, Why.NO_TRUNK_WORKED, Prompt.NO_TRUNK)
    assert found.refusal is Refusal.NO_ROUTE


@pytest.mark.parametrize("status", range(600, 700))
def test_nobody_is_called_again_after_a_global_failure(status: int) -> None:
    """RFC 3261 21.6: the whole class, also what was added to it since (RFC 8197, RFC 8688) or will be."""
    assert meaning_of(status).final
    assert phone_says_busy(status)


@pytest.mark.parametrize("status", range(300, 400))
def test_a_redirection_is_neither_followed_nor_busy(status: int) -> None:
    assert meaning_of(status).outcome is Outcome.UNAVAILABLE


@pytest.mark.parametrize("status, expected", NOT_LISTED.items())
def test_a_status_that_is_not_listed_means_what_its_class_does(status: int, expected: tuple[Outcome, int]) -> None:
    found = meaning_of(status)
    assert (found.outcome, found.refusal.sip_status) == expected


def test_each_outcome_has_one_meaning() -> None:
    """It is by the outcome that a plan finds what is spoken and what the phone gets."""
    assert len({meaning.outcome for meaning in MEANINGS}) == len(MEANINGS)
    assert {meaning.outcome for meaning in ANSWERS.values()} == {meaning.outcome for meaning in MEANINGS}


@pytest.mark.parametrize("status", [404, 408, 480, 487, 488, 500, 503])
def test_a_phone_that_is_out_of_reach_is_not_busy(status: int) -> None:
    assert not phone_says_busy(status)
