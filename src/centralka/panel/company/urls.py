"""Ustawienia firmy."""

from django.urls import path

from . import views

urlpatterns = [
    path("ustawienia/", views.company_settings, name="company_settings"),
    path("ustawienia/webhook/wyprobuj", views.webhook_try, name="webhook_try"),
    path("ustawienia/webhook/sekret", views.webhook_secret, name="webhook_secret"),
    path("ustawienia/zewnetrzne", views.outside_settings, name="outside_settings"),
    path("ustawienia/sms", views.sms_settings, name="sms_settings"),
    path("ustawienia/rozmowy", views.talk_settings, name="talk_settings"),
    path("ustawienia/rozmowy/muzyka.wav", views.hold_music_audio, name="hold_music_audio"),
    path("ustawienia/rozmowy/muzyka/usun", views.hold_music_remove, name="hold_music_remove"),
]
