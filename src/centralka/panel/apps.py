"""The Django app of the panel."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone


class PanelConfig(AppConfig):
    """Holds no tables; see `store`."""

    name = "centralka.panel"
    label = "panel"

    def ready(self) -> None:
        # Django's own writes at once.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(_note)


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
