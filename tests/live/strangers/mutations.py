"""Malformed messages without end, while two phones talk: `make mutations`, ten minutes that CI does not have.

    python -m tests.live.strangers.mutations [SECONDS] [SEED]

The story of `test_torture.py` sends the beginning of one such sequence.
"""

import os
import random
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import django

from tests.live.instance import MARKS, Installation
from tests.live.office import Office, hear_each_other, over, talk

from .stranger import Stranger
from .torture import mutated

LONG = 600
"""Seconds."""
LOOK_EVERY = 2000
"""Rounds between two looks whether the phones hear each other."""
CALL = 200
"""Seconds of a call: what a phone says ends after five minutes."""
BY_UDP, BY_TCP = 20, 5
"""Messages of a round."""


def send_some(house: Installation, stranger: Stranger, dice: random.Random) -> None:
    """Send a round of mutated messages, one by one, and those by TCP one behind the other."""
    for _ in range(BY_UDP):
        stranger.send(mutated(dice))
    by_tcp(house, stranger.address, b"".join(mutated(dice) for _ in range(BY_TCP)))


def by_tcp(house: Installation, address: str, message: bytes) -> None:
    """Send it over a connection of its own, which is closed at once. The edge may close it first."""
    with socket.socket() as connection:
        connection.bind((address, 0))
        connection.settimeout(10)
        try:
            connection.connect(("127.0.0.1", house.sip_port))
            connection.sendall(message)
        except ConnectionError:
            return


@contextmanager
def never_blocked(house: Installation, address: str) -> Iterator[None]:
    """Whoever sends all that would soon get no further than to the list of who is blocked."""
    token = house.demo["operator_token"]
    made = house.api("POST", "/operator/never-blocked", {"network": address}, token=token)
    assert made.status < 300, made
    yield
    house.api("DELETE", f"/operator/never-blocked/{made.body['id']}", token=token)


def main(seconds: float = LONG, seed: int | None = None) -> None:
    """Send for so long, and tell what came of it. Raises AssertionError when a process fell, or a call its sound."""
    seed = seed if seed is not None else random.randrange(1 << 32)
    print(f"{seconds:.0f} s of mutated messages, seed {seed}", flush=True)
    dice, rounds, calls = random.Random(seed), 0, 0
    with Installation() as house, Office(house) as office:
        before = {name: house.pid(name) for name in MARKS}
        alicja, bartek = office.phone("Alicja"), office.phone("Bartek", transport="tcp")
        with Stranger(house) as stranger, never_blocked(house, stranger.address):
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                call_ends = min(end, time.monotonic() + CALL)
                talk(alicja, bartek)
                while time.monotonic() < call_ends:
                    send_some(house, stranger, dice)
                    rounds += 1
                    if rounds % LOOK_EVERY == 0:
                        hear_each_other(alicja, bartek)
                hear_each_other(alicja, bartek)
                alicja.hang_up()
                over(alicja, bartek)
                calls += 1
                assert {name: house.pid(name) for name in MARKS} == before, f"a process fell by round {rounds}"
        talk(bartek, alicja)
        bartek.hang_up()
        over(alicja, bartek)
    print(f"{rounds * (BY_UDP + BY_TCP)} messages: no process fell, {calls} calls kept their sound")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centralka.settings")
    django.setup()
    given = sys.argv[1:]
    main(float(given[0]) if given else LONG, int(given[1]) if len(given) > 1 else None)
