"""Signing in: on its own page, and in place of a form whose session has ended."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy

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
        """Give each person one spelling: else each mix of capitals would get its own five tries."""
        username = str(self.cleaned_data["username"]).strip().lower()
        if len(username) > _LONGEST_EMAIL:
            raise self.get_invalid_login_error()
        return username
