"""The Django app of the panel."""

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import pre_save
from django.http import HttpRequest
from django.utils import timezone

if TYPE_CHECKING:
    from axes.models import AccessAttempt


class PanelConfig(AppConfig):
    """Holds no tables; see `store`."""

    name = "centralka.panel"
    label = "panel"

    def ready(self) -> None:
        # Django's own writes at once.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(_note)
        from axes.models import AccessAttempt  # known after Django's set-up

        pre_save.connect(_keep_nothing_typed, sender=AccessAttempt)


def _keep_nothing_typed(sender: object, instance: "AccessAttempt", **_about: object) -> None:
    """Keep who it was and from where; django-axes would keep all fields of the form, a new password among them."""
    instance.get_data = instance.post_data = ""


def _note(sender: object, user: object, request: HttpRequest, **_about: object) -> None:
    from centralka.store.models import Person
    from centralka.store.notes import notes
    from centralka.store.panel_sessions import note_session

    if isinstance(user, Person):
        now = timezone.now()
        notes.signed_in(user, now)
        if not request.session.session_key:
            request.session.save()
        key, address = request.session.session_key, request.META.get("REMOTE_ADDR") or ""
        note_session(user, str(key), address, request.headers.get("User-Agent") or "", now)
