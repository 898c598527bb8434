"""Dziennik zmian."""

from django.urls import path

from . import views

urlpatterns = [
    path("zmiany/", views.changes, name="changes"),
    path("zmiany/plik", views.changes_csv, name="changes_csv"),
    path("dziennik/", views.all_changes, name="all_changes"),
    path("dziennik/plik", views.all_changes_csv, name="all_changes_csv"),
]
