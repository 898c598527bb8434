"""Passkeys: added, named and removed by their person, and asked for at the second step."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from centralka.actions.errors import InvalidInput
from centralka.actions.second_factor import passkeys as actions
from centralka.store.models import Person

from ..doors import person_page
from ..forms import error_title
from ..http import PanelRequest
from .asked_passkeys import ASKED, site_of
from .forms import PasskeyForm, PasskeyNameForm, PasswordForm, here
from .second_step import waiting_person

_ADDING = "passkey_adding"
"""Of the session: the challenge that waits for its answer; it is used once."""


@require_POST
@sensitive_post_parameters()
@person_page
def passkey_begin(request: PanelRequest, person: Person) -> HttpResponse:
    """Tell the browser what a new passkey is to be; the form with what is wrong, before any key is made in vain."""
    form = PasskeyForm(request, {**request.POST.dict(), "credential": "-"})
    if not form.is_valid():
        context = {"form": form, "error_title": error_title(form)}
        return render(request, "panel/sign_in/passkey_add.html", context)
    options, state = actions.ask_for_new(site_of(request), person)
    request.session[_ADDING] = state
    return JsonResponse(options)


@sensitive_post_parameters()
@person_page
def passkey_add(request: PanelRequest, person: Person) -> HttpResponse:
    """Add a passkey: its name, the password once more, and what the browser made."""
    form = PasskeyForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        state, given = request.session.pop(_ADDING, None), form.cleaned_data
        try:
            made = actions.add_passkey(
                site_of(request), person, given["name"], state, given["credential"], here(request)
            )
        except InvalidInput as refusal:
            for name, problems in refusal.problems.items():
                form.add_error("name" if name == "name" else None, str(problems[0].message))
        else:
            messages.success(request, _("From now on this passkey opens the second step."))
            if made:
                return render(request, "panel/sign_in/recovery_codes.html", {"codes": made})
            return redirect("second_factor")
    context = {"form": form, "error_title": error_title(form)}
    return render(request, "panel/sign_in/passkey_add.html", context)


@person_page
def passkey_rename(request: PanelRequest, person: Person, passkey_id: int) -> HttpResponse:
    """Call a passkey otherwise."""
    found = get_object_or_404(person.passkeys, pk=min(passkey_id, 2**63 - 1))
    form = PasskeyNameForm(request.POST or None, initial={"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            renamed = actions.rename_passkey(person, found.pk, form.cleaned_data["name"])
        except InvalidInput as refusal:
            form.add_error("name", str(refusal.problems["name"][0].message))
        else:
            messages.success(request, _("The passkey is called “%(name)s” now.") % {"name": renamed.name})
            return redirect("second_factor")
    context = {"form": form, "passkey": found, "error_title": error_title(form)}
    return render(request, "panel/sign_in/passkey_rename.html", context)


@sensitive_post_parameters()
@person_page
def passkey_remove(request: PanelRequest, person: Person, passkey_id: int) -> HttpResponse:
    """Ask for the password, then forget a passkey."""
    found = get_object_or_404(person.passkeys, pk=min(passkey_id, 2**63 - 1))
    form = PasswordForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = actions.remove_passkey(person, found.pk, here(request))
        messages.success(request, _("Removed: %(name)s.") % {"name": name})
        return redirect("second_factor")
    context = {"form": form, "passkey": found, "error_title": error_title(form)}
    return render(request, "panel/sign_in/passkey_remove.html", context)


@require_POST
def login_passkey(request: HttpRequest) -> HttpResponse:
    """Tell the browser of somebody whose password was right what to ask their passkeys."""
    person = waiting_person(request)
    if person is None:
        return HttpResponse(status=401)
    options, state = actions.ask_for_one(site_of(request), person)
    request.session[ASKED] = state
    return JsonResponse(options)
