"""What became of the company's mails, and test messages."""

from datetime import UTC, datetime, timedelta

import pytest

from centralka.actions import mail as actions
from centralka.actions.errors import InvalidInput, NotAllowed, NotFound
from centralka.store.models import Mail, SipAccount
from tests import cast

START = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)


def mailbox(company: cast.Company, extension: str = "100", email: str = "a@example.pl") -> SipAccount:
    return cast.phone(company.tenant, extension, voicemail_enabled=True, voicemail_email=email)


def codes(refused: pytest.ExceptionInfo[InvalidInput]) -> dict[str, list[str]]:
    return {field: [problem.code for problem in found] for field, found in refused.value.problems.items()}


def test_a_test_message_goes_where_messages_are_mailed(kwiaty: cast.Company) -> None:
    account = mailbox(kwiaty)
    made = actions.send_test_mail(kwiaty.manager, account.pk)
    assert (made.kind, made.to, made.state, made.language) == ("test", "a@example.pl", "queued", "pl")
    assert list(actions.mails(kwiaty.manager, sip_account=account.pk)) == [made]


def test_without_an_address_there_is_no_test(kwiaty: cast.Company) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.send_test_mail(kwiaty.manager, mailbox(kwiaty, email="").pk)
    assert codes(refused) == {"voicemail_email": ["required"]}


def test_no_more_than_five_tests_wait(kwiaty: cast.Company) -> None:
    account, other = mailbox(kwiaty), mailbox(kwiaty, "101")
    for _number in range(5):
        actions.send_test_mail(kwiaty.manager, account.pk)
    with pytest.raises(InvalidInput) as refused:
        actions.send_test_mail(kwiaty.manager, account.pk)
    assert codes(refused) == {"voicemail_email": ["too_many"]}
    actions.send_test_mail(kwiaty.manager, other.pk)
    Mail.objects.filter(pk=Mail.objects.earliest("pk").pk).update(state=Mail.State.SENT)
    actions.send_test_mail(kwiaty.manager, account.pk)


def test_the_newest_mail_comes_first(kwiaty: cast.Company) -> None:
    account = mailbox(kwiaty)
    first, second, third = (actions.send_test_mail(kwiaty.manager, account.pk) for _number in range(3))
    Mail.objects.filter(pk=first.pk).update(created_at=START + timedelta(days=3000))
    assert list(actions.mails(kwiaty.manager)) == [first, third, second]


def test_strangers_and_readers_see_none(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    account = mailbox(kwiaty)
    actions.send_test_mail(kwiaty.manager, account.pk)
    assert not actions.mails(ksiegi.manager).exists()
    assert not actions.mails(ksiegi.manager, sip_account=account.pk).exists()
    assert not actions.mails(kwiaty.manager, sip_account=10**30).exists()
    with pytest.raises(NotFound):
        actions.send_test_mail(ksiegi.manager, account.pk)
    with pytest.raises(NotAllowed):
        actions.mails(kwiaty.reader)
    with pytest.raises(NotAllowed):
        actions.send_test_mail(kwiaty.reader, account.pk)


def test_the_log_outlives_the_account(kwiaty: cast.Company) -> None:
    account = mailbox(kwiaty)
    made = actions.send_test_mail(kwiaty.manager, account.pk)
    account.delete()
    assert [(found.pk, found.sip_account) for found in actions.mails(kwiaty.manager)] == [(made.pk, None)]
