"""Firmy."""

from django.urls import path

from . import views

urlpatterns = [
    path("firmy/", views.companies, name="companies"),
    path("firmy/dodaj", views.company_add, name="company_add"),
    path("firmy/<int:tenant_id>/", views.company, name="company"),
    path("firmy/<int:tenant_id>/zmien", views.company_change, name="company_change"),
    path("firmy/<int:tenant_id>/zaksieguj", views.company_book, name="company_book"),
    path("firmy/<int:tenant_id>/zablokuj", views.company_block, name="company_block"),
    path("firmy/<int:tenant_id>/odblokuj", views.company_unblock, name="company_unblock"),
    path("firmy/<int:tenant_id>/eksport.zip", views.company_export, name="company_export"),
    path("firmy/<int:tenant_id>/usun", views.company_delete, name="company_delete"),
    path("firmy/<int:tenant_id>/wlasciciele/<int:membership_id>/adres", views.owner_email, name="owner_email"),
    path("firmy/<int:tenant_id>/wlasciciele/<int:membership_id>/haslo", views.owner_password, name="owner_password"),
]
