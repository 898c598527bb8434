"""The Django app of the panel."""

from django.apps import AppConfig


class PanelConfig(AppConfig):
    """Holds no tables; see `store`."""

    name = "centralka.panel"
    label = "panel"
