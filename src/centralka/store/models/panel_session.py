"""Sessions of the panel, as people see them: whose, from where, with which browser."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .person import Person

USER_AGENT_MAX = 200


class SignedInBy(models.TextChoices):
    """The proof that a person gave to sign in."""

    PASSWORD = "password", _("Password")
    APP = "app", _("Password and a code of the app")
    RECOVERY_CODE = "recovery_code", _("Password and a recovery code")
    PASSKEY = "passkey", _("Password and a passkey")


class PanelSession(models.Model):
    """Stands beside Django's session of the same key, which knows until when it goes on; it is over without that."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    address = models.CharField(max_length=45, blank=True, default="")
    """The IP address of the sign-in."""
    user_agent = models.CharField(max_length=USER_AGENT_MAX, blank=True, default="")
    began_at = models.DateTimeField()

    class Meta:
        db_table = "panel_session"
        ordering = ("-began_at", "-id")

    def __str__(self) -> str:
        return f"{self.person} from {self.address}"
