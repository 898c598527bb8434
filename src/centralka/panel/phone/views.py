"""Telefon: the phone in the browser, in a window of its own (docs/decisions/0039)."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from centralka.actions import browser_phones as actions
from centralka.actions.actor import Actor
from centralka.actions.sip_server import sip_addresses
from centralka.calls.destinations import EMERGENCY_NUMBERS
from centralka.calls.spelling import grouped, known_number
from centralka.calls.voicemail import MAILBOX
from centralka.machine import in_uri

from ..doors import tenant_page
from ..http import PanelRequest
from .numbers import is_dialled
from .words import phone_words

NO_ACCOUNT, OPEN_ELSEWHERE = "no_account", "open_elsewhere"


@require_GET
@tenant_page()
def phone(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show the phone; without an account, whom to ask for one."""
    try:
        account = actions.phone_account(actor)
    except actions.NoAccount:
        return render(request, "panel/phone/no_account.html")
    here, outside = f"ws://127.0.0.1:{settings.WS_PORT}/", _secure_address(request)
    context = {
        "account": account,
        "emergency": " ".join(sorted(EMERGENCY_NUMBERS)),
        "mailbox": MAILBOX,
        "ws": here,
        "wss": outside,
        "words": phone_words(),
        "number": asked if is_dialled(asked := _text(request.GET, "number")) else "",
    }
    allowed = csp_update({"connect-src": [SELF, here, outside]})
    return allowed(lambda _request: render(request, "panel/phone/phone.html", context))(request)


def _secure_address(request: HttpRequest) -> str:
    server = next(one for one in sip_addresses(request.get_host()) if one.transport == "wss")
    return f"wss://{in_uri(server.host)}:{server.port}/"


@require_POST
@tenant_page(also_blocked=True)
def phone_key(request: PanelRequest, actor: Actor) -> HttpResponse:
    """Tell the page what it registers with, or prolong that; 409 with a reason where this window gets nothing."""
    # The open page asks by itself; only what its person does is a use of the session.
    request.by_itself = request.POST.get("used") != "1"
    try:
        kept = actions.keep_phone(actor, _browser(request), take_over=request.POST.get("take_over") == "1")
    except actions.NoAccount:
        return JsonResponse({"problem": NO_ACCOUNT}, status=409)
    except actions.OpenElsewhere:
        return JsonResponse({"problem": OPEN_ELSEWHERE}, status=409)
    told: dict[str, Any] = {"username": kept.username, "password": kept.password, "login": kept.account.login}
    return JsonResponse(told)


@require_POST
@tenant_page(also_blocked=True)
def phone_close(request: PanelRequest, actor: Actor) -> HttpResponse:
    """End what the phone of a window that is closed registers with."""
    request.by_itself = True
    actions.close_phone(actor, _browser(request))
    return HttpResponse(status=204)


@require_GET
@tenant_page()
def phone_who(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Tell whose number it is, and how people read it."""
    number = _text(request.GET, "number")[:40]
    return JsonResponse({"name": actions.name_of(actor, number), "shown": grouped(known_number(number))})


def _browser(request: HttpRequest) -> actions.Browser:
    key = request.session.session_key or ""
    return actions.Browser(key, _text(request.POST, "window"), _text(request.POST, "username"))


def _text(sent: QueryDict, name: str) -> str:
    """Return what was sent, without what PostgreSQL does not take."""
    return sent.get(name, "").replace("\0", "")
