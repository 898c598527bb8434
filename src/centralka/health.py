"""`/healthz` and `/readyz`, for load balancers and whatever watches the machine. They tell nothing but yes or no."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from centralka.disk import Room, free_mb, room
from centralka.draining import draining_since


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Tell that the web process answers. Nothing else is asked: restarting it would mend nothing else."""
    return JsonResponse({"ok": True})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Tell whether this exchange can do its work: 200, or 503 with what is in the way."""
    found = {"database": _database_answers(), "disk": _has_room(), "takes_calls": draining_since(settings.HOME) is None}
    ready = all(found.values())
    return JsonResponse({"ok": ready, **found}, status=200 if ready else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _has_room() -> bool:
    try:
        return room(free_mb(settings.HOME), settings.DISK_WARN_MB) is not Room.FULL
    except OSError:
        return False
