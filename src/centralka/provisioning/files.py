"""Write a phone's settings as its maker wants them, by the templates in `templates/`.

Names come from people: in a text of lines each value is one line, in XML each is escaped.
"""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from centralka.actions.phone_settings import PhoneSettings
from centralka.store.models import Device

_TEMPLATES = Path(__file__).parent / "templates"
_LINES = Engine(dirs=[str(_TEMPLATES)], autoescape=False)
_XML = Engine(dirs=[str(_TEMPLATES)], autoescape=True)
_FILES = {
    Device.Maker.YEALINK: "yealink.cfg",
    Device.Maker.GRANDSTREAM: "grandstream.xml",
    Device.Maker.SNOM: "snom.xml",
    Device.Maker.FANVIL: "fanvil.xml",
    Device.Maker.LINPHONE: "linphone.xml",
}
# Controls, also those of XML 1.0 that cannot even be escaped, and what some readers take for the end of a line.
_NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")


def settings_text(found: PhoneSettings) -> str:
    """Return the file that the phone is given."""
    name = _FILES[found.maker]
    engine = _LINES if name.endswith(".cfg") else _XML
    values = _plain(asdict(found))
    # In a SIP address a name stands in quotes (RFC 3261, 25.1).
    values["quoted_label"] = re.sub(r'(["\\])', r"\\\1", values["label"])
    return engine.get_template(name).render(Context(values, autoescape=engine.autoescape))


def content_type(maker: Device.Maker) -> str:
    """Return the type of the maker's files."""
    return "text/plain; charset=utf-8" if _FILES[maker].endswith(".cfg") else "text/xml; charset=utf-8"


def _plain(value: Any) -> Any:
    """Make each text in a value one line, without what begins a name of the maker's own (Yealink's %NULL%)."""
    match value:
        case str():
            return " ".join(_NO_TEXT.sub(" ", value).split()).replace("%", "")
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            return value
