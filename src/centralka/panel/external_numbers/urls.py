"""Numery zewnętrzne."""

from django.urls import path

from . import views

urlpatterns = [
    path("numery-zewnetrzne/", views.external_numbers, name="external_numbers"),
    path("numery-zewnetrzne/dodaj", views.external_number_add, name="external_number_add"),
    path("numery-zewnetrzne/<int:number_id>/usun", views.external_number_delete, name="external_number_delete"),
]
