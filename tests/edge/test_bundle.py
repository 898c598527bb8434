"""Getting the edge: which Kamailio is taken, and how it is started."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from centralka.debian.bundle import finished_bundle
from centralka.debian.errors import ProgramUnavailable
from centralka.debian.packages import needed_packages
from centralka.edge.bundle import EDGE, edge_of
from centralka.edge.command import command, first_complaint
from centralka.edge.fetching import find_edge
from centralka.edge.installed import installed_edge
from centralka.edge.packages import LUA_MODULE, OPENED_LATER, UNNEEDED_PACKAGES
from centralka.edge.program import REQUIRED_MODULES, EdgeProgram
from centralka.edge.versions import new_enough, parse_version
from tests.bundles import make_bundle, program


def installation(prefix: Path, version: str, modules: Sequence[str] = REQUIRED_MODULES, lua: str = LUA_MODULE) -> Path:
    """A `kamailio` as a distribution would install it below `prefix`; returns the folder for PATH."""
    program(prefix / "sbin/kamailio", f"echo 'version: kamailio {version} (x86_64/Linux)'")
    folder = prefix / "lib/any-linux-gnu/kamailio/modules"
    folder.mkdir(parents=True)
    for name in modules:
        (folder / f"{name}.so").touch()
    (prefix / "lib/any-linux-gnu/lua/5.4").mkdir(parents=True)
    (prefix / "lib/any-linux-gnu/lua/5.4" / lua).touch()
    return prefix / "sbin"


@pytest.mark.parametrize(
    "text, version",
    [
        ("version: kamailio 6.1.5 (x86_64/Linux) \nflags: USE_TCP, USE_TLS", "6.1.5"),
        ("version: kamailio 6.2.0-pre0 (aarch64/Linux)", "6.2.0"),
        ("no such option", None),
    ],
)
def test_the_version_is_read_from_what_kamailio_says(text: str, version: str | None) -> None:
    assert parse_version(text) == version


@pytest.mark.parametrize(
    "version, taken",
    [("6.1.0", True), ("6.1.5", True), ("6.10", True), ("7.0.0", True), ("6.0.9", False), ("5.8", False)],
)
def test_versions_for_which_the_configuration_is_not_written_are_not_taken(version: str, taken: bool) -> None:
    assert new_enough(version) is taken


def test_a_complete_new_installation_on_path_is_used(tmp_path: Path) -> None:
    path = installation(tmp_path, "6.1.7")

    modules = tmp_path / "lib/any-linux-gnu/kamailio/modules"
    assert installed_edge(str(path), print) == EdgeProgram((str(path / "kamailio"),), "6.1.7", modules)


@pytest.mark.parametrize(
    "version, modules, why",
    [
        ("6.0.5", REQUIRED_MODULES, "6.0.5 is older than 6.1."),
        ("6.1.5", [name for name in REQUIRED_MODULES if name not in ("tls", "websocket")], "it lacks tls, websocket."),
        ("6.1.5", [], "it lacks its modules."),
    ],
)
def test_an_unfit_installation_is_passed_over_and_that_is_said(
    tmp_path: Path, version: str, modules: Sequence[str], why: str
) -> None:
    said: list[str] = []

    path = installation(tmp_path, version, modules)

    assert installed_edge(str(path), said.append) is None
    assert said == [f"Edge: {path}/kamailio is not used: {why}"]


def test_an_installation_whose_lua_cannot_read_accounts_is_passed_over(tmp_path: Path) -> None:
    said: list[str] = []

    path = installation(tmp_path, "6.1.5", lua="other.so")

    assert installed_edge(str(path), said.append) is None
    assert said == [f"Edge: {path}/kamailio is not used: it lacks Lua's {LUA_MODULE}."]


def test_a_finished_bundle_is_started_with_its_own_loader_libraries_and_modules(tmp_path: Path) -> None:
    make_bundle(EDGE, tmp_path, "6.1.5")
    bundle = finished_bundle(EDGE, tmp_path)
    assert bundle is not None

    started = command(edge_of(bundle), Path("/home/edge.cfg"), Path("/home/run"), shared_mb=32, private_mb=4)

    root = tmp_path / "bundle"
    assert started == [
        *(f"{root}/lib/ld-linux-any.so.1", "--library-path", f"{root}/lib", f"{root}/sbin/kamailio"),
        *("-f", "/home/edge.cfg", "-L", f"{root}/modules", "-Y", "/home/run", "-w", "/home/run"),
        *("-m", "32", "-M", "4", "-x", "tlsf", "-X", "tlsf", "-DD", "-E"),
    ]


def test_a_bundle_that_is_too_old_or_lacks_a_module_does_not_count(tmp_path: Path) -> None:
    make_bundle(EDGE, tmp_path / "old", "6.0.9")
    make_bundle(EDGE, tmp_path / "other", "6.1.5", machine="pdp11")
    make_bundle(EDGE, tmp_path / "part", "6.1.5")
    (tmp_path / "part/bundle/modules/usrloc.so").unlink()
    make_bundle(EDGE, tmp_path / "earlier", "6.1.5")
    (tmp_path / "earlier/bundle/lib" / OPENED_LATER[-1]).unlink()

    unfit = ("old", "other", "part", "earlier")
    assert [finished_bundle(EDGE, tmp_path / name) for name in unfit] == [None] * len(unfit)


def test_a_bundle_that_is_there_is_used_without_asking_anybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_bundle(EDGE, tmp_path / "edge", "6.1.5")
    monkeypatch.setenv("PATH", str(tmp_path))  # no apt-get, so nothing could be fetched
    said: list[str] = []

    assert find_edge(tmp_path / "edge", said.append).version == "6.1.5"
    with pytest.raises(ProgramUnavailable, match=r"No Kamailio 6\.1 or newer is installed, and apt-get"):
        find_edge(tmp_path / "empty", said.append)
    assert said == []


def test_scripts_that_are_never_run_and_what_they_need_are_not_downloaded() -> None:
    plan = "\n".join(
        [
            "'http://m/kamailio_6.1.5-1_arm64.deb' kamailio_6.1.5-1_arm64.deb 11000000 SHA256:ab",
            "'http://m/libpq5_18_arm64.deb' libpq5_18_arm64.deb 270000 SHA256:cd",
            "'http://m/libunistring5_1_arm64.deb' libunistring5_1_arm64.deb 480000 SHA256:ef",
            "'http://m/python3.14-minimal_3_arm64.deb' python3.14-minimal_3_arm64.deb 2700000 SHA256:01",
            "'http://m/postgresql-client-18_18_arm64.deb' postgresql-client-18_18_arm64.deb 2100000 SHA256:23",
        ]
    )

    assert needed_packages(plan, UNNEEDED_PACKAGES) == (["kamailio", "libpq5", "libunistring5"], 11_750_000)


@pytest.mark.parametrize(
    "said, complaint",
    [
        (
            " 0(17172) CRITICAL: <core> [core/cfg.y:4132]: yyerror_at(): parse error in config file /x.cfg, line 15, "
            "column 47: syntax error\n",
            "parse error in config file /x.cfg, line 15, column 47: syntax error",
        ),
        (
            " 0(1) WARNING: tls [tls_mod.c:920]: mod_register(): tls support is disabled\n"
            " 0(1) ERROR: <core> [core/sr_module.c:531]: ksr_locate_module(): could not find module <slx> in </m>\n",
            "could not find module <slx> in </m>",
        ),
        ("ld.so: cannot open it\n", "ld.so: cannot open it"),
        ("", "no reason given"),
    ],
)
def test_the_first_complaint_is_told_in_its_own_words(said: str, complaint: str) -> None:
    assert first_complaint(said) == complaint
