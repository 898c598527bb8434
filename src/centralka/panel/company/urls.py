"""Ustawienia firmy."""

from django.urls import path

from . import views

urlpatterns = [
    path("ustawienia/", views.company_settings, name="company_settings"),
    path("ustawienia/zewnetrzne", views.outside_settings, name="outside_settings"),
]
