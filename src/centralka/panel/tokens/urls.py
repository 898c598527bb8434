"""API tokens."""

from django.urls import path

from . import views

urlpatterns = [
    path("tokeny/", views.tokens, name="tokens"),
    path("tokeny/dodaj", views.token_add, name="token_add"),
    path("tokeny/<int:token_id>/zmien", views.token_change, name="token_change"),
    path("tokeny/<int:token_id>/uniewaznij", views.token_revoke, name="token_revoke"),
]
