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

  const done = () => { shown?.close(); shown = null; };
  const call = (title, who) => {
    done();
    if (!there || Notification.permission !== "granted" || (!document.hidden && document.hasFocus())) return;
    try {
      shown = new Notification(title, { body: who, tag: "centralka-call", requireInteraction: true });
    } catch (problem) {
      // Chrome on Android has them for service workers only; the phone rings all the same.
      console.info("no notification", problem);
      return;
    }
    shown.addEventListener("click", () => { focus(); done(); });
  };
  draw();

  return { ask, call, done };
})();
