"""Where the panel and the API hang."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("centralka.api.urls")),
    path("", include("centralka.panel.urls")),
]
handler500 = "centralka.panel.broken.broken_page"
