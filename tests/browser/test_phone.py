"""The phone in the browser without an exchange: how often it begins, its microphone, and who has the keyboard."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import cast

from .conftest import SCREENS, SignIn

pytestmark = pytest.mark.screens(SCREENS[0])

_JSSIP = """
window.agents = [];
class UA {
  constructor() { agents.push(this); this.told = {}; }
  on(name, then) { this.told[name] = then; }
  start() { setTimeout(() => this.told.registered()); }
  isConnected() { return true; }
  isRegistered() { return true; }
  unregister() {}
  stop() {}
  call() {
    return { direction: "outgoing", connection: null, on() {}, isEnded: () => false,
      isMuted: () => ({ audio: false }), isOnHold: () => ({ local: false }), terminate() {} };
  }
}
window.JsSIP = { UA, WebSocketInterface: class {} };
"""
_MICROPHONES = """
window.microphones = [];
navigator.mediaDevices.getUserMedia = async () => {
  await new Promise((done) => setTimeout(done, 100));
  microphones.push(new AudioContext().createMediaStreamDestination().stream);
  return microphones.at(-1);
};
"""
_WITHOUT_HTTPS = """
sessionStorage.clear();
delete Crypto.prototype.randomUUID;
Object.defineProperty(navigator, "mediaDevices", { value: undefined });
"""
_PULLED_OUT = """() => {
  const [track] = microphones.at(-1).getTracks();
  track.stop();
  track.dispatchEvent(new Event("ended"));
  navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
}"""
_LIVE = "microphones.filter((one) => one.getTracks().some((track) => track.readyState === 'live')).length"
_HELD = """async () => {
  const told = { ended: new Set(), failed: new Set() };
  let held = false;
  const be = (then, so) => { held = so; then(); return true; };
  const session = {
    direction: "incoming", isEnded: () => false, isMuted: () => ({ audio: false }), isOnHold: () => ({ local: held }),
    hold: (_, then) => be(then, true), unhold: (_, then) => be(then, false),
    on: (name, then) => told[name].add(then), removeListener: (name, then) => told[name].delete(then) };
  Calls.now.front = { session, number: "101", name: "", began: Date.now(), said: "" };
  const listening = () => told.ended.size + told.failed.size;
  return [await Calls.hold(true), held, listening(), await Calls.hold(false), held, listening()];
}"""
_CALLED = """agents[0].told.newRTCSession({ originator: "remote", session: {
  direction: "incoming", remote_identity: { uri: { user: "101" }, display_name: "Magazyn" }, connection: null,
  on() {}, isEnded: () => false, isMuted: () => ({ audio: false }), isOnHold: () => ({ local: false }), terminate() {},
} })"""

_HIDDEN = "a=candidate:7 1 udp 2113937151 4292aa8b-17dc-4834-ac7b-056152777432.local 48401 typ host generation 0"
_SAYS = """(sdp) => {
  const told = {};
  agents[0].told.newRTCSession({ originator: "remote", session: {
    direction: "incoming", remote_identity: { uri: { user: "101" } }, connection: null,
    on: (name, then) => { told[name] = then; },
    isEnded: () => false, isMuted: () => ({ audio: false }), isOnHold: () => ({ local: false }), terminate() {},
  } });
  const event = { originator: "local", sdp };
  told.sdp(event);
  return event.sdp;
}"""

_SILENT = """(connection) => {
  const told = {}, later = [], wait = window.setTimeout;
  let ended = 0;
  agents[0].told.newRTCSession({ originator: "remote", session: {
    direction: "incoming", remote_identity: { uri: { user: "101" } },
    connection: Object.assign(new EventTarget(), connection), on: (name, then) => { told[name] = then; },
    isEnded: () => false, isMuted: () => ({ audio: false }), isOnHold: () => ({ local: false }),
    terminate() { ended += 1; },
  } });
  window.setTimeout = (then) => later.push(then);
  told.confirmed();
  window.setTimeout = wait;
  for (const then of later) then();
  return ended;
}"""

_TWO_CALLS = """() => {
  window.referred = [];
  const refer = (target) => referred.push(target);
  const session = {
    direction: "incoming", isEnded: () => false, isMuted: () => ({ audio: false }), terminate() {}, refer };
  const call = (number, held) => (
    { session: { ...session, isOnHold: () => ({ local: held }) }, number, name: "", began: Date.now(), said: "" });
  Object.assign(Calls.now, { front: call("", false), behind: call("101", true) });
  Calls.on.change();
}"""


@pytest.fixture
def phone(page: Page, context: BrowserContext, sign_in: SignIn, kwiaty: cast.Company) -> Page:
    account = cast.phone(kwiaty.tenant, "100", "Alicja")
    kwiaty.tenant.memberships.filter(person=kwiaty.owner.person).update(sip_account=account)
    sign_in(context, kwiaty.owner)
    context.route("**/jssip.min*.js", lambda route: route.fulfill(body=_JSSIP, content_type="text/javascript"))
    context.add_init_script(_MICROPHONES)
    page.goto("/telefon/")
    _ready(page)
    return page


def _ready(page: Page) -> None:
    expect(page.locator("#phone-state")).to_have_attribute("data-state", "ready")


def test_who_takes_over_by_a_double_click_has_one_line(phone: Page, context: BrowserContext) -> None:
    other = context.new_page()
    other.goto("/telefon/")
    expect(other.locator("#phone-state")).to_have_attribute("data-state", "elsewhere")
    other.locator('[data-act="take"]').dblclick()
    _ready(other)
    expect(phone.locator("#phone-state")).to_have_attribute("data-state", "taken_over")
    assert other.evaluate("agents.length") == 1
    phone.locator('[data-act="take"]').click()
    _ready(phone)
    assert phone.evaluate("agents.length") == 2  # the first has ended


def test_a_microphone_that_is_pulled_out_leaves_one_microphone_and_one_line(phone: Page) -> None:
    phone.evaluate(_PULLED_OUT)
    phone.wait_for_function("() => microphones.length >= 2")
    phone.wait_for_timeout(500)
    assert phone.evaluate(f"[agents.length, {_LIVE}]") == [1, 1]
    _ready(phone)


def test_without_https_the_phone_says_what_it_lacks(phone: Page) -> None:
    phone.add_init_script(_WITHOUT_HTTPS)
    phone.reload()
    expect(phone.locator("#phone-state")).to_have_attribute("data-state", "not_secure")


def test_a_call_whose_keys_were_not_agreed_on_ends_where_the_browser_tells_of_them(phone: Page) -> None:
    assert phone.evaluate(_SILENT, {}) == 0  # Firefox before 113
    assert phone.evaluate(_SILENT, {"connectionState": "connecting"}) == 1


def test_whoever_writes_a_text_message_goes_on_writing_when_somebody_calls(phone: Page) -> None:
    phone.locator("#phone-texts summary").click()
    phone.locator("#id_text").fill("Proszę")
    phone.evaluate(_CALLED)
    expect(phone.locator("#phone-call")).to_be_visible()
    expect(phone.locator("#id_text")).to_be_focused()


def test_a_form_that_did_not_come_is_asked_for_again(phone: Page) -> None:
    summary = phone.locator("#phone-texts summary")
    phone.route("**/sms/z-telefonu", lambda route: route.abort(), times=1)
    summary.click()
    expect(phone.locator("#phone-texts-refused")).to_have_text(
        "Formularz się nie wczytał. Zwiń tę część i rozwiń ją ponownie."
    )
    summary.click()
    summary.click()
    phone.locator("#id_text").fill("Proszę")
    expect(phone.locator("#phone-texts-refused")).to_have_text("")
    summary.click()
    summary.click()
    expect(phone.locator("#id_text")).to_have_value("Proszę")


def test_a_number_is_written_as_the_panel_writes_it(phone: Page) -> None:
    phone.evaluate(_CALLED.replace('"101"', '"+48600100200"'))
    expect(phone.locator("#phone-number")).to_have_text("600 100 200")


def test_the_exchange_is_told_addresses_where_the_browser_hides_its_own(phone: Page) -> None:
    shown = "a=candidate:8 1 udp 2113937151 192.0.2.7 48401 typ host generation 0"
    said = phone.evaluate(_SAYS, f"c=IN IP4 0.0.0.0\r\n{_HIDDEN}\r\n{shown}\r\n")
    hidden = _HIDDEN.replace("4292aa8b-17dc-4834-ac7b-056152777432.local", "127.0.0.1")
    assert said == f"c=IN IP4 127.0.0.1\r\n{hidden}\r\n{shown}\r\n"


def test_a_call_that_was_held_is_listened_to_no_more_for_that(phone: Page) -> None:
    assert phone.evaluate(_HELD) == [True, True, 0, True, False, 0]


def test_two_are_connected_once_also_when_one_hides_the_number(phone: Page, mistakes: list[str]) -> None:
    phone.evaluate(_TWO_CALLS)
    phone.locator('[data-act="join"]').dblclick()
    expect(phone.locator("#phone-call-state")).to_have_text("Przekazywanie…")
    assert phone.evaluate("referred") == ["sip:anonymous@centralka.invalid"]
    assert mistakes == []


_BUSY = "() => { setTimeout(() => { for (const end = Date.now() + 700; Date.now() < end;); }); }"
"""The window answers nothing for a while, as on a busy machine."""


def test_who_calls_a_number_of_the_panel_sees_that_the_phone_took_it(
    phone: Page, context: BrowserContext, kwiaty: cast.Company
) -> None:
    cast.phone(kwiaty.tenant, "101", "Magazyn")
    panel = context.new_page()
    panel.goto("/konta-sip/")
    phone.evaluate(_BUSY)
    panel.locator("[data-dial='101']").first.click()
    told = panel.locator("#said:not(.visually-hidden)")
    expect(told).to_have_text("Telefon w osobnym oknie dzwoni.")
    expect(phone.locator("#phone-number")).to_have_text("101")
    expect(told).to_have_count(0)
    assert context.pages == [phone, panel], "a window that answers late is not opened once more"
