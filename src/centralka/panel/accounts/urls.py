"""Konta SIP (Wewnętrzne)."""

from django.urls import path

from . import fax_views, preview, views

urlpatterns = [
    path("konta-sip/", views.accounts, name="accounts"),
    path("konta-sip/stan", views.account_states, name="account_states"),
    path("konta-sip/dodaj", views.account_add, name="account_add"),
    path("konta-sip/haslo", views.password_generated, name="password_generated"),
    path("konta-sip/haslo/ocena", views.password_check, name="password_check"),
    path("konta-sip/rysunek", preview.new_account_preview, name="new_account_preview"),
    path("konta-sip/<int:account_id>/rysunek", preview.account_preview, name="account_preview"),
    path("konta-sip/faks/dodaj", fax_views.fax_account_add, name="fax_account_add"),
    path("konta-sip/faks/<int:account_id>/", fax_views.fax_account, name="fax_account"),
    path("konta-sip/faks/<int:account_id>/zmien", fax_views.fax_account_change, name="fax_account_change"),
    path("konta-sip/faks/<int:account_id>/usun", fax_views.fax_account_delete, name="fax_account_delete"),
    path("konta-sip/<int:account_id>/", views.account, name="account"),
    path("konta-sip/<int:account_id>/zmien", views.account_change, name="account_change"),
    path("konta-sip/<int:account_id>/usun", views.account_delete, name="account_delete"),
    path("konta-sip/<int:account_id>/zapowiedz", views.greeting_upload, name="greeting_upload"),
    path("konta-sip/<int:account_id>/zapowiedz.wav", views.greeting_audio, name="greeting_audio"),
    path("konta-sip/<int:account_id>/zapowiedz/usun", views.greeting_remove, name="greeting_remove"),
    path("konta-sip/<int:account_id>/wiadomosc-testowa", views.test_mail, name="test_mail"),
]
