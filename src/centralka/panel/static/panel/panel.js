// What HTML and HTMX do not do by themselves. Every page works without it, less comfortably.
"use strict";

const said = document.getElementById("said");
const say = (text) => { said.textContent = text; };
// The same for everybody, for a moment.
let hiding = 0;
const show = (text) => {
  say(text);
  said.classList.remove("visually-hidden");
  clearTimeout(hiding);
  hiding = setTimeout(() => said.classList.add("visually-hidden"), 5000);
};

// The menu on a narrow screen.
document.addEventListener("click", (event) => {
  const button = event.target.closest(".menu-button, .fold-button");
  if (!button) return;
  const open = document.getElementById(button.getAttribute("aria-controls")).classList.toggle("open");
  button.setAttribute("aria-expanded", String(open));
});
document.addEventListener("keydown", (event) => {
  const button = document.querySelector('.menu-button[aria-expanded="true"]');
  if (event.key !== "Escape" || !button) return;
  button.click();
  button.focus();
});

// Copy buttons. The clipboard's own interface exists only over HTTPS and on this machine; else the old way.
const copied = async (source) => {
  const text = source.value ?? source.textContent;
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
  const type = source.type;
  if (source.select) { source.type = "text"; source.select(); } else { getSelection().selectAllChildren(source); }
  const done = document.execCommand("copy");
  if (source.select) source.type = type;
  return done;
};
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const done = await copied(document.getElementById(button.dataset.copy));
  const said = done ? document.body.dataset.copied : document.body.dataset.select;
  say(said);
  button.toggleAttribute("data-done", done);
  answer(button, said);
});
// The button itself says so for a moment, since the sentence for screen readers is not seen.
const answer = (button, said) => {
  const word = button.querySelector("span");
  word.dataset.usual ??= word.textContent;
  word.textContent = said;
  clearTimeout(button.answered);
  button.answered = setTimeout(() => { word.textContent = word.dataset.usual; button.removeAttribute("data-done"); }, 4000);
};

// One tick for all of a list.
document.addEventListener("change", (event) => {
  const form = event.target.dataset.tickAll;
  if (!form) return;
  for (const box of document.querySelectorAll(`input[type=checkbox][form="${form}"]`)) box.checked = event.target.checked;
});

// Show a password that is being typed.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reveal]");
  if (!button) return;
  const show = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(show));
  for (const id of button.dataset.reveal.split(" ")) document.getElementById(id).type = show ? "text" : "password";
});

// After a generated password is put into the form, the keyboard goes on from its button.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "password-fields") document.querySelector("#password-fields .generate").focus();
});

// The judgement of what is typed takes the place of the one that the last save gave.
document.addEventListener("htmx:afterSwap", (event) => {
  const verdict = event.detail.target;
  if (verdict.id !== "password-strength" || !verdict.textContent.trim()) return;
  const input = document.getElementById("id_password");
  document.getElementById("id_password_error")?.remove();
  const wrong = verdict.querySelector(".field-errors") !== null;
  verdict.closest(".field").classList.toggle("field-wrong", wrong);
  if (wrong) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
  input.setAttribute("aria-describedby", "id_password_helptext");
});

// A page with errors starts at what is wrong, unless somebody types already: nobody's keys go elsewhere.
if (document.activeElement === document.body) document.getElementById("errors")?.focus();

// A page that shows a secret once takes the address of the thing, so that reloading does not send the form again.
const once = document.querySelector("[data-address]");
if (once) history.replaceState(null, "", once.dataset.address);

// What costs something is asked in a dialog; without this it stands open before the form.
const consent = document.querySelector("dialog.consent[open]");
if (consent) {
  consent.removeAttribute("open");
  consent.showModal();
  consent.querySelector("[name=decline]").addEventListener("click", (event) => { event.preventDefault(); consent.close(); });
  consent.addEventListener("close", () => document.getElementById("save").focus());
}

