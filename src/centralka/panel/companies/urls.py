"""Firmy."""

from django.urls import path

from . import views

urlpatterns = [
    path("firmy/", views.companies, name="companies"),
    path("firmy/dodaj", views.company_add, name="company_add"),
    path("firmy/<int:tenant_id>/", views.company, name="company"),
    path("firmy/<int:tenant_id>/zmien", views.company_change, name="company_change"),
    path("firmy/<int:tenant_id>/zaksieguj", views.company_book, name="company_book"),
]
