"""Choosing a password."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth import HASH_SESSION_KEY, authenticate
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.hashers import check_password
from django.forms import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.sign_in import choose_password
from centralka.store.models import Person

from ..forms import SummedUpForm

_RULES = [
    gettext_lazy("At least 12 characters."),
    gettext_lazy("Not digits only."),
    gettext_lazy("The password must not resemble your first name, last name or e-mail address."),
    gettext_lazy("It must not be one of the most used ones."),
]
"""`AUTH_PASSWORD_VALIDATORS` of the settings, in words that fit a form."""


def _rules() -> SafeString:
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((rule,) for rule in _RULES)))


if TYPE_CHECKING:
    _SetPassword = SetPasswordForm[Person]
else:
    _SetPassword = SetPasswordForm


class ForgottenForm(SummedUpForm):
    """The address of the person who forgot the password."""

    email = forms.CharField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        error_messages={"required": gettext_lazy("Give the e-mail address with which you sign in.")},
        widget=forms.TextInput(
            attrs={"class": "form-control", "inputmode": "email", "autocomplete": "username", "spellcheck": "false"}
        ),
    )


class CodeForm(SummedUpForm):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=30,
        error_messages={"required": gettext_lazy("Give the code.")},
        widget=forms.TextInput(
            attrs={"class": "form-control", "autocomplete": "one-time-code", "spellcheck": "false", "autofocus": True}
        ),
    )


def here(request: HttpRequest) -> str:
    """Return the key of the session that stays when all others of the person end."""
    return str(request.session.session_key or "")


def _checked(request: HttpRequest, password: str) -> str:
    """Judge the signed-in person's password as the sign-in does, which counts wrong ones."""
    person = request.user
    found = authenticate(request, username=person.email, password=password) if person.is_authenticated else None
    if found is None or not person.is_authenticated:
        raise ValidationError(_("This is not your password."), code="wrong")
    if found.password != person.password:
        # A digest of earlier days was made anew, by which the session would end.
        person.password = found.password
        request.session[HASH_SESSION_KEY] = found.get_session_auth_hash()
    return password


class PasswordForm(SummedUpForm):
    """The person's password once more, before something about the second factor is changed."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        error_messages={"required": gettext_lazy("Give your password.")},
        widget=forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "current-password"}),
    )

    def __init__(self, request: HttpRequest, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        return _checked(self.request, str(self.cleaned_data["password"]))


class OwnAddressForm(PasswordForm):
    """Another e-mail address to sign in with."""

    email = forms.CharField(
        label=gettext_lazy("New e-mail address"),
        help_text=gettext_lazy("A link goes there; the address counts once you open it."),
        max_length=1000,
        error_messages={"required": gettext_lazy("Give the new address.")},
        widget=forms.TextInput(
            attrs={"class": "form-control", "inputmode": "email", "autocomplete": "email", "spellcheck": "false"}
        ),
    )
    field_order = ("email", "password")


class PasskeyNameForm(SummedUpForm):
    """What a passkey is called."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("To know it again, e.g. “laptop” or “blue key”."),
        max_length=60,
        error_messages={"required": gettext_lazy("Give it a name.")},
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )


class PasskeyForm(PasskeyNameForm, PasswordForm):
    """A new passkey: what it is called, and what the browser made."""

    credential = forms.CharField(
        widget=forms.HiddenInput,
        max_length=20_000,
        error_messages={"required": gettext_lazy("The browser has made no passkey.")},
    )
    field_order = ("name", "password", "credential")


class AppForm(PasswordForm):
    """A new app: a code of it proves that it has the secret, which travels sealed in the form."""

    secret = forms.CharField(widget=forms.HiddenInput, max_length=400)
    code = forms.CharField(
        label=gettext_lazy("Code that the app shows"),
        max_length=30,
        error_messages={"required": gettext_lazy("Give the code.")},
        widget=forms.TextInput(
            attrs={"class": "form-control", "autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )
    field_order = ("code", "password", "secret")


class NewPasswordForm(SummedUpForm, _SetPassword):
    """A new password, twice, of somebody whom a mailed link lets choose one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
        new, again = self.fields["new_password1"], self.fields["new_password2"]
        new.label, again.label = _("New password"), _("Type it once more")
        new.help_text, again.help_text = _rules(), ""

    def validate_password_for_user(self, user: Person, password_field_name: str = "") -> None:
        """Put what is wrong with the new password beside it, not beside its repetition."""
        super().validate_password_for_user(user, "new_password1")


class ChoosePasswordForm(SummedUpForm, PasswordChangeForm):
    """The old password and, twice, the new one, judged by the validators of the settings."""

    def __init__(self, request: HttpRequest, person: Person, data: Any = None) -> None:
        super().__init__(person, data)
        self.request = request
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
        old, new, again = (self.fields[name] for name in ("old_password", "new_password1", "new_password2"))
        old.label = _("First password") if self.user.must_change_password else _("Present password")
        new.label, again.label = _("New password"), _("Type it once more")
        new.help_text = _rules()
        again.help_text = ""

    def clean_old_password(self) -> str:
        return _checked(self.request, str(self.cleaned_data["old_password"]))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        new = given.get("new_password1")
        if new and check_password(new, self.user.password):  # which makes no digest anew
            same = _("This is the present password. Choose another one.")
            self.add_error("new_password1", ValidationError(same, code="same"))
        return given

    def validate_password_for_user(self, user: Person, password_field_name: str = "") -> None:
        """Put what is wrong with the new password beside it, not beside its repetition."""
        super().validate_password_for_user(user, "new_password1")

    def save(self, commit: bool = True) -> Person:
        choose_password(self.user, self.cleaned_data["new_password1"], here(self.request))
        return self.user
