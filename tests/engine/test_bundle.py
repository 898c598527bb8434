"""Getting the engine: choosing, parsing, and never taking half a download for a whole one."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from centralka.debian.bundle import finished_bundle
from centralka.debian.errors import ProgramUnavailable
from centralka.debian.packages import needed_packages
from centralka.engine.bundle import ENGINE, engine_of
from centralka.engine.engine import REQUIRED_MODULES
from centralka.engine.fetching import find_engine
from centralka.engine.installed import installed_engine
from centralka.engine.packages import UNNEEDED_PACKAGES
from centralka.engine.versions import new_enough, parse_version, patched_version
from tests.bundles import make_bundle, program


def installation(prefix: Path, version: str, modules: Sequence[str]) -> Path:
    """An `asterisk` as a distribution would install it below `prefix`; returns the folder for PATH."""
    program(prefix / "sbin/asterisk", f"echo 'Asterisk {version}'")
    (prefix / "lib/asterisk/modules").mkdir(parents=True)
    for name in modules:
        (prefix / f"lib/asterisk/modules/{name}.so").touch()
    (prefix / "share/asterisk/documentation").mkdir(parents=True)
    (prefix / "share/asterisk/documentation/core-en_US.xml").touch()
    return prefix / "sbin"


@pytest.mark.parametrize(
    "text, version",
    [
        ("Asterisk 22.10.1~dfsg+~cs6.17.60671434-1", "22.10.1"),
        ("Asterisk 22.8.0", "22.8.0"),
        ("Asterisk certified/22.8-cert1", "22.8"),
        ("no such option", None),
    ],
)
def test_the_version_is_read_from_what_asterisk_says(text: str, version: str | None) -> None:
    assert parse_version(text) == version


@pytest.mark.parametrize("version", ["22.10.1", "22.10.2", "22.11.0", "23.4.1", "23.10.0", "24.0.0"])
def test_versions_without_the_known_hole_are_taken(version: str) -> None:
    assert new_enough(version)


@pytest.mark.parametrize(
    "version", ["22.10.0", "22.9.2", "22.8.0", "22.8", "22.7.9", "23.4.0", "23.0", "21.12.3", "9.10.0"]
)
def test_versions_with_the_known_hole_are_not_taken(version: str) -> None:
    """CVE-2026-57191, mended in each branch at another number."""
    assert not new_enough(version)


@pytest.mark.parametrize(
    "version, patched, taken",
    [
        ("22.8.2", "22.8.2", True),
        ("22.9.0", "22.8.2", True),
        ("22.8.1", "22.8.2", False),
        ("22.10.1", "22.8.2", True),
        ("23.2.0", "22.8.2", False),
        ("23.2.0", "23.2", True),
        ("22.9.0", "23.2", False),
    ],
)
def test_a_distribution_that_mends_older_versions_is_believed_for_that_branch(
    version: str, patched: str, taken: bool
) -> None:
    assert new_enough(version, patched) is taken


@pytest.mark.parametrize("given", ["", " ", "22.8.2", "23.2"])
def test_the_setting_for_such_distributions_is_a_version(given: str) -> None:
    assert patched_version({"CENTRALKA_ENGINE_PATCHED": given}) == given.strip()


@pytest.mark.parametrize("given", ["yes", "22", "20.9.3", "22.8-cert1", "22.7.9"])
def test_another_value_of_it_is_refused_in_one_sentence(given: str) -> None:
    with pytest.raises(ProgramUnavailable, match=r"CENTRALKA_ENGINE_PATCHED needs a version .* not '"):
        patched_version({"CENTRALKA_ENGINE_PATCHED": given})


def test_an_old_installation_is_told_what_to_do(tmp_path: Path) -> None:
    path, said = installation(tmp_path, "22.8.2", REQUIRED_MODULES), list[str]()

    assert installed_engine(str(path), said.append) is None
    assert "22.8.2 is older than 22.10.1" in said[0]
    assert "CENTRALKA_ENGINE_PATCHED=22.8.2" in said[0]
    assert installed_engine(str(path), said.append, "22.8.2") is not None


def test_a_complete_new_installation_on_path_is_used(tmp_path: Path) -> None:
    path = installation(tmp_path, "22.11.0", REQUIRED_MODULES)

    engine = installed_engine(str(path), print)

    assert engine is not None
    assert engine.command == (str(path / "asterisk"),)
    assert engine.version == "22.11.0"
    assert engine.module_dir == tmp_path / "lib/asterisk/modules"
    assert engine.data_dir == tmp_path / "share/asterisk"


@pytest.mark.parametrize(
    "version, modules",
    [
        ("20.15.0", REQUIRED_MODULES),
        ("22.10.1", [name for name in REQUIRED_MODULES if name != "res_config_sqlite3"]),
    ],
    ids=["too old", "a module is missing"],
)
def test_an_unfit_installation_is_passed_over_and_that_is_said(
    tmp_path: Path, version: str, modules: Sequence[str]
) -> None:
    said: list[str] = []

    assert installed_engine(str(installation(tmp_path, version, modules)), said.append) is None
    assert "is not used" in said[0]


def test_a_finished_bundle_is_started_with_its_own_loader_and_libraries(tmp_path: Path) -> None:
    make_bundle(ENGINE, tmp_path, "22.10.1")

    bundle = finished_bundle(ENGINE, tmp_path)

    root = tmp_path / "bundle"
    assert bundle is not None
    engine = engine_of(bundle)
    assert engine.command == (
        f"{root}/lib/ld-linux-any.so.1",
        "--library-path",
        f"{root}/lib",
        f"{root}/sbin/asterisk",
    )
    assert (engine.module_dir, engine.data_dir) == (root / "modules", root / "share")


def test_a_bundle_without_its_manifest_does_not_count(tmp_path: Path) -> None:
    make_bundle(ENGINE, tmp_path, "22.10.1")
    (tmp_path / "bundle/manifest.json").unlink()

    assert finished_bundle(ENGINE, tmp_path) is None


def test_a_bundle_without_a_module_that_became_required_does_not_count(tmp_path: Path) -> None:
    make_bundle(ENGINE, tmp_path, "22.10.1")
    (tmp_path / "bundle/modules/res_fax.so").unlink()

    assert finished_bundle(ENGINE, tmp_path) is None


def test_a_bundle_that_is_too_old_or_for_another_processor_does_not_count(tmp_path: Path) -> None:
    make_bundle(ENGINE, tmp_path / "old", "22.10.0")
    make_bundle(ENGINE, tmp_path / "other", "22.10.1", machine="pdp11")

    assert finished_bundle(ENGINE, tmp_path / "old") is None
    assert finished_bundle(ENGINE, tmp_path / "other") is None


def test_packages_for_what_is_never_loaded_are_not_downloaded() -> None:
    plan = "\n".join(
        [
            "Reading package lists...",
            "'http://m/asterisk_1%3a22.10_arm64.deb' asterisk_1%3a22.10_arm64.deb 2500000 SHA256:ab",
            "'http://m/libpq5_18_arm64.deb' libpq5_18_arm64.deb 270000 SHA256:cd",
            "'http://m/libicu78_78_arm64.deb' libicu78_78_arm64.deb 10000000 SHA256:ef",
            "'http://m/perl-base_5_arm64.deb' perl-base_5_arm64.deb 1800000 SHA256:01",
        ]
    )

    assert needed_packages(plan, UNNEEDED_PACKAGES) == (["asterisk", "libpq5"], 2_770_000)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ProgramUnavailable, match=r"cannot be kept in .*file/engine: Not a directory"):
        find_engine(tmp_path / "file/engine", print)
