"""The words of a mail, in the language that is switched on."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext

from centralka.actions.fraud_words import area_in_words, breach_in_words
from centralka.addresses import company_address
from centralka.calls.outside_caller import UNKNOWN
from centralka.calls.spelling import grouped
from centralka.calls.voicemail import MOST_MESSAGES, MOST_SECONDS
from centralka.disk import free_mb
from centralka.sound.conversion import NotAudio, mp3
from centralka.store.models import (
    ExternalNumber,
    Fax,
    FaxFile,
    FraudStop,
    Mail,
    SipAccount,
    VoicemailAudio,
    VoicemailMessage,
)

from .certificate_words import certificate_words
from .delivery import Refused
from .money_words import low_balance_words, no_money_words
from .monitoring_words import monitoring_words
from .password_words import address_words, password_words
from .setup_words import setup_words
from .sign_in_words import sign_in_words
from .words import File, Words

_MOST_ATTACHED = 15_000_000
"""Bytes; in a mail it is a third more, and few servers take more than 20 or 25 MB."""


def words_of(mail: Mail) -> Words:
    """Write the words of a mail. Raises `Refused` where its subject is gone."""
    if write := _OF_NO_ACCOUNT.get(mail.kind):
        return write(mail)
    if mail.sip_account is None:
        raise Refused(gettext("The account was deleted before this was mailed."))
    return _of_account(mail, mail.sip_account)


def _of_account(mail: Mail, account: SipAccount) -> Words:
    if mail.kind == Mail.Kind.TEST:
        return _test(account)
    if mail.kind == Mail.Kind.MAILBOX_FULL:
        return _full(account)
    if mail.kind == Mail.Kind.FAX:
        return _fax(account, mail.fax)
    if mail.message is None:
        raise Refused(gettext("The message was removed before it was mailed."))
    return _voicemail(account, mail.message)


def _voicemail(account: SipAccount, message: VoicemailMessage) -> Words:
    caller = caller_in_words(message)
    when = timezone.localtime(message.received_at)
    length = _length(message.seconds)
    recording = _recording(message, caller)
    return Words(
        subject=gettext("Voice message from %(caller)s, %(length)s") % {"caller": caller, "length": length},
        opening=gettext("There is a new voice message for %(account)s.") % {"account": account},
        facts=(
            (pgettext("mail", "From"), caller),
            (pgettext("mail", "Received"), date_format(when, "j E Y, H:i")),
            (pgettext("mail", "Length"), length),
        ),
        closing=gettext("The recording is attached.") if recording else gettext("The recording could not be attached."),
        link=_link(message),
        number=message.caller_number if message.caller_number.startswith("+") else "",
        file=recording,
    )


def _fax(account: SipAccount, fax: Fax | None) -> Words:
    if fax is None:
        raise Refused(gettext("The fax was deleted before it was mailed."))
    caller, pages, pdf = caller_in_words(fax), _pages(fax.pages), _pdf(fax)
    facts = [
        (pgettext("mail", "From"), caller),
        (pgettext("mail", "Received"), date_format(timezone.localtime(fax.received_at), "j E Y, H:i")),
        (pgettext("mail", "Pages"), str(fax.pages)),
    ]
    if fax.station:
        facts.append((pgettext("mail", "Sending machine"), fax.station))
    return Words(
        subject=gettext("Fax from %(caller)s, %(pages)s") % {"caller": caller, "pages": pages},
        opening=gettext("There is a new fax for %(account)s.") % {"account": account},
        facts=facts,
        closing=" ".join([*_what_is_missing(fax), _where_the_pdf_is(fax, pdf)]),
        link=_panel(fax.sip_account, "faxes", f"fax-{fax.pk}"),
        file=pdf,
    )


def _pages(count: int) -> str:
    return ngettext("%(count)s page", "%(count)s pages", count) % {"count": count}


def _what_is_missing(fax: Fax) -> list[str]:
    found = []
    if fax.state == Fax.State.BROKEN_OFF:
        found.append(gettext("The transmission broke off: what the sender had further is missing."))
    if fax.state == Fax.State.UNCONFIRMED:
        found.append(gettext("The end of the transmission was not confirmed: a page may be missing."))
    if fax.unreadable:
        said = ngettext("%(count)s page could not be read.", "%(count)s pages could not be read.", fax.unreadable)
        found.append(said % {"count": fax.unreadable})
    return found


def _pdf(fax: Fax) -> File | None:
    """Return the fax as an attachment; None where there is none, or mail servers would refuse it."""
    kept = FaxFile.objects.filter(pk=fax.pk).first()
    if kept is None or len(kept.pdf) > _MOST_ATTACHED:
        return None
    kind = pgettext("file name", "fax")
    name = f"{kind}-{timezone.localtime(fax.received_at):%Y-%m-%d-%H-%M}.pdf"
    return File(name, bytes(kept.pdf), "application/pdf")


def _where_the_pdf_is(fax: Fax, pdf: File | None) -> str:
    if pdf:
        return gettext("The pages are attached as a PDF.")
    return gettext("The PDF is too large for a mail; it is in the panel.") if fax.pages else ""


def _sms(mail: Mail) -> Words:
    if mail.sms is None:
        raise Refused(gettext("The message was removed before it was mailed."))
    number = mail.sms.number
    saved = ExternalNumber.objects.filter(tenant=mail.sms.tenant_id, e164=number).first()
    sender = f"{saved.name} ({grouped(number)})" if saved else grouped(number)
    page = company_address(mail.sms.tenant.slug, reverse("sms_with", args=[number]))
    return Words(
        subject=gettext("Text message from %(sender)s") % {"sender": sender},
        opening=mail.sms.text,
        facts=(
            (pgettext("mail", "From"), sender),
            (pgettext("mail", "Received"), date_format(timezone.localtime(mail.sms.created_at), "j E Y, H:i")),
        ),
        link=f"{settings.PUBLIC_URL}{page}" if settings.PUBLIC_URL else "",
        number=number if number.startswith("+") else "",
    )


def _full(account: SipAccount) -> Words:
    limits = {"messages": MOST_MESSAGES, "minutes": MOST_SECONDS // 60}
    return Words(
        subject=gettext("The mailbox of %(account)s is full") % {"account": account},
        opening=gettext("Callers can leave no more messages for %(account)s.") % {"account": account},
        closing=gettext(
            "A mailbox holds %(messages)s messages or %(minutes)s minutes. "
            "Messages that are deleted make room for new ones."
        )
        % limits,
    )


def _disk(_mail: Mail) -> Words:
    """Tell how full the disk is when the mail goes out, not when it was queued."""
    return Words(
        subject=gettext("The disk of Centralka fills up"),
        opening=gettext("Only %(free)s MB are free on the disk of the folder %(folder)s.")
        % {"free": free_mb(settings.HOME), "folder": settings.HOME},
        closing=gettext(
            "When it is full, phones cannot register, messages cannot be left, and calls may not be recorded. "
            "The warning comes below %(warn)s MB (CENTRALKA_DISK_WARN_MB)."
        )
        % {"warn": settings.DISK_WARN_MB},
    )


def _fraud(mail: Mail) -> Words:
    """Tell an owner, or the operator, what a rule against fraud stopped."""
    stop = mail.fraud_stop
    if stop is None:
        raise Refused(gettext("The account was deleted before this was mailed."))
    whose = "company" if stop.sip_account_id is None else "account"
    values = {"rule": stop.rule, "whose": whose, "area": stop.area, "limit": stop.limit}
    return Words(
        subject=gettext("Fraud is suspected: a call of %(company)s was refused") % {"company": stop.tenant},
        opening=gettext("A call was refused, because %(breach)s.") % {"breach": breach_in_words(values)},
        facts=(
            (pgettext("mail", "Company"), str(stop.tenant)),
            (pgettext("mail", "Account"), str(stop.caller or "–")),
            (pgettext("mail", "Called number"), grouped(stop.number)),
            (pgettext("mail", "When"), date_format(timezone.localtime(stop.at), "j E Y, H:i")),
        ),
        closing=_what_to_do(stop),
        link=_page_of(stop, for_operator=mail.tenant_id is None),
    )


def _what_to_do(stop: FraudStop) -> str:
    if stop.rule == FraudStop.Rule.NEW_COUNTRY:
        return gettext(
            "Calls to %(country)s are refused until you allow them in the panel: Settings, Protection. "
            "If nobody of yours wanted to call there, give the account a new password."
        ) % {"country": area_in_words(stop.area)}
    if stop.holds:
        return gettext(
            "Further calls outside that cost something, and text messages, are refused, and running calls end, until "
            "the stop is lifted in the panel: Settings, Protection. If nobody of yours made such calls, give the "
            "account a new password first."
        )
    return gettext(
        "Other calls go on. If nobody of yours made such calls, give the account a new password. "
        "The rule can be changed in the panel: Settings, Protection."
    )


def _page_of(stop: FraudStop, *, for_operator: bool) -> str:
    if not settings.PUBLIC_URL:
        return ""
    page = "fraud_stops" if for_operator else "fraud_settings"
    path = reverse(page) if for_operator else company_address(stop.tenant.slug, reverse(page))
    return f"{settings.PUBLIC_URL}{path}#stop-{stop.pk}"


def _test(account: SipAccount) -> Words:
    return Words(
        subject=gettext("Test message from Centralka"),
        opening=gettext("Voice messages for %(account)s will be mailed to this address.") % {"account": account},
        closing=gettext("Somebody has just asked for this message, to see whether it arrives."),
    )


def caller_in_words(message: VoicemailMessage | Fax) -> str:
    """Write the caller of a message or fax: `Anna Nowak (600 100 200)`, by the name that the company knows, else by the
    name that came along."""
    if not message.caller_number:
        return pgettext("mail", "restricted number")
    if message.caller_number == UNKNOWN:
        unknown = pgettext("mail", "unknown number")
        return f"{message.caller_name} ({unknown})"
    number = grouped(message.caller_number)
    name = _known_name(message) or message.caller_name.strip()
    return f"{name} ({number})" if name not in {"", number, message.caller_number} else number


def _known_name(message: VoicemailMessage | Fax) -> str:
    tenant, number = message.sip_account.tenant_id, message.caller_number
    if number.startswith("+"):
        saved = ExternalNumber.objects.filter(tenant=tenant, e164=number).first()
        return saved.name if saved else ""
    colleague = SipAccount.objects.filter(tenant=tenant, extension=number).first()
    return colleague.name if colleague else ""


def _length(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"


def _link(message: VoicemailMessage) -> str:
    """Return the message's address in the panel; "" if the panel's address is not known, or the message is deleted."""
    return "" if message.deleted_at else _panel(message.sip_account, "voice_messages", f"message-state-{message.pk}")


def _panel(account: SipAccount, view: str, place: str) -> str:
    """Return the address of a place on a page of the panel; "" if the panel's address is not known."""
    if not settings.PUBLIC_URL:
        return ""
    return f"{settings.PUBLIC_URL}{company_address(account.tenant.slug, reverse(view))}#{place}"


