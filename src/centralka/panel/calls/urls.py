"""Połączenia."""

from django.urls import path

from . import views

urlpatterns = [
    path("polaczenia/", views.calls, name="calls"),
    path("polaczenia/polaczenia.csv", views.calls_csv, name="calls_csv"),
    path("polaczenia/<str:call_id>/", views.call, name="call"),
    path("polaczenia/<str:call_id>/rozlacz", views.call_hang_up, name="call_hang_up"),
]
