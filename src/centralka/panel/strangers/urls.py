"""Blokady."""

from django.urls import path

from . import views

urlpatterns = [
    path("blokady/", views.strangers, name="strangers"),
    path("blokady/siec/dodaj", views.never_blocked_add, name="never_blocked_add"),
    path("blokady/<int:block_id>/zdejmij", views.block_lift, name="block_lift"),
    path("blokady/siec/<int:network_id>/usun", views.never_blocked_remove, name="never_blocked_remove"),
]
