"""The person's own e-mail address: asking for a link to another one, and letting that count."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from centralka.actions import login_address as actions
from centralka.actions.errors import InvalidInput, NotFound, Taken
from centralka.actions.forgotten_password import is_offered
from centralka.store.models import Person

from ..company_address import address_of_no_company
from ..doors import person_page
from ..forms import error_title
from ..http import PanelRequest
from .forms import OwnAddressForm, here


@sensitive_post_parameters()
@person_page
def email_change(request: PanelRequest, person: Person) -> HttpResponse:
    """Ask for the new address and the password, and mail a link to that address."""
    form, sent = OwnAddressForm(request, request.POST or None), ""
    if request.method == "POST" and is_offered() and form.is_valid():
        try:
            sent = actions.ask_for_address(person, form.cleaned_data["email"], get_language() or "pl")
        except InvalidInput as refusal:
            form.add_error("email", str(refusal.problems["email"][0].message))
    context = {"form": form, "sent": sent, "links": is_offered(), "error_title": error_title(form)}
    return render(request, "panel/sign_in/email.html", context)


@never_cache
def email_new(request: HttpRequest, token: str) -> HttpResponse:
    """Let the new address count, on POST: mail scanners open links."""
    problem = ""
    try:
        person, email = actions.wanted_by(token)
        own = request.user == person
        if request.method == "POST":
            actions.confirm_address(token, here(request) if own else "")
            if not own:
                return redirect(address_of_no_company("login") + "?why=address")
            messages.success(request, _("You sign in as %(address)s from now on.") % {"address": email})
            return redirect("home")
    except Taken as refusal:
        problem = str(refusal.problems["email"][0].message)
    except NotFound:
        return render(request, "panel/sign_in/link_over.html", {"of_address": True}, status=404)
    context = {"email": email, "before": person.email, "problem": problem}
    return render(request, "panel/sign_in/email_new.html", context)
