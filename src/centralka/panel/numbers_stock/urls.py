"""Zasób numerów."""

from django.urls import path

from . import views

urlpatterns = [
    path("zasob-numerow/", views.stock, name="stock"),
    path("zasob-numerow/dodaj", views.stock_add, name="stock_add"),
    path("zasob-numerow/przydziel", views.stock_give, name="stock_give"),
    path("zasob-numerow/<int:number_id>/", views.stock_number, name="stock_number"),
    path("zasob-numerow/<int:number_id>/usun", views.stock_number_delete, name="stock_number_delete"),
]
