"""Wiadomości głosowe."""

from django.urls import path

from . import views

urlpatterns = [
    path("wiadomosci/", views.voice_messages, name="voice_messages"),
    path("wiadomosci/nieodsluchane", views.unheard_messages, name="unheard_messages"),
    path("wiadomosci/wysylka", views.mails, name="mails"),
    path("wiadomosci/<int:message_id>/nagranie.wav", views.message_audio, name="message_audio"),
    path("wiadomosci/<int:message_id>/odsluchana", views.message_heard, name="message_heard"),
    path("wiadomosci/<int:message_id>/usun", views.message_delete, name="message_delete"),
]
