"""One Chromium for the stories of a file, and a window of it for each."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.live.instance import Installation
from tests.live.phone_in_browser.window import Window, chromium, closed, mine, signed_in, tone

HZ = 740


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tone(tmp_path_factory.mktemp("microphone"), HZ)) as running:
        yield running


@pytest.fixture
def window(chrome: Browser, house: Installation) -> Iterator[Window]:
    """The demo's owner's phone, of the account 100."""
    found = mine(signed_in(chrome, house))
    yield found
    closed(found)
