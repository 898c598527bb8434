"""What we ship, fetch or build with has a licence that an Apache-2.0 product may use, and NOTICE names it."""

import json
import re
from importlib.metadata import metadata
from pathlib import Path

import pytest

from centralka.debian.recipe import Recipe
from centralka.edge.bundle import EDGE
from centralka.engine.bundle import ENGINE

TOP = Path(__file__).resolve().parents[1]
# Of libraries that our processes load. LGPL and MPL: loaded, not changed, and exchangeable.
LOADED = {
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "LGPL-3.0-only", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0",
    "PSF-2.0",
}  # fmt: skip
# Of tools that only developers run: also those whose changes would have to be shown.
RUN = LOADED | {"Artistic", "ISC", "Python-2.0"}
# Classifiers and other spellings, as SPDX says it.
SPELLINGS = {
    "Apache Software License": "Apache-2.0",
    "Artistic License": "Artistic",
    "BSD License": "BSD",
    "ISC License (ISCL)": "ISC",
    "Apache License, Version 2.0": "Apache-2.0",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    # pypdfium2: either of the two; those of PDFium and what is built into it, all permissive, lie in its wheel.
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause",
}
# Their metadata say nothing; the file LICENSE of the repository, or in the wheel, does.
SILENT = {"aiosmpplib": {"MIT"}, "axe-playwright-python": {"MIT"}}


def locked(file: str) -> list[str]:
    return re.findall(r"^([A-Za-z0-9_.-]+)==", (TOP / file).read_text(), re.MULTILINE)


def licences(package: str) -> set[str]:
    """Those that one may choose from (OR, several classifiers), or that all hold (AND), as SPDX writes them."""
    told = metadata(package)
    if expression := " ".join(told.get_all("License-Expression") or []):
        found = set(re.split(r" (?:AND|OR) ", expression))
    else:
        rows = told.get_all("Classifier") or []
        found = {row.split(" :: ")[-1] for row in rows if row.startswith("License :: ")} - {"OSI Approved"}
        found = found or {name.strip() for name in told.get_all("License") or []} - {""}
    return {SPELLINGS.get(name, name) for name in found} or SILENT.get(package, set())


def is_fine(package: str, allowed: set[str]) -> bool:
    found = licences(package)
    every = any(" AND " in expression for expression in metadata(package).get_all("License-Expression") or [])
    return bool(found) and (found <= allowed if every else bool(found & allowed))


@pytest.mark.parametrize("package", locked("requirements.lock"))
def test_what_an_installation_loads_may_be_used_and_is_named(package: str) -> None:
    assert is_fine(package, LOADED), licences(package)
    assert re.search(rf"^{re.escape(package)} ", (TOP / "NOTICE").read_text(), re.MULTILINE)


@pytest.mark.parametrize("package", locked("requirements-dev.lock"))
def test_what_developers_run_may_be_used(package: str) -> None:
    assert is_fine(package, RUN), licences(package)


def npm_packages() -> dict[str, dict[str, str]]:
    """What the lock of the TypeScript client's generator says of each package."""
    lock = json.loads((TOP / "tests/clients/typescript/package-lock.json").read_text())
    return {name: told for name, told in lock["packages"].items() if name}


@pytest.mark.parametrize("package", npm_packages())
def test_what_makes_typescript_clients_may_be_used_and_is_what_was_locked(package: str) -> None:
    told = npm_packages()[package]
    assert RUN & set(told["license"].strip("()").split(" OR ")), told["license"]
    assert told["integrity"].startswith("sha512-")
    assert "resolved" not in told  # from whichever registry the machine uses
    assert "hasInstallScript" not in told


@pytest.mark.parametrize("recipe", [ENGINE, EDGE], ids=lambda recipe: recipe.product)
def test_programs_that_are_fetched_are_named_with_their_licence(recipe: Recipe) -> None:
    """They run as programs of their own, so theirs may be the GPL."""
    assert re.search(rf"^{recipe.product} [\d.]+ +GPL-2\.0", (TOP / "NOTICE").read_text(), re.MULTILINE)


def test_a_licence_that_nobody_knows_is_not_fine() -> None:
    assert not is_fine("psycopg", {"MIT"})


def test_what_is_vendored_has_its_licence_beside_it_and_in_the_notice() -> None:
    source = TOP / "src/centralka"
    vendored = [*(source / "panel/static/vendor").iterdir(), *(source / "fax/fonts").iterdir()]
    assert len(vendored) > 1
    for folder in vendored:
        assert (folder / "LICENSE").exists(), folder
        assert f" {folder.relative_to(TOP)} " in (TOP / "NOTICE").read_text(), folder
