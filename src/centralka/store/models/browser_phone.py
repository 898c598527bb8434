"""Phones in browsers: the windows that have one open, and the password of each for a few minutes."""

from django.db import models

from .person import Membership


class BrowserPhone(models.Model):
    """The one phone that a person of a company has in a browser; the edge reads it by the view `edge_browser`."""

    membership = models.OneToOneField(Membership, models.CASCADE, related_name="browser_phone")
    username = models.CharField(max_length=64, unique=True)
    """For SIP's digest: the account's login, `.web.` and something random; a new one for each window."""
    digest = models.CharField(max_length=32)
    """MD5 of `username:realm:password`; the random password is told to the page once, and kept nowhere."""
    session_key = models.CharField(max_length=40)
    """The browser's session: with it the phone ends."""
    window = models.CharField(max_length=64)
    """The window's own name for itself."""
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "browser_phone"

    def __str__(self) -> str:
        return self.username
