"""Co się stanie, gdy ktoś zadzwoni?"""

from django.urls import path

from . import views

urlpatterns = [
    path("co-sie-stanie/", views.explain, name="explain"),
]
