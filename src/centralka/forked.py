"""A process that begins as a fork of this one, with its modules: that saves half a second of a processor, and memory.

It waits until it is released. Only while nothing else runs in this process, no thread and no event loop, may it be
forked: a fork has none of its threads, but all that they hold.
"""

import asyncio
import ctypes
import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_TIMERSLACK = 1, 29  # prctl(2)
_LIBC = ctypes.CDLL(None)
_ARG_START, _ARG_END = 45, 46
"""Fields of /proc/PID/stat (proc(5)), counted behind the program's name."""
_STANDARD_ERROR = 2
_FORK = multiprocessing.get_context("fork")


class Forked:
    """Does `main` and ends. As a program that is started it leads a session of its own, and ends with this process."""

    def __init__(self, name: str, main: Callable[[], None], environment: Mapping[str, str], log: Path) -> None:
        self._parent = os.getpid()
        self._not_its_own = list(_open_descriptors())
        self._gate, self._key = os.pipe()
        gc.freeze()  # what is there is never looked through again, so both go on sharing its memory
        # A daemon: a fork that was never released does not keep this process from its end.
        self._process = _FORK.Process(target=self._live, args=(main, environment, log), name=name, daemon=True)
        self._process.start()
        os.close(self._gate)

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    def release(self) -> None:
        """Let it do what it was made for."""
        with suppress(BrokenPipeError):  # it died before, and is started again
            os.write(self._key, b"1")
        os.close(self._key)

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    async def wait(self) -> int:
        """Return its exit code. Nobody waits any more: it is killed, as asyncio does with programs."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            await ended.wait()
        except asyncio.CancelledError:
            self.kill()
            raise
        finally:
            loop.remove_reader(self._process.sentinel)
        self._process.join()
        return self._process.exitcode or 0

    def _live(self, main: Callable[[], None], environment: Mapping[str, str], log: Path) -> None:
        os.setsid()
        die_with_parent()
        for descriptor in self._not_its_own:  # such as the lock of the home folder, which ends with the supervisor
            with suppress(OSError):
                os.close(descriptor)
        os.close(self._key)
        if os.getppid() != self._parent or not os.read(self._gate, 1):
            return
        os.close(self._gate)
        with log.open("ab") as file, Path(os.devnull).open("rb") as nothing:
            for target, source in enumerate((nothing, file, file)):
                os.dup2(source.fileno(), target)
        os.environ.update(environment)
        _call_itself(f"centralka {self._process.name}")
        main()


def die_with_parent() -> None:
    """End with the process that started this one: even if that is killed, none stays behind."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def sleep_longer(milliseconds: int) -> None:
    """Let this process, the program that it becomes, and their threads wake up so much later than they wanted, together
    with others. Only where they wait for the time alone: whatever else they wait for wakes them at once."""
    _LIBC.prctl(_PR_SET_TIMERSLACK, ctypes.c_ulong(milliseconds * 1_000_000))


def _open_descriptors() -> Iterator[int]:
    """Yield those behind the three standard ones."""
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        with suppress(OSError):  # the one by which they were listed is closed again, and its number free
            os.fstat(descriptor)
            if descriptor > _STANDARD_ERROR:
                yield descriptor


def _call_itself(name: str) -> None:
    """Let `ps` show what this process does: what stands where the arguments were, and no longer than they (proc(5))."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    start, end = int(fields[_ARG_START]), int(fields[_ARG_END])
    size = end - start
    if size > 0:
        ctypes.memmove(start, name.encode()[: size - 1].ljust(size, b"\0"), size)
