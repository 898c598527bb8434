"""A program that uses the API: sends, reads, and insists that every refusal is a problem."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from centralka.api.http.problems import KINDS, MEDIA_TYPE

ROOT = "/api/v1/"
_KNOWN_TYPES = {kind.type: kind for kind in KINDS.values()}

_KINDS = ("application/json", "application/pdf", "audio/wav", "image/png", "text/csv")
"""Kinds of content of an answer that is no problem."""


@dataclass(frozen=True)
class Answer:
    """An answer that came back."""

    status: int
    headers: dict[str, str]
    body: Any
    text: str

    @property
    def kind(self) -> str:
        """The last part of a problem's `type`."""
        return str(self.body["type"]).rpartition("/")[2]

    @property
    def wrong(self) -> dict[str, list[str]]:
        """Field → codes of what is wrong with it."""
        found: dict[str, list[str]] = {}
        for error in self.body["errors"]:
            found.setdefault(error["field"], []).append(error["code"])
        return found


@dataclass
class Api:
    """Holds a token (or none). `language=None` sends no Accept-Language."""

    token: str | None = None
    language: str | None = "en"
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, /, **query: Any) -> Answer:
        return self.send("GET", path, query=query)

    def post(self, path: str, body: Any) -> Answer:
        return self.send("POST", path, json.dumps(body))

    def patch(self, path: str, body: Any) -> Answer:
        return self.send("PATCH", path, json.dumps(body))

    def delete(self, path: str) -> Answer:
        return self.send("DELETE", path)

    def send(
        self,
        method: str,
        path: str,
        content: str | bytes = b"",
        *,
        content_type: str = "application/json",
        query: dict[str, Any] | None = None,
    ) -> Answer:
        """Send as it is, and hold whatever comes back against the rules that every answer keeps."""
        response = Client(enforce_csrf_checks=True).generic(
            method,
            path if path.startswith("/") else ROOT + path,
            content,
            content_type,
            headers=self._headers(),
            query_params=query or None,
        )
        answer = _read(response.status_code, dict(response.headers), response.content)
        _hold_against_the_rules(answer)
        return answer

    def _headers(self) -> dict[str, str]:
        sent = dict(self.headers)
        if self.token is not None:
            sent["Authorization"] = f"Bearer {self.token}"
        if self.language is not None:
            sent["Accept-Language"] = self.language
        return sent


def values(*given: Any) -> tuple[Any, ...]:
    """Values of any type, for a table of wrong ones."""
    return given


def form_with_file(content: bytes, field: str = "file", name: str = "a.wav") -> tuple[bytes, str]:
    """A form with one file: its bytes and its content type."""
    head = f'--edge\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    return head.encode() + content + b"\r\n--edge--\r\n", "multipart/form-data; boundary=edge"


def _read(status: int, headers: dict[str, str], content: bytes) -> Answer:
    """Sound and files stay bytes; everything else is JSON or nothing."""
    if headers.get("Content-Type", "").startswith(("audio/wav", "text/csv", "application/pdf", "image/png")):
        return Answer(status, headers, content, "")
    text = content.decode()
    return Answer(status, headers, json.loads(text) if text else None, text)


def _hold_against_the_rules(answer: Answer) -> None:
    if answer.status < 400:
        assert answer.status == 204 or answer.headers["Content-Type"].startswith(_KINDS)
        return
    assert answer.headers["Content-Type"] == MEDIA_TYPE, answer
    kind = _KNOWN_TYPES[answer.body["type"]]
    assert answer.body["status"] == answer.status == kind.status
    payment = {"charges", "due_now", "available"} if answer.status == 402 else set()
    assert set(answer.body) - payment == {"type", "title", "status", "detail", "errors"}
    assert answer.body["title"]
    assert answer.body["detail"]
    for error in answer.body["errors"]:
        # The last two only where a file is to blame.
        assert set(error) - {"line", "column"} == {"field", "code", "message"}
        assert error["code"]
        assert error["message"]
        assert "%(" not in error["message"], error
    if answer.status == 422:
        assert answer.body["errors"], "a 422 names the field"
