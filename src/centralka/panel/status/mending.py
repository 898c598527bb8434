"""Ways to mend a finding from the panel: a button that does it, or a link to where it is done."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from centralka.actions.status_words import sentence
from centralka.probes.finding import Finding, Kind, Level


@dataclass(frozen=True, slots=True)
class ToMend:
    """`posts`: the address is a button's; else it is a link's."""

    sentence: str
    is_fault: bool
    address: str
    label: str
    posts: bool = False


def to_mend(found: Finding) -> ToMend | None:
    """Return how a finding is mended; None for what mends itself, as a process that is being started again."""
    address, label, posts = _way(found)
    return ToMend(sentence(found), found.level is Level.FAULT, address, label, posts) if address else None


def _way(found: Finding) -> tuple[str, str, bool]:
    match found.kind:
        case Kind.MAIL_WAITS | Kind.MAIL_FAILED:
            return reverse("status_mail_now"), _("Try again now"), True
        case Kind.TAKES_NO_CALLS:
            return reverse("status_take_calls"), _("Take new calls"), True
        case Kind.TRUNK_UNREGISTERED | Kind.TRUNK_SILENT:
            return reverse("trunk_change", args=[found.values["id"]]), _("Change the trunk"), False
        case Kind.GATEWAY_FAILS:
            return reverse("sms_gateway_try", args=[found.values["id"]]), _("Try the gateway"), False
        case Kind.TEXTS_WAIT:
            return reverse("sms_gateways"), _("See the gateways"), False
        case _:
            topic = _TOPICS.get(found.kind)
            return (f"{reverse('guide')}#{topic}", _("How to mend it"), False) if topic else ("", "", False)


_TOPICS = {
    Kind.DISK_LOW: "retention",
    Kind.DISK_FULL: "retention",
    Kind.CONNECTIONS_CROWDED: "blocks",
    Kind.NO_BACKUP: "backup",
    Kind.BACKUP_OLD: "backup",
    Kind.CERTIFICATE_REFUSED: "certificate",
    Kind.CERTIFICATE_BAD: "certificate",
    Kind.CERTIFICATE_NOT_OBTAINED: "certificate",
    Kind.CERTIFICATE_EXPIRES: "certificate",
    Kind.MAIL_BECOMES_FILES: "mail",
}
"""Parts of the guide."""
