"""The voice: RHVoice and sox from Debian's packages, unpacked into a folder and started there with their own libc.

No root is needed and nothing of the system changes, as for the engine (centralka.debian.fetching).
"""

import os
import re
import shutil
import tempfile
from array import array
from dataclasses import dataclass
from pathlib import Path

from centralka.debian.apt import PrivateApt, choose_mirror, debian_mirrors, run_apt
from centralka.debian.assembling import library_dir, loader
from centralka.debian.errors import ProgramUnavailable, Progress, named
from centralka.debian.fetching import lock
from centralka.debian.packages import download_watched
from centralka.debian.programs import checked, first_error, run_to_end

from .level import Samples

SUITE = "trixie"
"""Its voices are of RHVoice 1.14, whose licences allow this use; those of older releases forbid it."""
COMPONENTS = "main contrib non-free"
PACKAGES = ("rhvoice", "rhvoice-polish", "rhvoice-english", "sox")
NEEDED_BYTES = 500_000_000


class VoiceUnavailable(Exception):
    """No prompt can be spoken; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A voice of RHVoice and how fast it speaks, in percent of its own pace."""

    profile: str
    rate: int


SPEAKERS = {"pl": Speaker("magda", 90), "en": Speaker("slt", 95)}


@dataclass(frozen=True, slots=True)
class Voice:
    """The unpacked programs under `tree`."""

    tree: Path

    def speak(self, text: str, language: str, rate: int) -> Samples:
        """Speak the text: samples of 16 bit at `rate` Hz, one channel, silence trimmed, as loud as the voice speaks."""
        with tempfile.TemporaryDirectory(prefix="prompt.") as folder:
            written, spoken = Path(folder) / "text", Path(folder) / "spoken.wav"
            written.write_text(f"{text}\n")
            speaker = SPEAKERS[language]
            options = ["-p", speaker.profile, "-r", str(speaker.rate), "-q", "max"]
            self._run("RHVoice-test", [*options, "-i", str(written), "-o", str(spoken)])
            samples = Path(folder) / "samples.raw"
            self._run("sox", ["-D", str(spoken), *raw(rate), str(samples), *effects(rate)])
            return array("h", samples.read_bytes())

    def _run(self, program: str, arguments: list[str]) -> None:
        libraries = library_dir(self.tree)
        path = f"{libraries}:{libraries}/pulseaudio"
        start = [str(loader(libraries)), "--inhibit-cache", "--library-path", path]
        done = run_to_end([*start, str(self.tree / "usr/bin" / program), *arguments], self._environment())
        if done.returncode != 0:
            raise VoiceUnavailable(f"{program} failed: {first_error(done.stderr or done.stdout)}.")

    def _environment(self) -> dict[str, str]:
        share = self.tree / "usr/share/RHVoice"
        return os.environ | {"RHVOICE_DATA_PATH": str(share), "RHVOICE_CONFIG_PATH": str(self.tree / "etc/RHVoice")}


def raw(rate: int) -> list[str]:
    """Return sox's options for samples without a header."""
    return ["-t", "raw", "-e", "signed-integer", "-b", "16", "-c", "1", "-r", str(rate)]


def effects(rate: int) -> list[str]:
    """Return sox's effects: no rumble, no silence at either end; room left for the filter's overshoot."""
    trim = ["silence", "1", "0.02", "-50d"]
    return ["gain", "-3", "highpass", "100", *trim, "reverse", *trim, "reverse", "rate", "-v", str(rate)]


def find_voice(folder: Path, progress: Progress) -> Voice:
    """Find the voice in `folder`, fetched there if it is not yet. Raises VoiceUnavailable."""
    tell = named("Voice", progress)
    try:
        with lock(folder, tell):
            tree = folder / "tree"
            if not tree.exists():
                fetch(folder, tell)
            return Voice(tree)
    except ProgramUnavailable as problem:
        raise VoiceUnavailable(str(problem)) from problem
    except OSError as problem:
        raise VoiceUnavailable(f"The voice cannot be kept in {folder}: {problem.strerror or problem}.") from problem


def fetch(folder: Path, progress: Progress) -> None:
    """Download and unpack the voice; the tree appears under its final name only when it is complete."""
    for tool in ("apt-get", "apt-config", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise VoiceUnavailable(f"{tool} is missing here; the voice comes as Debian packages.")
    if shutil.disk_usage(folder).free < NEEDED_BYTES:
        raise VoiceUnavailable(f"The voice needs {NEEDED_BYTES // 1_000_000} MB free on the disk of {folder}.")
    with tempfile.TemporaryDirectory(prefix="part.", dir=folder) as part:
        for deb in download(PrivateApt.at(Path(part) / "apt", SUITE, COMPONENTS), progress):
            checked(["dpkg-deb", "-x", str(deb), f"{part}/tree"], "unpack the voice")
        Path(f"{part}/tree").rename(folder / "tree")


def download(apt: PrivateApt, progress: Progress) -> list[Path]:
    """Fetch the packages and all that they depend on. Returns the files. Raises VoiceUnavailable."""
    choose_mirror(apt, debian_mirrors(), progress)
    plan = run_apt(apt, ["install", "-y", "--print-uris", *PACKAGES])
    if plan.returncode != 0:
        raise VoiceUnavailable(f"Debian's {SUITE} cannot supply the voice: {first_error(plan.stderr)}.")
    wanted = re.findall(r"^'[^']*' ([^_ ]+)_\S+ (\d+) ", plan.stdout, re.MULTILINE)
    progress(f"downloading {len(wanted)} packages, {sum(int(size) for _, size in wanted) // 1_000_000} MB.")
    download_watched(apt, [name for name, _ in wanted], progress)
    return sorted((apt.root / "debs").glob("*.deb"))
