"""The words of a mail with a link by which a forgotten password is replaced."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

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
