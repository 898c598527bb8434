"""Icons, moments, durations, numbers and money in templates."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from centralka.actions.fax_words import end_in_words
from centralka.actions.sms.senders import Sender, sender_of
from centralka.calls import tariffs
from centralka.calls.spelling import grouped
from centralka.store.models import CallRecord, Forward, LedgerEntry, Number, SipAccount

from .. import durations
from .. import money as amounts
from .. import networks as lists_of_networks
from ..forwards import CONDITIONS
from ..phone.numbers import is_dialled
from ..pickers.fields import PickerWidget
from ..pickers.targets import target_in_words
from ..tables import bookings, call_numbers
from ..tables.people import Party, People

register = template.Library()


@register.filter
def callee_name(record: CallRecord) -> str:
    """Return the dialled account's name."""
    return call_numbers.callee_name(record)


@register.filter
def caller(record: CallRecord) -> str:
    """Write the caller, as people read it."""
    return call_numbers.caller(record)


@register.filter
def callee(record: CallRecord) -> str:
    """Write what was dialled, as people read it."""
    return call_numbers.callee(record)


@register.filter
def can_text(account: SipAccount) -> bool:
    """Tell whether the sender of the account's text messages was not taken away."""
    return isinstance(sender_of(account), Sender)


@register.filter
def saved_name(names: dict[str, str], number: str) -> str:
    """Return the name that the company saved for a number; "" if none."""
    return names.get(number, "")


@register.filter
def named_caller(people: People, record: CallRecord) -> str:
    """Return the caller's name."""
    return people.caller(record).name


@register.filter
def named_callee(people: People, record: CallRecord) -> str:
    """Return the dialled party's name."""
    return people.callee(record).name


@register.filter
def who_answered(people: People, record: CallRecord) -> Party:
    """Return the party that took the call, where it is not the dialled one."""
    return people.answered(record)


@register.filter
def networks(listed: str) -> str:
    """Write networks as people do: a single address without the length of its prefix."""
    return lists_of_networks.in_words(listed)


@register.filter
def phone(e164: str) -> str:
    """Write a public number grouped the Polish way: `22 123 45 67`."""
    return grouped(e164)


@register.filter
def money(net: Decimal | None) -> str:
    """Write `1 234,50 zł`, in whole grosze."""
    return "" if net is None else amounts.money(net)


@register.filter
def rate(net: Decimal | None) -> str:
    """Write a price per minute, or another of a price list: up to four decimals."""
    return "" if net is None else amounts.rate(net)


@register.filter
def gross(net: Decimal | None, vat_percent: Decimal) -> str:
    """Write a net amount with VAT, in whole grosze."""
    return "" if net is None else amounts.money(tariffs.gross(net, vat_percent))


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one icon of the sprite; always beside words, so it is hidden from screen readers."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("vendor/bootstrap-icons/sprite.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def dial(
    context: dict[str, Any], number: str, shown: str = "", *, drawn: str = "number", otherwise: str = ""
) -> SafeString | str:
    """Draw a number that the person's phone in the browser calls when it is chosen; without such a phone, or of that
    phone itself, the number.

    `drawn`: "number"; "icon" beside a number that is there already (without a phone: nothing); "button" with `shown`.
    `otherwise`: "tel", where a person without such a phone gets a link for another program.
    """
    actor = context["actor"]
    own_phone = actor.has_phone and is_dialled(number) and number not in actor.own_extensions
    shown = shown or grouped(number)
    look = _LOOKS[drawn]
    if own_phone:
        address = f"{reverse('phone')}?{urlencode({'number': number})}"
        window = f"centralka-phone-{actor.tenant.slug}"
        place = format_html(' href="{}" target="{}" data-dial="{}"', address, window, number)
    elif otherwise == "tel":
        place = format_html(' href="tel:{}"', number)
    else:
        return format_html('<span class="number">{}</span>', shown) if drawn == "number" else ""
    unsaid = "" if number in shown else f" {grouped(number)}"
    return format_html(look, place, pgettext("a number", "Call"), shown, icon("telephone-outbound"), unsaid)


_LOOKS = {
    "number": '<a class="number"{0}><span class="visually-hidden">{1}: </span>{2}</a>',
    "icon": '<a class="icon-link dial-icon"{0}>{3}<span class="visually-hidden">{1}: {2}</span></a>',
    "button": '<a class="btn btn-quiet btn-sm"{0}>{3} {2}<span class="visually-hidden">{4}</span></a>',
}
"""With the link's attributes, “Call”, what is shown, the icon, and the number where it is not shown."""


