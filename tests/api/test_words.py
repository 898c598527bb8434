"""Every sentence of the API has its Polish, with the same blanks to fill in."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import centralka.api

HERE = Path(str(centralka.api.__file__)).parent


def test_every_sentence_has_its_polish() -> None:
    used = {str(message) for _file, _line, message, _notes, _context in extract_from_dir(HERE, [("**.py", "python")])}
    with (HERE / "locale/pl/LC_MESSAGES/django.po").open("rb") as file:
        polish = {str(message.id): str(message.string) for message in read_po(file) if message.id}
    assert set(polish) == used
    for english, translated in polish.items():
        assert translated
        assert set(re.findall(r"%\(\w+\)s", translated)) == set(re.findall(r"%\(\w+\)s", english))
