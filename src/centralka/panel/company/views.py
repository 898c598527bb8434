"""Ustawienia firmy: for its managers and owners."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from centralka.actions import hold_music, webhooks
from centralka.actions.actor import Actor
from centralka.actions.errors import ChangedMeanwhile, InvalidInput, NotFound
from centralka.actions.tenants import own as actions
from centralka.sound.conversion import MAX_BYTES, Greeting
from centralka.store.models import Role, Tenant

from ..doors import tenant_page
from ..forms import error_title
from ..integers import integer_or
from ..questions import question
from ..sound import sound
from ..turns import one_after_another
from .forms import OutsideForm, SettingsForm, SmsSettingsForm, TalkForm

View = Callable[[HttpRequest, Actor], HttpResponse]
_Music = Greeting | InvalidInput | None
"""The file that was sent, converted, or why it cannot be."""
_DELIVERIES = 10
"""The number of deliveries that are shown; the API has all."""


@tenant_page(Role.MANAGER)
@one_after_another
def company_settings(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Change the company's name and language, and from where its phones register."""
    now = {name: getattr(actor.tenant, name) for name in SettingsForm.base_fields}
    now["networks"] = "\n".join(actions.networks(actor.tenant))
    if not actor.may_own:
        del now["second_factor_wanted"]
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST":
        if form.carry_out(lambda: actions.change_own_tenant(actor, form.changes_to(now))):
            messages.success(request, _("The company's settings are saved."))
            return redirect("company_settings")
        actor.tenant.refresh_from_db()  # what was taken back stays in memory else
    context = {"form": form, "error_title": error_title(form), "deliveries": webhooks.deliveries(actor)[:_DELIVERIES]}
    return render(request, "panel/company/settings.html", context)


@require_POST
@tenant_page(Role.MANAGER)
def webhook_try(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Send the company's program a test, and say what it answered."""
    try:
        told = webhooks.try_webhook(actor)
    except InvalidInput as wrong:
        messages.error(request, str(wrong.problems["webhook"][0].message))
        return redirect("company_settings")
    if told.delivered_at:
        messages.success(request, _("Your program took the test: %(answer)s.") % {"answer": told.answer})
    else:
        messages.error(request, _("Your program did not take the test: %(answer)s.") % {"answer": told.answer})
    return redirect("company_settings")


@tenant_page(Role.MANAGER)
def webhook_secret(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask, then make a new secret; ask anew where somebody saved meanwhile, perhaps the same."""
    if not actor.tenant.webhook_secret:
        raise NotFound
    if request.method != "POST":
        return render(request, "panel/company/webhook_secret.html")
    version = integer_or(0, request.POST.get("version", ""))
    try:
        webhooks.renew_secret(actor, version=version)
    except ChangedMeanwhile:
        return render(request, "panel/company/webhook_secret.html", {"changed_meanwhile": True})
    messages.success(request, _("The secret is new. Give it to your program."))
    return redirect("company_settings")


@tenant_page(Role.MANAGER)
@one_after_another
def outside_settings(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Zewnętrzne: change where and for how much accounts may call, unless they have a setting of their own."""
    now = {"international": actor.tenant.international, "max_rate": actor.tenant.max_rate}
    form = OutsideForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST":
        if form.carry_out(lambda: actions.change_own_tenant(actor, form.changes_to(now))):
            messages.success(request, _("Saved. Changes apply from the next call."))
            return redirect("outside_settings")
        actor.tenant.refresh_from_db()  # what was taken back stays in memory else
    by_level, by_rate = actions.inheriting_accounts(actor)
    context = {"form": form, "error_title": error_title(form), "by_level": by_level, "by_rate": by_rate}
    return render(request, "panel/company/outside.html", context)


@tenant_page(Role.MANAGER)
@one_after_another
def sms_settings(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Wiadomości SMS: change what one may cost, and where answers are mailed."""
    now = {name: getattr(actor.tenant, name) for name in SmsSettingsForm.base_fields}
    form = SmsSettingsForm(request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST":
        if form.carry_out(lambda: actions.change_own_tenant(actor, form.changes_to(now))):
            messages.success(request, _("Saved. Changes apply from the next message."))
            return redirect("sms_settings")
        actor.tenant.refresh_from_db()  # what was taken back stays in memory else
    return render(request, "panel/company/sms.html", {"form": form, "error_title": error_title(form)})


def _converted_first(view: Callable[[HttpRequest, Actor, _Music], HttpResponse]) -> View:
    """Convert a file that was sent, then let the page wait for its turn: others wait for theirs meanwhile."""

    @wraps(view)
    def converting(request: HttpRequest, actor: Actor) -> HttpResponse:
        file = request.FILES.get("file")
        music: _Music = None
        if file is not None and (file.size or 0) <= MAX_BYTES:  # the form says so of a larger one
            try:
                music = hold_music.checked_file(bytes(file.read()))
            except InvalidInput as refusal:
                music = refusal
        return view(request, actor, music)

    return converting


@tenant_page(Role.MANAGER)
@_converted_first
@one_after_another
def talk_settings(request: HttpRequest, actor: Actor, music: _Music) -> HttpResponse:
    """W czasie rozmowy: change how long a call may last, and what is heard on hold."""
    now = {"hold_sound": actor.tenant.hold_sound, "longest_call": actor.tenant.longest_call}
    sent = request.method == "POST"
    form = TalkForm(request.POST if sent else None, request.FILES if sent else None, initial=_in_minutes(now))
    if sent:
        if form.carry_out(lambda: _save_talks(actor, form, now, music)):
            messages.success(request, _("Saved. Changes apply from the next call."))
            return redirect("talk_settings")
        actor.tenant.refresh_from_db()  # what was taken back stays in memory else
    context = {"form": form, "error_title": error_title(form), "own": hold_music.own_file(actor)}
    return render(request, "panel/company/talks.html", context)


def _in_minutes(now: dict[str, Any]) -> dict[str, Any]:
    return now | {"longest_call": now["longest_call"] // 60}


def _save_talks(actor: Actor, form: TalkForm, now: dict[str, Any], music: _Music) -> Tenant:
    wanted = form.changes_to(now)
    if isinstance(music, InvalidInput):
        raise music
    if music is not None:
        hold_music.use_own_file(actor, music)
        wanted["hold_sound"] = actor.tenant.hold_sound
    return actions.change_own_tenant(actor, wanted)


@require_safe
@tenant_page(Role.MANAGER)
def hold_music_audio(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Send the own file, to listen to."""
    own = hold_music.own_file(actor)
    if own is None:
        raise NotFound
    return sound(request, bytes(own.wav), f"hold-music-{own.version}.wav")


@tenant_page(Role.MANAGER)
def hold_music_remove(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask, then let Centralka's music be played again."""
    own = hold_music.own_file(actor)
    asked = question(request, own.version if own else None)
    if not asked.answered:
        return render(request, "panel/company/hold_music_remove.html", {"question": asked})
    hold_music.remove_own_file(actor)
    messages.success(request, _("The file is removed."))
    return redirect("talk_settings")
