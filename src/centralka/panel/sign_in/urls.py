"""Signing in, the person's own password, language, the front page."""

from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from . import address, forgotten, passkeys, second_factor, second_step, sessions, views

urlpatterns = [
    path("", views.home, name="home"),
    path("logowanie", views.SignIn.as_view(), name="login"),
    path("logowanie/kod", second_step.SecondStep.as_view(), name="login_code"),
    path("drugi-skladnik/", second_factor.second_factor, name="second_factor"),
    path("drugi-skladnik/aplikacja", second_factor.second_factor_app, name="second_factor_app"),
    path("drugi-skladnik/aplikacja/usun", second_factor.second_factor_app_remove, name="second_factor_app_remove"),
    path("drugi-skladnik/klucz", passkeys.passkey_add, name="passkey_add"),
    path("drugi-skladnik/klucz/pytanie", passkeys.passkey_begin, name="passkey_begin"),
    path("drugi-skladnik/klucz/<int:passkey_id>/usun", passkeys.passkey_remove, name="passkey_remove"),
    path("drugi-skladnik/klucz/<int:passkey_id>/nazwa", passkeys.passkey_rename, name="passkey_rename"),
    path("logowanie/klucz", passkeys.login_passkey, name="login_passkey"),
    path("drugi-skladnik/kody", second_factor.recovery_codes, name="recovery_codes"),
    path("wylogowanie", LogoutView.as_view(), name="logout"),
    path("sesja", views.session, name="session"),
    path("zapomniane-haslo", forgotten.password_forgotten, name="password_forgotten"),
    path("nowe-haslo/<str:token>", forgotten.password_new, name="password_new"),
    path("sesje/", sessions.sessions, name="sessions"),
    path("sesje/<int:session_id>/wyloguj", sessions.session_end, name="session_end"),
    path("sesje/wyloguj-pozostale", sessions.sessions_end, name="sessions_end"),
    path("adres-e-mail", address.email_change, name="email_change"),
    path("nowy-adres/<str:token>", address.email_new, name="email_new"),
    path("haslo", views.password_change, name="password_change"),
    path("firma", views.company_switch, name="company_switch"),
    path("jezyk", set_language, name="set_language"),
]
