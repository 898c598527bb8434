"""Choosing a password."""

from typing import Any

from django.contrib.auth.forms import PasswordChangeForm
from django.forms import ValidationError
from django.utils.html import format_html, format_html_join
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
        """Put what is wrong with the new password beside it, not beside its repetition."""
        super().validate_password_for_user(user, "new_password1")

    def save(self, commit: bool = True) -> Person:
        choose_password(self.user, self.cleaned_data["new_password1"])
        return self.user

    @property
    def wrong_fields(self) -> list[Any]:
        return [field for field in self if field.errors]
