"""Mails as they go out: plain text and simple HTML that a phone shows well, the recording attached."""

from email.header import Header
from email.utils import format_datetime, parseaddr
from typing import cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import SafeMIMEMultipart, sanitize_address, utf8_charset_qp
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override, pgettext

from centralka.store.models import Mail

from .delivery import Letter, Refused
from .mail_words import words_of
from .words import Words


def letter_of(mail: Mail) -> Letter:
    """Make the mail as it goes out. Raises `Refused` for a mail that cannot be made."""
    with override(mail.language):
        words = words_of(mail)
        message = EmailMultiAlternatives(
            subject=_in_ascii(" ".join(words.subject.split())),
            body=_text(words),
            from_email=settings.MAIL_FROM,
            to=[_deliverable(mail.to)],
            headers=_headers(mail),
        )
        message.attach_alternative(_html(words, mail.language), "text/html")
        if words.file:
            message.attach(words.file.name, words.file.content, words.file.kind)
    # Every server takes plain ASCII, also one that does not know 8BITMIME.
    message.encoding = utf8_charset_qp
    built = cast(SafeMIMEMultipart, message.message())
    content = built.as_bytes(linesep="\r\n")
    return Letter(parseaddr(settings.MAIL_FROM)[1], parseaddr(built["To"])[1], _file_name(mail), content)


def _in_ascii(subject: str) -> str:
    """Write a header as RFC 2047 does. Django's own way leaves the first line of a long one empty."""
    return Header(subject, "utf-8", header_name="Subject").encode(linesep="")


def _deliverable(address: str) -> str:
    """Write the address in ASCII. Raises `Refused` for a text that is none."""
    try:
        validate_email(address)
        return sanitize_address(address, "utf-8")
    except (ValidationError, ValueError) as problem:
        raise Refused(gettext("This is no mail address: %(address)s") % {"address": address}) from problem


def _headers(mail: Mail) -> dict[str, str]:
    """Make the headers. The Message-ID tells mail server and reader that a mail that comes again is the same one."""
    domain = parseaddr(settings.MAIL_FROM)[1].partition("@")[2]
    return {
        "Message-ID": f"<{_digest(mail)}@{domain}>",
        "Date": format_datetime(timezone.localtime(mail.created_at)),
        "Auto-Submitted": "auto-generated",
    }


def _digest(mail: Mail) -> str:
    """Make a digest for the mail's key, short enough for one line. Several installations can share a domain."""
    return salted_hmac("centralka.mail", mail.key, algorithm="sha256").hexdigest()[:32]


def _file_name(mail: Mail) -> str:
    return f"{timezone.localtime(mail.created_at):%Y-%m-%d-%H-%M-%S}-{_digest(mail)[:12]}.eml"


# -- How it is written -------------------------------------------------------------------------------------------


def _text(words: Words) -> str:
    facts = "\n".join(f"{name}: {value}" for name, value in words.facts)
    where = pgettext("mail", "In the panel")
    link = f"{where}: {words.link}" if words.link else ""
    return "\n\n".join(part for part in (words.opening, facts, words.closing, link) if part) + "\n"


def _html(words: Words, language: str) -> SafeString:
    """Write the HTML: no pictures, no scripts, nothing from outside."""
    rows = format_html_join(
        "", '<tr><td style="color:#666;padding:2px 12px 2px 0">{}</td><td><b>{}</b></td></tr>', words.facts
    )
    return format_html(
        '<!DOCTYPE html><html lang="{}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><title>{}</title></head>'
        '<body style="font:16px/1.5 sans-serif;margin:16px"><p>{}</p><table>{}</table><p>{}</p>{}</body></html>',
        language,
        words.subject,
        words.opening,
        rows,
        words.closing,
        _links(words),
    )


def _links(words: Words) -> SafeString:
    links = []
    if words.number:
        links.append((f"tel:{words.number}", pgettext("mail", "Call back")))
    if words.link:
        links.append((words.link, pgettext("mail", "Open in the panel")))
    return format_html_join("", '<p><a href="{}">{}</a></p>', links)
