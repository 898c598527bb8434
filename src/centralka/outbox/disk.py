"""Tell the operator by mail that the installation's disk fills up."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from centralka.disk import Room, free_mb, room
from centralka.store.mail import queue_disk

_LOOK_EVERY = timedelta(minutes=1)


class DiskMail:
    """Mail the operator at most once a day while there is less room than the setting says.

    `free`: looks at the disk.
    """

    def __init__(self, free: Callable[[Path], int] = free_mb) -> None:
        self._free = free
        self._looked_at: datetime | None = None

    def look(self, now: datetime) -> None:
        """Look at the disk, once a minute however often this is called. Raises OSError, DatabaseError."""
        if self._looked_at is not None and self._looked_at <= now < self._looked_at + _LOOK_EVERY:
            return
        self._looked_at = now
        if room(self._free(settings.HOME), settings.DISK_WARN_MB) is not Room.ENOUGH:
            queue_disk(settings.NODE, now)
