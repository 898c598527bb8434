"""Take what gateways tell. They sign nothing, so the secret in the address is all that tells them from strangers."""

import json
from datetime import UTC, datetime

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from centralka.sms.known_gateways import GatewayKind, gateway
from centralka.store.models import SmsGateway
from centralka.store.sms import reported
from centralka.store.sms_in import keep_incoming

log = structlog.get_logger()

_LONGEST_SECRET = 64
_OK = "OK"
"""The answer that SMSAPI wants to read; other gateways look at the status only."""


@csrf_exempt
@require_http_methods(["GET", "POST"])
def told(request: HttpRequest, secret: str, key: str = "") -> HttpResponse:
    """Take a report or a message. Without the secret nothing is found here.

    What cannot be read, or is of no message of ours, is answered as taken: it would only come again and again.
    """
    possible = 0 < len(secret) <= _LONGEST_SECRET and "\0" not in secret + key
    found = SmsGateway.objects.filter(callback=secret).first() if possible else None
    speaks = gateway(GatewayKind(found.kind), found.address, found.secret, found.templates) if found else None
    if found is None or speaks is None or not GatewayKind(found.kind).comes_to_us:
        return HttpResponse(status=404)
    fields, now = _fields(request), datetime.now(UTC)
    if (message := speaks.incoming(fields)) is not None:
        if not keep_incoming(found, key, message, now):
            log.warning("a text message came in for nobody here", gateway=found.pk)
        return HttpResponse(_OK)
    reports = speaks.reports(fields)
    known = [reported(found, key, report, now) for report in reports]
    if not reports or not all(known):
        log.warning("a gateway reports what cannot be placed", gateway=found.pk, reports=len(reports))
    return HttpResponse(_OK)


def _fields(request: HttpRequest) -> dict[str, str]:
    """Return the fields of the address, and of a form or a flat JSON object in the body."""
    of_json = request.content_type == "application/json"
    found: dict[str, object] = {**request.GET.dict(), **(_of_json(request.body) if of_json else request.POST.dict())}
    return {name: _text(value) for name, value in found.items()}


def _of_json(body: bytes) -> dict[str, object]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _text(value: object) -> str:
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return text.encode("utf-8", "replace").decode().replace("\0", "")
