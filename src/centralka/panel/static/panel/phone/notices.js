// Notifications of calls that come in while nobody looks at the phone. The browser is asked for permission by a button, never at once.
"use strict";

const Notices = (() => {
  const element = (name) => document.getElementById(`phone-notices-${name}`);
  const there = "Notification" in window;
  let shown = null;

  const draw = () => {
    element("place").hidden = !there;
    if (!there) return;
    element("ask").hidden = Notification.permission !== "default";
    element("state").textContent = Notification.permission === "default" ? "" : Words[`notices_${Notification.permission}`];
  };
  const ask = async () => { await Notification.requestPermission(); draw(); };

  const elsewhere = () => there && Notification.permission === "granted" && (document.hidden || !document.hasFocus());
  const show = (title, body, options) => {
    try {
      const notice = new Notification(title, { body, ...options });
      notice.addEventListener("click", () => { focus(); notice.close(); });
      return notice;
    } catch (problem) {
      // Chrome on Android has them for service workers only; the phone rings all the same.
      console.info("no notification", problem);
      return null;
    }
  };

  const done = () => { shown?.close(); shown = null; };
  const call = (title, who) => {
    done();
    if (elsewhere()) shown = show(title, who, { tag: "centralka-call", requireInteraction: true });
  };
  const text = (title, said) => { if (elsewhere()) show(title, said, {}); };
  draw();

  return { ask, call, text, done };
})();
