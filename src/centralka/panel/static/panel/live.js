// What changes on a page while somebody looks at it.
"use strict";

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
