"""Ustawienia instalacji."""

from django.urls import path

from . import views

urlpatterns = [path("instalacja/", views.installation, name="installation")]
