"""What the browser's phone tells of the sound while somebody talks."""

import pytest
from playwright.sync_api import expect

from tests.live.office import SOON, Office
from tests.live.phone_in_browser.test_calls import call
from tests.live.phone_in_browser.window import Window
from tests.live.phones import until

# Loss from 0 to 1, milliseconds from mouth to ear, and what G.107 makes of it, worked out by hand.
RATED = [
    (0.0, 20, 92.72, 4.40, "good"),
    (0.02, 60, 84.75, 4.19, "good"),
    (0.05, 100, 75.02, 3.83, "fair"),
    (0.0, 300, 72.50, 3.72, "fair"),
    (0.2, 100, 48.67, 2.50, "bad"),
]


# What the browser tells of its packets from now on: of ten that came, four are told as lost.
_LOSSY = """() => {
  const { connection } = Calls.now.front.session;
  const plain = connection.getStats.bind(connection);
  let before = null;
  connection.getStats = async () => new Map([...await plain()].map(([id, one]) => {
    if (one.type !== "inbound-rtp" || one.kind !== "audio") return [id, one];
    before ??= one.packetsReceived;
    const lost = Math.floor((one.packetsReceived - before) * 0.4);
    return [id, { ...one, packetsReceived: one.packetsReceived - lost, packetsLost: one.packetsLost + lost }];
  }));
}"""


def test_the_estimate_is_that_of_the_e_model(window: Window) -> None:
    rated = "(given) => { const r = Quality.rating(given); return [r, Quality.mos(r), Quality.word(r)]; }"
    for loss, delay, rating, mos, word in RATED:
        found = window.page.evaluate(rated, {"loss": loss, "delay": delay})
        assert found == [pytest.approx(rating, abs=0.02), pytest.approx(mos, abs=0.01), word]


def test_quality_is_shown_and_a_bad_line_is_said(window: Window, office: Office) -> None:
    bartek = office.phone("Bartek")
    call(window, bartek)
    word, said = window.page.locator("#phone-quality-word"), window.page.locator("#phone-quality-said")
    expect(word).to_have_text("dobra", timeout=SOON * 1000)
    window.page.locator("#phone-quality summary").click()
    until(
        lambda: float(window.page.locator("#phone-quality-mos").inner_text().replace(",", ".")) > 4, SOON, "MOS above 4"
    )
    window.page.evaluate(_LOSSY)
    expect(said).to_have_text("Jakość: zła", timeout=SOON * 1000)
    expect(word).to_have_text("zła")
    bartek.hang_up()
    window.until_call("")
