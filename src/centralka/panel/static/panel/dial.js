// Numbers of the panel that are called by the phone in the browser. `show` is panel.js's.
"use strict";

// A number that can be called: the phone in the browser takes it from here, or its window is opened first. An address calls
// nobody (it only fills the phone's field): what is called comes from a page of the panel, by a person's choice.
const phone = new BroadcastChannel("centralka-dial");
let toDial = null;
let forgotten = 0;
const hand = ({ company, call }) => phone.postMessage({ company, call });
// A window that is the phone holds a lock of its name (phone.js), in whichever window of the browser it was opened.
const isThere = async (name) => Boolean((await navigator.locks?.query())?.held.some((lock) => lock.name === name));
// Only where none is the phone its window is opened: however long one takes to answer, it may have begun the call, which
// opening it anew would cut.
const reach = async (wanted) => {
  if (await isThere(wanted.company)) hand(wanted);
  while (toDial === wanted && await isThere(wanted.company)) await new Promise((then) => { setTimeout(then, 500); });
  if (toDial === wanted) open(wanted.address, wanted.company);
};
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-dial]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  // One of its own for each choice: whoever chooses the same number again soon is not waited for twice.
  toDial = { company: link.target, call: link.dataset.dial, address: link.href };
  reach(toDial);
  // Whoever opens the phone much later calls nobody by that.
  clearTimeout(forgotten);
  forgotten = setTimeout(() => { toDial = null; }, 60000);
});
phone.addEventListener("message", ({ data }) => {
  if (!toDial || data.company !== toDial.company) return;
  if (data.opened) hand(toDial);
  if (!data.taken) return;
  toDial = null;
  show(data.taken);
});
