"""Co się stanie, gdy ktoś zadzwoni?"""

from django.urls import path

from . import views

urlpatterns = [
    path("co-sie-stanie/", views.explain, name="explain"),
    path("konta-sip/rysunek", views.new_account_preview, name="new_account_preview"),
    path("konta-sip/<int:account_id>/rysunek", views.account_preview, name="account_preview"),
]
