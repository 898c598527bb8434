"""The Django app of the panel."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import pre_save


class PanelConfig(AppConfig):
    """Holds no tables; see `store`."""

    name = "centralka.panel"
    label = "panel"

    def ready(self) -> None:
        from axes.models import AccessAttempt  # known after Django's set-up, as what follows

        from . import sign_ins

        # Django's own writes at once.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(sign_ins.signed_in)
        user_logged_out.connect(sign_ins.signed_out)
        user_login_failed.connect(sign_ins.failed)
        pre_save.connect(sign_ins.keep_nothing_typed, sender=AccessAttempt)
