"""Signing in and choosing a password."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext_lazy

from centralka.actions.sign_in import choose_password
from centralka.store.models import Person

_LONGEST_EMAIL = 254
"""Of RFC 5321, of the person's table and nearly of the lock-out's; Django's own form only tells the browser."""


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

    def save(self, commit: bool = True) -> Person:
        choose_password(self.user, self.cleaned_data["new_password1"])
        return self.user

    @property
    def wrong_fields(self) -> list[Any]:
        return [field for field in self if field.errors]