// A dialog over a form saves an external number; the list for which it was opened takes it. Without this the link
// opens the page that does the same.
let wanting = null;
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener ? document.getElementById(opener.dataset.dialog) : event.target.closest("[data-close]")?.closest("dialog");
  if (!dialog) return;
  event.preventDefault();
  if (!opener) return dialog.close();
  wanting = document.getElementById(opener.dataset.for);
  dialog.showModal();
  dialog.querySelector("input:not([type=hidden])").focus();
});
document.addEventListener("htmx:afterSwap", (event) => {
  event.detail.elt.closest?.("dialog")?.querySelector("[aria-invalid=true]")?.focus();
});
document.addEventListener("externalNumberSaved", (event) => {
  const { value, label } = event.detail;
  for (const list of document.querySelectorAll("select[data-targets]")) {
    const group = list.querySelector("optgroup:last-of-type");
    group.hidden = false;
    group.append(new Option(label, value));
  }
  document.getElementById("external-dialog").close();
  wanting.value = wanting.matches("select") ? value : label;
  wanting.focus();
  wanting.dispatchEvent(new Event("change", { bubbles: true }));
});

// A list that is too long to be drawn (ARIA's combobox with a listbox): what is typed is sought, arrows go through what
// fits, Enter takes it, Escape closes and a second one puts back what was there. Without this the text alone is sent.
const pickers = new WeakMap();
const openPicker = async (input, sought) => {
  const state = pickers.get(input);
  const address = new URL(state.place.dataset.picker, location.href);
  address.searchParams.set("q", sought);
  const asked = ++state.asked;
  const answer = await fetch(address, { redirect: "manual" }).catch(() => null);
  if (asked !== state.asked || document.activeElement !== input) return;
  state.list.innerHTML = answer?.ok ? await answer.text() : "";
  const box = state.list.querySelector("[role=listbox]");
  if (!box) return closePicker(input);
  box.id = `${input.id}-list`;
  box.setAttribute("aria-label", state.label);
  box.querySelectorAll("[role=option]").forEach((option, place) => { option.id = `${box.id}-${place}`; });
  state.list.hidden = false;
  input.setAttribute("aria-expanded", "true");
  input.setAttribute("aria-controls", box.id);
  input.removeAttribute("aria-activedescendant");
  say(box.dataset.said);
};
const closePicker = (input) => {
  const state = pickers.get(input);
  clearTimeout(state.later);
  state.asked += 1;
  state.list.hidden = true;
  state.list.replaceChildren();
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
};
const moveInPicker = (input, step) => {
  const options = [...pickers.get(input).list.querySelectorAll("[role=option]")];
  if (!options.length) return;
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = options.at(now < 0 && step < 0 ? -1 : (now + step) % options.length);
  for (const option of options) option.setAttribute("aria-selected", String(option === next));
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
};
const takeOption = (input, option) => {
  closePicker(input);
  input.value = option.textContent;
  pickers.get(input).kept = input.value;
  input.select();
  input.dispatchEvent(new Event("change", { bubbles: true }));
};
document.addEventListener("focusin", (event) => {
  const place = event.target.closest?.("[data-picker]");
  const input = event.target;
  if (!place || !input.matches("input")) return;
  if (!pickers.has(input)) {
    const list = place.appendChild(document.createElement("div"));
    list.className = "picker-options";
    list.hidden = true;
    // Taking an option with a mouse or a finger leaves the keyboard in the field.
    list.addEventListener("mousedown", (pressed) => pressed.preventDefault());
    list.addEventListener("click", (clicked) => {
      const option = clicked.target.closest("[role=option]");
      if (option) takeOption(input, option);
    });
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-haspopup": "listbox" })) input.setAttribute(name, value);
    pickers.set(input, { place, list, label: input.labels[0]?.textContent.trim() ?? "", asked: 0, later: 0, kept: input.value });
  }
  pickers.get(input).kept = input.value;
  input.select();
});
document.addEventListener("focusout", (event) => { if (pickers.has(event.target)) closePicker(event.target); });
document.addEventListener("click", (event) => {
  if (pickers.has(event.target) && event.target.getAttribute("aria-expanded") === "false") openPicker(event.target, "");
});
document.addEventListener("input", (event) => {
  const state = pickers.get(event.target);
  if (!state) return;
  clearTimeout(state.later);
  state.later = setTimeout(() => openPicker(event.target, event.target.value), 150);
});
document.addEventListener("keydown", (event) => {
  const input = event.target;
  const state = pickers.get(input);
  if (!state) return;
  const open = input.getAttribute("aria-expanded") === "true";
  const chosen = state.list.querySelector('[aria-selected="true"]');
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (open) moveInPicker(input, event.key === "ArrowDown" ? 1 : -1);
    else openPicker(input, input.value === state.kept ? "" : input.value).then(() => moveInPicker(input, 1));
  } else if (event.key === "Enter" && open && chosen) {
    event.preventDefault();
    takeOption(input, chosen);
  } else if (event.key === "Tab" && open && chosen) {
    takeOption(input, chosen);
  } else if (event.key === "Escape" && (open || input.value !== state.kept)) {
    event.preventDefault();
    if (open) closePicker(input); else { input.value = state.kept; input.select(); }
  }
});

