"""SMS."""

from django.urls import path

from . import lists, views

urlpatterns = [
    path("sms/", views.sms, name="sms"),
    path("sms/nowa", views.sms_new, name="sms_new"),
    path("sms/z-telefonu", views.sms_phone, name="sms_phone"),
    path("sms/licz", views.sms_estimate, name="sms_estimate"),
    path("sms/rozmowa/<path:number>", views.sms_with, name="sms_with"),
    path("sms/wszystkie/", lists.sms_all, name="sms_all"),
    path("sms/wszystkie/sms.csv", lists.sms_csv, name="sms_csv"),
    path("sms/nazwy/", lists.sms_names, name="sms_names"),
    path("sms/nazwy/popros", lists.sms_name_ask, name="sms_name_ask"),
    path("sms/nazwy/<int:name_id>/usun", lists.sms_name_delete, name="sms_name_delete"),
    path("sms/zablokowane/", lists.sms_stops, name="sms_stops"),
    path("sms/zablokowane/<int:stop_id>/zdejmij", lists.sms_stop_lift, name="sms_stop_lift"),
]
