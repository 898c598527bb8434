// Numbers of the panel that are called by the phone in the browser. `show` is panel.js's.
"use strict";

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
