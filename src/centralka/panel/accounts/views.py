"""Wirtualna Centrala → Konta SIP (Wewnętrzne): the list with its live states, the form, deleting."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from centralka.actions import voicemail
from centralka.actions.account import accounts as actions
from centralka.actions.account.availability import availability_of
from centralka.actions.account.blocks import SipAccountInput
from centralka.actions.account.devices import devices
from centralka.actions.account.encryption import last_sound
from centralka.actions.account.forwarding import forwards_of
from centralka.actions.account.general import password_problems_for
from centralka.actions.account.passwords import generate_password
from centralka.actions.account.registrations import registered_count
from centralka.actions.actor import Actor
from centralka.actions.errors import ChangedMeanwhile, InvalidInput, NotFound
from centralka.actions.mail import mails, send_test_mail
from centralka.store.models import Mail, Role, SipAccount

from ..collisions import Collision, in_context, merge
from ..doors import tenant_page
from ..events import event_stream
from ..external_number_form import quick_form
from ..forms import error_title
from ..forwards import CONDITIONS
from ..integers import integers_in
from ..paging import page_of
from ..questions import question
from ..sip_server_shown import server_in
from ..sound import sound
from .availability import shares_of
from .consent import Consent, Shortage, agreement_in, answer_to
from .deleted import ask_to_delete, say_deleted
from .form import AccountForm, as_it_was_typed, generated
from .greeting import GreetingForm
from .live import stream

PAGE = 50
REGISTERED = {"yes": True, "no": False}
"""The filters of the list: accounts with a phone, or without."""
MAILS = 5
"""The number of the last mails that an account's page shows."""


