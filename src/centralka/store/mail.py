"""Mail on its way out: queued once, claimed by one worker at a time, tried again after longer and longer pauses.

A worker that claims a mail and dies leaves a claim that ends by itself, and the mail is tried again.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone

from .models import Fax, Mail, Membership, Person, Role, SetupLink, SipAccount, Sms, Tenant, VoicemailMessage
from .statements import moment, rows_of
from .tries import is_due, pause_after

LEASE = timedelta(minutes=10)
"""The time for which a claim lasts: longer than a worker ever takes for one mail."""
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 300, 900, 1800, 3600))
"""The pauses between one try and the next; the last pause is repeated."""
MOST_TRIES = 78
"""As many as fit into three days. Tries are counted, not days: an installation that was switched off loses none."""

_KEY_LENGTH = 120
_ERROR_LENGTH = 300
_NEVER_SO_LATE = 2 * PAUSES[-1]
# The state is written out, as in the index of the mails that wait: so it is used, however many were sent in years.
_DUE = """
SELECT id FROM mail WHERE state = 'queued' AND (next_at <= %s OR next_at > %s) ORDER BY next_at, id LIMIT %s
"""


def queue_voicemail(message: VoicemailMessage, now: datetime) -> None:
    """Queue the mail of a message to the account's address, once; nothing if it has no address."""
    _queue_once(_mail(message.sip_account, Mail.Kind.VOICEMAIL, f"voicemail:{message.msg_id}", now, message))


def queue_fax(fax: Fax, now: datetime) -> None:
    """Queue a mail with the fax to each address of its account, once."""
    for address in fax.sip_account.fax_emails.splitlines():
        _queue_once(_fax_mail(fax, f"fax:{fax.pk}:{_short(address)}", address, now))


def queue_fax_to(fax: Fax, address: str, now: datetime) -> None:
    """Queue a mail with the fax to an address that somebody gave."""
    _fax_mail(fax, f"fax:{fax.pk}:{secrets.token_hex(8)}", address, now).save()


def _fax_mail(fax: Fax, key: str, address: str, now: datetime) -> Mail:
    mail = _mail(fax.sip_account, Mail.Kind.FAX, key, now)
    mail.fax, mail.to = fax, address
    return mail


def _short(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:16]


def queue_mailbox_full(account: SipAccount, now: datetime) -> None:
    """Tell that a mailbox takes no more messages, at most once a day (by the installation's clock on the wall)."""
    _queue_once(_mail(account, Mail.Kind.MAILBOX_FULL, f"full:{account.pk}:{timezone.localdate(now)}", now))


def queue_sms(sms: Sms, now: datetime) -> None:
    """Mail a text message that came in, once to each address of its account, or to the company's.

    Nothing if there is none, or if the account wants no such mail.
    """
    tenant, account, key = sms.tenant, sms.sip_account, f"sms:{sms.key}"
    if account is not None and not account.sms_mail:
        return
    own = account.sms_emails if account is not None else ""
    for address in own.split(", ") if own else [tenant.sms_email]:
        name = f"{key}:{_short(address)}" if own else key
        mail = Mail(tenant=tenant, sip_account=account, sms=sms, kind=Mail.Kind.SMS, key=name, to=address)
        mail.language, mail.next_at, mail.created_at = tenant.language, now, now
        _queue_once(mail)


def queue_disk(node: str, now: datetime) -> None:
    """Mail every operator that the disk of a node fills up, at most once a day."""
    _queue_to_operators(Mail.Kind.DISK, {}, f"disk:{node}:{{}}:{timezone.localdate(now)}", now)


def queue_certificate(about: dict[str, Any], key: str, now: datetime) -> None:
    """Mail every operator what is wrong with the certificate for TLS, once for each `key`."""
    _queue_to_operators(Mail.Kind.CERTIFICATE, about, f"certificate:{key}:{{}}", now)


def _queue_to_operators(kind: Mail.Kind, about: dict[str, Any], key: str, now: datetime) -> None:
    """Queue a mail to every operator, once for each `key`, in which braces stand for the person."""
    for person in Person.objects.filter(is_operator=True, is_active=True):
        mail = Mail(kind=kind, key=key.format(person.pk), to=person.email, language=settings.LANGUAGE_CODE)
        mail.about, mail.next_at, mail.created_at = about, now, now
        _queue_once(mail)


def queue_monitoring(tenant: Tenant, to: Iterable[str], about: dict[str, Any], key: str, now: datetime) -> None:
    """Queue a mail of what happened to accounts of the company to each of these addresses, once for each `key`."""
    _queue_to_all(tenant, Mail.Kind.MONITORING, to, about, f"monitoring:{key}", now)


def queue_low_balance(tenant: Tenant, about: dict[str, Any], now: datetime) -> None:
    """Tell a company that little of its money is left, at most once a day."""
    _queue_to_all(tenant, Mail.Kind.LOW_BALANCE, _alert_addresses(tenant), about, _daily("low", tenant, now), now)


def queue_no_money(tenant: Tenant, about: dict[str, Any], now: datetime) -> None:
    """Tell a company that a call was refused for money, at most once a day."""
    _queue_to_all(tenant, Mail.Kind.NO_MONEY, _alert_addresses(tenant), about, _daily("no_money", tenant, now), now)


def _daily(what: str, tenant: Tenant, now: datetime) -> str:
    """Name a mail of a day, by the installation's clock on the wall."""
    return f"{what}:{tenant.pk}:{timezone.localdate(now)}"


