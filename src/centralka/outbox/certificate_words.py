"""The words of a mail about the certificate for TLS."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext

from centralka.probes.finding import Kind
from centralka.store.models import Mail

from .words import Words


def certificate_words(mail: Mail) -> Words:
    """Write what is wrong, and what to do."""
    if mail.about["kind"] == Kind.CERTIFICATE_EXPIRES:
        return _expires(mail)
    reason: str = mail.about["why"]
    why = gettext(reason) % mail.about["values"]
    if mail.about["kind"] == Kind.CERTIFICATE_BAD:
        return Words(
            subject=gettext("Phones do not believe the certificate for TLS"),
            opening=gettext("The certificate that phones are shown is not good: %(why)s") % {"why": why},
            closing=_what_to_do(),
        )
    if mail.about["kind"] == Kind.CERTIFICATE_NOT_OBTAINED:
        return _not_obtained(mail, why)
    return Words(
        subject=gettext("A certificate for TLS was refused"),
        opening=gettext("The file %(file)s (CENTRALKA_TLS_PEM) is not taken: %(why)s")
        % {"file": mail.about["file"], "why": why},
        closing=gettext("Phones are shown the certificate before it for as long as that is good. ") + _what_to_do(),
    )


def _not_obtained(mail: Mail, why: str) -> Words:
    again = datetime.fromisoformat(mail.about["again"])
    return Words(
        subject=gettext("No certificate for TLS could be obtained"),
        opening=gettext("The authority of CENTRALKA_ACME gave no certificate for %(name)s: %(why)s")
        % {"name": mail.about["name"], "why": why},
        facts=((pgettext("certificate", "Tried again"), date_format(timezone.localtime(again), "j E Y, H:i")),),
        closing=gettext(
            "Phones are shown the certificate before it for as long as that is good. The authority has to reach this "
            "machine by that name at port 80; `./centralka order-certificate` tries at once and says what is wrong."
        ),
    )


def _expires(mail: Mail) -> Words:
    until = datetime.fromisoformat(mail.about["until"])
    return Words(
        subject=gettext("The certificate for TLS ends soon"),
        opening=gettext("Phones over TLS and in browsers cannot connect any more when it has ended."),
        facts=((pgettext("certificate", "Good until"), date_format(timezone.localtime(until), "j E Y, H:i")),),
        closing=_what_to_do(),
    )


def _what_to_do() -> str:
    return gettext(
        "Put a new one, with its chain and key, into the file of CENTRALKA_TLS_PEM: it is taken within seconds, "
        "without a restart. With CENTRALKA_ACME it is renewed by itself. Without either the exchange makes its own, "
        "for which it needs the program openssl."
    )
