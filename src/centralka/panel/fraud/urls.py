"""Ochrona przed nadużyciami."""

from django.urls import path

from . import views

urlpatterns = [
    path("ustawienia/ochrona", views.fraud_settings, name="fraud_settings"),
    path("ustawienia/ochrona/zatrzymania/<int:stop_id>/zdejmij", views.fraud_lift, name="fraud_lift"),
    path("ustawienia/ochrona/kraje/dodaj", views.country_allow, name="country_allow"),
    path("ustawienia/ochrona/kraje/<int:country_id>/usun", views.country_forget, name="country_forget"),
    path("konta-sip/<int:account_id>/limity", views.account_limits, name="account_limits"),
    path("naduzycia/", views.fraud_stops, name="fraud_stops"),
    path("naduzycia/reguly", views.fraud_defaults, name="fraud_defaults"),
    path("naduzycia/<int:stop_id>/zdejmij", views.fraud_lift_any, name="fraud_lift_any"),
]
