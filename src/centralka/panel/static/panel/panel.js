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

// Safari before 16 sends no form by itself: a button is pressed in it.
HTMLFormElement.prototype.requestSubmit ??= function requestSubmit(button) {
  const pressed = button ?? this.appendChild(Object.assign(document.createElement("button"), { hidden: true }));
  pressed.click();
  if (!button) pressed.remove();
};
// Safari before 17 does not tell its style sheets that scripts run.
if (!matchMedia("(scripting: enabled)").matches) document.documentElement.classList.add("scripts");

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
