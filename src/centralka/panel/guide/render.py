"""The guide (`docs/guide.pl.md`, `docs/guide.en.md`) as HTML. Only the Markdown that it is written in is understood.

An installation may have no internet, so the panel serves the guide itself; a library for a page of headings, lists,
tables and paragraphs would be the panel's only reason to have it.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

DOCS = Path(__file__).resolve().parents[4] / "docs"
_ANCHOR = re.compile(r'<a id="([a-z-]+)"></a>')
_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w*])\*([^*\n]+)\*"), r"<em>\1</em>"),
    (re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)"), r'<a href="\2">\1</a>'),
    # Other documents lie beside the guide in the source, and not in the panel.
    (re.compile(r"\[([^\]]+)\]\([^)\s]+\)"), r"\1"),
)
_LIST = re.compile(r"(-|\d+\.) ")


def guide(language: str) -> SafeString:
    """Render the whole guide; `language` is "pl" or "en"."""
    text = (DOCS / f"guide.{'pl' if language == 'pl' else 'en'}.md").read_text()
    return mark_safe("\n".join(_block(block) for block in _blocks(text)))  # noqa: S308 (every text is escaped)


def _blocks(text: str) -> Iterator[list[str]]:
    """Cut the text at blank lines; a heading is a block by itself, code keeps its blank lines."""
    block: list[str] = []
    in_code = False
    for line in [*text.splitlines(), ""]:
        fence = line.startswith("```")
        if block and not in_code and (fence or not line.strip() or block[0].startswith("#")):
            yield block
            block = []
        if fence or in_code or line.strip():
            block.append(line)
        in_code = in_code != fence


def _block(lines: list[str]) -> str:
    kinds: list[tuple[bool, Callable[[list[str]], str]]] = [
        (lines[0].startswith("```"), _code),
        (lines[0].startswith("#"), _heading),
        (lines[0].startswith("|"), _table),
        (_LIST.match(lines[0]) is not None, _list),
    ]
    return next((write(lines) for fits, write in kinds if fits), "") or f"<p>{_inline(' '.join(lines))}</p>"


def _code(lines: list[str]) -> str:
    return f"<pre><code>{escape(chr(10).join(line for line in lines if not line.startswith('```')))}</code></pre>"


def _heading(lines: list[str]) -> str:
    marks, _space, text = lines[0].partition(" ")
    return f"<h{len(marks)}>{_inline(text)}</h{len(marks)}>"


def _list(lines: list[str]) -> str:
    items: list[str] = []
    for line in lines:
        mark = _LIST.match(line)
        if mark:
            items.append(line[mark.end() :])
        else:
            items[-1] += " " + line.strip()
    kind = "ul" if lines[0].startswith("-") else "ol"
    return f"<{kind}>{''.join(f'<li>{_inline(item)}</li>' for item in items)}</{kind}>"


def _table(lines: list[str]) -> str:
    head, _line, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    named = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in head)
    body = "".join(f'<tr><th scope="row">{_inline(row[0])}</th>{_cells(row[1:])}</tr>' for row in rows)
    return f'<div class="guide-table"><table><thead><tr>{named}</tr></thead><tbody>{body}</tbody></table></div>'


def _cells(cells: list[str]) -> str:
    return "".join(f"<td>{_inline(cell)}</td>" for cell in cells)


def _inline(text: str) -> str:
    """Render a text with its marks; text between backquotes is taken as it is."""
    parts = re.split(r"`([^`]*)`", text)
    return "".join(f"<code>{escape(part)}</code>" if index % 2 else _marked(part) for index, part in enumerate(parts))


def _marked(text: str) -> str:
    plain, *rest = _ANCHOR.split(text)
    written = str(escape(plain))
    for name, following in zip(rest[::2], rest[1::2], strict=True):
        written += format_html('<a id="{}"></a>', name) + escape(following)
    for pattern, html in _INLINE:
        written = pattern.sub(html, written)
    return written
