"""Faksy."""

from django.urls import path

from . import sending, views

urlpatterns = [
    path("faksy/", views.faxes, name="faxes"),
    path("faksy/wyslane/", sending.sent, name="sent_faxes"),
    path("faksy/wyslane/<int:fax_id>/", sending.sent_fax, name="sent_fax"),
    path("faksy/wyslane/<int:fax_id>/odwolaj", sending.sent_fax_cancel, name="sent_fax_cancel"),
    path("faksy/wyslane/<int:fax_id>/raport.pdf", sending.sent_fax_report, name="sent_fax_report"),
    path("faksy/wyslij/", sending.fax_new, name="fax_new"),
    path("faksy/wyslij/<int:document_id>/", sending.fax_send, name="fax_send"),
    path("faksy/wyslij/<int:document_id>/strona-<int:number>.png", sending.fax_document_page, name="fax_document_page"),
    path("faksy/<int:fax_id>/", views.fax, name="fax"),
    path("faksy/<int:fax_id>/strona-<int:number>.png", views.fax_page, name="fax_page"),
    path("faksy/<int:fax_id>/faks.pdf", views.fax_pdf, name="fax_pdf"),
    path("faksy/<int:fax_id>/wyslij", views.fax_mail, name="fax_mail"),
    path("faksy/<int:fax_id>/usun", views.fax_delete, name="fax_delete"),
]
