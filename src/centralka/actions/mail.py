"""The company's mails as they were sent, or not; and a test of where an account's messages are mailed."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centralka.store.mail import queue_test
from centralka.store.models import Mail, Role, SipAccount

from .account.accounts import locked_sip_account
from .actor import Actor
from .errors import ProblemList

MOST_TESTS_WAITING = 5


def mails(actor: Actor, *, sip_account: int | None = None) -> QuerySet[Mail]:
    """Return the company's mails, or the mails about one account, newest first."""
    actor.require(Role.MANAGER)
    found = Mail.objects.filter(tenant=actor.tenant)
    if sip_account is not None:
        found = found.filter(sip_account=sip_account) if 0 < sip_account < 2**63 else found.none()
    return found.select_related("sip_account", "message").order_by("-created_at", "-id")


def send_test_mail(actor: Actor, account_id: int) -> Mail:
    """Mail a test to the address of the account's messages; the worker sends it within moments."""
    actor.require(Role.MANAGER)
    with transaction.atomic():
        account = locked_sip_account(actor, account_id)
        _check_test(account)
        return queue_test(account, timezone.now())


def _check_test(account: SipAccount) -> None:
    problems = ProblemList()
    problems.check(
        account.voicemail_email != "",
        "voicemail_email",
        "required",
        _("The account has no address for messages. Save one first."),
    )
    waiting = account.mails.filter(kind=Mail.Kind.TEST, state=Mail.State.QUEUED).count()
    problems.check(
        waiting < MOST_TESTS_WAITING,
        "voicemail_email",
        "too_many",
        _("Several test messages are still waiting to be sent. Wait for them first."),
    )
    problems.raise_any()
