"""Send the mails that are due: each once, and none holds up the others or what else the worker has to do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.utils.translation import gettext, override

from centralka.store.mail import claim, due, failed, filed, refused, sent
from centralka.store.models import Mail

from .delivery import NotNow, Refused, Trouble, Way
from .letters import letter_of
from .mail_folder import MailFolder
from .smtp import SmtpWay

log = structlog.get_logger()

_AT_ONCE = 20
"""Mails that are seen to before the worker looks at its other work."""
_FOR_SO_LONG = timedelta(minutes=1)
"""The time after which no further mail is begun before it does."""
_CLOSED_FOR = timedelta(seconds=30)
"""No mail is tried after a failure that is the server's: it would be the same for the next."""


def way_out(ending: Callable[[], bool]) -> Way:
    """Return the way of delivery that the settings say."""
    return SmtpWay(settings.SMTP, ending) if settings.SMTP else MailFolder(settings.MAIL_FOLDER)


@dataclass
class Post:
    """The sending of mails by one worker. `clock`: tells the time; `ending`: whether the process is to end."""

    way: Way
    clock: Callable[[], datetime]
    ending: Callable[[], bool] = lambda: False
    _closed_at: datetime | None = None
    _delivered: list[Mail] = field(default_factory=list)
    """Mails that were delivered but could not be noted: they must not be sent again for that."""

    def send_due(self) -> None:
        """Send the due mails, as far as time and the server allow."""
        self._note_delivered()
        begun = self.clock()
        if self._is_closed(begun):
            return
        for mail_id in due(begun, _AT_ONCE):
            now = self.clock()
            if self.ending() or now - begun > _FOR_SO_LONG:
                return
            mail = claim(mail_id, now)
            if mail and not self._try(mail):
                self._closed_at = self.clock()
                return

    def _is_closed(self, now: datetime) -> bool:
        """Tell whether the way is closed; a clock that was put back opens it."""
        return self._closed_at is not None and self._closed_at <= now < self._closed_at + _CLOSED_FOR

    def _try(self, mail: Mail) -> bool:
        """Send a mail, and note what came of it. False: others would fare no better now."""
        with override(mail.language):
            try:
                self.way.deliver(letter_of(mail))
            except Refused as why:
                # Why is in the delivery log only: servers repeat the address that they refuse.
                log.warning("a mail was refused", mail=mail.pk)
                refused(mail, str(why))
            except (NotNow, Trouble) as why:
                log.warning("a mail could not be sent", mail=mail.pk, tries=mail.attempts)
                failed(mail, str(why), self.clock())
                return isinstance(why, NotNow)
            except Exception:
                log.exception("a mail could not be written", mail=mail.pk)
                failed(mail, gettext("The exchange could not write this mail; its log tells why."), self.clock())
            else:
                self._delivered.append(mail)
                self._note_delivered()
        return True

    def _note_delivered(self) -> None:
        while self._delivered:
            if self.way.leaves:
                sent(self._delivered[0], self.clock())
            else:
                filed(self._delivered[0])
            log.info("a mail was delivered", mail=self._delivered.pop(0).pk, to_a_file=not self.way.leaves)