// A number that can be called: the phone in the browser takes it from here, or its window is opened first. An address calls
// nobody (it only fills the phone's field): what is called comes from a page of the panel, by a person's choice.
const phone = new BroadcastChannel("centralka-dial");
let toDial = null;
let forgotten = 0;
const hand = () => phone.postMessage({ company: toDial.target, call: toDial.dataset.dial });
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-dial]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  toDial = link;
  hand();
  // Whoever opens the phone much later calls nobody by that.
  clearTimeout(forgotten);
  forgotten = setTimeout(() => { toDial = null; }, 60000);
  setTimeout(() => { if (toDial === link) open(link.href, link.target); }, 400);
});
phone.addEventListener("message", ({ data }) => {
  if (!toDial || data.company !== toDial.target) return;
  if (data.opened) hand();
  if (!data.taken) return;
  toDial = null;
  show(data.taken);
});

// A file that is too large is told before it is sent.
document.addEventListener("change", (event) => {
  const { most, tooBig } = event.target.dataset;
  if (!most) return;
  const wrong = [...event.target.files].some((file) => file.size > Number(most));
  document.getElementById(tooBig).hidden = !wrong;
  document.getElementById(`${event.target.id}_error`)?.remove();
  event.target.form.querySelector(".btn-primary").disabled = wrong;
});

// How fast messages are played: all alike, also those that a filter brings later. One plays at a time.
let speed = "1";
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-speed]");
  if (!button) return;
  speed = button.dataset.speed;
  for (const other of document.querySelectorAll("[data-speed]")) other.setAttribute("aria-pressed", String(other === button));
  for (const player of document.querySelectorAll("audio")) player.playbackRate = Number(speed);
});
document.addEventListener("play", (event) => {
  event.target.playbackRate = Number(speed);
  for (const player of document.querySelectorAll("audio")) if (player !== event.target) player.pause();
}, true);

// How many messages are unheard, while somebody looks. Asked by itself: HTMX would take a form that is being filled to
// the login when the session ends.
const askUnheard = async () => {
  const place = document.getElementById("unheard");
  if (!place || document.hidden) return;
  const answer = await fetch(place.dataset.unheard, { redirect: "manual" }).catch(() => null);
  if (!answer?.ok) return;
  place.innerHTML = await answer.text();
  const count = Number(place.querySelector("[data-count]")?.dataset.count ?? 0);
  const news = document.getElementById("new-messages");
  if (news && count > Number(news.dataset.shown)) news.hidden = false;
};
setInterval(askUnheard, 10000);

// Live states: {element id: its HTML}, pushed by the server. Not HTMX's extension for this: a browser has six
// connections per server for all its tabs together, so a tab that nobody looks at has to give its own back.
let stream = null;
let retry = 0;
const stopListening = () => { clearTimeout(retry); stream?.close(); stream = null; };
const listen = () => {
  stopListening();
  const place = document.querySelector("[data-live]");
  if (!place || document.hidden) return;
  stream = new EventSource(place.dataset.live);
  stream.onmessage = (message) => {
    for (const [id, html] of Object.entries(JSON.parse(message.data))) {
      const element = document.getElementById(id);
      if (element) element.innerHTML = html;
    }
  };
  // The browser tries again by itself, except after an answer that is not a stream (a proxy's error page).
  stream.onerror = () => { if (stream?.readyState === EventSource.CLOSED) retry = setTimeout(listen, 10000); };
};
document.addEventListener("visibilitychange", listen);
document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.target.id === "results") listen(); });
addEventListener("pagehide", stopListening);
addEventListener("pageshow", listen);

