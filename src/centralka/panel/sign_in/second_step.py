"""The second step of signing in: the password was right, and a code is asked for. Until then nobody is signed in."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.views import RedirectURLMixin
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from centralka.actions.second_factor.codes import is_closed, take_code
from centralka.store.acting import acting
from centralka.store.models import Person, SecondFactor
from centralka.store.models.panel_session import SignedInBy
from centralka.store.notes import notes

from ..company_address import address_of_no_company
from ..forms import error_title
from ..login_form import LoginForm
from ..sign_ins import BY
from ..typed import behind, waiting
from .asked_passkeys import is_right
from .forms import CodeForm

_STEP = "second_step"
_GOOD_FOR = timedelta(minutes=10)
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def begin(request: HttpRequest, person: Person) -> None:
    """Note in the session that the person gave the right password; it opens nothing by that."""
    request.session.cycle_key()
    request.session[_STEP] = {
        "person": person.pk,
        "password": person.get_session_auth_hash(),
        "until": (timezone.now() + _GOOD_FOR).isoformat(),
    }


def waiting_person(request: HttpRequest) -> Person | None:
    """Return the person who gave the right password a moment ago; None: nobody did, or it was changed since."""
    noted = request.session.get(_STEP)
    if not noted or datetime.fromisoformat(noted["until"]) < timezone.now():
        return None
    person = Person.objects.filter(pk=noted["person"], is_active=True, has_second_factor=True).first()
    if person is None or not constant_time_compare(noted["password"], person.get_session_auth_hash()):
        return None
    return person


def step_page(request: HttpRequest, person: Person, form: CodeForm, following: str) -> HttpResponse:
    """Ask for the second factor."""
    factor = SecondFactor.objects.filter(person=person).first()
    with_app = _("The code of 6 digits that your app shows now, or one of your recovery codes.")
    form.fields["code"].help_text = with_app if factor and factor.totp_secret else _("One of your recovery codes.")
    context = {
        "form": form,
        "person": person,
        "passkeys": person.passkeys.exists(),
        "next": following,
        "kept": behind(waiting(request)),
        "error_title": error_title(form),
    }
    return render(request, "panel/sign_in/second_step.html", context)


def with_what_waits(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Let what was typed before the session ended wait for a button: signing in saves nothing."""
    kept = waiting(request)
    if kept and response.status_code == 302:
        address = response.headers["Location"]
        return render(request, "panel/sign_in/send_again.html", {"kept": kept, "address": address})
    return response


def finish(request: HttpRequest, person: Person, by: SignedInBy) -> None:
    """Sign the person in."""
    del request.session[_STEP]
    setattr(request, BY, by)
    login(request, person, backend=_BACKEND)


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class SecondStep(RedirectURLMixin, View):
    """Takes the code."""

    next_page = "home"

    def get(self, request: HttpRequest) -> HttpResponse:
        person = waiting_person(request)
        if person is None:
            return redirect(address_of_no_company("login"))
        return step_page(request, person, CodeForm(), self.get_redirect_url())

    def post(self, request: HttpRequest) -> HttpResponseBase:
        person = waiting_person(request)
        if person is None:
            return self._again(request)
        if answer := request.POST.get("credential"):
            if is_right(request, person, answer):
                finish(request, person, SignedInBy.PASSKEY)
                return with_what_waits(request, redirect(self.get_success_url()))
            form = CodeForm({})
            form.errors.clear()  # a code was not asked for
            notes.sign_in_failed(person.email, acting().address)
            form.add_error(None, _("The passkey was not accepted. Try it once more."))
            return step_page(request, person, form, self.get_redirect_url())
        form = CodeForm(request.POST)
        by = take_code(person, form.cleaned_data["code"], timezone.now()) if form.is_valid() else None
        if form.is_valid() and by is None:
            notes.sign_in_failed(person.email, acting().address)
            form.add_error("code", _problem(person))
        if by is None:
            return step_page(request, person, form, self.get_redirect_url())
        finish(request, person, by)
        return with_what_waits(request, redirect(self.get_success_url()))

    def _again(self, request: HttpRequest) -> HttpResponse:
        """Ask for the password again; what was typed before waits on."""
        login_page, kept = address_of_no_company("login"), waiting(request)
        if not kept:
            return redirect(f"{login_page}?why=step")
        context: dict[str, Any] = {"form": LoginForm(request), "login": login_page, "next": self.get_redirect_url()}
        return render(request, "panel/sign_in/ended.html", context | {"kept": behind(kept)}, status=401)


def _problem(person: Person) -> ValidationError:
    factor = SecondFactor.objects.filter(person=person).first()
    if factor and is_closed(factor, timezone.now()):
        return ValidationError(_("Too many wrong codes. No code is taken for 15 minutes."), code="closed")
    wrong = _("This code is wrong, or was used already. Wait for the next one that the app shows.")
    return ValidationError(wrong, code="wrong")
