"""`/api/v1/`: the operations, and a problem for every other address."""

from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from .http.refusals import only_problems
from .v1 import api, nothing_here


def _operations() -> list[URLPattern]:
    patterns, _app_name, _namespace = api.urls
    found = [pattern for pattern in patterns if isinstance(pattern, URLPattern) and pattern.name != "api-root"]
    for pattern in found:
        pattern.callback = only_problems(pattern.callback)
    return found


urlpatterns = [
    # In a namespace, so that an operation's name is never a panel page's.
    path("", (_operations(), "api", "api")),
    # Exempt from CSRF like the operations: a POST to a wrong address is to be told so, in JSON.
    re_path("", csrf_exempt(only_problems(nothing_here))),
]
