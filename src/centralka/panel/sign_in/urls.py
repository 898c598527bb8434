"""Signing in, the person's own password, language, the front page."""

from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("logowanie", views.SignIn.as_view(), name="login"),
    path("wylogowanie", LogoutView.as_view(), name="logout"),
    path("sesja", views.session, name="session"),
    path("haslo", views.password_change, name="password_change"),
    path("firma", views.company_switch, name="company_switch"),
    path("jezyk", set_language, name="set_language"),
]
