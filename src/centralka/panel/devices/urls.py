"""Podłącz telefon."""

from django.urls import path

from . import views

urlpatterns = [
    path("konta-sip/<int:account_id>/telefon/", views.connect_phone, name="connect_phone"),
    path("konta-sip/<int:account_id>/telefon/<slug:device>", views.connect_phone, name="connect_device"),
]
