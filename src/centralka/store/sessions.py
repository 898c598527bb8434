"""Django's sessions in the database; a request that only reads writes none of them before it is answered."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession

from .notes import SessionChange, notes


class SessionStore(db.SessionStore):
    """Django finds it by this name. `reading`: the request asks for something and changes nothing."""

    reading = False
    ends: datetime | None = None
    """The time of its end unless it is used, as the database says."""
    _stored: str | None = None
    """Its data as they were in the database."""

    @classmethod
    def get_model_class(cls) -> Any:
        return db.SessionStore.get_model_class()

    def delete(self, session_key: str | None = None) -> None:
        """Delete now; for a request that only reads a little later, and until then the session opens nothing here.

        That happens when a page is asked for after the password was changed in another browser.
        """
        key = session_key or self.session_key
        if self.reading and key:
            notes.session_ended(key)
        else:
            super().delete(session_key)

    def save(self, must_create: bool = False) -> None:
        """Save now; what a request that only reads used up (messages too long for a cookie) a little later."""
        if self.reading and self._stored is not None and self.session_key and not must_create:
            data = self.encode(dict(self.items()))
            notes.session_changed(self.session_key, SessionChange(self._stored, data))
        else:
            super().save(must_create)

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        if self.session_key and notes.has_ended(self.session_key):
            self._session_key = None
            return None
        found: AbstractBaseSession | None = super()._get_session_from_db()  # type: ignore[misc]
        if found and self.session_key:
            self.ends = found.expire_date
            self._stored = found.session_data
            found.session_data = notes.data_of(self.session_key, found.session_data)
        return found
