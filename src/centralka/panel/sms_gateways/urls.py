"""Bramki SMS."""

from django.urls import path

from . import views

urlpatterns = [
    path("bramki-sms/", views.sms_gateways, name="sms_gateways"),
    path("bramki-sms/dodaj", views.sms_gateway_add, name="sms_gateway_add"),
    path("bramki-sms/<int:gateway_id>/zmien", views.sms_gateway_change, name="sms_gateway_change"),
    path("bramki-sms/<int:gateway_id>/wyprobuj", views.sms_gateway_try, name="sms_gateway_try"),
    path("bramki-sms/<int:gateway_id>/usun", views.sms_gateway_delete, name="sms_gateway_delete"),
    path("bramki-sms/nazwy/", views.asked_names, name="asked_names"),
    path("bramki-sms/nazwy/<int:name_id>", views.name_decide, name="name_decide"),
]
