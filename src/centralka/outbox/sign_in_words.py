"""The words of a mail that tells a person what was changed about how they sign in."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy, pgettext

from centralka.store.models import Mail
from centralka.store.models.mail import SignInChange

from .words import Words

_OPENING = {
    SignInChange.PASSWORD: gettext_lazy("Your password was changed."),
    SignInChange.FIRST_PASSWORD: gettext_lazy(
        "You were given a new first password; you are asked for one of your own when you sign in."
    ),
    SignInChange.APP_ADDED: gettext_lazy("An app whose codes are asked for when you sign in was set up."),
    SignInChange.APP_REMOVED: gettext_lazy("The app whose codes were asked for when you sign in was removed."),
    SignInChange.PASSKEY_ADDED: gettext_lazy("The passkey “%(name)s” was added."),
    SignInChange.PASSKEY_REMOVED: gettext_lazy("The passkey “%(name)s” was removed."),
    SignInChange.RECOVERY_CODES: gettext_lazy("New recovery codes were made; those of before are good no more."),
    SignInChange.SECOND_FACTOR_REMOVED: gettext_lazy(
        "Your second factor was removed: the password alone signs you in."
    ),
    SignInChange.ADDRESS: gettext_lazy("You sign in with the address %(name)s from now on."),
}

_PAGE = {SignInChange.ADDRESS: "login"}
"""The page to which the mail leads, where it is another one than that of the second factor."""


def sign_in_words(mail: Mail) -> Words:
    """Write what was changed, when, from where, and by whom if that was another person."""
    about: Mapping[str, str] = mail.about
    change = SignInChange(about["change"])
    when = timezone.localtime(datetime.fromisoformat(about["at"]))
    facts = [(gettext("Login"), mail.to), (pgettext("mail", "When"), date_format(when, "j E Y, H:i"))]
    if about["address"]:
        facts.append((gettext("From the address"), about["address"]))
    by = gettext("the operator of the exchange") if about["by_operator"] else about["by"]
    if by:
        facts.append((gettext("Changed by"), by))
    return Words(
        subject=_changed(change),
        opening=str(_OPENING[change]) % {"name": about["name"]},
        facts=facts,
        closing=_closing(change, about["ask"], of_oneself=not by),
        link=f"{settings.PUBLIC_URL}{reverse(_PAGE.get(change, 'second_factor'))}" if settings.PUBLIC_URL else "",
    )


def _changed(change: SignInChange) -> str:
    match change:
        case SignInChange.PASSWORD | SignInChange.FIRST_PASSWORD:
            return gettext("Your password for Centralka was changed")
        case SignInChange.ADDRESS:
            return gettext("Your e-mail address for Centralka was changed")
        case SignInChange.RECOVERY_CODES:
            return gettext("New recovery codes for Centralka were made")
        case SignInChange.APP_ADDED | SignInChange.PASSKEY_ADDED:
            return gettext("A second factor for Centralka was set up")
        case _:
            return gettext("A second factor for Centralka was removed")


def _closing(change: SignInChange, ask: str, *, of_oneself: bool) -> str:
    if not of_oneself:
        match ask:
            case "owner":
                return gettext("All your sessions have ended. If you do not know why, ask an owner of your company.")
            case "operator":
                return gettext(
                    "All your sessions have ended. If you do not know why, ask the operator of the exchange."
                )
            case _:
                return gettext("All your sessions have ended.")
    ended = gettext("Your other sessions have ended.")
    if change == SignInChange.PASSWORD:
        return f"{ended} {_password_closing(ask)}"
    if change == SignInChange.ADDRESS:
        return f"{ended} {_address_closing(ask)}".strip()
    return (
        ended
        + " "
        + gettext(
            "If it was not you, somebody knows your password: change it at once, and see what is set up as your second "
            "factor."
        )
    )


def _password_closing(ask: str) -> str:
    match ask:
        case "owner":
            return gettext(
                "If it was not you, somebody else can sign in as you now: choose a new password under “Forgotten "
                "password?” at once, or tell an owner of your company."
            )
        case "operator":
            return gettext(
                "If it was not you, somebody else can sign in as you now: choose a new password under “Forgotten "
                "password?” at once, or tell the operator of the exchange."
            )
        case _:
            return gettext(
                "If it was not you, somebody else can sign in as you now: choose a new password under “Forgotten "
                "password?” at once."
            )


def _address_closing(ask: str) -> str:
    """Name the person to tell: a new password is mailed to the new address now."""
    match ask:
        case "owner":
            return gettext(
                "If it was not you, somebody else can sign in as you now: tell an owner of your company at once."
            )
        case "operator":
            return gettext(
                "If it was not you, somebody else can sign in as you now: tell the operator of the exchange at once."
            )
        case _:
            return gettext(
                "If it was not you, somebody else can sign in as you now: change it back on the machine, by the "
                "command change-email."
            )
