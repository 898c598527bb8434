// Text messages: those that come in for the account while the window is open, and the form for a new one, which HTMX brings.
"use strict";

const Texts = (() => {
  const element = (name) => document.getElementById(`phone-${name}`);
  const MOST = 20; // Older ones are in the panel.
  const language = document.documentElement.lang;

  const add = (number, name, text) => {
    const item = element("text").content.firstElementChild.cloneNode(true);
    const part = (called) => item.querySelector(`[data-part="${called}"]`);
    part("text").textContent = text;
    part("from").textContent = [name, number].filter(Boolean).join(" ") || Words.hidden;
    part("at").dateTime = new Date().toISOString();
    part("at").textContent = new Date().toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    for (const button of item.querySelectorAll("button")) button.dataset.number = number;
    item.querySelector('[data-act="call-writer"]').hidden = !number;
    // A colleague's phone wrote that one; the form writes to numbers outside.
    if (!number.startsWith("+")) item.querySelector('[data-act="reply"]')?.remove();
    element("texts-list").prepend(item);
    while (element("texts-list").children.length > MOST) element("texts-list").lastElementChild.remove();
    element("texts-in").hidden = false;
    return part("from");
  };

  Line.onText = async ({ originator, request }) => {
    if (originator !== "remote" || !request.body) return;
    const { user } = request.from.uri;
    const number = user ? decodeURIComponent(user) : "";
    const from = add(number, request.from.display_name ?? "", request.body);
    const known = await Texts.who(number);
    const name = request.from.display_name || known.name;
    from.textContent = [name, known.shown].filter(Boolean).join(" ") || Words.hidden;
    Notices.text(Words.text_came, [name || known.shown, request.body].join(": "));
  };

  // The form is asked for whenever it is not there: it may not have come the last time.
  element("texts")?.addEventListener("toggle", () => {
    if (element("texts").open && !document.getElementById("id_to")) htmx.trigger(element("texts-place"), "form-wanted");
  });
  // It may still be on its way.
  const reply = (number) => {
    const details = element("texts");
    const write = () => {
      const to = document.getElementById("id_to");
      if (!to) return false;
      to.value = number;
      document.getElementById("id_text").focus();
      return true;
    };
    details.open = true;
    if (!write()) element("texts-place").addEventListener("htmx:afterSettle", write, { once: true });
  };

  document.addEventListener("htmx:beforeRequest", () => { if (element("texts-refused")) element("texts-refused").textContent = ""; });
  const refused = ({ detail }) => {
    const missing = detail.elt === element("texts-place");
    if (element("texts-refused")) element("texts-refused").textContent = detail.xhr.status === 401 ? Words.signed_out : missing ? Words.text_form_missing : Words.text_refused;
  };
  for (const failed of ["htmx:responseError", "htmx:sendError"]) document.addEventListener(failed, refused);
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (detail.target.id === "phone-texts-place" && document.querySelector("#text-sent p")) document.getElementById("text-sent").focus();
  });

  return { reply, who: async (number) => ({ name: "", shown: number }) };
})();
