"""The page for what broke on our side."""

import sys

from django.http import HttpRequest, HttpResponse
from django.template import loader

from centralka.disk import found_no_room


def broken_page(request: HttpRequest) -> HttpResponse:
    """500, or 507 for a disk that is full. Called while the fault is handled; renders without request and database."""
    status = 507 if found_no_room(sys.exc_info()[1]) else 500
    return HttpResponse(loader.get_template(f"{status}.html").render(), status=status)
