"""The doors of the panel: each view stands behind exactly one, which lets in or says why not.

A view behind a door gets the person or company that came in as its second argument, so it cannot forget to ask.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from centralka.actions.actor import Actor, Operator
from centralka.actions.errors import Blocked, NotAllowed, NotFound
from centralka.actions.second_factor.own import must_have_one
from centralka.store.models import Person, Role

from .company_address import address_of_no_company, ask_company, in_company
from .http import PanelRequest
from .login_form import LoginForm
from .typed import behind, to_the_list_one_came_from, typed, typed_here

View = TypeVar("View", bound=Callable[..., Any])
Enter = Callable[[PanelRequest], "Actor | Operator | Person | HttpResponse"]
_ONLY_READ = ("GET", "HEAD", "OPTIONS")


def tenant_page(
    role: Role = Role.READER, *, anywhere: bool = False, also_blocked: bool = False
) -> Callable[[View], View]:
    """Open a page to people of a company in at least this role: `view(request, actor, …)`.

    The address names the company, unless the view may be `anywhere`: the same for all companies of a person.
    What is sent to it is refused where the company is blocked,
    except `anywhere` and `also_blocked`: that changes nothing of the company.
    """

    def enter(request: PanelRequest) -> Actor | HttpResponse:
        person = _signed_in(request)
        if isinstance(person, HttpResponse):
            return person
        if request.actor is None:
            return no_company(request)
        if request.company is None and not anywhere:
            return ask_company(request, request.actor.tenant.slug)
        request.actor.require(role)
        request.of_company = True
        if not (anywhere or also_blocked) and request.method not in _ONLY_READ:
            request.actor.require_unblocked()
        return request.actor

    door = _door(enter)
    return door if anywhere else lambda view: in_company(door(view))


def operator_page(view: View) -> View:
    """Open a page to the operator: `view(request, operator, …)`."""

    def enter(request: PanelRequest) -> Operator | HttpResponse:
        person = _signed_in(request)
        if isinstance(person, HttpResponse):
            return person
        if request.operator is None:
            raise NotAllowed
        return request.operator

    return _of_operator(_door(enter)(view))


def person_page(view: View) -> View:
    """Open a page to everybody with a login, also before they chose their own password: `view(request, person, …)`."""

    def enter(request: PanelRequest) -> Person | HttpResponse:
        return request.user if request.user.is_authenticated else _to_login(request)

    return _door(enter)(view)


def _of_operator(view: View) -> View:
    """Mark a view, so that a test knows every page that belongs to no company."""
    view.of_operator = True  # type: ignore[attr-defined]
    return view


def no_company(request: PanelRequest) -> HttpResponse:
    """Answer a person whose login opens nothing (any more); a person of another company learns nothing of this one."""
    if request.places:
        raise Http404
    return render(request, "panel/sign_in/no_company.html", status=403)


def _signed_in(request: PanelRequest) -> Person | HttpResponse:
    if not request.user.is_authenticated:
        return _to_login(request)
    if request.user.must_change_password:
        return _first(request, "password_change", _("First choose a password of your own"))
    if must_have_one(request.user, request.places):
        return _first(request, "second_factor", _("First set up a second factor"))
    return request.user


def _to_login(request: PanelRequest) -> HttpResponse:
    login = address_of_no_company("login")
    if request.method == "POST" and (fields := typed(request)):
        return _ask_to_sign_in(request, login, fields)
    if request.htmx:
        # A fragment that is asked for on a page whose session has ended: the whole page goes to the login.
        back_to = request.htmx.current_url_abs_path or resolve_url("home")
        return HttpResponseClientRedirect(redirect_to_login(back_to, login).url)
    return redirect_to_login(request.get_full_path(), login + _why(request))


def _why(request: PanelRequest) -> str:
    """Tell why to sign in: a browser that still names a session had one."""
    return "?why=ended" if settings.SESSION_COOKIE_NAME in request.COOKIES else ""


def _ask_to_sign_in(request: PanelRequest, login: str, fields: list[tuple[str, str]]) -> HttpResponse:
    """Ask to sign in on the page itself: a redirect would lose what was typed."""
    if request.htmx:
        return render(request, "panel/sign_in/ended.html#fragment", status=401)
    context = {"form": LoginForm(request), "login": login, "next": request.get_full_path(), "kept": behind(fields)}
    return render(request, "panel/sign_in/ended.html", context, status=401)


def _first(request: PanelRequest, place: str, wanted: str) -> HttpResponse:
    """Lead to what has to be done before anything else; what was typed waits on a page: a redirect would lose it."""
    url = address_of_no_company(place)
    if request.method != "POST" or not (fields := typed(request)):
        return _go(request, url)
    template = "panel/sign_in/not_yet.html" + ("#fragment" if request.htmx else "")
    return render(request, template, {"wanted": wanted, "place": url, "kept": fields}, status=409)


def _go(request: PanelRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _door(enter: Enter) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            with _errors_as_pages():
                who = _entered(enter, request)
                response = who if isinstance(who, HttpResponse) else view(request, who, *args, **kwargs)
                return _private(to_the_list_one_came_from(request, response))

        @wraps(view)
        async def guarded_async(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            with _errors_as_pages():
                who = _entered(enter, request)
                return _private(who if isinstance(who, HttpResponse) else await view(request, who, *args, **kwargs))

        return cast(View, guarded_async if iscoroutinefunction(view) else guarded)

    return decorate


def _entered(enter: Enter, request: HttpRequest) -> "Actor | Operator | Person | HttpResponse":
    try:
        return enter(cast(PanelRequest, request))
    except Blocked as blocked:
        context = {"reason": blocked.reason, "kept": typed_here(request) if request.method == "POST" else []}
        return render(request, "panel/sign_in/blocked.html", context, status=403)


@contextmanager
def _errors_as_pages() -> Iterator[None]:
    try:
        yield
    except NotFound:
        raise Http404 from None
    except NotAllowed:
        raise PermissionDenied from None


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """Keep anything of a company out of caches, on a shared computer or in a proxy."""
    add_never_cache_headers(response)
    response.headers["Cache-Control"] = "no-store, private"
    return response
