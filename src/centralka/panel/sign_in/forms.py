"""Signing in and choosing a password."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.forms import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.sign_in import choose_password
from centralka.store.models import Person

_LONGEST_EMAIL = 254
"""Of RFC 5321, of the person's table and nearly of the lock-out's; Django's own form only tells the browser."""
_RULES = [
    gettext_lazy("At least 12 characters."),
    gettext_lazy("Not digits only."),
    gettext_lazy("The password must not resemble your first name, last name or e-mail address."),
    gettext_lazy("It must not be one of the most used ones."),
]
"""`AUTH_PASSWORD_VALIDATORS` of the settings, in words that fit a form."""


class LoginForm(AuthenticationForm):
    """E-mail and password."""

    error_messages = {
        "invalid_login": gettext_lazy("There is no such login with this password. Check both, capitals matter."),
        "inactive": gettext_lazy("This login is switched off."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = gettext_lazy("E-mail address")
        self.fields["username"].widget.attrs |= {"class": "form-control", "inputmode": "email", "spellcheck": "false"}
        self.fields["password"].widget.attrs |= {"class": "form-control"}

    def clean_username(self) -> str:
        """One spelling per person: else each mix of capitals would get its own five tries."""
        username = str(self.cleaned_data["username"]).strip().lower()
        if len(username) > _LONGEST_EMAIL:
            raise self.get_invalid_login_error()
        return username


class ChoosePasswordForm(PasswordChangeForm):
    """The old password and, twice, the new one, judged by the validators of the settings."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
        old, new, again = (self.fields[name] for name in ("old_password", "new_password1", "new_password2"))
        old.label = _("First password") if self.user.must_change_password else _("Present password")
        new.label, again.label = _("New password"), _("Type it once more")
        new.help_text = format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((rule,) for rule in _RULES)))
        again.help_text = ""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        new = given.get("new_password1")
        if new and self.user.check_password(new):
            same = _("This is the present password. Choose another one.")
            self.add_error("new_password1", ValidationError(same, code="same"))
        return given

    def validate_password_for_user(self, user: Person, password_field_name: str = "") -> None:
        """What is wrong with the new password stands beside it, not beside its repetition."""
        super().validate_password_for_user(user, "new_password1")

    def save(self, commit: bool = True) -> Person:
        choose_password(self.user, self.cleaned_data["new_password1"])
        return self.user

    @property
    def wrong_fields(self) -> list[Any]:
        return [field for field in self if field.errors]
