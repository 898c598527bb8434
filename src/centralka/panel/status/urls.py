"""Stan centrali."""

from django.urls import path

from . import views

urlpatterns = [
    path("stan/", views.status_page, name="status"),
    path("stan/poczta", views.mail_now, name="status_mail_now"),
    path("stan/przyjmuj", views.calls_again, name="status_take_calls"),
]
