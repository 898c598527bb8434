"""What the documents say is checked: files exist, settings and decisions are told."""

import importlib.util
import re
import subprocess
from pathlib import Path

import pytest

from centralka import __version__

TOP = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([*TOP.glob("*.md"), *TOP.glob("docs/**/*.md"), *TOP.glob("tests/**/*.md")])
ENDINGS = "py|conf|md|html|js|css|tsv|csv|toml|po|lock|json|c"
MADE_LATER = {"carrier.json", "demo.json", "numbers.json", "client.py"}
"""Files that the product or a reader makes."""
OF_OTHERS = re.compile(r"\w+/\w+\.c|res_pjsip_\w+\.c")
"""Files of the engine's own source."""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text())
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert missing == []


def heading_anchors(document: Path) -> set[str]:
    """The anchors that a reader on a code host gets: headings in small letters, hyphens for spaces."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(), re.MULTILINE)
    given = re.findall(r"\{#([\w-]+)\}|<a (?:id|name)=\"([\w-]+)\"", document.read_text())
    plain = {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}
    return plain | {name for names in given for name in names if name}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_to_a_heading_leads_there(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:]*)#([^)]+)\)", document.read_text())
    found = [(document.parent / file if file else document, anchor) for file, anchor in links]
    assert [anchor for file, anchor in found if anchor not in heading_anchors(file)] == []


@pytest.fixture(scope="module")
def source_files() -> list[str]:
    """Every file of the source by its path, with a slash before it."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=True,
    )
    return [f"/{name}" for name in listed.stdout.splitlines()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_and_folder_that_is_named_exists(document: Path, source_files: list[str]) -> None:
    """By its whole path, by the end of it, or by its bare name."""
    named = set(re.findall(rf"`(\w[\w./-]*\.(?:{ENDINGS}))`", document.read_text()))
    named = {name for name in named - MADE_LATER if not OF_OTHERS.fullmatch(name)}
    assert [name for name in sorted(named) if not any(file.endswith(f"/{name}") for file in source_files)] == []
    folders = set(re.findall(r"`((?:[\w.-]+/)+)`", document.read_text()))
    assert [name for name in sorted(folders) if not any(f"/{name}" in file for file in source_files)] == []
    rooted = set(re.findall(r"`((?:src|asterisk|docs|tests|bench|scripts)/[\w./-]+)`", document.read_text()))
    assert [name for name in sorted(rooted) if not (TOP / name).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_test_that_is_named_exists(document: Path) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", document.read_text())
    assert [f"{file}::{name}" for file, name in named if f"def {name}(" not in (TOP / file).read_text()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_module_that_is_named_exists(document: Path) -> None:
    named = set(re.findall(r"`(centralka(?:\.\w+)+)`", document.read_text()))
    assert [name for name in sorted(named) if importlib.util.find_spec(name) is None] == []


def test_every_setting_has_a_row_in_the_table_and_every_row_is_a_setting() -> None:
    sources = [file.read_text() for file in TOP.glob("src/**/*.py")]
    settings = {name for source in sources for name in re.findall(r'"(CENTRALKA_\w+)"', source)}
    rows = re.findall(r"^\| (`[^|]*) \|", (TOP / "docs/settings.md").read_text(), re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(CENTRALKA_\w+)`", row)} == settings


def test_the_newest_version_in_the_changelog_is_the_product_s_or_the_one_that_is_made() -> None:
    headings = re.findall(r"^## (\S+)", (TOP / "CHANGELOG.md").read_text(), re.MULTILINE)
    dated = re.findall(r"^## (\d+\.\d+\.\d+) — \d{4}-\d\d-\d\d$", (TOP / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings == dated
    assert f'version = "{__version__}"' in (TOP / "pyproject.toml").read_text()
    assert __version__ in dated[:2]


def test_every_decision_that_code_names_is_there() -> None:
    sources = [*TOP.glob("src/**/*.py"), *TOP.glob("asterisk/**/*.conf"), TOP / "pyproject.toml"]
    named = {number for file in sources for number in re.findall(r"decisions?[ /](\d{4})", file.read_text())}
    there = {path.name[:4] for path in (TOP / "docs/decisions").glob("*.md")}
    assert named <= there
