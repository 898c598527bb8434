"""The words of a mail with a link by which a phone is set up."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext

from centralka.actions.account.setup_links import is_good, token_of
from centralka.store.models import Mail, SetupLink

from .delivery import Refused
from .words import Words


def setup_words(mail: Mail) -> Words:
    """Write what the link is for, and until when it is good. Raises `Refused` for a link that is over."""
    link = SetupLink.objects.select_related("sip_account__tenant").filter(pk=mail.about["setup_link"]).first()
    if link is None or not settings.PUBLIC_URL or not is_good(link, timezone.now()):
        raise Refused(gettext("The link was over before it was mailed."))
    account = link.sip_account
    until = date_format(timezone.localtime(link.expires_at), "j E Y, H:i")
    return Words(
        subject=gettext("Set up your phone: %(account)s") % {"account": account},
        opening=gettext("You are given a phone of %(company)s. The link leads to the steps for your phone or app.")
        % {"company": account.tenant.name},
        facts=((gettext("Account"), str(account)), (pgettext("link", "Good until"), until)),
        closing=gettext("The link is good once. Give it to nobody: whoever opens it first gets the phone."),
        link=f"{settings.PUBLIC_URL}{reverse('set_up_phone', args=[token_of(link)])}",
    )
