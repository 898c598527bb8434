"""SMS: conversations by number, and new messages."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from centralka.actions.actor import Actor
from centralka.actions.browser_phones import NoAccount, phone_account
from centralka.actions.external_numbers import saved_names
from centralka.actions.prices.vat import vat_percent
from centralka.actions.sms import messages as actions
from centralka.actions.sms.messages import LONGEST_NUMBER, SmsFilter
from centralka.actions.sms.sending import MOST_RECIPIENTS, estimate, send
from centralka.calls.spelling import parse_number
from centralka.sms.parts import MOST_PARTS, Coding, beyond_gsm
from centralka.store.models import Role, Sms

from ..doors import tenant_page
from ..forms import error_title
from ..paging import page_of
from .forms import PhoneSmsForm, ReplyForm, SmsForm

PAGE = 50
_SHOWN_SIGNS = 12


@require_GET
@tenant_page(Role.MANAGER)
def sms(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the last message with each number."""
    page = page_of(actions.conversations(actor), request.GET.get("page"), PAGE)
    return render(request, "panel/sms/list.html", {"page": page, "names": names_of(actor, page.rows)})


@tenant_page(Role.MANAGER)
def sms_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Write a message to one or many."""
    sent = request.method == "POST"
    form = SmsForm(
        request.POST if sent else None, actor=actor, address=reverse("sms_estimate"), initial=_asked(request)
    )
    if sent and (made := _send(actor, form)):
        said = ngettext("%(count)s message is on its way.", "%(count)s messages are on their way.", len(made))
        messages.success(request, said % {"count": len(made)})
        return redirect("sms_with", made[0].number) if len(made) == 1 else redirect("sms")
    context = {"form": form, "error_title": error_title(form), "most": MOST_RECIPIENTS}
    return render(request, "panel/sms/new.html", context)


@tenant_page(Role.MANAGER)
def sms_phone(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Write a message in the window of the phone in the browser; the answer is the form alone."""
    try:
        account = phone_account(actor)
    except NoAccount:
        return render(request, "panel/phone/no_account.html")

    def form_of(sent: QueryDict | None) -> PhoneSmsForm:
        address = reverse("sms_estimate")
        return PhoneSmsForm(sent, actor=actor, address=address, sip_account=account, initial=_asked(request))

    form = form_of(request.POST if request.method == "POST" else None)
    made = _send(actor, form) if form.is_bound else None
    context = {"form": form_of(None) if made else form, "made": made, "names": names_of(actor, made or [])}
    return render(request, "panel/sms/from_phone.html", context)


@require_POST
@tenant_page(Role.MANAGER)
def sms_estimate(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Count parts and price while somebody types."""
    number = request.GET.get("number")
    address = reverse("sms_estimate")
    if number:
        form: SmsForm = ReplyForm(request.POST, actor=actor, address=address, number=number)
    else:
        form = SmsForm(request.POST, actor=actor, address=address)
    form.is_valid()
    found = estimate(actor, form.wanted())
    context = {
        "found": found,
        "vat": vat_percent(),
        "unicode": found.counted.coding is Coding.UCS2,
        "signs": " ".join(beyond_gsm(found.text)[:_SHOWN_SIGNS]),
        "too_long": found.counted.parts > MOST_PARTS,
        "most_parts": MOST_PARTS,
        "plain": form.cleaned_data.get("plain"),
    }
    return render(request, "panel/sms/estimate.html", context)


@tenant_page(Role.MANAGER)
def sms_with(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show all messages with one number, and write the next one."""
    number = parse_number(number) or number[:LONGEST_NUMBER]
    found = actions.messages(actor, SmsFilter(number=number))
    sent, can_answer = request.method == "POST", number.startswith("+")
    address = f"{reverse('sms_estimate')}?number={number.replace('+', '%2B')}"
    initial = {"account": _last_account(found)}
    form = ReplyForm(request.POST if sent else None, actor=actor, address=address, number=number, initial=initial)
    if sent and _send(actor, form):
        return redirect("sms_with", number)
    page = page_of(found, request.GET.get("page"), PAGE)
    if not sent:
        actions.mark_seen(actor, number)
    context = {
        "number": number,
        "name": names_of(actor, page.rows).get(number, ""),
        "page": page,
        "form": form,
        "can_answer": can_answer,
        "vat": vat_percent(),
        "error_title": error_title(form),
    }
    return render(request, "panel/sms/with.html", context)


def names_of(actor: Actor, rows: list[Sms]) -> dict[str, str]:
    """Return the names that the company saved, by number."""
    return saved_names(actor, (row.number for row in rows))


def _send(actor: Actor, form: SmsForm) -> list[Sms] | None:
    return form.carry_out(lambda: send(actor, form.wanted(), request=str(form.cleaned_data.get("request") or "")))


def _asked(request: HttpRequest) -> dict[str, str]:
    """Return the recipients that a link to the form names."""
    return {"to": request.GET.get("to", "").replace("\0", "")[:200]}


def _last_account(found: QuerySet[Sms]) -> str | None:
    last = found.exclude(sip_account=None).first()
    return last.sip_account.extension if last and last.sip_account else None
