"""Count what senders do too often, in memory that does not grow with them."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from threading import Lock


class Patience:
    """`most` times in `seconds` for each sender; of more than `senders` the one that was counted first is forgotten."""

    def __init__(self, *, most: int, seconds: float, senders: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._senders, self._clock = most, seconds, senders, clock
        self._counted: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def is_over(self, sender: str) -> bool:
        """Tell whether the sender was counted `most` times in the last `seconds`."""
        with self._lock:
            times = self._counted.get(sender)
            if times is None or len(times) < self._most:
                return False
            return self._clock() - times[0] < self._seconds

    def count(self, sender: str) -> None:
        """Count the sender once."""
        with self._lock:
            times = self._counted.setdefault(sender, deque(maxlen=self._most))
            times.append(self._clock())
            if len(self._counted) > self._senders:
                self._counted.popitem(last=False)
