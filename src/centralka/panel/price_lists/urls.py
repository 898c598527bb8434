"""Cenniki."""

from django.urls import path

from . import columns, revisions, sms, views

urlpatterns = [
    path("cenniki/", views.price_lists, name="price_lists"),
    path("cenniki/dodaj", views.price_list_add, name="price_list_add"),
    path("cenniki/<int:price_list_id>/", views.price_list, name="price_list"),
    path("cenniki/<int:price_list_id>/zmien", views.price_list_change, name="price_list_change"),
    path("cenniki/<int:price_list_id>/wgraj", views.price_list_upload, name="price_list_upload"),
    path(
        "cenniki/<int:price_list_id>/kolumny/<int:revision_id>", columns.price_list_columns, name="price_list_columns"
    ),
    path("cenniki/<int:price_list_id>/cennik.csv", revisions.price_list_download, name="price_list_download"),
    path("cenniki/<int:price_list_id>/wersje/", revisions.price_list_revisions, name="price_list_revisions"),
    path(
        "cenniki/<int:price_list_id>/wersje/<int:revision_id>/cennik.csv",
        revisions.revision_download,
        name="revision_download",
    ),
    path(
        "cenniki/<int:price_list_id>/wersje/<int:revision_id>/przywroc",
        revisions.revision_bring_back,
        name="revision_bring_back",
    ),
    path(
        "cenniki/<int:price_list_id>/wersje/<int:revision_id>/usun", revisions.revision_cancel, name="revision_cancel"
    ),
    path("cenniki/<int:price_list_id>/ceny/<int:price_id>/zmien", revisions.price_change, name="price_change"),
    path("cenniki/<int:price_list_id>/sms", sms.price_list_sms, name="price_list_sms"),
    path("cenniki/<int:price_list_id>/usun", views.price_list_delete, name="price_list_delete"),
]
