"""A person's browser with the phone open, driven by what the person does."""

import math
import os
import re
import shutil
import wave
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError, expect, sync_playwright

from tests.live.instance import Installation
from tests.live.phones import until

SOON = 30.0
RATE = 48_000
# Chromium's processing takes a steady tone for noise and removes it; and it has to be asked how much it hears.
_UNPROCESSED = """
const wanted = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = ({ audio }) => open({ audio: { ...(audio === true ? {} : audio), ...wanted } });
const Plain = RTCPeerConnection;
window.connections = [];
window.RTCPeerConnection = function (...given) {
  const made = new Plain(...given);
  window.connections.push(made);
  return made;
};
window.RTCPeerConnection.prototype = Plain.prototype;
"""
_HEARD = """async () => {
  const found = { energy: 0, seconds: 0 };
  const heard = Calls.now.front?.session.connection;
  if (heard) for (const one of (await heard.getStats()).values()) {
    if (one.type === "inbound-rtp" && one.kind === "audio") {
      found.energy = one.totalAudioEnergy; found.seconds = one.totalSamplesDuration;
    }
    if (one.type === "transport") found.dtls = one.dtlsState;
  }
  return found;
}"""


@dataclass
class Window:
    """One window with the phone; `page` is what the person sees."""

    page: Page
    house: Installation

    @property
    def state(self) -> str:
        """Return the state of its line: starting, ready, lost, taken_over …"""
        return self.page.locator("#phone-state").get_attribute("data-state") or ""

    @property
    def call(self) -> str:
        """Return the state of its call: "" for none, else outgoing, incoming, talking, held."""
        shown = self.page.locator("#phone-call")
        return (shown.get_attribute("data-state") or "") if shown.is_visible() else ""

    @property
    def other(self) -> str:
        """Return the state of the call behind it: "" for none, else incoming or held."""
        shown = self.page.locator("#phone-other")
        return (shown.get_attribute("data-state") or "") if shown.is_visible() else ""

    def until_state(self, state: str) -> None:
        expect(self.page.locator("#phone-state")).to_have_attribute("data-state", state, timeout=SOON * 1000)

    def until_call(self, state: str) -> None:
        until(lambda: self.call == state, SOON, f"the browser's call is {state!r}, not {self.call!r}")

    def until_other(self, state: str) -> None:
        until(lambda: self.other == state, SOON, f"the browser's other call is {state!r}, not {self.other!r}")

    def until_it_is(self, script: str, wanted: object) -> None:
        """Wait until a script says this of the page."""
        until(lambda: self.page.evaluate(script) == wanted, SOON, f"{script} is {wanted!r}")

    def press(self, act: str) -> None:
        self.page.locator(f'[data-act="{act}"]').click()

    def dial(self, number: str) -> None:
        self.page.locator("#phone-to").fill(number)
        self.press("call")

    def hears(self, seconds: float = 1.0, least: float = 0.05) -> float:
        """Wait until it has heard so many seconds more, at least so loud (RMS, 1: full). Returns how loud."""
        before = self.page.evaluate(_HEARD)

        def louder() -> float:
            now = self.page.evaluate(_HEARD)
            lasted = now["seconds"] - before["seconds"]
            level = ((now["energy"] - before["energy"]) / lasted) ** 0.5 if lasted > 0 else 0.0
            if lasted >= seconds and level < least:
                before.update(now)
            return float(level) if lasted >= seconds and level >= least else 0.0

        return until(louder, SOON, f"the browser hears {seconds} s at {least}")


@contextmanager
def chromium(
    microphone: Path | None, *more: str, home: Path | None = None, whole: bool = False, allowed: bool = True
) -> Iterator[Browser]:
    """Chromium with a microphone that plays this file over and over, or without one.

    `more`: arguments; `home`: the person's folder, where authorities are that Chromium believes; `whole`: with what
    needs a desktop, such as notifications; `allowed`: what a person says who is asked for the microphone.
    """
    quiet = "quic", "background-networking", "component-update", "sync", "gpu"
    fake = (
        ["--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={microphone}"] if microphone else []
    )
    arguments = [
        "--no-sandbox", "--no-first-run", *(f"--disable-{what}" for what in quiet),
        *fake, f"--use-fake-ui-for-media-stream{'' if allowed else '=deny'}",
        # A machine of tests may have no other network.
        "--allow-loopback-in-peer-connection", "--disable-features=WebRtcHideLocalIpsWithMdns",
        *more,
    ]  # fmt: skip
    program = (None if whole else shutil.which("chromium-headless-shell")) or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        environment: dict[str, str | float | bool] | None = {**os.environ, "HOME": str(home)} if home else None
        browser = playwright.chromium.launch(executable_path=program, args=arguments, env=environment)
        try:
            yield browser
        finally:
            browser.close()


def tone(folder: Path, hz: int) -> Path:
    """A microphone as Chromium wants it: 48,000 samples a second."""
    file = folder / "microphone.wav"
    samples = (int(16000 * math.sin(2 * math.pi * hz * at / RATE)) for at in range(RATE * 2))
    with wave.open(str(file), "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(RATE)
        wav.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples))
    return file


def signed_in(browser: Browser, house: Installation, address: str = "") -> tuple[BrowserContext, Installation]:
    """The browser of the demo's owner after signing in, at the panel's own address unless another is given."""
    context = browser.new_context(locale="pl-PL", base_url=address or f"http://localhost:{house.http_port}")
    # As a person who allowed the microphone; the fake dialog alone would keep the browser's addresses hidden.
    context.grant_permissions(["microphone"])
    context.add_init_script(_UNPROCESSED)
    page = context.new_page()
    page.goto("/logowanie")
    page.locator("[name=username]").fill(house.demo["login"])
    page.locator("[name=password]").fill(house.demo["password"])
    page.locator(
        "form:has([name=password]) button[type=submit], form:has([name=password]) button:not([type])"
    ).first.click()
    expect(page.locator("#menu")).to_be_attached(timeout=SOON * 1000)
    page.close()
    return context, house


def closed(window: Window) -> None:
    """Close the window, which says so, and the browser."""

    def has_no_call() -> bool:
        if call := window.call:
            act = "reject" if call == "incoming" else "hang-up"
            with suppress(TimeoutError):  # the call ended by itself, and the button went
                window.page.locator(f'[data-act="{act}"]').click(timeout=1000)
        return not call

    until(has_no_call, SOON, "the browser has no call")
    window.page.goto("about:blank")
    window.page.context.close()


def mine(browser: tuple[BrowserContext, Installation]) -> Window:
    """The phone in a new window, taken over from whatever other window has it, and ready."""
    window = opened(browser)
    until(lambda: window.state in ("ready", "elsewhere"), SOON, f"the phone is ready, not {window.state}")
    if window.state == "elsewhere":
        window.press("take")
    window.until_state("ready")
    until(lambda: has_ice(window.house), SOON, "the engine knows that somebody may call in a browser")
    return window


def has_ice(house: Installation) -> bool:
    return re.search(r"ICE support: +Yes", house.engine_says("rtp show settings")) is not None


def opened(browser: tuple[BrowserContext, Installation]) -> Window:
    """The phone in a new window of this browser."""
    context, house = browser
    page = context.new_page()
    page.goto("/telefon/")
    return Window(page, house)
