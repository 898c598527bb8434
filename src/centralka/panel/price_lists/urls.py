"""Cenniki."""

from django.urls import path

from . import views

urlpatterns = [
    path("cenniki/", views.price_lists, name="price_lists"),
    path("cenniki/dodaj", views.price_list_add, name="price_list_add"),
    path("cenniki/<int:price_list_id>/", views.price_list, name="price_list"),
    path("cenniki/<int:price_list_id>/zmien", views.price_list_change, name="price_list_change"),
    path("cenniki/<int:price_list_id>/wgraj", views.price_list_upload, name="price_list_upload"),
    path("cenniki/<int:price_list_id>/usun", views.price_list_delete, name="price_list_delete"),
]