def _recording(message: VoicemailMessage, caller: str) -> File | None:
    """Return the recording as an attachment; None where there is none."""
    audio = VoicemailAudio.objects.filter(pk=message.pk).first()
    if audio is None:
        return None
    wav = bytes(audio.wav)
    kind = pgettext("file name", "voice-message")
    name = f"{kind}-{timezone.localtime(message.received_at):%Y-%m-%d-%H-%M}"
    try:
        return File(f"{name}.mp3", mp3(wav, caller), "audio/mpeg")
    except NotAudio:
        return File(f"{name}.wav", wav, "audio/wav")


_OF_NO_ACCOUNT: Mapping[str, Callable[[Mail], Words]] = {
    Mail.Kind.CERTIFICATE: certificate_words,
    Mail.Kind.DISK: _disk,
    Mail.Kind.FRAUD: _fraud,
    Mail.Kind.MONITORING: monitoring_words,
    Mail.Kind.SMS: _sms,
    Mail.Kind.LOW_BALANCE: low_balance_words,
    Mail.Kind.NO_MONEY: no_money_words,
    Mail.Kind.SETUP: setup_words,
    Mail.Kind.PASSWORD: password_words,
    Mail.Kind.ADDRESS: address_words,
    Mail.Kind.SIGN_IN: sign_in_words,
}
