"""Choosing a password."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.forms import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.sign_in import choose_password
from centralka.store.models import Person

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


class ForgottenForm(forms.Form):
    """Whose password is forgotten."""

    email = forms.CharField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        error_messages={"required": gettext_lazy("Give the e-mail address with which you sign in.")},
        widget=forms.TextInput(
            attrs={"class": "form-control", "inputmode": "email", "autocomplete": "username", "spellcheck": "false"}
        ),
    )

    @property
    def wrong_fields(self) -> list[Any]:
        return [field for field in self if field.errors]


class NewPasswordForm(_SetPassword):
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

    @property
    def wrong_fields(self) -> list[Any]:
        return [field for field in self if field.errors]


class ChoosePasswordForm(PasswordChangeForm):
    """The old password and, twice, the new one, judged by the validators of the settings."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
        old, new, again = (self.fields[name] for name in ("old_password", "new_password1", "new_password2"))
        old.label = _("First password") if self.user.must_change_password else _("Present password")
        new.label, again.label = _("New password"), _("Type it once more")
        new.help_text = _rules()
        again.help_text = ""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        new = given.get("new_password1")
        if new and self.user.check_password(new):
            same = _("This is the present password. Choose another one.")
            self.add_error("new_password1", ValidationError(same, code="same"))
        return given

    def validate_password_for_user(self, user: Person, password_field_name: str = "") -> None:
        """Put what is wrong with the new password beside it, not beside its repetition."""
        super().validate_password_for_user(user, "new_password1")

    def save(self, commit: bool = True) -> Person:
        choose_password(self.user, self.cleaned_data["new_password1"])
        return self.user

    @property
    def wrong_fields(self) -> list[Any]:
        return [field for field in self if field.errors]
