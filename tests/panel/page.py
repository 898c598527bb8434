"""A page as a person meets it: its words, its form with what stands in it, what it says beside each field."""

from html.parser import HTMLParser
from typing import Any

from django.http.response import HttpResponseBase

_EMPTY = {"input", "meta", "link", "br", "img", "hr", "use"}


class Page(HTMLParser):
    """Parsed once; ask `text`, `form` and `beside`."""

    def __init__(self, response: HttpResponseBase) -> None:
        super().__init__()
        self.response = response
        self.html: str = response.content.decode()  # type: ignore[attr-defined]  # whole, not streaming
        self._words: list[str] = []
        self._forms: list[dict[str, str]] = []
        self._open: list[tuple[str, str]] = []
        self._by_id: dict[str, list[str]] = {}
        self._select: str | None = None
        self._typed = ""
        self.feed(self.html)

    @property
    def text(self) -> str:
        """All words, with single spaces between them."""
        return " ".join(" ".join(self._words).split())

    @property
    def form(self) -> dict[str, str]:
        """Return what the browser would send from the page's own form (the one with most fields)."""
        return max(self._forms, key=len)

    @property
    def answer(self) -> dict[str, str]:
        """Return what the button sends that says yes to the page's question."""
        return next(form for form in self._forms if "told" in form)

    def beside(self, field: str) -> str:
        """The errors that stand beside a field."""
        return self.inside(f"id_{field}_error")

    def inside(self, element: str) -> str:
        """The words in the element with this id; empty if there is none."""
        return " ".join(" ".join(self._by_id.get(element, [])).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._forms.append({})
        elif tag == "input" and self._forms:
            self._input(given)
        elif tag == "textarea" and self._forms:
            self._typed = given.get("name", "")
            self._forms[-1][self._typed] = ""
        elif tag == "select":
            self._select = given.get("name")
        elif tag == "option" and self._select and "selected" in given and self._forms:
            self._forms[-1][self._select] = given["value"]
        if tag not in _EMPTY:
            self._open.append((tag, given.get("id", "")))
        if "id" in given:
            self._by_id.setdefault(given["id"], [])

    def _input(self, given: dict[str, str]) -> None:
        name, kind = given.get("name"), given.get("type", "text")
        if name and (kind not in ("checkbox", "radio") or "checked" in given):
            self._forms[-1][name] = given.get("value", "on" if kind == "checkbox" else "")

    def handle_endtag(self, tag: str) -> None:
        self._typed = "" if tag == "textarea" else self._typed
        if tag in [opened for opened, _element in self._open]:
            while self._open.pop()[0] != tag:
                continue

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] in ("script", "style"):
            return
        if self._typed:
            # HTML leaves out the first line break.
            self._forms[-1][self._typed] += data.removeprefix("\n") if not self._forms[-1][self._typed] else data
        self._words.append(data)
        for _tag, element in self._open:
            if element:
                self._by_id[element].append(data)


def say_yes(client: Any, url: str, **more: str) -> Page:
    """Open a page that asks before it does something, and press its button. Returns the page to which that leads."""
    return Page(client.post(url, Page(client.get(url)).answer | more, follow=True))