// The clocks of calls that go on. Counted from what the server said, as the computer's own clock may be wrong.
const shownAt = new WeakMap();
const two = (number) => String(number).padStart(2, "0");
const tick = () => {
  for (const clock of document.querySelectorAll("[data-clock]")) {
    if (!shownAt.has(clock)) shownAt.set(clock, performance.now());
    const seconds = Number(clock.dataset.clock) + Math.floor((performance.now() - shownAt.get(clock)) / 1000);
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    clock.textContent = hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  }
};
tick();
setInterval(tick, 1000);

// A part of a page that shows what goes on is asked for again, every so many seconds, until it says so no more. Not
// while somebody is in it with the keyboard, and never to the login: see above.
const askAgain = async () => {
  const part = document.querySelector("[data-again]");
  setTimeout(askAgain, 1000 * Number(part?.dataset.again ?? 5));
  if (!part || document.hidden || part.contains(document.activeElement)) return;
  const answer = await fetch(location.href, { redirect: "manual" }).catch(() => null);
  if (!answer?.ok || !part.isConnected || part.contains(document.activeElement)) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
  if (!fresh) return;
  part.replaceWith(fresh);
  htmx.process(fresh);
  tick();
};
setTimeout(askAgain, 2000);

// Nothing typed is lost. A form that was changed asks before it is left; one whose session has ended asks for the
// password in place. Before a form is sent, its token is that of the newest session: somebody may have signed in
// again in another tab.
const again = document.getElementById("sign-in-again");
const kept = "form.form[method=post]";
let changed = document.querySelector(`${kept} .field-wrong, ${kept}.asking`) !== null;
let waits = null;
document.addEventListener("input", (event) => { if (event.target.closest(kept)) changed = true; });
document.addEventListener("change", (event) => { if (event.target.closest(kept)) changed = true; });
addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
const newestToken = () => {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${again.dataset.csrf}=`));
  if (!found) return;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = found.split("=")[1];
};
const showSignIn = (page) => {
  const place = again.querySelector("[data-page]");
  place.innerHTML = page.querySelector("main").innerHTML.replaceAll('="id_', '="again_'); // the form behind has such ids too
  if (!again.open) again.showModal();
  const name = place.querySelector("[name=username]");
  if (name) name.value = again.dataset.email;
  place.querySelector("[name=password], [data-use-passkey], [name=code]")?.focus(); // the last two: the second step
};
const pageOf = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
// The dialog takes the keyboard, so a live check that finds the session ended waits until nobody has typed for two
// seconds: letters of a field never land in the dialog. Who sends the form has finished typing and is asked at once.
let typed = -Infinity;
for (const kind of ["keydown", "input"]) document.addEventListener(kind, () => { typed = performance.now(); }, true);
const typingPauses = async () => {
  while (!waits && performance.now() - typed < 2000) await new Promise((done) => setTimeout(done, 100));
};
let asking = false;
const signInPage = async () => {
  await typingPauses();
  const page = await pageOf(await fetch(`${again.dataset.signIn}?why=ended`));
  await typingPauses(); // somebody may go on while the page is on its way
  return page;
};
const askToSignIn = async (whatWaits) => {
  waits = whatWaits ?? waits;
  if (asking || again.open) return; // several live checks find out at once
  asking = true;
  const page = await signInPage().finally(() => { asking = false; });
  if (page.querySelector("[name=password]")) showSignIn(page); else signedIn(); // in another tab meanwhile
};
const signedIn = () => {
  fresh = Date.now() + 60000;
  const then = waits;
  waits = null;
  again.close();
  then?.();
};
again?.addEventListener("close", () => { waits = null; });
document.addEventListener("visibilitychange", async () => {
  if (again?.open && !document.hidden && await isSignedIn()) signedIn();
});
const isSignedIn = () => fetch(again.dataset.session, { cache: "no-store" }).then((answer) => answer.status !== 401, () => true);
// Only a page that stood for a while asks first; the server keeps what was typed in any case.
let fresh = Date.now() + 60000;
const leave = (form) => {
  newestToken();
  rememberList(form);
  if (form.matches(kept)) changed = false;
};
const sendLater = async (form, button) => {
  if (form.asks) return;
  form.asks = true;
  const send = () => { fresh = Date.now() + 60000; form.requestSubmit(button); };
  if (await isSignedIn()) send(); else askToSignIn(send);
  form.asks = false;
};
if (again) {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || again.contains(form)) return;
    if (!form.closest("main") || Date.now() < fresh) return leave(form);
    event.preventDefault();
    sendLater(form, event.submitter);
  });
  again.addEventListener("submit", async (event) => {
    event.preventDefault();
    newestToken();
    const body = new URLSearchParams(new FormData(event.target));
    const answer = await fetch(event.target.getAttribute("action") ?? again.dataset.signIn, { method: "POST", body, redirect: "manual" });
    if (answer.type !== "opaqueredirect") return showSignIn(await pageOf(answer));
    if (await isSignedIn()) signedIn(); else showSignIn(await signInPage()); // the second step took too long
  });
}
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb === "get" || !again) return;
  newestToken();
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if ("csrfmiddlewaretoken" in event.detail.parameters) event.detail.parameters.csrfmiddlewaretoken = token;
});
document.addEventListener("htmx:responseError", (event) => {
  const { status, responseText } = event.detail.xhr;
  if (status === 401) {
    if (!again) return; // the phone says so in its own words
    fresh = 0;
    return askToSignIn(null);
  }
  if (status === 409) document.getElementById("main").prepend(noteOf("warning", responseText));
  // Words of our own are a heading and a sentence; a page of somebody between us (a proxy) is not shown inside ours.
  if (status >= 500) notSaved(event.detail, /^\s*<h2>/.test(responseText) ? responseText : "");
});
document.addEventListener("htmx:sendError", (event) => notSaved(event.detail, ""));
const noteOf = (kind, words) => {
  const note = document.createElement("div");
  note.className = `note note-${kind}`;
  note.setAttribute("role", "alert");
  note.innerHTML = words;
  return note;
};
// What HTMX should have saved stays as it was typed, and the reason stands with it: in the form, where a choice says that
// it is saved, or in the message whose state it is. What only helps while somebody types (a preview) is simply not there.
const notSaved = ({ elt, requestConfig }, words) => {
  const place = elt.matches("form") ? elt : elt.closest(".message");
  if (!place || requestConfig?.verb === "get") return;
  const said = words || `<p>${document.body.dataset.unanswered}</p>`;
  const status = place.querySelector(".saved[role=status]");
  place.querySelector(":scope > .note-error")?.remove();
  if (status) status.innerHTML = `<span class="field-errors">${said.replace(/<h2>.*<\/h2>/, "").replace(/<\/?p>/g, "")}</span>`;
  else place.prepend(noteOf("error", `<div>${said}</div>`));
};

// Back to the list where one was, with its filters and on its page: each tab remembers its own.
const listAddress = () => {
  if (document.getElementById("results")) sessionStorage.setItem(location.pathname, location.search);
};
listAddress();
document.addEventListener("htmx:pushedIntoHistory", listAddress);
document.addEventListener("click", (event) => {
  const link = event.target.closest("main a[href]");
  if (!link || link.search || link.hash || link.closest("#results")) return;
  const search = sessionStorage.getItem(link.pathname);
  if (search && link.pathname !== location.pathname) link.search = search;
});
// A form stands below its list: /konta-sip/dodaj below /konta-sip/.
const rememberList = (form) => {
  const list = Object.keys(sessionStorage).find((path) => location.pathname.startsWith(path) && sessionStorage.getItem(path));
  if (!list || form.elements.back || !form.closest("main")) return;
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "back", value: list + sessionStorage.getItem(list) }));
};
