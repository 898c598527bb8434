"""Fax accounts: the form, the page of one, deleting."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from centralka.actions.account import accounts
from centralka.actions.account import fax_accounts as actions
from centralka.actions.account.fax_accounts import FaxAccountInput
from centralka.actions.actor import Actor
from centralka.actions.errors import ChangedMeanwhile
from centralka.actions.faxes import faxes
from centralka.actions.mail import mails
from centralka.store.models import Role, SipAccount

from ..collisions import Collision, in_context, merge
from ..doors import tenant_page
from .consent import Consent, Shortage, agreement_in, answer_to
from .deleted import ask_to_delete, say_deleted
from .fax_form import FaxAccountForm, as_it_was_typed, typed

MAILS = 5


@require_GET
@tenant_page()
def fax_account(request: HttpRequest, actor: Actor, account_id: int) -> HttpResponse:
    """Show one fax account."""
    found = actions.fax_account(actor, account_id)
    context = {
        "account": found,
        "emails": found.fax_emails.splitlines(),
        "numbers": accounts.numbers_pointing_at(found),
        "switched": accounts.switched_to(found),
    }
    if actor.may_manage:
        context |= {
            "faxes_here": faxes(actor, account=found.pk).count(),
            "mails": mails(actor, sip_account=found.pk)[:MAILS],
        }
    return render(request, "panel/accounts/fax_account.html", context)


@tenant_page(Role.MANAGER)
def fax_account_add(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the empty form, what was typed into it, and the question whether its costs are agreed to."""
    if request.method != "POST":
        return _form(request, actor, FaxAccountForm())
    if "decline" in request.POST:
        return _form(request, actor, as_it_was_typed(request.POST))
    return _add(request, actor, FaxAccountForm(request.POST))


def _add(request: HttpRequest, actor: Actor, form: FaxAccountForm) -> HttpResponse:
    answer = answer_to(form, actor, lambda: _made(request, actor, form))
    if answer.made is None:
        return _form(request, actor, form, consent=answer.consent, shortage=answer.shortage)
    said = _("Saved: %(account)s. Let a number point at it, or fax it by its extension.")
    messages.success(request, said % {"account": answer.made})
    return redirect("fax_account", answer.made.pk)


def _made(request: HttpRequest, actor: Actor, form: FaxAccountForm) -> SipAccount:
    agreement = agreement_in(request, form)
    return actions.add_fax_account(actor, FaxAccountInput(**form.wanted()), agreement, request=form.request_key)


@tenant_page(Role.MANAGER)
def fax_account_change(request: HttpRequest, actor: Actor, account_id: int) -> HttpResponse:
    """Show the form of a fax account that exists."""
    found = actions.fax_account(actor, account_id)
    if request.method != "POST":
        return _form(request, actor, FaxAccountForm(account=found))
    return _save(request, actor, FaxAccountForm(request.POST, account=found), found)


def _save(request: HttpRequest, actor: Actor, form: FaxAccountForm, found: SipAccount) -> HttpResponse:
    collisions: list[Collision] | None = None
    try:
        saved = form.carry_out(
            lambda: actions.change_fax_account(actor, found.pk, form.wanted(), version=form.cleaned_data.get("version"))
        )
    except ChangedMeanwhile as meanwhile:
        data, collisions = merge(form, typed(meanwhile.current), meanwhile.current.version)
        form = FaxAccountForm(data, account=meanwhile.current)
    else:
        if saved:
            said = _("Saved: %(account)s. Changes apply from the next call.")
            messages.success(request, said % {"account": saved})
            return redirect("accounts")
    return _form(request, actor, form, collisions=collisions)


def _form(
    request: HttpRequest,
    actor: Actor,
    form: FaxAccountForm,
    *,
    collisions: list[Collision] | None = None,
    consent: Consent | None = None,
    shortage: Shortage | None = None,
) -> HttpResponse:
    context = {
        "account": form.account,
        "last_extension": actor.tenant.last_extension,
        "consent": consent,
        "shortage": shortage,
        **in_context(form, collisions),
    }
    return render(request, "panel/accounts/fax_form.html", context)


@tenant_page(Role.MANAGER)
def fax_account_delete(request: HttpRequest, actor: Actor, account_id: int) -> HttpResponse:
    """Ask, say what goes with the account, and delete on POST."""
    found = actions.fax_account(actor, account_id)
    if asked := ask_to_delete(request, found, faxes_kept=faxes(actor, account=found.pk).count()):
        return asked
    say_deleted(request, found, actions.delete_fax_account(actor, account_id))
    return redirect("accounts")
