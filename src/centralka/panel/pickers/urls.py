"""Lists that are sought."""

from django.urls import path

from . import views

urlpatterns = [path("wybor/<slug:kind>", views.picker, name="picker")]
