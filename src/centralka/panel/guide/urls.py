"""Pomoc."""

from django.urls import path

from . import views

urlpatterns = [path("pomoc/", views.guide_page, name="guide")]
