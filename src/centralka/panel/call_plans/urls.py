"""Co się stanie, gdy ktoś zadzwoni?"""

from django.urls import path

from . import views

urlpatterns = [
    path("co-sie-stanie/", views.call_plan, name="call_plan"),
]
