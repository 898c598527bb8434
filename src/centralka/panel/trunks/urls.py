"""Łącza do operatorów."""

from django.urls import path

from . import views

urlpatterns = [
    path("lacza/", views.trunks, name="trunks"),
    path("lacza/stan", views.trunk_states, name="trunk_states"),
    path("lacza/dodaj", views.trunk_add, name="trunk_add"),
    path("lacza/<int:trunk_id>/zmien", views.trunk_change, name="trunk_change"),
    path("lacza/<int:trunk_id>/usun", views.trunk_delete, name="trunk_delete"),
]
