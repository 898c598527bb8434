// Lists that are sought in. `say` is panel.js's.
"use strict";

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