@register.filter
def account_page(account: SipAccount) -> str:
    """Return the address of an account's page."""
    name = "fax_account" if account.kind == SipAccount.Kind.FAX else "account"
    return reverse(name, args=[account.pk])


@register.filter
def when_unanswered(account: SipAccount) -> str:
    """Say where an unanswered call goes: a target, the voicemail, or `–` where it ends."""
    forward = next((one for one in account.forwards.all() if one.condition == Forward.Condition.NO_ANSWER), None)
    if forward is not None and forward.kind != Forward.Kind.VOICEMAIL:
        return target_in_words(forward)
    return _("Voicemail") if account.voicemail_enabled else "–"


@register.simple_tag(takes_context=True)
def sort_head(context: dict[str, Any], column: str, label: str) -> SafeString:
    """Draw the head of a column that sorts: once up, once more down."""
    order: str = context["order"] or "extension"
    now = {column: "ascending", f"-{column}": "descending"}.get(order, "none")
    query = context["request"].GET.copy()
    query.pop("page", None)
    query["order"] = f"-{column}" if order == column else column
    mark = {"ascending": " ↑", "descending": " ↓"}.get(now, "")
    head = '<th scope="col" aria-sort="{}"><a href="?{}">{}<span aria-hidden="true">{}</span></a></th>'
    return format_html(head, now, query.urlencode(), label, mark)


@register.simple_tag
def number_picker(picker: PickerWidget, number: Number, id: str, typed: str, refused: Number | None) -> SafeString:
    """Draw the field in which the account is sought at which a number rings; a refused text stays in it."""
    wrong = refused == number
    now = number.sip_account
    value = typed if wrong else f"{now.extension} – {now.name}" if now else ""
    attrs = {"id": f"target-{id}", "aria-describedby": f"saved-{id}"} | ({"aria-invalid": "true"} if wrong else {})
    return picker.render("account", value, attrs)


@register.filter
def hidden_initial(field: BoundField) -> SafeString | str:
    """Draw what a field held when its form was opened, for fields that a template draws piece by piece."""
    return field.as_hidden(only_initial=True) if field.field.show_hidden_initial else ""


@register.filter
def moment(when: datetime | None, seconds: str = "") -> SafeString | str:
    """Write a local date and time, e.g. “3 lis 2026, 14:05”."""
    if when is None:
        return ""
    shape = pgettext("date format", "j M Y, H:i:s") if seconds else pgettext("date format", "j M Y, H:i")
    shown = date_format(timezone.localtime(when), shape)
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), _this_year_apart(shown, when))


def _this_year_apart(shown: str, when: datetime) -> SafeString | str:
    """Write a date of this year with the year in an element of its own, which lists leave out."""
    year = f"{timezone.localtime(when).year},"
    before, found, after = shown.partition(year)
    if not found or timezone.localtime(when).year != timezone.localdate().year:
        return shown
    return format_html('{}<span class="this-year">{}</span>{}', before, year, after)


@register.filter
def day(when: date) -> str:
    """Write a date, e.g. “3 lis 2026”."""
    return date_format(when, pgettext("date format", "j M Y"))


@register.filter
def short_moment(when: datetime | None) -> SafeString | str:
    """Write the time alone for today, the date with it for this year, else the date alone."""
    if when is None:
        return ""
    local, now = timezone.localtime(when), timezone.localdate()
    if local.year != now.year:
        shown = day(local)
    else:
        shape = "H:i" if local.date() == now else pgettext("date format", "j M Y, H:i")
        shown = _this_year_apart(date_format(local, shape), when)
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), shown)


@register.filter
def duration(seconds: int) -> str:
    """Write seconds as people say them: “45 s”, “3 min 07 s”, “1 h 02 min”."""
    return durations.duration(seconds)


@register.filter
def seconds_since(moment: datetime) -> int:
    """Count the whole seconds from `moment` until now."""
    return max(0, int((timezone.now() - moment).total_seconds()))


@register.filter
def clock(seconds: int) -> str:
    """Write seconds as a clock shows them: “0:45”, “3:07”, “1:02:07”."""
    return durations.clock(seconds)


@register.filter
def condition(forward: Forward) -> str:
    """Say under which condition a call is forwarded."""
    return str(CONDITIONS[Forward.Condition(forward.condition)])


@register.filter
def target(forward: Forward) -> str:
    """Name the target of a forwarded call, for people who look at the account."""
    return target_in_words(forward)


@register.filter
def fax_end(reason: str) -> str:
    """Say how a try to send a fax ended."""
    return end_in_words(reason)


@register.filter
def what_for(entry: LedgerEntry) -> str:
    """Say what a booking was for."""
    return bookings.what_for(entry)
