"""No secret and nobody's name, number or address gets into a log: the words of each log call are looked at."""

import ast
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src"
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
# What an event may carry: names that only we give (ids, logins, channels), counts, paths, and what a library or the
# engine complains of. A new word is added here by whoever has thought of who could be recognised by it.
MAY_BE_LOGGED = {
    "account", "accounts", "bytes", "call", "calls", "channel", "channels", "endpoint", "entry", "folder",
    "free", "free_mb", "host", "id", "line", "login", "mail", "message", "messages", "node", "owing", "path",
    "problem", "revision", "saved", "table", "tenant", "to_a_file", "tries", "trunk", "warn_below_mb", "warnings",
    "answer", "error", "fax", "gateway", "pages", "reports", "rows", "rule", "sms", "status", "stop", "work",
    # What edge and engine call a call in their logs.
    "engine_call", "sip_call",
    # One of the operator's own ranges that a carrier sends here and no company has.
    "number",
}  # fmt: skip


OF_A_REQUEST = {"request.method", "request.path"}


def log_calls() -> Iterator[tuple[str, ast.Call]]:
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and is_log_call(node):
                yield f"{file.relative_to(SOURCE)}:{node.lineno}", node


def is_log_call(call: ast.Call) -> bool:
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr in LEVELS
        and isinstance(function.value, ast.Name)
        and function.value.id in ("log", "_log", "logger")
    )


def unfit(call: ast.Call) -> list[str]:
    """What is wrong with it. An event is a fixed sentence: a value inside it would not be seen here."""
    fixed = bool(call.args) and isinstance(call.args[0], ast.Constant)
    # The API's only line: the method and the path of a request that broke, never its query or body.
    given = [ast.unparse(argument) for argument in call.args[1:] if ast.unparse(argument) not in OF_A_REQUEST]
    words = {keyword.arg or "**" for keyword in call.keywords} - {"exc_info"}
    return ([] if fixed else ["the event is no fixed sentence"]) + given + sorted(words - MAY_BE_LOGGED)


def test_every_log_call_has_a_fixed_sentence_and_words_that_name_nobody() -> None:
    calls = list(log_calls())
    assert len(calls) > 30
    assert {place: found for place, call in calls if (found := unfit(call))} == {}


def test_it_notices_a_secret() -> None:
    for line in ("log.info('signed in', password=word)", "log.info(f'called {number}')", "log.info('x', **values)"):
        (statement,) = ast.parse(line).body
        assert isinstance(statement, ast.Expr)
        assert isinstance(statement.value, ast.Call)
        assert is_log_call(statement.value)
        assert unfit(statement.value)
