// Forms: what was typed, sessions that end meanwhile, and what could not be saved.
"use strict";

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
  // A page that answered a form is asked for anew by “Back”: the browser would only say that it has no such page.
  history.replaceState(history.state, "", location.href);
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
// Of a moment that is written in part, or of no number, a browser sends nothing, which means something else: no end, at once.
document.addEventListener("submit", (event) => {
  const half = [...event.target.elements].find((field) => field.validity?.badInput);
  if (!half) return;
  event.preventDefault();
  half.reportValidity();
});
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
document.addEventListener("htmx:sendError", (event) => {
  notSaved(event.detail, "");
  // The rows below are those of the search before.
  if (event.detail.elt.closest(".search, .filters")) show(document.body.dataset.unanswered);
});
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
