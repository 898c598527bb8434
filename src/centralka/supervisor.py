"""Start the processes of one machine and keep them running: the last one to go when the instance stops."""

import asyncio
import contextlib
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .alive.patience import Watch, until_stuck
from .forked import Forked, die_with_parent, sleep_longer
from .process_states import ProcessStates
from .whole_lines import WholeLines

_LOG_BYTES = 10 * 1024 * 1024
_LOGS_EVERY = 30.0
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 10.0
_STEADY_AFTER = 30.0
_GRACE = 8.0
"""Seconds that a process has to stop by itself before it is killed."""

Say = Callable[[str], None]


@dataclass
class Process:
    """A program that shall always run."""

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    before_start: Callable[[float | None], None] = lambda died_at: None
    """Called before each start, with the time (seconds since the epoch) of the death before it, if there was one."""
    watch: Watch | None = None
    """The questions that it is asked; a process that does not answer any more is killed. None: only its death is
    seen."""
    writes_in_pieces: bool = False
    """Processes of its own write into its log at once, and not whole lines."""
    may_oversleep: int = 0
    """Milliseconds by which it may be woken later than it wanted."""
    main: Callable[[], None] | None = None
    """The work of `command`, for a first life as a fork of this process. None: each life is started by the command."""


class Supervisor:
    """Run processes until told to stop; start a process that dies again, ever more slowly if it keeps dying."""

    def __init__(self, log_dir: Path, say: Say, states: ProcessStates, other_logs: Sequence[Path] = ()) -> None:
        self._log_dir = log_dir
        self._states = states
        self._other_logs = other_logs
        self._say = say
        self._stopping = asyncio.Event()
        self._forked: dict[str, Forked] = {}

    def fork(self, processes: Sequence[Process]) -> None:
        """Begin the first lives of those with a `main`; they wait for `supervise`. Called before an event loop runs."""
        for process in processes:
            if process.main is None or threading.active_count() > 1:
                continue
            log = self._log(process)
            # A process that cannot be forked is started by its command: what is in the way is told then.
            with contextlib.suppress(OSError):
                log.parent.mkdir(parents=True, exist_ok=True)
                self._forked[process.name] = Forked(process.name, process.main, process.environment, log)

    def stop(self) -> None:
        self._stopping.set()

    async def supervise(self, processes: list[Process]) -> None:
        """Keep them running until `stop`. Leaves none of them behind."""
        self._states.shall_run(process.name for process in processes)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_logs_small([*map(self._log, processes), *self._other_logs]))
            for process in processes:
                group.create_task(self._keep(process), name=process.name)
        for never_released in self._forked.values():
            never_released.kill()

    async def _keep(self, process: Process) -> None:
        wait = _FIRST_WAIT
        died_at: float | None = None
        while not self._stopping.is_set():
            begun = time.monotonic()
            try:
                process.before_start(died_at)
                await self._run_once(process)
            except OSError as problem:  # a full disk, no more processes: the others go on, and we try again
                self._say(f"{process.name} could not be started: {problem}")
            died_at = time.time()
            self._states.ended(process.name)
            if self._stopping.is_set():
                return
            wait = _FIRST_WAIT if time.monotonic() - begun > _STEADY_AFTER else min(wait * 2, _LONGEST_WAIT)
            self._say(f"{process.name} ended and is started again (its log: {self._log(process)})")
            await self._pause(wait)

    async def _run_once(self, process: Process) -> None:
        """Run one life of the process, from its start to its end or ours."""
        lines = WholeLines(self._made(process)) if process.writes_in_pieces else None
        try:
            await self._live(process, lines)
        finally:
            if lines:
                lines.close()

    async def _live(self, process: Process, lines: WholeLines | None) -> None:
        child = await self._begun(process, lines)
        self._states.started(process.name)
        ended = asyncio.ensure_future(child.wait())
        stopping = asyncio.ensure_future(self._stopping.wait())
        watching = asyncio.ensure_future(self._watch(process, child))
        await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        watching.cancel()
        if not ended.done():
            await _end(child, ended)
        _end_group(child.pid)

    async def _begun(self, process: Process, lines: WholeLines | None) -> "asyncio.subprocess.Process | Forked":
        if forked := self._forked.pop(process.name, None):
            forked.release()
            return forked

        def prepare() -> None:
            die_with_parent()
            if process.may_oversleep:
                sleep_longer(process.may_oversleep)

        with lines.writes if lines else self._made(process).open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *process.command,
                env={**os.environ, **process.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log.fileno(),
                stderr=log.fileno(),
                start_new_session=True,  # Ctrl-C is for us; we stop the children in our order
                preexec_fn=prepare,
            )

    async def _watch(self, process: Process, child: "asyncio.subprocess.Process | Forked") -> None:
        """Kill the process when it is stuck: it holds calls up more than a dead one."""
        if process.watch is None:
            return

        def tell(unanswered: Sequence[str]) -> None:
            now = f"does not answer {' and '.join(unanswered)}; asking again" if unanswered else "answers again"
            self._states.answers(process.name, answers=not unanswered)
            self._say(f"{process.name} {now}")

        unanswered = await until_stuck(process.watch, tell)
        self._say(
            f"{process.name} runs (state {_state(child.pid)}) but does not answer and is killed: "
            f"it gave no answer to {' and '.join(unanswered)}"
        )
        child.kill()

    async def _keep_logs_small(self, logs: Sequence[Path]) -> None:
        while not self._stopping.is_set():
            for path in logs:
                try:
                    _put_aside(path)
                except OSError as problem:
                    self._say(f"{path} could not be cut: {problem}")
            await self._pause(_LOGS_EVERY)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    def _log(self, process: Process) -> Path:
        return self._log_dir / f"{process.name}.log"

    def _made(self, process: Process) -> Path:
        """Return the log of a process, in a folder that is there."""
        path = self._log(process)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def _state(pid: int) -> str:
    """Return what the system says of a process, e.g. "T (stopped)" (proc(5), status)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return "unknown"
    return next(
        (line.partition(":")[2].strip() for line in status.splitlines() if line.startswith("State:")), "unknown"
    )


def _put_aside(path: Path) -> None:
    """Copy a log that grew large to `….log.1` and empty it: the program that writes it goes on in the same file."""
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        shutil.copyfile(path, path.with_suffix(".log.1"))
        os.truncate(path, 0)


async def _end(child: "asyncio.subprocess.Process | Forked", ended: "asyncio.Future[int]") -> None:
    child.terminate()
    done, _ = await asyncio.wait({ended}, timeout=_GRACE)
    if not done:
        child.kill()
        await ended


def _end_group(leader: int) -> None:
    """Kill what a process had started: Kamailio's other processes outlive a killed first one, and keep its port."""
    with contextlib.suppress(ProcessLookupError):  # nothing was left
        os.killpg(leader, signal.SIGKILL)
