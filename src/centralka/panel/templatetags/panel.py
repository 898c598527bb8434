"""Icons, moments and durations in templates."""

from datetime import datetime

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from centralka.store.models import CallRecord

from ..calls import names

register = template.Library()


@register.filter
def callee_name(record: CallRecord) -> str:
    """The dialled account's name."""
    return names.callee_name(record)


@register.simple_tag
def icon(name: str) -> SafeString:
    """One icon of the sprite; always beside words, so it is hidden from screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("vendor/bootstrap-icons/sprite.svg"),
        name,
    )


@register.filter
def hidden_initial(field: BoundField) -> SafeString | str:
    """What a field held when its form was opened, for fields that a template draws piece by piece."""
    return field.as_hidden(only_initial=True) if field.field.show_hidden_initial else ""


@register.filter
def moment(when: datetime | None, seconds: str = "") -> SafeString | str:
    """A local date and time, e.g. “3 lis 2026, 14:05”."""
    if when is None:
        return ""
    shape = pgettext("date format", "j M Y, H:i:s") if seconds else pgettext("date format", "j M Y, H:i")
    shown = date_format(timezone.localtime(when), shape)
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), shown)


@register.filter
def short_moment(when: datetime | None) -> SafeString | str:
    """The time alone for today, else the date with it."""
    if when is None:
        return ""
    local = timezone.localtime(when)
    today = local.date() == timezone.localdate()
    shown = date_format(local, "H:i" if today else pgettext("date format", "j M Y, H:i"))
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), shown)


@register.filter
def duration(seconds: int) -> str:
    """Seconds as people say them: “45 s”, “3 min 07 s”, “1 h 02 min”."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": minutes}
    if minutes:
        return _("%(minutes)d min %(seconds)02d s") % {"minutes": minutes, "seconds": rest}
    return _("%(seconds)d s") % {"seconds": rest}
