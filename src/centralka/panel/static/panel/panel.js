// What HTML and HTMX do not do by themselves. Every page works without it, less comfortably.
"use strict";

const say = (text) => { document.getElementById("said").textContent = text; };

// The menu on a narrow screen.
document.addEventListener("click", (event) => {
  const button = event.target.closest(".menu-button");
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
  say(done ? document.body.dataset.copied : document.body.dataset.select);
  button.toggleAttribute("data-done", done);
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
