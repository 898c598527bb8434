"""A person of the demo company at the panel, by plain HTTP: what a browser sends without its scripts."""

import re
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from tests.live.instance import Installation

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_LOGIN = "/logowanie"


class Browser:
    """Signed in as the demo's owner. Raises urllib's HTTPError for whatever is refused."""

    def __init__(self, house: Installation) -> None:
        self._address = f"http://127.0.0.1:{house.http_port}"
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.post(_LOGIN, username=house.demo["login"], password=house.demo["password"])

    def get(self, path: str) -> str:
        """The page."""
        return self._open(path, None)

    def post(self, path: str, **fields: str) -> str:
        """Send the form that is on the page with these fields. Returns the page that follows."""
        token = _TOKEN.search(self.get(path))
        assert token, f"{path} has no form"
        return self._open(path, urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode())

    def ask(self, page: str, path: str, **fields: str) -> str:
        """Send fields to an address as a script of the page does. Returns the answer."""
        token = _TOKEN.search(self.get(page))
        assert token, f"{page} has no form"
        return self._open(path, urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode())

    def _open(self, path: str, body: bytes | None) -> str:
        with self._opener.open(f"{self._address}{path}", body, timeout=20) as answer:
            text: str = answer.read().decode()
            return text
