"""Installations in which something breaks."""

import subprocess
from collections.abc import Iterator

import pytest

from tests.live.instance import Installation
from tests.live.office import Office

from .small_disk import MOUNT, SmallDisk

NOBODY_HAS_SO_MUCH = 10**9
"""MB."""


@pytest.fixture
def no_room() -> Iterator[Office]:
    """An office whose disk is never free enough for messages."""
    with Installation(CENTRALKA_MIN_FREE_MB=str(NOBODY_HAS_SO_MUCH)) as house, Office(house) as office:
        yield office


@pytest.fixture
def small_disk() -> Iterator[SmallDisk]:
    """An installation whose mailboxes are on a disk of their own that can be filled."""
    tried = subprocess.run([*MOUNT, "mount -t tmpfs none /mnt"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"no disk can be mounted here without rights that a container may lack: {tried.stderr.strip()}")
    house = SmallDisk()
    with house:
        yield house
