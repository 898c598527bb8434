"""Mail on its way out: queued once, taken by one worker at a time, tried again and again but not for ever."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db import transaction

from centralka.store.mail import (
    LEASE,
    MOST_TRIES,
    PAUSES,
    claim,
    due,
    failed,
    queue_mailbox_full,
    queue_test,
    queue_voicemail,
    refused,
    sent,
)
from centralka.store.models import Mail
from tests import cast
from tests.at_once import at_once
from tests.outbox.mails import ADDRESS, NOON, mail, mailbox, message

SECOND = timedelta(seconds=1)
LATER = NOON + timedelta(hours=3)


def claimed(kwiaty: cast.Company, now: datetime = NOON) -> Mail:
    made = claim(mail(mailbox(kwiaty.tenant)).pk, now)
    assert made
    return made


def row() -> Mail:
    return Mail.objects.get()


# -- Queueing ----------------------------------------------------------------------------------------------------------


def test_a_message_is_queued_once_with_address_and_language(kwiaty: cast.Company) -> None:
    left = message(mailbox(kwiaty.tenant))
    queue_voicemail(left, NOON)
    queue_voicemail(left, LATER)
    queued = row()
    assert (queued.kind, queued.to, queued.language, queued.message) == ("voicemail", ADDRESS, "pl", left)
    assert (queued.state, queued.key, queued.tenant) == ("queued", f"voicemail:{left.msg_id}", kwiaty.tenant)


def test_a_message_that_was_mailed_is_not_mailed_again(kwiaty: cast.Company) -> None:
    made = claimed(kwiaty)
    sent(made, NOON)
    assert made.message
    queue_voicemail(made.message, LATER)
    assert (row().state, due(LATER, 9)) == ("sent", [])


def test_an_account_without_an_address_is_mailed_nothing(kwiaty: cast.Company) -> None:
    account = mailbox(kwiaty.tenant, to="")
    queue_voicemail(message(account), NOON)
    queue_mailbox_full(account, NOON)
    assert not Mail.objects.exists()
    with pytest.raises(ValueError, match="no address"):
        queue_test(account, NOON)


def test_a_full_mailbox_is_told_once_a_day_of_the_calendar_on_the_wall(kwiaty: cast.Company) -> None:
    account = mailbox(kwiaty.tenant)
    for hours in range(0, 30, 2):  # from noon to five in the afternoon of the next day, in Warsaw
        queue_mailbox_full(account, NOON + timedelta(hours=hours))
    assert sorted(Mail.objects.values_list("key", flat=True)) == [
        f"full:{account.pk}:2026-11-23",
        f"full:{account.pk}:2026-11-24",
    ]


def test_every_test_is_a_mail_of_its_own(kwiaty: cast.Company) -> None:
    account = mailbox(kwiaty.tenant)
    made = [queue_test(account, NOON) for _ in range(3)]
    assert due(NOON, 9) == [one.pk for one in made]


def test_a_queued_twin_does_not_break_the_transaction_around_it(kwiaty: cast.Company) -> None:
    left = message(mailbox(kwiaty.tenant))
    with transaction.atomic():
        queue_voicemail(left, NOON)
        queue_voicemail(left, NOON)
        second = message(left.sip_account)
        queue_voicemail(second, NOON)
    assert Mail.objects.count() == 2


def test_what_is_rolled_back_is_not_mailed(kwiaty: cast.Company) -> None:
    account = mailbox(kwiaty.tenant)
    with transaction.atomic():
        queue_voicemail(message(account), NOON)
        transaction.set_rollback(True)
    assert due(NOON, 9) == []


# -- Claims ------------------------------------------------------------------------------------------------------------


def test_those_that_waited_longest_come_first_and_not_more_than_wanted(kwiaty: cast.Company) -> None:
    account = mailbox(kwiaty.tenant)
    young, old, not_yet = (mail(account, NOON + second * SECOND) for second in (2, 1, 60))
    assert due(NOON + 3 * SECOND, 9) == [old.pk, young.pk]
    assert due(NOON + 3 * SECOND, 1) == [old.pk]
    assert claim(not_yet.pk, NOON) is None


def test_a_claim_keeps_others_away_and_counts_the_try(kwiaty: cast.Company) -> None:
    made = claimed(kwiaty)
    assert made.attempts == 1
    assert claim(made.pk, NOON) is None
    assert due(NOON + LEASE - SECOND, 9) == []


def test_the_claim_of_a_worker_that_died_ends_by_itself(kwiaty: cast.Company) -> None:
    made = claimed(kwiaty)
    again = claim(made.pk, NOON + LEASE)
    assert again
    assert again.attempts == 2


def test_a_mail_that_was_queued_by_a_wrong_clock_does_not_wait_for_years(kwiaty: cast.Company) -> None:
    made = mail(mailbox(kwiaty.tenant), NOON + timedelta(days=4000))
    assert due(NOON, 9) == [made.pk]
    assert claim(made.pk, NOON)
    assert due(NOON, 9) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_gets_it(transactional_db: None) -> None:
    account = mailbox(cast.alicjas_company().tenant)
    ids = [mail(account).pk for _ in range(10)]

    def work() -> list[int]:
        return [mail_id for mail_id in ids if claim(mail_id, NOON)]

    one, other = at_once(work, work)
    assert sorted(one + other) == ids


# -- What came of it ---------------------------------------------------------------------------------------------------


def test_what_was_sent_is_over(kwiaty: cast.Company) -> None:
    made = claimed(kwiaty)
    sent(made, LATER)
    assert (row().state, row().sent_at, row().error) == ("sent", LATER, "")
    assert due(LATER + LEASE, 9) == []


def test_what_was_refused_is_over_and_says_why(kwiaty: cast.Company) -> None:
    made = claimed(kwiaty)
    refused(made, "550 No such user")
    assert (row().state, row().error) == ("failed", "550 No such user")
    assert due(LATER, 9) == []


def test_pauses_grow_and_after_three_days_of_trying_it_is_over(kwiaty: cast.Company) -> None:
    made, tries = mail(mailbox(kwiaty.tenant)), list[datetime]()
    while row().state == "queued":
        tries.append(row().next_at)
        taken = claim(made.pk, tries[-1])
        assert taken
        failed(taken, "451 Later, please", tries[-1])
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert tuple(pauses[:7]) == PAUSES
    assert set(pauses[7:]) == {PAUSES[-1]}
    assert (row().state, row().attempts, row().error) == ("failed", MOST_TRIES, "451 Later, please")
    assert timedelta(hours=71) < tries[-1] - NOON <= timedelta(hours=72)


def test_an_installation_that_was_off_for_a_week_still_gives_all_tries(kwiaty: cast.Company) -> None:
    made = claimed(kwiaty, NOON + timedelta(days=7))
    failed(made, "451 Later, please", NOON + timedelta(days=7))
    assert row().state == "queued"


def test_a_long_answer_of_a_server_is_cut(kwiaty: cast.Company) -> None:
    failed(claimed(kwiaty), "ż" * 5000, NOON)
    assert row().error == "ż" * 300


def test_a_worker_whose_claim_had_ended_spoils_nothing(kwiaty: cast.Company) -> None:
    """It was suspended for an hour; another sent the mail."""
    slow = claimed(kwiaty)
    quick = claim(slow.pk, LATER)
    assert quick
    failed(slow, "the connection broke off", LATER)
    assert (row().next_at, row().error) == (LATER + LEASE, "")
    sent(quick, LATER)
    refused(slow, "550 No such user")
    assert row().state == "sent"


def test_whatever_others_noted_meanwhile_what_was_sent_was_sent(kwiaty: cast.Company) -> None:
    slow = claimed(kwiaty)
    quick = claim(slow.pk, LATER)
    assert quick
    refused(quick, "550 No such user")
    sent(slow, LATER)
    assert row().state == "sent"
