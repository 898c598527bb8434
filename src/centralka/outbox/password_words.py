"""The words of mails with a link by which a forgotten password, or an address, is replaced."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from centralka.actions import login_address
from centralka.actions.forgotten_password import token_of
from centralka.store.models import Mail, Person

from .delivery import Refused
from .words import Words


def password_words(mail: Mail) -> Words:
    """Write the link, made now. Raises `Refused` where the login is gone."""
    person = Person.objects.filter(pk=mail.about["person"], email=mail.to, is_active=True).first()
    if person is None or not settings.PUBLIC_URL:
        raise Refused(gettext("The login was gone before the mail went out."))
    return Words(
        subject=gettext("A new password for Centralka"),
        opening=gettext("Somebody asked for a new password for your login. Choose one by the link below."),
        facts=((gettext("Login"), person.email),),
        closing=gettext("The link is good once, for an hour. If it was not you, do nothing: your password stays."),
        link=f"{settings.PUBLIC_URL}{reverse('password_new', args=[token_of(person)])}",
    )


def address_words(mail: Mail) -> Words:
    """Write the link, made now. Raises `Refused` where the login is gone, or has another address meanwhile."""
    person = Person.objects.filter(pk=mail.about["person"], email=mail.about["login"], is_active=True).first()
    if person is None or not settings.PUBLIC_URL:
        raise Refused(gettext("The login was gone before the mail went out."))
    return Words(
        subject=gettext("Your new e-mail address for Centralka"),
        opening=gettext(
            "You want to sign in with this address from now on. Open the link below: until then the old address counts."
        ),
        facts=((gettext("New login"), mail.to),),
        closing=gettext("The link is good once, for an hour. If it was not you, do nothing: nothing changes."),
        link=f"{settings.PUBLIC_URL}{reverse('email_new', args=[login_address.token_of(person, mail.to)])}",
    )
