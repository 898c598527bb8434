"""What was typed is told back in the marks of the reader's language."""

import pytest
from django.utils import translation

from centralka.actions.checks.quoted import quoted


@pytest.mark.parametrize(("language", "told"), [("pl", "„22 12”"), ("en", "“22 12”")])
def test_each_language_has_its_marks(language: str, told: str) -> None:
    with translation.override(language):
        assert quoted(" 22\0 12\u202e") == told


def test_a_long_text_is_cut() -> None:
    assert len(quoted("1" * 10_000)) < 50
