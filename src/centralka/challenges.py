"""Answer an authority that looks whether a name is ours (ACME, RFC 8555, 8.3), by whatever name it asks."""

from collections.abc import Callable

from centralka.asgi_types import Application, Receive, Scope, Send
from centralka.certificates.acme.answers import PATH, Answers


class Challenges:
    """Answers before Django does, which would refuse a host name that the panel does not have."""

    def __init__(self, application: Application, answers: Callable[[], Answers | None]) -> None:
        self._application = application
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answers = self._answers() if scope["type"] == "http" and scope["path"].startswith(PATH) else None
        if answers is None:
            await self._application(scope, receive, send)
            return
        found = answers.find(scope["path"].removeprefix(PATH)) if scope["method"] in {"GET", "HEAD"} else None
        headers = [(b"content-type", b"application/octet-stream"), (b"cache-control", b"no-store")]
        status = 404 if found is None else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": (found or "").encode()})
