"""Have the edge register at the carriers (Kamailio's module uac), and tell what became of each registration.

The edge keeps what it was told until it ends. So it is asked at each look what it keeps, which is made what the trunks
want: that holds after the death of either process, and a trunk that went is taken back by its registration of before.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from centralka.machine import in_uri
from centralka.store.trunks import TrunkRow

from ..wire.edge_control import EdgeAway, EdgeControl, EdgeRefuses

EXPIRES = 300
"""Seconds for which we ask; the carrier may grant less."""
RETRY_REFUSED = 60
"""Seconds, as `reg_retry_interval` in edge/modules.cfg."""
RETRY_SILENT = 15

# Flags of the module (uac_reg.c): it is asking; the carrier has us.
_ASKING, _REGISTERED = 2, 4
_ANSWER_MAX = 80


@dataclass(frozen=True, slots=True)
class Door:
    """The addresses of the edge towards carriers."""

    public: str
    """Address and port that they are told."""
    socket: str
    """Address and port that the edge listens on."""


@dataclass(frozen=True, slots=True)
class Registration:
    """The last state of a registration."""

    status: str
    """`Registered`, `Rejected`, `Unregistered` (the carrier did not answer, or could not), or "": not known yet."""
    answer: str = ""
    """The carrier's answer, if it did not register us: `403 Forbidden`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A registration as the edge is to keep it. Another name is another registration at the carrier."""

    endpoint: str
    name: str
    row: TrunkRow

    @classmethod
    def of(cls, row: TrunkRow) -> Self:
        """Name the registration by the trunk's mark, and by what makes it another one."""
        connects = "\n".join([row.host, str(row.port), row.transport, row.username])
        return cls(row.endpoint, row.mark + hashlib.sha256(connects.encode()).hexdigest()[:8], row)

    def parameters(self, door: Door) -> list[object]:
        """Return the parameters of `uac.reg_add`, in its order; "." is nothing."""
        row, host = self.row, f"{in_uri(self.row.host)}:{self.row.port}"
        transport = ";transport=tcp" if row.transport == "tcp" else ""
        user, ours = row.username, f"{door.public}{transport};line={row.mark}"
        proxy, socket = f"sip:{host}{transport}", f"{row.transport}:{door.socket}"
        return [self.name, user, host, user, host, ".", user, row.password, ".", proxy, EXPIRES, 0, 0, socket, ours]


@dataclass(frozen=True, slots=True)
class Kept:
    """A registration as the edge keeps it."""

    name: str
    password: str = field(repr=False)
    expires: int
    """Seconds asked for; 0: it is being taken back."""
    flags: int
    since_failure: int
    """Seconds since it failed last, if it did."""

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """Read one of `uac.reg_dump`."""
        since = RETRY_REFUSED - int(told["diff_expires"])
        return cls(told["l_uuid"], told["auth_password"], int(told["expires"]), int(told["flags"]), since)

    @property
    def asks(self) -> bool:
        return bool(self.flags & _ASKING)

    @property
    def registered(self) -> bool:
        return bool(self.flags & _REGISTERED)

    @property
    def leaves(self) -> bool:
        return self.expires == 0


class CarrierRegistrations:
    """The registrations that the edge keeps."""

    def __init__(self, edge: EdgeControl, door: Door) -> None:
        self._edge = edge
        self._door = door
        self._last: dict[str, Registration] = {}
        """By name; stands while the edge asks anew."""
        self._settled: tuple[int, int] | None = None
        """The start of the edge that keeps what it was told, and has registered all; None: something is to be done."""

    def are_settled(self) -> bool:
        """Tell whether the trunks that were given last are all registered, at an edge that runs still. A carrier can
        have ended a registration since."""
        return self._settled is not None and self._settled == self._edge.started()

    async def keep(self, rows: Iterable[TrunkRow]) -> dict[str, Registration]:
        """Have the edge register these trunks and no others; return the states by endpoint, none if it is away."""
        wanted = {
            registration.name: registration for registration in map(Wanted.of, (row for row in rows if row.registers))
        }
        if not wanted and not self._last and self.are_settled():
            return {}  # it keeps none, and nobody else gives it any
        edge, self._settled = self._edge.started(), None
        try:
            kept = await self._kept()
            await self._take_back(kept, wanted)
            await self._begin(kept, wanted)
            self._last = {
                name: await self._state(registration) for name, registration in kept.items() if name in wanted
            }
            if kept.keys() == wanted.keys() and all(registration.registered for registration in kept.values()):
                self._settled = edge
        except EdgeAway:
            self._last = {}
        return {wanted[name].endpoint: state for name, state in self._last.items()}

    async def _kept(self) -> dict[str, Kept]:
        told = await self._edge.ask("uac.reg_dump")
        return {
            registration.name: registration for registration in map(Kept.read, told if isinstance(told, list) else [])
        }

    async def _take_back(self, kept: dict[str, Kept], wanted: Mapping[str, Wanted]) -> None:
        """Unregister what is not wanted, and forget it when the carrier has answered; a new password counts at once."""
        for name, registration in list(kept.items()):
            changed = name in wanted and (registration.leaves or registration.password != wanted[name].row.password)
            if name in wanted and not changed:
                continue
            if name not in wanted and not registration.leaves and (registration.registered or registration.asks):
                await self._edge.ask("uac.reg_unregister", "l_uuid", name)
            elif changed or not registration.asks:
                await self._edge.ask("uac.reg_remove", name)
                del kept[name]

    async def _begin(self, kept: Mapping[str, Kept], wanted: Mapping[str, Wanted]) -> None:
        for name, registration in wanted.items():
            if name not in kept:
                await self._edge.ask("uac.reg_add", *registration.parameters(self._door))
                await self._edge.ask("uac.reg_register", "l_uuid", name)

    async def _state(self, known: Kept) -> Registration:
        if known.registered:
            return Registration("Registered")
        if known.asks:
            return self._last.get(known.name, Registration(""))
        state = state_of(await self._said(known.name))
        if state.status != "Rejected" and known.since_failure >= RETRY_SILENT:
            await self._edge.ask("uac.reg_register", "l_uuid", known.name)
        return state

    async def _said(self, name: str) -> str:
        """Return what the carrier said last: `403 Forbidden`; "" if it said nothing."""
        try:
            told = await self._edge.ask("htable.get", "carrier_said", name)
        except EdgeRefuses:
            return ""
        item = told.get("item") if isinstance(told, dict) else None
        return str(item["value"]) if isinstance(item, dict) else ""


def state_of(said: str) -> Registration:
    """Read what a carrier said to a registration that it did not make."""
    answer = "".join(sign for sign in said if sign.isprintable())[:_ANSWER_MAX]
    # 408 and 5xx: it could not, and may tell another word in a moment (RFC 3261, 21.4.9 and 21.5).
    refused = answer[:1] in ("3", "4", "6") and not answer.startswith("408")
    return Registration("Rejected" if refused else "Unregistered", answer)
