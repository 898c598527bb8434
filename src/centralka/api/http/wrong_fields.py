"""The wrong fields in our words, from pydantic's findings and from the actions' problems."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from centralka.actions.errors import InvalidInput

from .problems import WrongField

_TEXT = ("wrong_type", _("Give a text."))
_WHOLE = ("wrong_type", _("Give a whole number."))
_YES_OR_NO = ("wrong_type", _("Give true or false."))
_OBJECT = ("wrong_type", _("Give an object."))
_RANGE = ("out_of_range", _("This number is far too large."))
_CHOICE = ("unknown", _("Choose one of: %(expected)s."))
_REPORTED = {
    "missing": ("required", _("This field is required.")),
    "extra_forbidden": ("unknown_field", _("There is no such field.")),
    "repeated": ("repeated", _("Give this only once.")),
    "string_type": _TEXT,
    "string_too_long": ("too_long", _("At most %(max_length)s characters.")),
    "string_unicode": ("bad_characters", _("These characters are not text.")),
    "nul": ("bad_characters", _("The character U+0000 is not accepted.")),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "whole_number": _WHOLE,
    "int_parsing_size": _RANGE,
    "finite_number": _RANGE,
    "greater_than_equal": ("out_of_range", _("Give at least %(ge)s.")),
    "less_than_equal": ("out_of_range", _("Give at most %(le)s.")),
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dict_type": _OBJECT,
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "moment": ("malformed", _("Give a moment with its offset from UTC, e.g. 2026-01-31T12:00:00Z.")),
    "amount": ("malformed", _("Give an amount as a text with a decimal point, e.g. 0.5000.")),
    "ambiguous_amount": (
        "ambiguous",
        _("This can be read in two ways. Write %(small)s or %(large)s, whichever you mean."),
    ),
    "caller_id": ("malformed", _("Give a number with the mode “number”, and only with that.")),
    "sms_sender": (
        "malformed",
        _("Give a number with the mode “number”, a name with “name”, and nothing with “random”."),
    ),
    "phone": ("malformed", _("Give a maker and a MAC together, or neither.")),
    "forward": ("malformed", _("Give an extension with the type “extension”, a number with “external”, and only so.")),
    "string_pattern_mismatch": ("malformed", _("This is not spelled as it has to be.")),
    "two_ways": ("ambiguous", _("Ask with “cursor” or with “changed_since”, not with both.")),
    "cursor": ("malformed", _("This cursor is not one of ours; begin without one.")),
}
_FALLBACK = ("invalid", _("This value is not accepted."))
_ECHOED = 100
"""The length up to which a field's name is repeated: an unknown one can be as long as the body."""


def wrong_field(field: str, finding: str, values: Mapping[str, Any] | None = None) -> WrongField:
    """Put a finding (pydantic's error type, or one of ours) into our code and sentence."""
    code, message = _REPORTED.get(finding, _FALLBACK)
    return WrongField(field=field[:_ECHOED], code=code, message=_filled(message, values or {}))


def from_pydantic(errors: Iterable[Mapping[str, Any]]) -> list[WrongField]:
    """Read ninja's findings; `loc` begins with where it was ("body" and the argument's name, or "query")."""
    return [wrong_field(_field(error["loc"]), error["type"], error.get("ctx")) for error in errors]


def from_action(refused: InvalidInput) -> list[WrongField]:
    """Read the problems of an action, in the active language."""
    return [
        WrongField(field=field, code=problem.code, message=str(problem.message))
        for field, problems in refused.problems.items()
        for problem in problems
    ]


def _filled(message: str | Promise, values: Mapping[str, Any]) -> str:
    return str(message) % values if values else str(message)


def _field(loc: tuple[str | int, ...]) -> str:
    source, *inner = loc
    if source == "body":
        inner = inner[1:]
    return ".".join(str(part) for part in inner) or str(source)


@contextmanager
def fields_named_as_sent(sent_as: Mapping[str, str]) -> Iterator[None]:
    """Name the fields of a refusal as they were sent, where the action has other names."""
    try:
        yield
    except InvalidInput as refused:
        refused.problems = {sent_as.get(field, field): found for field, found in refused.problems.items()}
        raise
