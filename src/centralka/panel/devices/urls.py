"""Podłącz telefon."""

from django.urls import path

from . import own_passwords, set_up, views

urlpatterns = [
    path("ustaw-telefon/<str:token>", set_up.set_up_phone, name="set_up_phone"),
    path("konta-sip/<int:account_id>/urzadzenia/link", set_up.setup_mail, name="setup_mail"),
    path("konta-sip/<int:account_id>/urzadzenia/dodaj", own_passwords.device_add, name="device_add"),
    path(
        "konta-sip/<int:account_id>/urzadzenia/<int:device_id>/wydaj-ponownie",
        own_passwords.device_issue_again,
        name="device_issue_again",
    ),
    path(
        "konta-sip/<int:account_id>/urzadzenia/<int:device_id>/wyloguj",
        own_passwords.device_sign_out,
        name="device_sign_out",
    ),
    path("konta-sip/<int:account_id>/telefon/", views.connect_phone, name="connect_phone"),
    path("konta-sip/<int:account_id>/telefon/<slug:device>", views.connect_phone, name="connect_device"),
]
