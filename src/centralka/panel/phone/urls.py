"""Telefon w przeglądarce."""

from django.urls import path

from . import views

urlpatterns = [
    path("telefon/", views.phone, name="phone"),
    path("telefon/klucz", views.phone_key, name="phone_key"),
    path("telefon/koniec", views.phone_close, name="phone_close"),
    path("telefon/kto", views.phone_who, name="phone_who"),
]
