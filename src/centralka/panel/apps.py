"""The Django app of the panel."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils import timezone


class PanelConfig(AppConfig):
    """Holds no tables; see `store`."""

    name = "centralka.panel"
    label = "panel"

    def ready(self) -> None:
        # Django's own writes at once.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(_note)


def _note(sender: object, user: object, **_about: object) -> None:
    from centralka.store.models import Person
    from centralka.store.notes import notes

    if isinstance(user, Person):
        notes.signed_in(user, timezone.now())
