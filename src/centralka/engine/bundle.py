"""Gets the Asterisk engine: the machine's own, an unpacked bundle, or a fresh bundle from Debian's next release.

Debian 12 and 13 have no package of Asterisk, the suite `forky` has. Its packages come through `apt-get` with a private
directory tree and an empty list of installed packages, so that nothing of the system changes, no root is needed and the
engine brings its own libc. What it needs of them is copied into one flat folder and started with that libc's loader.

Standard library only: `make` runs this file before a virtual environment exists.
"""

import contextlib
import fcntl
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Progress = Callable[[str], None]

# The first version of each branch without CVE-2026-57191, by which one NOTIFY from anybody ends the engine's SIP.
FIXED = {22: (22, 10, 1), 23: (23, 4, 1)}
# What our configuration is written for; a distribution's version below FIXED is never taken below this.
OLDEST = (22, 8)
SAFE = ".".join(str(number) for number in FIXED[min(FIXED)])
PATCHED_SETTING = "CENTRALKA_ENGINE_PATCHED"
SUITE = "forky"
PACKAGES = ("asterisk", "asterisk-modules", "asterisk-core-sounds-en-gsm")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# Downloads (26 MB), their unpacked form and the finished bundle (60 MB) are on disk together for a moment.
NEEDED_BYTES = 250_000_000
PROGRESS_SECONDS = 3.0

# A bundle without these cannot do its work; also what an `asterisk` on PATH is checked for.
REQUIRED_MODULES = [
    "app_dial",
    "app_echo",
    "app_verbose",
    "bridge_simple",
    "bridge_builtin_interval_features",
    "bridge_native_rtp",
    "bridge_softmix",
    "cel_custom",
    "chan_pjsip",
    "codec_alaw",
    "codec_g722",
    "codec_ulaw",
    "format_pcm",
    "res_musiconhold",
    "format_wav",
    "pbx_config",
    "res_agi",
    "res_config_pgsql",
    "res_config_sqlite3",
    "res_hep",
    "res_hep_pjsip",
    "res_pjsip",
    "res_pjsip_header_funcs",
    "res_pjsip_mwi",
    "res_pjsip_mwi_body_generator",
    "res_pjsip_notify",
    "res_pjsip_pubsub",
    "res_pjsip_registrar",
    "res_pjsip_session",
    "res_rtp_asterisk",
    "res_sorcery_realtime",
    "res_srtp",
    "app_voicemail",
    "res_fax",
    "res_fax_spandsp",
]

# Packages that only serve modules we never load (or Debian's own set-up scripts): two thirds of the download. A name
# that is missing here costs megabytes, nothing else; a name too many is found by `resolve`, which leaves out a module
# without its libraries, and `assemble`, which refuses that for a required one.
UNNEEDED_PACKAGES = re.compile(
    r"adduser|asterisk-config|base-passwd|debconf|dirmngr|freetds|gnupg|gpg|login|passwd|pci\.ids|perl|pinentry|"
    r"readline|tzdata|openssl-provider-legacy|libc-gconv|"
    r"lib(asound|assuan|audit|blkid|brotli|cap-ng|codec2|curl|db5|debconf|event|ffi|gcrypt|gdbm|glib2|gmime|gmp10|gnutls|"
    r"gpg|hogweed|ical|icu|idn2|iksemel|jack|jwt|ksba|ltdl|lua|mount|neon|nettle|nghttp|ngtcp|nl-|npth|ntlm|odbc|p11|pam|"
    r"pci|pcre|perl|portaudio|psl|radcli|readline|resample|samplerate|selinux|semanage|sensors|sepol|snmp|ssh2|sybdb|"
    r"tasn1|udev|unbound|unistring|wrap|b64)"
)
# Libraries that are opened by name at run time, so that no dependency list shows them: the ciphers behind libsrtp.
OPENED_LATER = ("libsoftokn3*", "libfreebl*")


