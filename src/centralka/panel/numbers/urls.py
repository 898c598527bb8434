"""Numery."""

from django.urls import path

from . import views

urlpatterns = [
    path("numery/", views.numbers, name="numbers"),
    path("numery/<int:number_id>/cel", views.number_target, name="number_target"),
]
