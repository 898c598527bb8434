"""The supervisor with real, tiny processes."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from centralka import supervisor
from centralka.alive.patience import Question, Watch
from centralka.process_states import ProcessState, ProcessStates, process_states, states_file
from centralka.start.home import make_home, only_one
from centralka.supervisor import Process, Supervisor

# Notes its process id, then lives until it is told to stop.
LIVES = "import os,sys,signal; open(sys.argv[1],'a').write(f'{os.getpid()}\\n'); signal.pause()"
DIES_ONCE = (
    "import os,sys,signal; f=open(sys.argv[1],'a+'); f.write(f'{os.getpid()}\\n'); f.flush();"
    "f.seek(0); len(f.readlines()) > 1 and signal.pause()"
)
# As a server with processes of its own, which all listen on its port.
FORKS = f"import os; os.fork(); {LIVES}"
DEAF = (
    "import os,sys,signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "open(sys.argv[1],'a').write(f'{os.getpid()}\\n'); signal.pause(); signal.pause()"
)


# Processes of its own, each of which writes lines piece by piece, as the C library does without a buffer.
SCRIBBLES = """
import os, sys, signal, time
me = next((n for n in range(3) if os.fork() == 0), 3)
for number in range(100):
    line = f"{me} {number} ".encode() + b"x" * 300 + b"\\n"
    for at in range(0, len(line), 128):
        os.write(2, line[at:at + 128])