class EngineUnavailable(Exception):
    """No usable engine can be had; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True)
class Engine:
    """An Asterisk that can be started.

    `command` is the prefix that starts it; `module_dir` and `data_dir` belong into `astmoddir` and `astdatadir`.
    """

    command: tuple[str, ...]
    version: str
    module_dir: Path
    data_dir: Path


def find_engine(engine_dir: Path, progress: Progress) -> Engine:
    """The engine to use: a safe `asterisk` on PATH, the bundle in `engine_dir`, or a bundle fetched there.

    `progress` receives a line per stage, and while downloading every few seconds. Raises EngineUnavailable.
    """
    engine = installed_engine(os.environ.get("PATH", ""), progress, patched_version(os.environ))
    if engine:
        return engine
    engine_dir = engine_dir.absolute()
    try:
        return bundled_engine(engine_dir) or fetch_alone(engine_dir, progress)
    except OSError as error:
        reason = f"{error.strerror or error}{f' ({error.filename})' if error.filename else ''}"
        raise EngineUnavailable(f"The Asterisk engine cannot be kept in {engine_dir}: {reason}.") from error


# --- an Asterisk of the machine's own -------------------------------------------------------------------------------


def installed_engine(search_path: str, progress: Progress, patched: str = "") -> Engine | None:
    """The `asterisk` on `search_path` (or in the system's sbin folders), if it is new enough and complete.

    `patched`: a version from which on its branch has the fixes of newer ones; see `patched_version`.
    """
    program = shutil.which("asterisk", path=f"{search_path}:/usr/sbin:/usr/local/sbin")
    if program is None:
        return None
    version = version_of((program,))
    modules = first_with("res_pjsip.so", module_folders(Path(program)))
    data = first_with("documentation/core-en_US.xml", data_folders(Path(program)))
    if version is None or modules is None or data is None or missing_in(modules):
        progress(f"Engine: {program} is not used: it is not complete.")
        return None
    if not new_enough(version, patched):
        progress(
            f"Engine: {program} is not used: {version} is older than {safe_version(version)}. If your distribution "
            f"has mended CVE-2026-57191 in it, say so: {PATCHED_SETTING}={version}"
        )
        return None
    return Engine((program,), version, modules, data)


def module_folders(program: Path) -> list[Path]:
    """Where an installation with this program can keep its modules; distributions differ."""
    prefix = program.parent.parent
    return [
        *sorted(prefix.glob("lib/*/asterisk/modules")),
        prefix / "lib/asterisk/modules",
        prefix / "lib64/asterisk/modules",
    ]


def data_folders(program: Path) -> list[Path]:
    """Where an installation with this program can keep sounds and documentation."""
    return [program.parent.parent / "share/asterisk", Path("/var/lib/asterisk")]


def first_with(name: str, folders: list[Path]) -> Path | None:
    """The first folder that holds `name`."""
    return next((folder for folder in folders if (folder / name).exists()), None)


def missing_in(module_dir: Path) -> list[str]:
    """The required modules that `module_dir` lacks."""
    return [name for name in REQUIRED_MODULES if not (module_dir / f"{name}.so").exists()]


def version_of(command: tuple[str, ...]) -> str | None:
    """What `asterisk -V` says, e.g. "22.10.1"; None when it does not run."""
    try:
        return parse_version(run([*command, "-V"]).stdout)
    except OSError:
        return None


def parse_version(text: str) -> str | None:
    """The dotted number in "Asterisk 22.10.1~dfsg+…"; None when there is none."""
    found = re.search(r"Asterisk\s+\D*(\d+(?:\.\d+)+)", text)
    return found[1] if found else None


def new_enough(version: str, patched: str = "") -> bool:
    """Whether "22.10.1" is without the known hole: by its number, or because it reaches `patched` of its branch."""
    found = numbers(version)
    fixed: tuple[int, ...] = FIXED.get(found[0], FIXED[min(FIXED)])
    if patched and numbers(patched)[0] == found[0]:
        fixed = max(numbers(patched), OLDEST)
    return found >= fixed


def safe_version(version: str) -> str:
    """The first one of its branch without the known hole; of the oldest branch that has one, for an older branch."""
    return ".".join(str(number) for number in FIXED.get(numbers(version)[0], FIXED[min(FIXED)]))


def numbers(version: str) -> tuple[int, ...]:
    """(22, 10, 1) of "22.10.1"."""
    return tuple(int(part) for part in version.split("."))


def patched_version(environment: Mapping[str, str]) -> str:
    """What the setting for distributions that backport says, e.g. "22.8.2", or "". Raises EngineUnavailable."""
    given = environment.get(PATCHED_SETTING, "").strip()
    if given and not (re.fullmatch(r"\d+(\.\d+)+", given) and numbers(given) >= OLDEST):
        raise EngineUnavailable(f"{PATCHED_SETTING} needs a version of Asterisk from 22.8 on, not {given!r}.")
    return given


# --- a bundle in our folder -----------------------------------------------------------------------------------------


def bundled_engine(engine_dir: Path) -> Engine | None:
    """The finished bundle in `engine_dir`, or None. A manifest is the proof that it is complete."""
    root = engine_dir / "bundle"
    try:
        manifest = json.loads((root / "manifest.json").read_text())
        version, machine = manifest["version"], manifest["machine"]
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError, KeyError, TypeError):
        return None
    if machine != platform.machine() or not new_enough(version):
        return None
    return Engine(bundle_command(root), version, root / "modules", root / "share")


def bundle_command(root: Path) -> tuple[str, ...]:
    """Starts the bundle's Asterisk with the bundle's own loader and libraries."""
    loader = next(iter(sorted((root / "lib").glob("ld-*"))), None)
    if loader is None:
        raise EngineUnavailable(f"The engine in {root} is incomplete; remove that folder and start again.")
    return (str(loader), "--library-path", str(root / "lib"), str(root / "sbin/asterisk"))


@contextlib.contextmanager
def lock(engine_dir: Path, progress: Progress) -> Iterator[None]:
    """One process at a time works in `engine_dir`; the kernel frees the lock however that process ends."""
    engine_dir.mkdir(parents=True, exist_ok=True)
    with (engine_dir / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("Engine: waiting for another process that is fetching it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


# --- fetching -------------------------------------------------------------------------------------------------------


def fetch_alone(engine_dir: Path, progress: Progress) -> Engine:
    """The bundle, fetched by this process or by another one that had the lock before."""
    with lock(engine_dir, progress):
        return bundled_engine(engine_dir) or fetch(engine_dir, progress)


def fetch(engine_dir: Path, progress: Progress) -> Engine:
    """Downloads and unpacks a bundle; it appears under its final name only when it is complete."""
    check_means(engine_dir)
    finished = engine_dir / "bundle"
    for leftover in [*engine_dir.glob("part.*"), finished]:
        shutil.rmtree(leftover, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="part.", dir=engine_dir, ignore_cleanup_errors=True) as part:
        build(Path(part), progress)
        (Path(part) / "bundle").rename(finished)
    engine = bundled_engine(engine_dir)
    if engine is None:
        raise EngineUnavailable(f"Debian's {SUITE} offers an Asterisk older than {SAFE}; install a newer one by hand.")
    progress(f"Engine: Asterisk {engine.version} is ready in {finished}.")
    return engine


def check_means(engine_dir: Path) -> None:
    """Says at once what would stop the download later."""
    for tool in ("apt-get", "apt-config", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise EngineUnavailable(
                f"No Asterisk {SAFE} or newer is installed, and {tool} to fetch one is missing here."
            )
    if not KEYRING.exists():
        raise EngineUnavailable("The package debian-archive-keyring is missing; the engine's signatures need it.")
    if shutil.disk_usage(engine_dir).free < NEEDED_BYTES:
        raise EngineUnavailable(f"The engine needs {NEEDED_BYTES // 1_000_000} MB free on the disk of {engine_dir}.")


def build(part: Path, progress: Progress) -> None:
    """Makes `part/bundle`, its manifest last."""
    apt = PrivateApt.at(part / "apt")
    choose_mirror(apt, debian_mirrors(), progress)
    debs = download(apt, progress)
    progress("Engine: unpacking.")
    for deb in debs:
        checked(["dpkg-deb", "-x", str(deb), str(part / "tree")], "unpack the engine")
        deb.unlink()
    assemble(part / "tree", part / "bundle")
    write_manifest(part / "bundle")


def write_manifest(bundle: Path) -> None:
    """Starts the new engine once to learn its version, and writes it down."""
    version = version_of(bundle_command(bundle))
    if version is None:
        raise EngineUnavailable(f"The fetched engine does not start in {bundle.parent.parent} (is it mounted noexec?).")
    (bundle / "manifest.json").write_text(json.dumps({"version": version, "machine": platform.machine()}) + "\n")


@dataclass(frozen=True)
class PrivateApt:
    """An apt with a directory tree of its own under `root`; it shares only transport settings with the machine's."""

    root: Path

    @classmethod
    def at(cls, root: Path) -> "PrivateApt":
        """A tree in which no package is installed, with the machine's proxies but without its sources and hooks."""
        for folder in ("lists/partial", "cache/archives/partial", "state", "debs"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        (root / "state/status").touch()
        apt = cls(root)
        (root / "apt.conf").write_text(transport_settings(output(["apt-config", "dump"])) + apt.settings())
        return apt

    def settings(self) -> str:
        """The part of apt.conf that is ours; the machine's files are not read a second time (their hooks neither)."""
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
        """Reads packages from `mirror` only, signed with the keys of Debian's archive."""
        (self.root / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror} {SUITE} main\n")

    def environment(self) -> dict[str, str]:
        """The environment in which apt programs use this tree; messages come in English, since they are parsed."""
        return os.environ | {
            "APT_CONFIG": str(self.root / "apt.conf"),
            "LC_ALL": "C",
            "DEBIAN_FRONTEND": "noninteractive",
        }


def transport_settings(dump: str) -> str:
    """The proxies, certificates and timeouts in `apt-config dump`, but nothing that weakens a check."""
    kept = re.compile(r"Acquire::(http|https|ftp|socks5h?|ForceIPv[46]|Queue)\b")
    return "".join(f"{line}\n" for line in dump.splitlines() if kept.match(line) and "Verify-" not in line)


def debian_mirrors() -> list[str]:
    """The mirrors that this machine already takes Debian packages from, best first."""
    fields = "$(REPO_URI)|$(COMPONENT)|$(ORIGIN)"
    known = mirrors_in(output(["apt-get", "indextargets", "--format", fields]))
    # Without downloaded lists (a fresh container) apt only tells the address, not who signs there.
    known = known or mirrors_in(output(["apt-get", "indextargets", "--no-release-info", "--format", fields]))
    if not known:
        raise EngineUnavailable("No Debian mirror is configured here (apt-get indextargets shows none).")
    return known


def mirrors_in(targets: str, now: float | None = None) -> list[str]:
    """The main Debian archives among the lines `address|component|origin`; an unknown origin counts.

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
    """Points `apt` at the first mirror that has the suite, validly signed."""
    reason = ""
    for mirror in mirrors:
        apt.use(mirror)
        progress(f"Engine: reading the package list of Debian's {SUITE}.")
        reason = update(apt, strict=True)
        if "is expired" in reason:
            progress("Engine: the mirror lags behind (its list has expired); going on, signatures are still checked.")
            reason = update(apt, strict=False)
        if not reason:
            return
    raise EngineUnavailable(f"The engine's package list cannot be fetched: {reason}.")


def update(apt: PrivateApt, strict: bool) -> str:
    """`apt-get update`; returns why it failed, or an empty string."""
    valid = f"Acquire::Check-Valid-Until={str(strict).lower()}"
    done = run_apt(apt, ["update", "-q", "-o", valid])
    return "" if done.returncode == 0 else first_error(done.stderr)


def download(apt: PrivateApt, progress: Progress) -> list[Path]:
    """Fetches the packages that the engine needs; returns the files."""
    plan = run_apt(apt, ["install", "-y", "--print-uris", *PACKAGES])
    if plan.returncode != 0:
        raise EngineUnavailable(f"Debian's {SUITE} cannot supply Asterisk now: {first_error(plan.stderr)}.")
    names, size = needed_packages(plan.stdout)
    progress(f"Engine: downloading {len(names)} packages, {size // 1_000_000} MB.")
    download_watched(apt, names, progress)
    return sorted((apt.root / "debs").glob("*.deb"))


def needed_packages(plan: str) -> tuple[list[str], int]:
    """Names and total bytes from `--print-uris` lines: 'address' name_version_arch.deb size hash."""
    wanted = re.findall(r"^'[^']*' ([^_ ]+)_\S+ (\d+) ", plan, re.MULTILINE)
    kept = [(name, int(size)) for name, size in wanted if not UNNEEDED_PACKAGES.match(name)]
    return [name for name, _ in kept], sum(size for _, size in kept)


def download_watched(apt: PrivateApt, names: list[str], progress: Progress) -> None:
    """`apt-get download`, with the share done passed to `progress` every few seconds."""
    command = ["apt-get", "download", "-q", "-o", "APT::Status-Fd=1", *names]
    with tempfile.TemporaryFile("w+") as complaints:
        with subprocess.Popen(  # noqa: S603 - our own command, no shell
            command,
            cwd=apt.root / "debs",
            env=apt.environment(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=complaints,
        ) as process:
            report_share(process.stdout or iter(()), progress)
        if process.returncode != 0:
            complaints.seek(0)
            raise EngineUnavailable(f"The engine's packages cannot be fetched: {first_error(complaints.read())}.")


def report_share(lines: Iterator[str], progress: Progress, clock: Callable[[], float] = time.monotonic) -> None:
    """Turns apt's `dlstatus:number:percent:text` lines into a progress line every PROGRESS_SECONDS."""
    told = clock()
    for line in lines:
        found = re.match(r"dlstatus:\d+:(\d+)", line)
        if found and clock() - told >= PROGRESS_SECONDS:
            told = clock()
            progress(f"Engine: {found[1]} % downloaded.")


# --- from packages to a bundle --------------------------------------------------------------------------------------


def assemble(tree: Path, bundle: Path) -> None:
    """Copies from the unpacked packages in `tree` what the engine needs: program, modules, libraries, sounds, docs."""
    libraries = library_dir(tree)
    modules = libraries / "asterisk/modules"
    resolved = {path: resolve(path, libraries) for path in [tree / "usr/sbin/asterisk", *sorted(modules.glob("*.so"))]}
    usable = {path: needs for path, needs in resolved.items() if needs is not None}
    lost = [name for name in REQUIRED_MODULES if modules / f"{name}.so" not in usable]
    if lost or tree / "usr/sbin/asterisk" not in usable:
        raise EngineUnavailable(f"Debian's {SUITE} lacks parts of Asterisk now: {', '.join(lost) or 'the program'}.")
    copy_all([path for path in usable if path.parent == modules], bundle / "modules")
    copy_all([tree / "usr/sbin/asterisk"], bundle / "sbin")
    copy_all(sorted({library for needs in usable.values() for library in needs}), bundle / "lib")
    copy_all([loader(libraries), *opened_later(libraries)], bundle / "lib")
    copy_share(tree / "usr/share/asterisk", bundle / "share")


def library_dir(tree: Path) -> Path:
    """The folder of libraries for this machine's processor, e.g. usr/lib/aarch64-linux-gnu."""
    libc = next(iter(sorted(tree.glob("usr/lib/*/libc.so.6"))), None)
    if libc is None:
        raise EngineUnavailable(f"Debian's {SUITE} came without its C library.")
    return libc.parent


def loader(libraries: Path) -> Path:
    """The program that starts other programs with these libraries."""
    return sorted(libraries.glob("ld-*.so.*"))[0]


def opened_later(libraries: Path) -> list[Path]:
    """The libraries that are opened by name at run time, wherever they hide."""
    return [path for name in OPENED_LATER for path in sorted(libraries.rglob(name)) if path.is_file()]


def resolve(program: Path, libraries: Path) -> list[Path] | None:
    """The libraries that `program` needs, all levels deep; None when one of them is not among the unpacked packages."""
    path = f"{libraries}:{libraries}/asterisk"
    listing = run([str(loader(libraries)), "--inhibit-cache", "--library-path", path, "--list", str(program)])
    return None if listing.returncode != 0 else own_libraries(listing.stdout, libraries)


def own_libraries(listing: str, libraries: Path) -> list[Path] | None:
    """The paths in "name => path (address)" lines; None if one is missing or is the system's own."""
    paths = [Path(path) for path in re.findall(r"=> (\S+)", listing)]
    foreign = "not found" in listing or any(libraries not in path.parents for path in paths)
    return None if foreign else paths


def copy_all(files: list[Path], folder: Path) -> None:
    """Copies each file (not its link) into `folder` under the name it was asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copy2(file, folder / file.name)


def copy_share(source: Path, share: Path) -> None:
    """Sounds, and the documentation without which the engine refuses its own options."""
    for name in ("documentation", "sounds"):
        shutil.copytree(source / name, share / name, ignore_dangling_symlinks=True)
    # Debian makes this link when a package is configured, which never happens here.
    voice = next(iter(sorted((share / "sounds").glob("en_*"))), None)
    if voice and not (share / "sounds/en").exists():
        (share / "sounds/en").symlink_to(voice.name)


# --- running programs -----------------------------------------------------------------------------------------------


def run(command: list[str], environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end and keeps what it says; OSError when it cannot be started."""
    # S603: the commands are ours, and there is no shell.
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603


def run_apt(apt: PrivateApt, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """Runs `apt-get` in the private tree."""
    return run(["apt-get", *arguments], apt.environment())


def output(command: list[str]) -> str:
    """What a program prints; raises EngineUnavailable when it fails."""
    return checked(command, f"run {command[0]}").stdout


def checked(command: list[str], purpose: str) -> subprocess.CompletedProcess[str]:
    """Runs a program that has to succeed; raises EngineUnavailable with its own words otherwise."""
    done = run(command)
    if done.returncode != 0:
        raise EngineUnavailable(f"Cannot {purpose}: {first_error(done.stderr)}.")
    return done


def first_error(complaints: str) -> str:
    """The most telling line of a program's complaints, without its marker and full stop."""
    lines = [line.strip() for line in complaints.splitlines() if line.strip()]
    marked = [line for line in lines if line.startswith(("E:", "W: Failed"))]
    line = (marked or lines or ["no reason given"])[0]
    return re.sub(r"^(E|W): |^[\w-]+: error: ", "", line).rstrip(".")


def main(arguments: list[str]) -> int:
    """`python bundle.py FOLDER`: fetches the engine if need be and prints its version."""
    if len(arguments) != 1:
        print("usage: bundle.py FOLDER", file=sys.stderr)
        return 2
    try:
        engine = find_engine(Path(arguments[0]), lambda line: print(line, file=sys.stderr, flush=True))
    except EngineUnavailable as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"Asterisk {engine.version}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
