"""Osoby: the people who work in the company and what each may do. For its owners."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from centralka.actions import people as actions
from centralka.actions.account.passwords import generate_password
from centralka.actions.actor import Actor
from centralka.actions.errors import InvalidInput
from centralka.actions.second_factor.own import reset_of
from centralka.actions.sessions import sign_out_person
from centralka.store.models import Role

from ..address_form import AddressForm
from ..collisions import told_meanwhile
from ..doors import tenant_page
from ..forms import ROLE_HELP, error_title
from ..turns import one_after_another
from .forms import PersonForm


@require_GET
@tenant_page(Role.OWNER)
def people(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List everybody in the company."""
    return _list(request, actor)


@require_POST
@tenant_page(Role.OWNER)
@one_after_another
def person_role(request: HttpRequest, actor: Actor, membership_id: int) -> HttpResponse:
    """Change a role; the last owner stays an owner."""
    changed = actions.member(actor, membership_id)
    wanted, shown = request.POST.get("role", ""), str(changed.get_role_display())
    if meanwhile := told_meanwhile(request, changed.role, wanted, shown):
        return _list(request, actor, wrong=membership_id, problem=meanwhile, chosen=wanted)
    try:
        actions.change_role(actor, membership_id, wanted)  # type: ignore[arg-type]  # judged there
    except InvalidInput as refusal:
        return _list(request, actor, wrong=membership_id, problem=refusal.problems["role"][0].message)
    messages.success(request, _("%(name)s has another role now.") % {"name": changed.person.name})
    return redirect("people")


@require_POST
@tenant_page(Role.OWNER)
@one_after_another
def person_account(request: HttpRequest, actor: Actor, membership_id: int) -> HttpResponse:
    """Give a person the account for which they call in the browser, or none."""
    typed, now = request.POST.get("extension", ""), actions.member(actor, membership_id).sip_account
    extension = now.extension if now else ""
    if meanwhile := told_meanwhile(request, extension, typed.strip(), str(now or _("no phone"))):
        return _list(request, actor, wrong_account=membership_id, typed=typed, account_problem=meanwhile)
    try:
        changed = actions.assign_account(actor, membership_id, typed)
    except InvalidInput as refusal:
        problem = refusal.problems["extension"][0].message
        return _list(request, actor, wrong_account=membership_id, typed=typed, account_problem=problem)
    name = changed.person.name
    if changed.sip_account:
        messages.success(
            request,
            _("%(name)s calls in the browser as %(account)s now.") % {"name": name, "account": changed.sip_account},
        )
    else:
        messages.success(request, _("%(name)s has no phone in the browser now.") % {"name": name})
    return redirect("people")


def _list(
    request: HttpRequest,
    actor: Actor,
    *,
    wrong: int | None = None,
    **shown: object,
) -> HttpResponse:
    everybody = list(actions.people(actor))
    owners = [member for member in everybody if member.role == Role.OWNER]
    context = {
        "people": everybody,
        "last_owner": owners[0] if len(owners) == 1 else None,
        "roles": Role.choices,
        "role_help": ROLE_HELP,
        "wrong": wrong,
        **shown,
    }
    return render(request, "panel/people/list.html", context, status=200)


@tenant_page(Role.OWNER)
def person_add(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the form, and after it the first password, once."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        password = generate_password()
        person = form.carry_out(
            lambda: actions.add_person(actor, **form.given(email="", name="", role=Role.READER), password=password)
        )
        if person:
            return render(request, "panel/people/added.html", {"person": person, "password": password})
    return render(request, "panel/people/form.html", {"form": form, "error_title": error_title(form)})


@require_POST
@tenant_page(Role.OWNER)
def person_second_factor(request: HttpRequest, actor: Actor, membership_id: int) -> HttpResponse:
    """Remove the second factor of a person who lost it."""
    try:
        person = reset_of(actor, membership_id)
    except InvalidInput as refusal:
        messages.error(request, str(refusal.problems["person"][0].message))
    else:
        said = _("%(name)s signs in with the password alone, until a new second factor is set up.")
        messages.success(request, said % {"name": person.name})
    return redirect("people")


@require_POST
@tenant_page(Role.OWNER)
def person_sign_out(request: HttpRequest, actor: Actor, membership_id: int) -> HttpResponse:
    """Sign a person out wherever they are signed in."""
    person = actions.member(actor, membership_id).person
    count = sign_out_person(actor, membership_id)
    said = {"name": person.name, "count": count}
    messages.success(request, _("%(name)s is signed out everywhere. Sessions that were open: %(count)s.") % said)
    return redirect("people")


@tenant_page(Role.OWNER)
def person_password(request: HttpRequest, actor: Actor, membership_id: int) -> HttpResponse:
    """Ask, then give a person who forgot their password a new first one, shown once."""
    member = actions.member(actor, membership_id)
    problem = actions.no_reset(actor, member)
    if request.method == "POST" and problem is None:
        password = generate_password()
        person = actions.reset_password(actor, membership_id, password)
        return render(request, "panel/people/added.html", {"person": person, "password": password, "again": True})
    return render(request, "panel/people/password.html", {"member": member, "problem": problem})


@tenant_page(Role.OWNER)
@one_after_another
def person_email(request: HttpRequest, actor: Actor, membership_id: int) -> HttpResponse:
    """Let a person of the company sign in with another address."""
    member = actions.member(actor, membership_id)
    form = AddressForm(request.POST if request.method == "POST" else None, initial={"email": member.person.email})
    if request.method == "POST":
        changed = form.carry_out(
            lambda: actions.change_address(actor, membership_id, form.cleaned_data.get("email", ""))
        )
        if changed:
            said = {"name": changed.name, "address": changed.email}
            messages.success(request, _("%(name)s signs in as %(address)s from now on.") % said)
            return redirect("people")
    context = {"form": form, "member": member, "problem": actions.no_new_address(actor, member)}
    return render(request, "panel/people/email.html", context | {"error_title": error_title(form)})


@tenant_page(Role.OWNER)
def person_remove(request: HttpRequest, actor: Actor, membership_id: int) -> HttpResponse:
    """Ask, then take a person out of the company."""
    leaving = actions.member(actor, membership_id)
    problem = ""
    if request.method == "POST":
        try:
            actions.remove_person(actor, membership_id)
        except InvalidInput as refusal:
            problem = str(refusal.problems["role"][0].message)
        else:
            messages.success(request, _("%(name)s is not in the company any more.") % {"name": leaving.person.name})
            return redirect("people" if leaving.person != actor.person else "home")
    return render(request, "panel/people/remove.html", {"member": leaving, "problem": problem})
