"""Tell the engine something while it runs, and ask it.

Not over its manager interface: from the moment that is on, the engine puts together the events of every call for it,
whether anybody is connected or not (docs/decisions/0053). The REST interface costs nothing until it is asked; what that
cannot do the console does.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from centralka.calls.causes import Cause

from .ari import Ari
from .console import Console
from .engine_answers import Refused

_NO_CHANNEL = "Provided channel"
"""ARI says so of a channel; of a variable or function it says something else."""
T = TypeVar("T")

_AT_ONCE = 4
_UP = "Up"
_VALUE = "Value: "
_CONTACT = re.compile(r"^ *Contact: .* (\w+) +\S+ *$", re.MULTILINE)
_FAX_SESSION = re.compile(r"^\S+ +\S+ +(\d+) ", re.MULTILINE)
"""Channel, kind, and number."""
_LINE = re.compile(r"^(\w[^:]*?) +: (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RunningChannel:
    """A channel of the engine, as it is now."""

    name: str
    id: str
    is_up: bool
    """It was answered."""
    began: datetime
    application: str
    """The application of the dialplan that it is in, with `data`, its arguments."""
    data: str


class EngineControl:
    """The engine beside this switchboard."""

    def __init__(self, port: int, secret: str, console: Path) -> None:
        self._ari = Ari(port, secret)
        self._console = Console(console)
        # Of its own: while an engine is stuck, whatever else needs a thread is not to wait for it.
        self._threads = ThreadPoolExecutor(_AT_ONCE, "engine")

    async def _ask(self, method: str, *path: str, **query: str) -> object:
        return await self._in_thread(partial(self._ari.ask, method, *path, **query))

    async def _run(self, *words: str) -> str:
        return await self._in_thread(partial(self._console.run, *words))

    async def _in_thread(self, question: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, question)

    # -- Channels, by name or id: Refused says that there is none -----------------------------------------------------

    async def channels(self) -> list[RunningChannel]:
        """Return every channel. Raises EngineAway."""
        told = await self._ask("GET", "channels")
        return [_running(each) for each in told] if isinstance(told, list) else []

    async def read(self, channel: str, expression: str) -> str:
        """Return a variable or function of a channel; "" if it has none. Raises EngineAway, Refused."""
        try:
            told = await self._ask("GET", "channels", channel, "variable", variable=expression)
        except Refused as refused:
            if str(refused).startswith(_NO_CHANNEL):
                raise
            return ""
        return _text(told, "value")

    async def write(self, channel: str, variable: str, value: str) -> None:
        """Set a variable or function of a channel. Raises EngineAway, Refused."""
        said = await self._run("dialplan", "set", "chanvar", channel, variable, value)
        if "not found" in said:
            raise Refused(said.strip())

    async def hang_up(self, channel: str, cause: Cause) -> None:
        """Hang a channel up. Raises EngineAway, Refused."""
        await self._ask("DELETE", "channels", channel, reason_code=str(int(cause)))

    # -- Calls of the engine's own ------------------------------------------------------------------------------------

    async def call(self, called: str, extension: str, context: str, **wishes: str) -> None:
        """Call, and go to this place of the dialplan with the side that answers. `wishes`: as ARI names them. Raises
        EngineAway, Refused."""
        place = {"endpoint": called, "extension": extension, "context": context, "priority": "1"}
        await self._ask("POST", "channels", **place, **wishes)

    async def run(self, called: str, application: str, arguments: str) -> None:
        """Call, and run an application on the side that answers. Raises EngineAway."""
        await self._run("channel", "originate", called, "application", application, arguments)

    # -- What it keeps ------------------------------------------------------------------------------------------------

    async def reload(self, module: str) -> None:
        """Have a module read its configuration anew. Raises EngineAway, Refused."""
        await self._ask("PUT", "asterisk", "modules", f"{module}.so")

    async def forget(self, cache: str, *name: str) -> None:
        """Have it forget what it has read of one object, or of all. Raises EngineAway."""
        await self._run("sorcery", "memory", "cache", "expire", cache, *name)

    async def kept(self, family: str, key: str) -> str:
        """Return what the dialplan keeps in the engine's own database; "" for nothing. Raises EngineAway."""
        said = await self._run("database", "get", family, key)
        return said.removeprefix(_VALUE).rstrip("\n") if said.startswith(_VALUE) else ""

    async def contact_state(self, name: str) -> str:
        """Return what it says of the address of a fixed contact: Avail, Unavail, Created …; "" if it knows none. Raises
        EngineAway."""
        found = _CONTACT.search(await self._run("pjsip", "show", "aor", name))
        return found[1] if found else ""

    async def fax_sessions(self) -> list[Mapping[str, str]]:
        """Return what it prints of each fax under way, by the name of the line. Raises EngineAway."""
        listed = await self._run("fax", "show", "sessions")
        numbers = _FAX_SESSION.findall(listed)
        return [dict(_LINE.findall(await self._run("fax", "show", "session", number))) for number in numbers]

    async def ask_core(self) -> None:
        """Return when it has looked at every channel, which it does under each one's lock. Raises EngineAway."""
        await self._ask("GET", "asterisk", "variable", variable="CHANNELS(^$)")


def _running(told: Mapping[str, object]) -> RunningChannel:
    place = told.get("dialplan")
    within = place if isinstance(place, Mapping) else {}
    return RunningChannel(
        name=_text(told, "name"),
        id=_text(told, "id"),
        is_up=_text(told, "state") == _UP,
        began=datetime.fromisoformat(_text(told, "creationtime")),
        application=_text(within, "app_name"),
        data=_text(within, "app_data"),
    )


def _text(told: object, name: str) -> str:
    return str(told.get(name, "")) if isinstance(told, Mapping) else ""
