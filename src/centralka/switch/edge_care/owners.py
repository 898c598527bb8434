"""Tell an edge that was started again whose the calls are that there are (`edge/replaces.cfg`).

It has forgotten that, and would refuse to let a phone join its two calls. The engine knows: each side's channel has the
account's name, and the tag that the engine made for it.
"""

from centralka.calls.endpoints import Phone

from ..looking import keep_looking_where_written
from ..wire.agi import endpoint_of
from ..wire.edge_control import EdgeAway, EdgeControl
from ..wire.engine_answers import EngineAway, Refused
from ..wire.engine_control import EngineControl

_LOOK_EVERY = 1.0


class Owners:
    """The calls of one engine, and the edge beside it."""

    def __init__(self, edge: EdgeControl, engine: EngineControl) -> None:
        self._edge = edge
        self._engine = engine
        self._told: tuple[int, int] | None = None
        """The start of the edge that was told."""

    async def keep_told(self) -> None:
        """Look again and again, for ever."""
        await keep_looking_where_written(
            self.look, _LOOK_EVERY, self._edge.started, "whose calls there are", EngineAway, EdgeAway
        )

    async def look(self) -> bool:
        """Look once. Returns whether an edge has to be waited for. Raises EngineAway, EdgeAway."""
        edge = self._edge.running()
        if edge is None or edge == self._told:
            return edge is None
        for name in [channel.name for channel in await self._engine.channels()]:
            if login := _account_of(name):
                await self._tell(name, login)
        self._told = edge
        return False

    async def _tell(self, channel: str, account: str) -> None:
        try:
            tag = await self._engine.read(channel, "CHANNEL(pjsip,local_tag)")
        except Refused:
            return  # it has just ended
        if tag:
            await self._edge.ask("htable.sets", "owners", tag, account)


def _account_of(channel: str) -> str:
    """Return the login whose phone's channel that is; "" for any other: of sides of the engine an account's alone has
    an underscore, and only a phone's call has a tag."""
    side = endpoint_of(channel) if channel.startswith("PJSIP/") else None
    return side.login if isinstance(side, Phone) and "_" in side.login else ""