def _alert_addresses(tenant: Tenant) -> list[str]:
    """Return who is told of a company's money: its alert addresses, or its owners where there are none."""
    if tenant.alert_emails:
        return tenant.alert_emails.split(", ")
    owners = Membership.objects.filter(tenant=tenant, role=Role.OWNER, person__is_active=True)
    return sorted(owners.values_list("person__email", flat=True))


def _queue_to_all(
    tenant: Tenant, kind: Mail.Kind, to: Iterable[str], about: dict[str, Any], key: str, now: datetime
) -> None:
    """Queue a mail to each address, once for each `key`."""
    for address in to:
        name = f"{key}:{address}"
        if len(name) > _KEY_LENGTH:
            name = f"{kind}:{hashlib.sha256(name.encode()).hexdigest()}"
        mail = Mail(tenant=tenant, kind=kind, key=name, to=address, language=tenant.language, about=about)
        mail.next_at = mail.created_at = now
        _queue_once(mail)


def queue_setup(link: SetupLink, now: datetime) -> None:
    """Queue the mail with a link by which a phone is set up."""
    mail = _mail(link.sip_account, Mail.Kind.SETUP, f"setup:{link.pk}", now)
    mail.to, mail.about = link.email, {"setup_link": link.pk}
    mail.save()


def queue_password(person: Person, language: str, now: datetime) -> None:
    """Queue the mail with a link by which somebody who forgot their password chooses another."""
    _queue_to(person, Mail.Kind.PASSWORD, language, {"person": person.pk}, now)


def queue_address(person: Person, email: str, language: str, now: datetime) -> None:
    """Queue the mail with a link by which a person's new address counts; it goes there."""
    _queue_to(person, Mail.Kind.ADDRESS, language, {"person": person.pk, "login": person.email}, now, email)


def queue_sign_in_changed(person: Person, language: str, about: dict[str, str], now: datetime, to: str = "") -> None:
    """Queue the mail that tells a person what was changed about how they sign in."""
    _queue_to(person, Mail.Kind.SIGN_IN, language, about, now, to)


def _queue_to(
    person: Person, kind: Mail.Kind, language: str, about: dict[str, Any], now: datetime, to: str = ""
) -> None:
    """Queue one more mail to a person; `to`: at another address than their login."""
    key = f"{kind}:{person.pk}:{secrets.token_hex(8)}"
    mail = Mail(kind=kind, key=key, to=to or person.email, language=language, about=about)
    mail.next_at = mail.created_at = now
    mail.save()


def queue_test(account: SipAccount, now: datetime) -> Mail:
    """Queue a test to the address of the account's messages. Raises `ValueError` if it has none."""
    mail = _mail(account, Mail.Kind.TEST, f"test:{account.pk}:{secrets.token_hex(8)}", now)
    if not mail.to:
        raise ValueError(f"the account {account.pk} has no address for messages")
    mail.save()
    return mail


def _mail(
    account: SipAccount, kind: Mail.Kind, key: str, now: datetime, message: VoicemailMessage | None = None
) -> Mail:
    return Mail(
        tenant=account.tenant,
        sip_account=account,
        message=message,
        kind=kind,
        key=key,
        to=account.voicemail_email,
        language=account.tenant.language,
        next_at=now,
        created_at=now,
    )


def _queue_once(mail: Mail) -> None:
    """Queue a mail, but not if one of that key ever was queued; the transaction around it goes on."""
    if mail.to:
        Mail.objects.bulk_create([mail], ignore_conflicts=True)


def due(now: datetime, limit: int) -> list[int]:
    """Return the ids of mails that wait to be tried now, the longest waiting first."""
    return [found for (found,) in rows_of(_DUE, [moment(now), moment(now + _NEVER_SO_LATE), limit])]


def claim(mail_id: int, now: datetime) -> Mail | None:
    """Take a mail that is due for one try, which is counted; None if another worker was quicker."""
    mine = Mail.objects.filter(is_due(now, _NEVER_SO_LATE), pk=mail_id, state=Mail.State.QUEUED)
    if not mine.update(attempts=F("attempts") + 1, next_at=now + LEASE):
        return None
    return (
        Mail.objects.select_related(
            "tenant", "sip_account", "message", "fax", "sms", "fraud_stop__tenant", "fraud_stop__caller"
        )
        .filter(pk=mail_id)
        .first()
    )


def sent(mail: Mail, now: datetime) -> None:
    """Note that the mail server has the mail."""
    Mail.objects.filter(pk=mail.pk).update(state=Mail.State.SENT, sent_at=now, error="")


def filed(mail: Mail) -> None:
    """Note that a mail is a file on this machine, and nobody got it."""
    Mail.objects.filter(pk=mail.pk).update(state=Mail.State.FILED, error="")


def refused(mail: Mail, error: str) -> None:
    """Note that a mail can never be delivered; `error` tells why."""
    _claimed(mail).update(state=Mail.State.FAILED, error=error[:_ERROR_LENGTH])


def failed(mail: Mail, error: str, now: datetime) -> None:
    """Note that a mail could not be delivered this time; `error` tells why. It is tried again, but not for ever."""
    if mail.attempts >= MOST_TRIES:
        refused(mail, error)
        return
    _claimed(mail).update(next_at=now + pause_after(mail.attempts, PAUSES), error=error[:_ERROR_LENGTH])


def _claimed(mail: Mail) -> QuerySet[Mail]:
    """Match the mail's row, while this try is the last one."""
    return Mail.objects.filter(pk=mail.pk, state=Mail.State.QUEUED, attempts=mail.attempts)
