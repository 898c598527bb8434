"""Tell an edge that was started again whose the calls are that there are (`edge/replaces.cfg`).

It has forgotten that, and would refuse to let a phone join its two calls. The engine knows: each side's channel has the
account's name, and the tag that the engine made for it.
"""

from centralka.calls.endpoints import Phone

from ..looking import keep_looking
from ..wire.agi import endpoint_of
from ..wire.edge_control import EdgeAway, EdgeControl
from ..wire.manager import EngineAway, Manager, Refused

_LOOK_EVERY = 1.0


class Owners:
    """The calls of one engine, and the edge beside it."""

    def __init__(self, edge: EdgeControl, manager: Manager) -> None:
        self._edge = edge
        self._manager = manager
        self._told: tuple[int, int] | None = None
        """The start of the edge that was told."""

    async def keep_told(self) -> None:
        """Look again and again, for ever."""
        await keep_looking(self.look, _LOOK_EVERY, "whose calls there are", EngineAway, EdgeAway)

    async def look(self) -> None:
        """Look once. Raises EngineAway, EdgeAway."""
        edge = self._edge.running()
        if edge is None or edge == self._told:
            return
        listed = await self._manager.listed("CoreShowChannels", {}, "CoreShowChannelsComplete")
        for name in [channel["Channel"] for channel in listed]:
            if login := _account_of(name):
                await self._tell(name, login)
        self._told = edge

    async def _tell(self, channel: str, account: str) -> None:
        asked = {"Channel": channel, "Variable": "CHANNEL(pjsip,local_tag)"}
        try:
            tag = (await self._manager.ask("Getvar", asked)).get("Value", "")
        except Refused:
            return  # it has just ended
        if tag:
            await self._edge.ask("htable.sets", "owners", tag, account)


def _account_of(channel: str) -> str:
    """Return the login whose phone's channel that is; "" for any other: of sides of the engine an account's alone has
    an underscore, and only a phone's call has a tag."""
    side = endpoint_of(channel) if channel.startswith("PJSIP/") else None
    return side.login if isinstance(side, Phone) and "_" in side.login else ""
