"""Fetching from Debian's archive: choosing, parsing, and waiting for each other."""

import subprocess
from pathlib import Path

from centralka.debian.apt import mirrors_in, transport_settings
from centralka.debian.assembling import own_libraries
from centralka.debian.errors import named
from centralka.debian.fetching import fetch_alone
from centralka.debian.packages import report_share
from centralka.debian.programs import first_error
from centralka.engine.bundle import ENGINE
from tests.bundles import make_bundle


def test_only_debian_mirrors_are_taken_and_never_the_security_archive() -> None:
    targets = "\n".join(
        [
            "http://mirror.example/debian-security/|main|Debian",
            "http://mirror.example/debian/|main|Debian",
            "http://mirror.example/debian/|main|Debian",
            "http://other.example/apt/|main|Other",
            "http://mirror.example/debian/|contrib|Debian",
            "cdrom:[Debian]/|main|Debian",
        ]
    )

    assert mirrors_in(targets) == ["http://mirror.example/debian/"]


def test_a_mirror_of_unknown_origin_counts_before_the_first_update() -> None:
    assert mirrors_in("http://mirror.example/debian/|main|$(ORIGIN)") == ["http://mirror.example/debian/"]


def test_a_frozen_archive_is_followed_by_the_same_archive_as_of_now() -> None:
    frozen = "http://mirror.example/archive/debian/20250520T000000Z/|main|Debian"

    assert mirrors_in(frozen, now=1_800_000_000) == [
        "http://mirror.example/archive/debian/20250520T000000Z/",
        "http://mirror.example/archive/debian/20270115T080000Z/",
    ]


def test_proxies_are_kept_and_weaker_checks_are_not() -> None:
    dump = "\n".join(
        [
            'Acquire::http::Proxy "http://proxy.example:3128";',
            'Acquire::https::Verify-Peer "false";',
            'Acquire::AllowInsecureRepositories "true";',
            'Acquire::Check-Valid-Until "false";',
            'APT::Update::Post-Invoke:: "touch /etc/x";',
        ]
    )

    assert transport_settings(dump) == 'Acquire::http::Proxy "http://proxy.example:3128";\n'


def test_the_share_downloaded_is_told_now_and_then() -> None:
    said: list[str] = []
    times = iter([0.0, 1.0, 3.5, 3.5, 4.0, 7.0, 7.0])
    lines = ["dlstatus:1:10.5:Retrieving", "dlstatus:2:40.0:x", "noise", "dlstatus:3:50.0:x", "dlstatus:4:99.9:x"]

    report_share(iter(lines), named("Engine", said.append), lambda: next(times))

    assert said == ["Engine: 40 % downloaded.", "Engine: 99 % downloaded."]


def test_a_library_of_the_system_or_none_at_all_makes_a_module_unusable(tmp_path: Path) -> None:
    own = f"\tlibpq.so.5 => {tmp_path}/libpq.so.5 (0x01)\n"

    assert own_libraries(own, tmp_path) == [tmp_path / "libpq.so.5"]
    assert own_libraries(own + "\tlibx.so.1 => /usr/lib/libx.so.1 (0x02)\n", tmp_path) is None
    assert own_libraries(own + "\tlibx.so.1 => not found\n", tmp_path) is None


def test_the_first_error_is_told_in_its_own_words() -> None:
    complaints = "W: something\nE: Failed to fetch it  Could not connect.\nE: Some index files failed.\n"

    assert first_error(complaints) == "Failed to fetch it  Could not connect"
    assert first_error("dpkg-deb: error: No space left on device") == "No space left on device"
    assert first_error("") == "no reason given"


def test_a_second_process_waits_and_takes_what_the_first_has_fetched(tmp_path: Path) -> None:
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        make_bundle(ENGINE, tmp_path, "22.10.1")
        holder.kill()

    tmp_path.joinpath("lock").touch()
    command = f"exec 9>{tmp_path}/lock; flock 9; echo locked; exec sleep 60"
    with subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"
        engine = fetch_alone(ENGINE, tmp_path, named("Engine", say))

    assert engine.version == "22.10.1"
    assert said == ["Engine: waiting for another process that is fetching it."]
