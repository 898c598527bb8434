"""Firmy."""

from django.urls import path

from . import views

urlpatterns = [
    path("firmy/", views.companies, name="companies"),
    path("firmy/dodaj", views.company_add, name="company_add"),
]
