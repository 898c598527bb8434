"""The addresses of the panel, the API and the answers of gateways."""

from django.urls import include, path

from .health import healthz, readyz
from .metrics import metrics

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
    path("api/v1/", include("centralka.api.urls")),
    path("tel/", include("centralka.provisioning.urls")),
    path("bramka-sms/", include("centralka.callbacks.urls")),
    path("", include("centralka.panel.urls")),
]
handler500 = "centralka.panel.broken.broken_page"
