"""The Django app that owns every table."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Named `store`, so tables' app label is short."""

    name = "centralka.store"
    label = "store"