open(sys.argv[1], "a").write(f"{os.getpid()}\\n")
signal.pause()
"""


def pids(notes: Path) -> list[int]:
    return [int(line) for line in notes.read_text().split()] if notes.exists() else []


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.01)


def process(notes: Path, program: str = LIVES, **options: object) -> Process:
    return Process("worker", [sys.executable, "-c", program, str(notes)], **options)  # type: ignore[arg-type]


def supervise(tmp_path: Path, story: Callable[[], Awaitable[None]], *processes: Process) -> list[str]:
    """Run the processes while the story is told. Returns what the supervisor said."""
    said: list[str] = []
    states_file(tmp_path).parent.mkdir()

    async def run() -> None:
        keeper = Supervisor(tmp_path / "log", said.append, ProcessStates(states_file(tmp_path), said.append))
        keeping = asyncio.create_task(keeper.supervise(list(processes)))
        try:
            await story()
        finally:
            keeper.stop()
            await keeping

    asyncio.run(run())
    return said


def test_a_process_that_dies_is_started_again_and_told_when_the_last_one_died(tmp_path: Path) -> None:
    notes, deaths = tmp_path / "pids", list[float | None]()

    async def story() -> None:
        await until(lambda: len(pids(notes)) == 2)

    said = supervise(tmp_path, story, process(notes, DIES_ONCE, before_start=deaths.append))
    assert deaths[0] is None
    assert deaths[1] is not None
    assert deaths[1] <= time.time()
    assert "worker ended and is started again" in said[0]


@pytest.mark.parametrize("program", [LIVES, DEAF])
def test_stopping_leaves_no_process_behind_not_even_a_deaf_one(
    tmp_path: Path, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_GRACE", 0.3)
    notes = tmp_path / "pids"

    async def story() -> None:
        await until(lambda: pids(notes))

    supervise(tmp_path, story, process(notes, program))
    (pid,) = pids(notes)
    assert not alive(pid)


def test_what_a_killed_process_had_started_is_gone_before_the_next_life_and_after_the_last(tmp_path: Path) -> None:
    notes = tmp_path / "pids"

    async def story() -> None:
        await until(lambda: len(pids(notes)) == 2)
        os.kill(os.getpgid(pids(notes)[0]), signal.SIGKILL)
        await until(lambda: len(pids(notes)) == 4)
        await until(lambda: not any(map(alive, pids(notes)[:2])))

    supervise(tmp_path, story, process(notes, FORKS))
    asyncio.run(until(lambda: not any(map(alive, pids(notes)))))


def test_a_process_that_may_oversleep_is_woken_together_with_others(tmp_path: Path) -> None:
    notes = tmp_path / "pids"
    told = "import sys; open(sys.argv[1],'a').write(open('/proc/self/timerslack_ns').read())"

    async def story() -> None:
        await until(lambda: pids(notes))

    supervise(tmp_path, story, process(notes, f"{told}; {LIVES}", may_oversleep=20))
    assert pids(notes)[0] == 20_000_000


def test_a_process_that_answers_no_more_is_killed_and_started_again(tmp_path: Path) -> None:
    """A deaf one, too: it is not asked to end."""
    notes = tmp_path / "pids"

    async def answers_once() -> None:
        if len(pids(notes)) != 1 or asked:
            await asyncio.Event().wait()
        asked.append(True)

    async def story() -> None:
        await until(lambda: len(pids(notes)) == 2)

    asked: list[bool] = []
    watch = Watch([Question("a question", answers_once)], seconds=0.3)
    said = supervise(tmp_path, story, process(notes, DEAF, watch=watch))
    assert said[:3] == ["worker does not answer a question; asking again"] * 3
    assert said[3].startswith("worker runs (state S (sleeping)) but does not answer and is killed")
    assert not alive(pids(notes)[0])


def test_a_process_that_answers_is_left_alone(tmp_path: Path) -> None:
    notes, asked = tmp_path / "pids", list[bool]()

    async def answers() -> None:
        asked.append(True)

    async def story() -> None:
        await until(lambda: len(asked) > 5)

    watch = Watch([Question("a question", answers)], seconds=0.3)
    assert supervise(tmp_path, story, process(notes, watch=watch)) == []
    assert len(pids(notes)) == 1


def test_a_supervisor_that_is_killed_takes_its_processes_with_it(tmp_path: Path) -> None:
    notes = tmp_path / "pids"
    program = (
        "import asyncio,sys; from pathlib import Path;"
        "from centralka.supervisor import *;"
        f"p=Process('worker',[sys.executable,'-c',{LIVES!r},{str(notes)!r}]);"
        "from centralka.process_states import ProcessStates;"
        f"home=Path({str(tmp_path)!r});"
        "asyncio.run(Supervisor(home,print,ProcessStates(home/'processes.json',print)).supervise([p]))"
    )
    keeper = subprocess.Popen(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
    asyncio.run(until(lambda: pids(notes)))
    keeper.kill()
    keeper.wait()
    asyncio.run(until(lambda: not alive(pids(notes)[0])))


def test_a_log_that_grew_large_is_put_aside_while_it_is_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_LOG_BYTES", 3)
    monkeypatch.setattr(supervisor, "_LOGS_EVERY", 0.01)
    notes, log = tmp_path / "pids", tmp_path / "log" / "worker.log"
    program = f"print('old lines', flush=True); {LIVES}"

    async def story() -> None:
        await until(lambda: log.with_suffix(".log.1").exists() and not log.read_text())

    supervise(tmp_path, story, process(notes, program))
    assert log.with_suffix(".log.1").read_text() == "old lines\n"


def test_a_process_that_cannot_be_started_leaves_the_others_running_and_is_tried_again(tmp_path: Path) -> None:
    tries: list[float | None] = []

    def disk_is_full(died_at: float | None) -> None:
        tries.append(died_at)
        if len(tries) < 3:
            raise OSError(28, "No space left on device")

    notes, others = tmp_path / "pids", tmp_path / "others"

    async def story() -> None:
        await until(lambda: pids(notes) and pids(others))

    other = Process("other", [sys.executable, "-c", LIVES, str(others)])
    said = supervise(tmp_path, story, process(notes, before_start=disk_is_full), other)
    assert len(pids(others)) == 1
    assert "No space left on device" in said[0]


def the_worker(home: Path) -> ProcessState:
    found = process_states(home)
    assert found is not None
    (worker,) = found
    return worker


def test_it_tells_in_a_file_which_processes_run_and_how_often_they_were_started(tmp_path: Path) -> None:
    notes = tmp_path / "pids"
    seen: list[ProcessState] = []

    async def story() -> None:
        await until(lambda: len(pids(notes)) == 2 and the_worker(tmp_path).starts == 2)
        seen.append(the_worker(tmp_path))

    supervise(tmp_path, story, process(notes, DIES_ONCE))
    assert (seen[0].name, seen[0].runs, seen[0].starts) == ("worker", True, 2)
    assert abs(seen[0].since - time.time()) < 60
    assert not the_worker(tmp_path).runs


def test_it_tells_of_a_process_that_does_not_answer(tmp_path: Path) -> None:
    notes = tmp_path / "pids"
    answers = [True]

    async def ask() -> None:
        if not answers[0]:
            raise ConnectionRefusedError

    async def story() -> None:
        await until(lambda: pids(notes) and the_worker(tmp_path).answers)
        answers[0] = False
        await until(lambda: not the_worker(tmp_path).answers and the_worker(tmp_path).runs)
        answers[0] = True
        await until(lambda: the_worker(tmp_path).answers)

    supervise(tmp_path, story, process(notes, watch=Watch([Question("a question", ask)], 1.5)))


def test_the_file_of_a_supervisor_that_is_gone_counts_for_nothing(tmp_path: Path) -> None:
    assert process_states(tmp_path) is None
    states_file(tmp_path).parent.mkdir()
    ProcessStates(states_file(tmp_path), print).started("worker")
    assert the_worker(tmp_path).runs
    file = states_file(tmp_path)
    file.write_text(file.read_text().replace('"born": "', '"born": "1'))  # another process has its number by now
    assert process_states(tmp_path) is None


def test_a_file_that_cannot_be_written_is_told_and_stops_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    ProcessStates(tmp_path / "missing/processes.json", said.append).started("worker")
    assert "could not be written" in said[0]


def note_and_wait(notes: Path) -> None:
    print(os.environ["GREETING"], flush=True)
    with notes.open("a") as file:
        file.write(f"{os.getpid()}\n")
    signal.pause()


def forked(tmp_path: Path, story: Callable[[Path], str]) -> str:
    """Run a story in a process of its own, in which no other thread runs. Returns what it printed."""
    program = f"from pathlib import Path; from {__name__} import *; print({story.__name__}(Path({str(tmp_path)!r})))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def run_forked(tmp_path: Path, story: Callable[[], Awaitable[None]], command: list[str]) -> list[str]:
    said: list[str] = []
    notes = tmp_path / "pids"
    made = Process("worker", command, {"GREETING": "good morning"}, main=lambda: note_and_wait(notes))
    make_home(tmp_path, ["run", "log"])
    with only_one(tmp_path, "it"):
        keeper = Supervisor(tmp_path / "log", said.append, ProcessStates(states_file(tmp_path), said.append))
        keeper.fork([made])

        async def run() -> None:
            keeping = asyncio.create_task(keeper.supervise([made]))
            try:
                await story()
            finally:
                keeper.stop()
                await keeping

        assert not notes.exists()  # it waits until it is released
        asyncio.run(run())
    return said


def lives_and_dies(tmp_path: Path) -> str:
    notes = tmp_path / "pids"

    async def story() -> None:
        await until(lambda: len(pids(notes)) == 1)
        (first,) = pids(notes)
        assert os.getsid(first) == os.getpgid(first) == first
        assert Path(f"/proc/{first}/cmdline").read_bytes().rstrip(b"\0") == b"centralka worker"
        assert not [fd for fd in Path(f"/proc/{first}/fd").iterdir() if fd.resolve() == tmp_path / "run/lock"]
        os.kill(first, signal.SIGKILL)
        await until(lambda: len(pids(notes)) == 2)
        assert not alive(first)

    said = run_forked(tmp_path, story, [sys.executable, "-c", f"print('hello again', flush=True);{LIVES}", str(notes)])
    assert "worker ended and is started again" in said[0]
    assert not any(map(alive, pids(notes)))
    return (tmp_path / "log/worker.log").read_text()


def test_a_first_life_can_be_a_fork_and_the_next_is_started_by_the_command(tmp_path: Path) -> None:
    """It has its log, its environment and a name of its own, and not the lock of the home folder."""
    assert forked(tmp_path, lives_and_dies).splitlines() == ["good morning", "hello again", ""]


def is_told_to_stop_at_once(tmp_path: Path) -> str:
    said: list[str] = []
    made = Process("worker", ["false"], main=lambda: note_and_wait(tmp_path / "pids"))
    keeper = Supervisor(tmp_path / "log", said.append, ProcessStates(states_file(tmp_path), said.append))
    keeper.fork([made])
    keeper.stop()
    asyncio.run(keeper.supervise([made]))
    return f"{said} {(tmp_path / 'pids').exists()}"


def test_a_fork_that_was_never_released_does_nothing_and_keeps_nobody(tmp_path: Path) -> None:
    assert forked(tmp_path, is_told_to_stop_at_once).strip() == "[] False"


def is_killed(tmp_path: Path) -> str:
    async def story() -> None:
        await until(lambda: pids(tmp_path / "pids"))
        print(pids(tmp_path / "pids")[0], flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

    run_forked(tmp_path, story, ["false"])
    return ""


def test_a_supervisor_that_is_killed_takes_its_forks_with_it(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as killed:
        forked(tmp_path, is_killed)
    assert killed.value.returncode == -signal.SIGKILL
    asyncio.run(until(lambda: not alive(int(killed.value.stdout))))


def test_nothing_is_forked_while_another_thread_runs(tmp_path: Path) -> None:
    """It would hold what that thread holds. The command starts it, as any other life."""
    notes, ended = tmp_path / "pids", threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    try:
        made = process(notes, main=lambda: note_and_wait(tmp_path / "forks"))
        said: list[str] = []
        Supervisor(tmp_path / "log", said.append, ProcessStates(states_file(tmp_path), said.append)).fork([made])
        assert not multiprocessing.active_children()
    finally:
        ended.set()
        thread.join()


def test_lines_of_several_processes_are_whole_in_the_log(tmp_path: Path) -> None:
    notes, log = tmp_path / "pids", tmp_path / "log/worker.log"

    async def story() -> None:
        await until(lambda: len(pids(notes)) == 4 and len(log.read_text().splitlines()) == 400)

    supervise(tmp_path, story, process(notes, SCRIBBLES, writes_in_pieces=True))
    lines = [line.split(" ") for line in log.read_text().splitlines()]
    assert {text for _who, _number, text in lines} == {"x" * 300}
    by_writer = {who: [number for other, number, _text in lines if other == who] for who, _number, _text in lines}
    assert by_writer == {str(who): [str(number) for number in range(100)] for who in range(4)}
