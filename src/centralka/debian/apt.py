"""An apt of our own: nothing of the system changes, and no root is needed."""

import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from .errors import ProgramUnavailable, Progress
from .programs import first_error, output, run_to_end

SUITE = "forky"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


@dataclass(frozen=True)
class PrivateApt:
    """An apt with a directory tree of its own under `root`; it shares only transport settings with the machine's."""

    root: Path
    suite: str
    components: str

    @classmethod
    def at(cls, root: Path, suite: str = SUITE, components: str = "main") -> "PrivateApt":
        """Make a tree without any installed package, with the machine's proxies but without its sources and hooks."""
        for folder in ("lists/partial", "cache/archives/partial", "state", "debs"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        (root / "state/status").touch()
        apt = cls(root, suite, components)
        (root / "apt.conf").write_text(transport_settings(output(["apt-config", "dump"])) + apt.settings())
        return apt

    def settings(self) -> str:
        """Return our part of apt.conf; the machine's files are not read a second time (their hooks neither)."""
        return f"""
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "{self.root}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "{self.root}/state";
Dir::State::lists "{self.root}/lists";
Dir::State::status "{self.root}/state/status";
Dir::Cache "{self.root}/cache";
APT::Sandbox::User "";
APT::Install-Recommends "false";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
"""

    def use(self, mirror: str) -> None:
        """Read packages from `mirror` only, signed with the keys of Debian's archive."""
        (self.root / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror} {self.suite} {self.components}\n")

    def environment(self) -> dict[str, str]:
        """Return the environment in which apt uses this tree; messages come in English, since they are parsed."""
        return os.environ | {
            "APT_CONFIG": str(self.root / "apt.conf"),
            "LC_ALL": "C",
            "DEBIAN_FRONTEND": "noninteractive",
        }


def transport_settings(dump: str) -> str:
    """Pick proxies, certificates and timeouts from `apt-config dump`, but nothing that weakens a check."""
    kept = re.compile(r"Acquire::(http|https|ftp|socks5h?|ForceIPv[46]|Queue)\b")
    return "".join(f"{line}\n" for line in dump.splitlines() if kept.match(line) and "Verify-" not in line)


def debian_mirrors() -> list[str]:
    """List the mirrors from which this machine already takes Debian packages, best first. Raises ProgramUnavailable."""
    fields = "$(REPO_URI)|$(COMPONENT)|$(ORIGIN)"
    known = mirrors_in(output(["apt-get", "indextargets", "--format", fields]))
    # Without downloaded lists (a fresh container) apt only tells the address, not the origin of the archive there.
    known = known or mirrors_in(output(["apt-get", "indextargets", "--no-release-info", "--format", fields]))
    if not known:
        raise ProgramUnavailable("No Debian mirror is configured here (apt-get indextargets shows none).")
    return known


def mirrors_in(targets: str, now: float | None = None) -> list[str]:
    """Find the main Debian archives among the lines `address|component|origin`; an unknown origin counts.

    A frozen archive (a path with a time stamp) may be older than the suite, so the same archive as of now follows it.
    """
    found: dict[str, None] = {}
    for line in targets.splitlines():
        address, _, rest = line.partition("|")
        if (
            rest not in ("main|Debian", "main|$(ORIGIN)", "main|")
            or "security" in address
            or address.startswith("cdrom:")
        ):
            continue
        found[address] = None
        stamp = time.strftime("/%Y%m%dT%H%M%SZ", time.gmtime(now))
        found[re.sub(r"/\d{8}T\d{6}Z", stamp, address)] = None
    return list(found)


def choose_mirror(apt: PrivateApt, mirrors: list[str], progress: Progress) -> None:
    """Point `apt` at the first mirror that has the suite, validly signed. Raises ProgramUnavailable."""
    reason = ""
    for mirror in mirrors:
        apt.use(mirror)
        progress(f"reading the package list of Debian's {apt.suite}.")
        reason = update(apt, strict=True)
        if "is expired" in reason:
            progress("the mirror lags behind (its list has expired); going on, signatures are still checked.")
            reason = update(apt, strict=False)
        if not reason:
            return
    raise ProgramUnavailable(f"The package list of Debian's {apt.suite} cannot be fetched: {reason}.")


def update(apt: PrivateApt, strict: bool) -> str:
    """Run `apt-get update`. Returns why it failed, or an empty string."""
    valid = f"Acquire::Check-Valid-Until={str(strict).lower()}"
    done = run_apt(apt, ["update", "-q", "-o", valid])
    return "" if done.returncode == 0 else first_error(done.stderr)


def run_apt(apt: PrivateApt, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """Run `apt-get` in the private tree."""
    return run_to_end(["apt-get", *arguments], apt.environment())
