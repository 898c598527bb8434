"""Ustawienia firmy."""

from django.urls import path

from . import views

urlpatterns = [path("ustawienia/", views.company_settings, name="company_settings")]
