"""API: the tokens with which programs of the company sign in. For its owners."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from centralka.actions import tokens as actions
from centralka.actions.actor import Actor
from centralka.store.models import Role

from ..doors import tenant_page
from ..forms import error_title
from ..turns import one_after_another
from .forms import TokenChangeForm, TokenForm


@require_GET
@tenant_page(Role.OWNER)
def tokens(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the company's tokens by name and first characters; none can be read again."""
    return render(request, "panel/tokens/list.html", {"tokens": actions.tokens(actor), "now": timezone.now()})


@tenant_page(Role.OWNER)
def token_add(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the form, and after it the token, once."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    made = None
    if request.method == "POST":
        made = form.carry_out(lambda: actions.make_token(actor, **form.wanted()))
    if made:
        token, text = made
        context = {"token": token, "text": text, "api_url": request.build_absolute_uri("/api/v1/")}
        return render(request, "panel/tokens/made.html", context)
    return render(request, "panel/tokens/form.html", {"form": form, "error_title": error_title(form)})


@tenant_page(Role.OWNER)
@one_after_another
def token_change(request: HttpRequest, actor: Actor, token_id: int) -> HttpResponse:
    """Change from where a token opens something, until when, and what it is called."""
    token = actions.token(actor, token_id)
    form = TokenChangeForm(token, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        changed = form.carry_out(lambda: actions.change_token(actor, token_id, form.changes(), timezone.now()))
        if changed:
            messages.success(request, _("Saved: %(token)s. It counts from the next request.") % {"token": changed.name})
            return redirect("tokens")
    context = {"form": form, "token": token, "error_title": error_title(form)}
    return render(request, "panel/tokens/form.html", context)


@tenant_page(Role.OWNER)
def token_revoke(request: HttpRequest, actor: Actor, token_id: int) -> HttpResponse:
    """Ask, then revoke."""
    token = actions.token(actor, token_id)
    if request.method != "POST":
        return render(request, "panel/tokens/revoke.html", {"token": token})
    actions.revoke_token(actor, token_id)
    messages.success(request, _("Revoked: %(token)s. It opens nothing from now on.") % {"token": token.name})
    return redirect("tokens")
