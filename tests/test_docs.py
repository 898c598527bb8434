"""What the documents say is checked: files exist, settings and decisions are told."""

import re
from pathlib import Path

import pytest

from centralka import __version__

TOP = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*TOP.glob("*.md"), *TOP.glob("docs/**/*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text())
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_is_named_by_its_path_exists(document: Path) -> None:
    named = re.findall(r"`((?:src|asterisk|docs|tests|bench|scripts)/[\w./-]+)`", document.read_text())
    assert [name for name in named if not (TOP / name).exists()] == []


def test_every_setting_is_told_in_the_readme() -> None:
    settings = set(re.findall(r'"(CENTRALKA_\w+)"', (TOP / "src/centralka/settings.py").read_text()))
    readme = (TOP / "README.md").read_text()
    assert [name for name in sorted(settings) if name not in readme] == []


def test_the_newest_version_in_the_changelog_is_the_product_s() -> None:
    headings = re.findall(r"^## (\S+)", (TOP / "CHANGELOG.md").read_text(), re.MULTILINE)
    dated = re.findall(r"^## (\d+\.\d+\.\d+) — \d{4}-\d\d-\d\d$", (TOP / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings == dated
    assert f'version = "{__version__}"' in (TOP / "pyproject.toml").read_text()
    assert dated[0] == __version__


def test_every_decision_that_code_names_is_there() -> None:
    sources = [*TOP.glob("src/**/*.py"), *TOP.glob("asterisk/**/*.conf"), TOP / "pyproject.toml"]
    named = {number for file in sources for number in re.findall(r"decisions?[ /](\d{4})", file.read_text())}
    there = {path.name[:4] for path in (TOP / "docs/decisions").glob("*.md")}
    assert named <= there
