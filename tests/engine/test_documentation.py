"""The names that the engine looks up in its documentation, and no more."""

import os
from pathlib import Path
from xml.etree import ElementTree

import pytest

from centralka.engine.documentation import CORE, names_only

WHOLE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE docs SYSTEM "appdocsxml.dtd">
<docs xmlns:xi="http://www.w3.org/2001/XInclude">
<module language="en_US" name="app_dial"><support_level>core</support_level></module>
<application name="Dial" language="en_US"><synopsis>Ring.</synopsis><description>Long.</description></application>
<managerEvent name="Newchannel" language="en_US"><synopsis>New.</synopsis></managerEvent>
<configInfo name="res_pjsip" language="en_US"><synopsis>SIP</synopsis>
  <configFile name="pjsip.conf"><configObject name="endpoint"><synopsis>A phone</synopsis>
    <configOption name="allow" default="ulaw"><synopsis>Codecs</synopsis></configOption>
    <xi:include xpointer="xpointer(/docs/configInfo[@name='other']/configFile)"/>
  </configObject></configFile></configInfo>
</docs>
"""


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A folder with documentation as an engine brings it."""
    folder = tmp_path / "share"
    folder.mkdir()
    (folder / CORE).write_text(WHOLE)
    return folder


def test_what_is_looked_up_is_kept_without_its_text(whole: Path, tmp_path: Path) -> None:
    folder = names_only(whole, tmp_path / "names")

    docs = ElementTree.parse(folder / CORE).getroot()
    assert [(kept.tag, kept.get("name")) for kept in docs] == [("application", "Dial"), ("configInfo", "res_pjsip")]
    assert len(docs[0]) == 1, "one with nothing in it counts as missing"
    option = docs.find("configInfo/configFile[@name='pjsip.conf']/configObject[@name='endpoint']/configOption")
    assert option is not None
    assert option.attrib == {"name": "allow", "default": "ulaw"}
    assert docs.find(".//{http://www.w3.org/2001/XInclude}include") is not None
    assert not [text for text in docs.itertext() if text.strip()]


def test_it_is_made_again_only_when_the_documentation_is_another(whole: Path, tmp_path: Path) -> None:
    folder = names_only(whole, tmp_path / "names")
    made = (folder / CORE).stat().st_ino

    names_only(whole, folder)
    assert (folder / CORE).stat().st_ino == made

    (whole / CORE).write_text(WHOLE.replace("Dial", "Ring"))
    os.utime(whole / CORE, (1, 1))
    names_only(whole, folder)
    assert b'"Ring"' in (folder / CORE).read_bytes()


@pytest.mark.parametrize("text", [None, "<docs><application>"])
def test_the_engine_says_itself_what_is_wrong_with_its_documentation(
    whole: Path, tmp_path: Path, text: str | None
) -> None:
    (whole / CORE).unlink() if text is None else (whole / CORE).write_text(text)

    assert names_only(whole, tmp_path / "names") == whole
    assert not (tmp_path / "names").exists()
