"""Have the engine make candidates for ICE (RFC 8445) where somebody may call in a browser, and only there.

No other phone needs them, and the engine makes them for each side of each call, or of none (docs/decisions/0013).
"""

import asyncio
from pathlib import Path

from centralka.files import write_whole
from centralka.store.browsers import somebody_may_call_in_browser

from .database import Database
from .looking import keep_looking_where_written
from .wire.engine_answers import EngineAway, Refused
from .wire.engine_control import EngineControl

_LOOK_EVERY = 0.25
"""Seconds. From the sign-in to a call it takes a browser several requests more."""
_MODULE = "res_rtp_asterisk"
_ON = "icesupport = yes\n"


class BrowserSound:
    """`file`: what the engine reads, when it starts and when it is told to (asterisk/rtp.conf)."""

    def __init__(self, file: Path, database: Database, engine: EngineControl) -> None:
        self._file = file
        self._database = database
        self._engine = engine
        self._told: bool | None = None
        """Whether the file has it, and the engine has read it then; None: not known."""

    async def keep_told(self) -> None:
        """Do so for as long as the process runs."""
        # An engine that is being started has not loaded the module yet, and so refuses.
        await keep_looking_where_written(
            self.look, _LOOK_EVERY, self._database.sign, "ICE for browsers", EngineAway, Refused
        )

    async def look(self) -> bool:
        """Have the engine read at once that somebody may, and at its next start that nobody may any more: what goes on
        in a browser is not cut. Nothing is left to do then.

        Raises EngineAway, Refused, OSError, what a database raises.
        """
        wanted = await self._database.read_again(somebody_may_call_in_browser)
        if wanted == self._told:
            return False
        self._told = None
        await asyncio.to_thread(write_whole, self._file, _ON if wanted else "")
        if wanted:
            await self._engine.reload(_MODULE)
        self._told = wanted
        return False
