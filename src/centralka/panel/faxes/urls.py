"""Faksy."""

from django.urls import path

from . import views

urlpatterns = [
    path("faksy/", views.faxes, name="faxes"),
    path("faksy/<int:fax_id>/", views.fax, name="fax"),
    path("faksy/<int:fax_id>/strona-<int:number>.png", views.fax_page, name="fax_page"),
    path("faksy/<int:fax_id>/faks.pdf", views.fax_pdf, name="fax_pdf"),
    path("faksy/<int:fax_id>/wyslij", views.fax_mail, name="fax_mail"),
    path("faksy/<int:fax_id>/usun", views.fax_delete, name="fax_delete"),
]
