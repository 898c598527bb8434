"""Follow whether carriers are there: the engine asks each of them again and again with OPTIONS (RFC 3261, 11).

The engine does that by itself only for addresses that it knows from its start on, and it reads none from the database
then (`asterisk/sorcery.conf`). So the addresses to ask stand in a file, as endpoints of their own: a carrier that does
not answer stays an address that calls are tried at.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from centralka.files import write_whole
from centralka.store.trunks import TrunkRow

from ..wire.engine_control import EngineControl

ASK_EVERY = 10
"""Seconds; a carrier that went is known as gone after these, the patience and the pause between two looks."""
PATIENCE = 3
"""Seconds for an answer, whatever it is: a refusal, too, tells that the carrier is there."""

_MODULE = "res_pjsip"
_SAID = {"Avail": True, "Unavail": False}


class Pings:
    """The file that the engine reads, and what it says of each carrier."""

    def __init__(self, file: Path, engine: EngineControl, edge_port: int, edge_host: str = "127.0.0.1") -> None:
        """`edge_host`, `edge_port`: where the engine reaches the edge, by which it asks."""
        self._file = file
        self._edge = f"sip:{edge_host}:{edge_port}\\;lr"
        self._engine = engine
        # The engine knows what a switchboard before this one wrote.
        self._told: str | None = file.read_text() if file.exists() else ""

    async def tell(self, rows: Iterable[TrunkRow]) -> None:
        """Let the engine ask these carriers, and no other."""
        wanted = "".join(_section(row, self._edge) for row in rows if row.pings)
        if wanted == self._told:
            return
        self._told = None  # until the engine has read it
        write_whole(self._file, wanted)  # the engine may read it when it likes
        await self._engine.reload(_MODULE)
        self._told = wanted

    async def answers(self, rows: Iterable[TrunkRow]) -> Mapping[str, bool | None]:
        """Tell whether each carrier that is asked answered last, by endpoint; None: it was not asked yet."""
        return {row.endpoint: _SAID.get(await self._engine.contact_state(_name(row))) for row in rows if row.pings}


def _name(row: TrunkRow) -> str:
    return f"ping-{row.id}"


def _section(row: TrunkRow, edge: str) -> str:
    transport = "\\;transport=tcp" if row.transport == "tcp" else ""
    # Many carriers ask for the password here, too; an answer without it would be an error in the log each time.
    signs_in = f"from_user = {row.username}\noutbound_auth = {row.endpoint}\n" if row.username else ""
    by_edge = f"outbound_proxy = {edge}\n"
    return (
        f"[{_name(row)}]\ntype = endpoint\naors = {_name(row)}\n{by_edge}context = outside\n{signs_in}\n"
        f"[{_name(row)}]\ntype = aor\ncontact = sip:{row.host}:{row.port}{transport}\n{by_edge}"
        f"qualify_frequency = {ASK_EVERY}\nqualify_timeout = {PATIENCE}\n\n"
    )
