"""`/bramka-sms/<secret>/<key>`: the secret makes a caller the gateway; the key is that of the message."""

from django.urls import path

from .views import told

urlpatterns = [
    path("<str:secret>", told, name="sms_told"),
    path("<str:secret>/<str:key>", told, name="sms_told_of"),
]
