"""Turn samples into the files that the engine plays, with the engine's own codecs."""

import subprocess
import tempfile
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from centralka.debian.programs import run_to_end
from centralka.engine.engine import Engine

from .level import Samples

RATES = {"alaw": 8000, "g722": 16000}
_SOURCE_ENDINGS = {"alaw": "wav", "g722": "wav16"}
"""The ending of a WAV file, by which the engine knows its rate."""
_FOLDERS = ("etc", "spool", "run", "log", "lib")
_MODULES = ("res_convert", "format_wav", "format_pcm", "codec_alaw", "codec_g722")
_BOOTED_WITHIN = 30.0


class NotCoded(Exception):
    """The engine did not write a file; the message has the engine's answer."""


@dataclass(frozen=True, slots=True)
class Coder:
    """A running engine without network or calls, which only converts files in `folder`."""

    console: tuple[str, ...]
    folder: Path

    def code(self, samples: Samples, coding: str, target: Path) -> None:
        """Write `target` in `coding`; the samples are at RATES[coding]. Raises NotCoded."""
        source = self.folder / f"source.{_SOURCE_ENDINGS[coding]}"
        with wave.open(str(source), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATES[coding])
            file.writeframes(samples.tobytes())
        coded = self.folder / f"coded.{coding}"
        coded.unlink(missing_ok=True)
        said = self.ask(f"file convert {source} {coded}")
        if not coded.exists() or coded.stat().st_size == 0:
            raise NotCoded(f"The engine did not write {target.name}: {said.strip() or 'no answer'}.")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(coded.read_bytes())

    def ask(self, command: str) -> str:
        """Return the answer of the engine's console."""
        return run_to_end([*self.console, "-rx", command]).stdout


@contextmanager
def running_coder(engine: Engine) -> Iterator[Coder]:
    """Start the engine in a folder of its own and end it after the block."""
    with tempfile.TemporaryDirectory(prefix="coder.") as name:
        folder = Path(name)
        write_config(engine, folder)
        console = (*engine.command, "-C", str(folder / "etc/asterisk.conf"))
        with subprocess.Popen(  # noqa: S603 - our own command, no shell
            [*console, "-f"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            try:
                coder = Coder(console, folder)
                wait_until_booted(coder)
                yield coder
            finally:
                process.terminate()


def write_config(engine: Engine, folder: Path) -> None:
    """Write the least configuration with which an engine starts."""
    for name in _FOLDERS:
        (folder / name).mkdir()
    places = {"astmoddir": engine.module_dir, "astdatadir": engine.data_dir, "astetcdir": folder / "etc"}
    places |= {"astspooldir": folder / "spool", "astrundir": folder / "run", "astlogdir": folder / "log"}
    places |= {name: folder / "lib" for name in ("astvarlibdir", "astdbdir", "astkeydir", "astagidir", "astcachedir")}
    files = {
        "asterisk.conf": "[directories]\n" + "".join(f"{key} => {path}\n" for key, path in places.items()),
        "modules.conf": "[modules]\nautoload = no\n" + "".join(f"load = {module}\n" for module in _MODULES),
        "logger.conf": "[logfiles]\nmessages => warning,error\n",
        "stasis.conf": "[threadpool]\n",
    }
    for name, text in files.items():
        (folder / "etc" / name).write_text(text)


def wait_until_booted(coder: Coder) -> None:
    """Wait until the engine has all its modules. Raises NotCoded."""
    deadline = time.monotonic() + _BOOTED_WITHIN
    while "fully booted" not in coder.ask("core waitfullybooted"):
        if time.monotonic() > deadline:
            raise NotCoded("The engine that converts the prompts does not start.")
        time.sleep(0.2)
