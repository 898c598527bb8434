"""`/tel/<token>/<file>`: the token is the phone's own; makers ask for files by names of their own."""

from django.urls import re_path

from .views import settings_file

# Whatever stands there, so that all strangers hear the same.
urlpatterns = [re_path(r"^(?P<token>[^/]*)/?(?P<file>(?s:.*))\Z", settings_file, name="phone_settings")]
