"""A real browser at a real server: the panel as people meet it, in Polish and English, on a desk and in a hand."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import pytest
from django.conf import settings as project
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.fixtures import Settings

from centralka.actions.actor import Actor
from centralka.store.models import Person
from tests.server import Server, database_url, share_database

# A busy machine is slow, and that is no error.
expect.set_options(timeout=20_000)

# Playwright's synchronous interface keeps an event loop in this thread, where Django would refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

_folder = Path(tempfile.mkdtemp(prefix="centralka-browser-"))
share_database(_folder)


def pytest_unconfigure() -> None:
    shutil.rmtree(_folder, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


class OneRound(PBKDF2PasswordHasher):
    """Quick to make, and the server, whose settings are those of earnest, can check it."""

    iterations = 1


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.OneRound"]


@pytest.fixture(autouse=True)
def _committed(transactional_db: None) -> None:
    """The server sees only what is committed."""


@pytest.fixture(scope="session")
def server(django_db_setup: None) -> Iterator[Server]:
    running = Server(_folder / "home", database_url())
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def base_url(server: Server) -> str:
    return server.url


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Debian's Chromium, told to stay at home.

    The one without windows, where it is installed: it draws the same pages in half the processor time.
    """
    quiet = "quic", "background-networking", "component-update", "sync", "gpu"
    return {
        "executable_path": os.environ.get("CENTRALKA_CHROMIUM")
        or shutil.which("chromium-headless-shell")
        or "/usr/bin/chromium",
        "args": ["--no-sandbox", "--no-first-run", *(f"--disable-{what}" for what in quiet)],
    }


@dataclass(frozen=True)
class Screen:
    """A person who looks: their language, and the size of their screen."""

    language: str
    width: int

    @property
    def narrow(self) -> bool:
        return self.width < 700

    def say(self, pl: str, en: str) -> str:
        return pl if self.language == "pl" else en


SCREENS = [Screen(language, width) for language in ("pl", "en") for width in (1280, 360)]


EVERY_SCREEN = pytest.mark.screens(*SCREENS)
"""For a story about the room that words have."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tell each story in both languages, in one on a desk and in the other in a hand; its name decides which in which.

    A story, or all of a file, can have other screens (`screens`).
    """
    if "screen" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("screens")
    polish_on_a_desk = crc32(metafunc.function.__name__.encode()) % 2 == 0
    screens = marker.args if marker else SCREENS[0::3] if polish_on_a_desk else SCREENS[1:3]
    metafunc.parametrize("screen", screens, ids=lambda screen: f"{screen.language}-{screen.width}", indirect=True)


@pytest.fixture
def screen(request: pytest.FixtureRequest) -> Screen:
    found: Screen = request.param
    return found


@pytest.fixture
def context(new_context: Callable[..., BrowserContext], screen: Screen) -> BrowserContext:
    return new_context(
        locale={"pl": "pl-PL", "en": "en-GB"}[screen.language],
        viewport={"width": screen.width, "height": 800},
        permissions=["clipboard-read", "clipboard-write"],
        reduced_motion="reduce",  # the colour of a button is no matter of the moment
    )


SignIn = Callable[[BrowserContext, Actor | Person], None]


@pytest.fixture
def sign_in(server: Server) -> SignIn:
    """Sign somebody in without the login page, which has tests of its own."""

    def do(context: BrowserContext, who: Actor | Person) -> None:
        cookie = {"name": server.session_cookie, "value": session_of(who), "url": server.url}
        context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict without its optional keys

    return do


def session_of(who: Actor | Person) -> str:
    """A new session of somebody, as the server will find it in the database."""
    person = who.person if isinstance(who, Actor) else who
    assert person is not None
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies[project.SESSION_COOKIE_NAME].value


@pytest.fixture
def mistakes(page: Page) -> list[str]:
    """Collect what the browser complains about: scripts that fail, styles that the security policy refuses."""
    found: list[str] = []
    # HTMX calls it an error when a newer request takes the place of one on its way.
    replaced = "htmx:sendAbort", "htmx:afterRequest"
    page.on(
        "console",
        lambda said: found.append(said.text) if said.type == "error" and not said.text.startswith(replaced) else None,
    )
    page.on("pageerror", lambda error: found.append(str(error)))
    return found
