"""The Django app of the api."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Holds no tables; see `store`."""

    name = "centralka.api"
    label = "api"
