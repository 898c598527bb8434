"""A fax receiver by hand: there is room, or not; it notes what it is told. And a sender that has nothing to send."""

from dataclasses import dataclass, field
from pathlib import Path

from centralka.switch.database import Database
from centralka.switch.faxes.protocol import NoRoom, Told
from centralka.switch.faxes.sending import FaxSender
from centralka.switch.mailboxes.protocol import Caller

from .stand_ins import EngineThatForgets


@dataclass
class FaxTray:
    """Takes faxes into one file."""

    room: bool = True
    begun: list[tuple[int, str, Caller]] = field(default_factory=list)
    heard: list[Told] = field(default_factory=list)
    at_it: bool = False
    file: str = "/spool/faxes/1.tif"

    async def begin(self, account_id: int, channel: str, caller: Caller) -> "FaxTray":
        if not self.room:
            raise NoRoom
        self.begun.append((account_id, channel, caller))
        return self

    def __enter__(self) -> "FaxTray":
        self.at_it = True
        return self

    def __exit__(self, *problem: object) -> None:
        self.at_it = False

    async def ended(self, how: Told) -> None:
        assert self.at_it
        self.heard.append(how)


def no_sender(database: Database) -> FaxSender:
    return FaxSender(Path("sent-faxes"), database, EngineThatForgets(), "node1")