@require_GET
@tenant_page()
def accounts(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the list; for HTMX only the part that a search changes."""
    search = request.GET.get("search", "")
    shown, order = request.GET.get("registered", ""), request.GET.get("order", "")
    found = actions.listed(
        actor,
        search=search,
        registered=REGISTERED.get(shown),
        order=order.removeprefix("-"),
        descending=order.startswith("-"),
    )
    page = page_of(found, request.GET.get("page"), PAGE)
    context = {
        "page": page,
        "search": search,
        "shown": shown,
        "order": order,
        "narrowed": bool(search or REGISTERED.get(shown) is not None),
        "total": found.count(),
        "registered": registered_count(actor),
        "watched": ",".join(str(account.pk) for account in page.rows if account.kind == SipAccount.Kind.VOICE),
    }
    part = "#results" if request.headers.get("HX-Request") else ""
    return render(request, f"panel/accounts/list.html{part}", context)


@require_GET
@tenant_page()
async def account_states(request: HttpRequest, actor: Actor) -> StreamingHttpResponse:
    """Push the live states of the accounts that a page shows."""
    wanted = request.GET.get("accounts", "")[:1000].split(",")
    ids = integers_in(wanted)[: 2 * PAGE]
    language = get_language() or settings.LANGUAGE_CODE
    return await event_stream(stream(actor, ids, language, phones="phones" in request.GET))


@require_GET
@tenant_page()
def account(request: HttpRequest, actor: Actor, account_id: int) -> HttpResponse:
    """Show one account: its settings, its phones, how to connect another phone."""
    return _account(request, actor, actions.sip_account(actor, account_id), GreetingForm())


def _account(request: HttpRequest, actor: Actor, found: SipAccount, greeting_form: GreetingForm) -> HttpResponse:
    forwards = forwards_of(found)
    available = availability_of(found, timezone.now())
    context = {
        "account": found,
        "numbers": actions.numbers_pointing_at(found),
        "availability": available,
        "shares": shares_of(available),
        "last_sound": last_sound(found),
        "devices": devices(actor, found.pk),
        "forwards": [(label, forwards.get(condition)) for condition, label in CONDITIONS.items()],
        **server_in(request),
    }
    if actor.may_manage:
        context |= {
            "greeting": voicemail.greeting(actor, found.pk),
            "greeting_form": greeting_form,
            "unheard_here": voicemail.messages(actor, sip_account=found.pk).filter(heard=False).count(),
            "mails": mails(actor, sip_account=found.pk)[:MAILS],
            "error_title": error_title(greeting_form),
        }
    return render(request, "panel/accounts/account.html", context)


@require_POST
@tenant_page(Role.MANAGER)
def greeting_upload(request: HttpRequest, actor: Actor, account_id: int) -> HttpResponse:
    """Take another own greeting; a file that is refused leaves the old greeting."""
    found, form = actions.sip_account(actor, account_id), GreetingForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            voicemail.set_greeting(actor, account_id, form.content())
        except InvalidInput as refusal:
            form.add_problems(refusal)
        else:
            messages.success(request, _("The new greeting is saved. Callers hear it from the next call on."))
            return redirect("account", account_id)
    return _account(request, actor, found, form)


@require_safe
@tenant_page(Role.MANAGER)
def greeting_audio(request: HttpRequest, actor: Actor, account_id: int) -> HttpResponse:
    """Send the own greeting, to listen to."""
    greeting = voicemail.greeting(actor, account_id)
    if greeting is None:
        raise NotFound
    return sound(request, bytes(greeting.wav), f"greeting-{greeting.version}.wav")


@tenant_page(Role.MANAGER)
def greeting_remove(request: HttpRequest, actor: Actor, account_id: int) -> HttpResponse:
    """Ask, then let the system's greeting be played again."""
    found = actions.sip_account(actor, account_id)
    greeting = voicemail.greeting(actor, account_id)
    asked = question(request, greeting.version if greeting else None)
    if not asked.answered:
        return render(request, "panel/accounts/greeting_remove.html", {"account": found, "question": asked})
    voicemail.remove_greeting(actor, account_id)
    messages.success(request, _("The greeting is removed. Callers hear the system's one from the next call on."))
    return redirect("account", account_id)


@require_POST
@tenant_page(Role.MANAGER)
def test_mail(request: HttpRequest, actor: Actor, account_id: int) -> HttpResponse:
    """Mail a test to the address of the account's messages."""
    actions.sip_account(actor, account_id)
    try:
        mail = send_test_mail(actor, account_id)
    except InvalidInput as refusal:
        messages.warning(request, str(next(iter(refusal.problems.values()))[0].message))
    else:
        _say_of_test(request, mail)
    return redirect("account", account_id)


def _say_of_test(request: HttpRequest, mail: Mail) -> None:
    if settings.SMTP is None:
        said = _("The test message for %(address)s is being written to a file: no mail server is set.")
        messages.warning(request, said % {"address": mail.to})
    else:
        messages.success(request, _("A test message is on its way to %(address)s.") % {"address": mail.to})


@tenant_page(Role.MANAGER)
def account_add(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the empty form, what was typed into it, and the question whether its costs are agreed to."""
    if request.method != "POST":
        return _form(request, actor, AccountForm(actor=actor))
    if "generate" in request.POST:
        return _form(request, actor, generated(request.POST, generate_password(), actor))
    if "decline" in request.POST:
        return _form(request, actor, as_it_was_typed(request.POST, actor))
    return _add(request, actor, AccountForm(request.POST, request.FILES, actor=actor))


def _add(request: HttpRequest, actor: Actor, form: AccountForm) -> HttpResponse:
    answer = answer_to(form, actor, lambda: _made(request, actor, form))
    if answer.made is None:
        return _form(request, actor, form, consent=answer.consent, shortage=answer.shortage)
    form.forget_greeting()
    return _with_password(request, answer.made, form, added=True)


def _made(request: HttpRequest, actor: Actor, form: AccountForm) -> SipAccount:
    agreement = agreement_in(request, form)
    made = actions.add_sip_account(actor, SipAccountInput(**form.wanted()), agreement, request=form.request_key)
    form.save_greeting(made)
    return made


@tenant_page(Role.MANAGER)
def account_change(request: HttpRequest, actor: Actor, account_id: int) -> HttpResponse:
    """Show the form of an account that exists."""
    found = actions.sip_account(actor, account_id)
    if request.method != "POST":
        return _form(request, actor, AccountForm(actor=actor, account=found))
    if "generate" in request.POST:
        return _form(request, actor, generated(request.POST, generate_password(), actor, found))
    return _save(request, actor, AccountForm(request.POST, request.FILES, actor=actor, account=found), found)


def _save(request: HttpRequest, actor: Actor, form: AccountForm, found: SipAccount) -> HttpResponse:
    collisions: list[Collision] | None = None
    try:
        saved = form.carry_out(lambda: _changed(actor, form, found))
    except ChangedMeanwhile as meanwhile:
        form.keep_greeting()
        data, collisions = merge(form, form.typed(meanwhile.current), meanwhile.current.version)
        form = AccountForm(data, actor=actor, account=meanwhile.current)
    else:
        if saved:
            return _saved(request, saved, form)
    return _form(request, actor, form, collisions=collisions)


def _changed(actor: Actor, form: AccountForm, found: SipAccount) -> SipAccount:
    version = form.cleaned_data.get("version")
    saved = actions.change_sip_account(actor, found.pk, form.wanted(), version=version)
    form.save_greeting(saved)
    return saved


def _saved(request: HttpRequest, account: SipAccount, form: AccountForm) -> HttpResponse:
    form.forget_greeting()
    if form.cleaned_data["password"]:
        return _with_password(request, account, form, added=False)
    said = _("Saved: %(account)s. Changes apply from the next call.")
    messages.success(request, said % {"account": account})
    return redirect("accounts")


def _form(
    request: HttpRequest,
    actor: Actor,
    form: AccountForm,
    *,
    collisions: list[Collision] | None = None,
    consent: Consent | None = None,
    shortage: Shortage | None = None,
) -> HttpResponse:
    if form.is_bound:
        form.keep_greeting()
    context = {
        "account": form.account,
        "last_extension": actor.tenant.last_extension,
        "consent": consent,
        "shortage": shortage,
        "external_form": quick_form(),
        **in_context(form, collisions),
    }
    return render(request, "panel/accounts/form.html", context)


def _with_password(request: HttpRequest, account: SipAccount, form: AccountForm, *, added: bool) -> HttpResponse:
    """Show what to type into the phone, in answer to the POST itself: a redirect would have to store the password."""
    context = {"account": account, "password": form.cleaned_data["password"], "added": added, **server_in(request)}
    return render(request, "panel/accounts/saved.html", context)


@tenant_page(Role.MANAGER)
def account_delete(request: HttpRequest, actor: Actor, account_id: int) -> HttpResponse:
    """Ask, say what goes with the account, and delete on POST."""
    found = actions.sip_account(actor, account_id)
    if asked := ask_to_delete(request, found, messages_kept=voicemail.messages(actor, sip_account=found.pk).count()):
        return asked
    say_deleted(request, found, actions.delete_sip_account(actor, account_id))
    return redirect("accounts")


@require_POST
@tenant_page(Role.MANAGER)
def password_generated(request: HttpRequest, actor: Actor) -> HttpResponse:
    """HTMX: fill both password fields with a generated password."""
    form = generated(request.POST, generate_password(), actor)
    return render(request, "panel/accounts/password_fields.html", {"form": form, "just_generated": True})


@require_POST
@tenant_page(Role.MANAGER)
def password_check(request: HttpRequest, actor: Actor) -> HttpResponse:
    """HTMX: tell what is wrong with the password, judged while it is typed as saving will judge it."""
    typed = request.POST.get("password", "")
    wanted = SipAccountInput(
        extension=request.POST.get("extension", "").strip(), name=request.POST.get("name", "").strip(), password=typed
    )
    problems = password_problems_for(actor.tenant, wanted) if typed else []
    return render(request, "panel/accounts/password_strength.html", {"problems": problems, "typed": bool(typed)})
