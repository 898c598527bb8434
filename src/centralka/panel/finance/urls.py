"""Konto i finanse."""

from django.urls import path

from . import views

urlpatterns = [
    path("finanse/", views.finance, name="finance"),
    path("finanse/ksiega.csv", views.ledger_csv, name="ledger_csv"),
]
