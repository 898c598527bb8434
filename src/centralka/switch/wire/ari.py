"""Ask the engine over its REST interface: one question, its answer.

Source: Asterisk documentation, "Asterisk REST Interface (ARI)"; `res/res_ari.c` for what is said while it starts.
"""

import http.client
import json
from base64 import b64encode
from collections.abc import Mapping
from contextlib import closing
from urllib.parse import quote, urlencode

from .engine_answers import PATIENCE, EngineAway, Refused

_USER = "switchboard"
_REFUSALS = (400, 404, 500)
"""A wish that it does not understand; nothing there; a function that failed."""


class Ari:
    """A connection for each question: they are rare."""

    def __init__(self, port: int, secret: str) -> None:
        self._port = port
        self._headers = {"Authorization": f"Basic {b64encode(f'{_USER}:{secret}'.encode()).decode()}"}

    def ask(self, method: str, *path: str, **query: str) -> object:
        """Return what the answer tells; None if it has nothing to tell. Raises EngineAway, Refused."""
        where = "/".join(quote(part, safe="") for part in ("ari", *path))
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)) as connection:
                connection.request(method, f"/{where}?{urlencode(query)}", headers=self._headers)
                answer = connection.getresponse()
                told = json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException, ValueError) as problem:
            raise EngineAway(repr(problem)) from problem
        if answer.status < http.HTTPStatus.BAD_REQUEST:
            return told
        said = str(told.get("message", "")) if isinstance(told, Mapping) else ""
        if answer.status in _REFUSALS:
            raise Refused(said)
        raise EngineAway(f"{answer.status} {said}")  # 503 while it starts
