"""The person's own second factor: what there is of it, setting up an app, recovery codes, and its end."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from centralka.actions.errors import InvalidInput
from centralka.actions.second_factor import codes, own
from centralka.store.models import Person, SecondFactor
from centralka.store.sealed import Unreadable, seal, unseal

from ..doors import person_page
from ..forms import error_title
from ..http import PanelRequest
from ..qr_codes import qr_picture
from .forms import AppForm, PasswordForm, here

_OFFERED = "totp_offered"
_OFFERED_SECONDS = 3600
"""So long a page that offers a secret can be used."""


@require_GET
@person_page
def second_factor(request: PanelRequest, person: Person) -> HttpResponse:
    """Show what the person has to give beside the password."""
    factor = SecondFactor.objects.filter(person=person).first()
    context = {
        "app": bool(factor and factor.totp_secret),
        "passkeys": person.passkeys.all(),
        "codes_left": codes.recovery_codes_left(person),
        "required": own.must_have_one(person, request.places),
    }
    return render(request, "panel/sign_in/second_factor.html", context)


@sensitive_post_parameters()
@person_page
def second_factor_app(request: PanelRequest, person: Person) -> HttpResponse:
    """Offer a secret as a QR code, and take the app over once its code is right. Until then nothing is kept."""
    offered = _offered(request)
    secret = offered or codes.new_secret()
    form = AppForm(request, request.POST or None, initial={"secret": seal(secret, _OFFERED)})
    valid = request.method == "POST" and form.is_valid()
    if valid and offered is None:
        form.add_error("code", _("This page was open too long; its QR code counts no more. Scan the new one."))
    elif valid:
        try:
            made = own.add_app(person, secret, form.cleaned_data["code"], timezone.now(), here(request))
        except InvalidInput as refusal:
            form.add_error("code", str(refusal.problems["code"][0].message))
        else:
            messages.success(request, _("From now on a code of this app is asked for when you sign in."))
            return _shown(request, made) if made else redirect("second_factor")
    context = {
        "form": form,
        "sealed": seal(secret, _OFFERED),
        "picture": qr_picture(codes.app_address(secret, person)),
        "words": codes.secret_in_words(secret),
        "error_title": error_title(form),
    }
    return render(request, "panel/sign_in/second_factor_app.html", context)


@sensitive_post_parameters()
@person_page
def second_factor_app_remove(request: PanelRequest, person: Person) -> HttpResponse:
    """Ask for the password, then forget the app."""
    form = PasswordForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        own.remove_app(person, here(request))
        messages.success(request, _("The app is forgotten."))
        return redirect("second_factor")
    context = {"form": form, "error_title": error_title(form)}
    return render(request, "panel/sign_in/second_factor_remove.html", context)


@sensitive_post_parameters()
@person_page
def recovery_codes(request: PanelRequest, person: Person) -> HttpResponse:
    """Ask for the password, then make new recovery codes, shown this once."""
    if not own.has_one(person):
        return redirect("second_factor")
    form = PasswordForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _shown(request, own.renew_recovery_codes(person, here(request)))
    context = {"form": form, "error_title": error_title(form)}
    return render(request, "panel/sign_in/recovery_codes_new.html", context)


def _shown(request: HttpRequest, made: list[str]) -> HttpResponse:
    return render(request, "panel/sign_in/recovery_codes.html", {"codes": made})


def _offered(request: HttpRequest) -> bytes | None:
    """Return the secret that the page offered which was sent; None: none, of another installation, or too old."""
    try:
        return unseal(request.POST.get("secret", ""), _OFFERED, seconds=_OFFERED_SECONDS)
    except Unreadable:
        return None
