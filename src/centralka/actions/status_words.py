"""Put into words what probes find: on the operator's page, in the API and for `centralka check`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from centralka.probes.finding import Finding, Kind
from centralka.store.models.sms_reasons import in_words

Values = Mapping[str, Any]


def sentence(found: Finding) -> str:
    """Say what is wrong, in one or two sentences."""
    return _SAID[found.kind](found.values)


def process_name(name: str) -> str:
    """Say what a process is."""
    names = {
        "engine": _("Engine (Asterisk)"),
        "edge": _("Edge (Kamailio)"),
        "switchboard": _("Switchboard"),
        "web": _("Panel and API"),
        "worker": _("Worker (mail, text messages, fees)"),
    }
    return names.get(name, name)


def _process(values: Values) -> dict[str, str]:
    return {"process": process_name(values["process"])}


def _moment(when: datetime) -> str:
    return date_format(timezone.localtime(when), "j E Y, H:i")


def _why(values: Values) -> str:
    text: str = values["why"]
    with_values: dict[str, str] = values["values"]
    return _(text) % with_values


def _answer(values: Values) -> str:
    said = _("The last answer:")
    return f" {said} {values['answer']}" if values["answer"] else ""


_SAID: dict[Kind, Callable[[Values], str]] = {
    Kind.NOTHING_RUNS: lambda values: _("Centralka does not run in this home folder."),
    Kind.PROCESS_DOWN: lambda values: _("%(process)s does not run; it is being started again.") % _process(values),
    Kind.PROCESS_SILENT: lambda values: _("%(process)s does not answer.") % _process(values),
    Kind.TAKES_NO_CALLS: lambda values: (
        _("New calls are refused since %(since)s.") % {"since": _moment(values["since"])}
    ),
    Kind.DISK_LOW: lambda values: _("Only %(free_mb)s MB are free on the disk.") % values,
    Kind.DISK_FULL: lambda values: (
        _("The disk is full: %(free_mb)s MB are free. Phones cannot register, and calls may not be recorded.") % values
    ),
    Kind.CONNECTIONS_CROWDED: lambda values: (
        _(
            "TCP connections from %(address)s: %(count)s of at most %(most)s. When all are used up, no more phones "
            "from there get in."
        )
        % values
    ),
    Kind.NO_BACKUP: lambda values: _("No backup was made yet."),
    Kind.BACKUP_OLD: lambda values: (
        ngettext("The last backup is %(days)s day old.", "The last backup is %(days)s days old.", values["days"])
        % values
    ),
    Kind.CERTIFICATE_REFUSED: lambda values: (
        _("The certificate %(file)s is not taken: %(why)s The one before is shown on.")
        % {"file": values["file"], "why": _why(values)}
    ),
    Kind.CERTIFICATE_NOT_TAKEN: lambda values: (
        _("The certificate %(file)s is good, but not shown to phones yet.") % values
    ),
    Kind.CERTIFICATE_BAD: lambda values: (
        _("Phones do not believe the certificate that they are shown: %(why)s") % {"why": _why(values)}
    ),
    Kind.CERTIFICATE_NOT_OBTAINED: lambda values: (
        _("No certificate for %(name)s could be obtained: %(why)s It is tried again on %(again)s.")
        % {"name": values["name"], "why": _why(values), "again": _moment(values["again"])}
    ),
    Kind.CERTIFICATE_EXPIRES: lambda values: (
        _("The certificate for TLS ends on %(until)s.") % {"until": _moment(values["until"])}
    ),
    Kind.TRUNK_UNREGISTERED: lambda values: (
        _("The trunk %(trunk)s is not registered at its carrier.") % values + _answer(values)
    ),
    Kind.TRUNK_SILENT: lambda values: _("The carrier of the trunk %(trunk)s does not answer.") % values,
    Kind.GATEWAY_FAILS: lambda values: (
        _("The SMS gateway %(gateway)s did not answer as it should.") % values
        + _answer({**values, "answer": in_words(values["answer"])})
    ),
    Kind.MAIL_BECOMES_FILES: lambda values: _(
        "No mail server is set: mails become files on this machine, and nobody gets them (CENTRALKA_SMTP_URL)."
    ),
    Kind.MAIL_WAITS: lambda values: (
        ngettext(
            "%(count)s mail cannot leave; it has waited for %(minutes)s minutes.",
            "%(count)s mails cannot leave; the oldest has waited for %(minutes)s minutes.",
            values["count"],
        )
        % values
        + _answer(values)
    ),
    Kind.MAIL_FAILED: lambda values: (
        ngettext(
            "%(count)s mail of the last day could not be delivered.",
            "%(count)s mails of the last day could not be delivered.",
            values["count"],
        )
        % values
        + _answer(values)
    ),
    Kind.TEXTS_WAIT: lambda values: (
        ngettext(
            "%(count)s text message was taken by no gateway; it has waited for %(minutes)s minutes.",
            "%(count)s text messages were taken by no gateway; the oldest has waited for %(minutes)s minutes.",
            values["count"],
        )
        % values
    ),
    Kind.MAIL_SERVER: lambda values: _("The mail server cannot be used: %(answer)s") % values,
    Kind.LEDGER_DIFFERS: lambda values: (
        _("The bookings of %(company)s sum to %(booked)s PLN, but its balance is %(balance)s PLN.") % values
    ),
    Kind.MESSAGES_WITHOUT_SOUND: lambda values: (
        ngettext("%(count)s voice message has no sound.", "%(count)s voice messages have no sound.", values["count"])
        % values
    ),
    Kind.FAXES_WITHOUT_FILE: lambda values: (
        ngettext("%(count)s fax has no pages.", "%(count)s faxes have no pages.", values["count"]) % values
    ),
    Kind.RECORDINGS_NOT_KEPT: lambda values: (
        ngettext(
            "The engine has %(count)s recording that is not in the database.",
            "The engine has %(count)s recordings that are not in the database.",
            values["count"],
        )
        % values
    ),
    Kind.JOURNAL_LOST: lambda values: (
        _("The journal of %(node)s is shorter than what was read of it: it was removed, or restored.") % values
    ),
    Kind.CALLS_LEFT_OPEN: lambda values: (
        ngettext(
            "%(count)s call has gone on for more than a day on record.",
            "%(count)s calls have gone on for more than a day on record.",
            values["count"],
        )
        % values
    ),
    Kind.NOT_LOOKED_AT: lambda values: _("Could not be looked at (%(what)s): %(answer)s") % values,
}
