"""One thing at a time in each mailbox.

Messages are moved and removed by the holder of the turn only, so no reading misses one that is between two folders.
"""

import asyncio
from collections import defaultdict


class Turns:
    """Hold a mailbox during a block: `async with turns.of(account_id):`."""

    def __init__(self) -> None:
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    def of(self, account_id: int) -> asyncio.Lock:
        return self._locks[account_id]
