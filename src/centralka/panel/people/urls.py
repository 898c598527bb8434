"""Osoby."""

from django.urls import path

from . import views

urlpatterns = [
    path("osoby/", views.people, name="people"),
    path("osoby/dodaj", views.person_add, name="person_add"),
    path("osoby/<int:membership_id>/rola", views.person_role, name="person_role"),
    path("osoby/<int:membership_id>/konto", views.person_account, name="person_account"),
    path("osoby/<int:membership_id>/adres", views.person_email, name="person_email"),
    path("osoby/<int:membership_id>/haslo", views.person_password, name="person_password"),
    path("osoby/<int:membership_id>/drugi-skladnik", views.person_second_factor, name="person_second_factor"),
    path("osoby/<int:membership_id>/wyloguj", views.person_sign_out, name="person_sign_out"),
    path("osoby/<int:membership_id>/usun", views.person_remove, name="person_remove"),
]
