// The phone's line to the exchange: what it proves itself with, the connection, and coming back by itself.
"use strict";

const Words = JSON.parse(document.getElementById("phone-words").textContent);

const Line = (() => {
  const page = document.getElementById("main");
  const csrf = page.querySelector("[name=csrfmiddlewaretoken]").value;
  const ASK_EVERY = 30000; // What it proves itself with is good for ten minutes.
  const REGISTERED_FOR = 90; // Seconds; the exchange takes no less than 60.
  // A page that is loaded again is the same window.
  const drawn = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const name = sessionStorage.getItem("phone-window") || drawn();
  sessionStorage.setItem("phone-window", name);
  const mine = { username: "", password: "", login: "" };
  // The other windows of this browser learn at once that the phone is somewhere else now; other computers when they ask next.
  const others = new BroadcastChannel("centralka-phone");
  let agent = null;
  let asking = null;
  let later = null;
  let starting = false;
  let tell = () => {};

  const post = (address, fields) => {
    const body = new URLSearchParams({ csrfmiddlewaretoken: csrf, window: name, username: mine.username, ...fields });
    return fetch(address, { method: "POST", body, headers: { "X-CSRFToken": csrf }, redirect: "manual" });
  };

  // Why this window has no phone, as one of the words of the page; "" when it has one.
  const key = async (fields) => {
    const answer = await post(page.dataset.key, fields).catch(() => null);
    if (!answer || answer.status >= 500) return "lost";
    if (answer.status === 409) {
      const { problem } = await answer.json();
      return problem === "no_account" ? "no_account" : mine.username ? "taken_over" : "elsewhere";
    }
    if (!answer.ok) return "signed_out";
    const given = await answer.json();
    if (given.password) Object.assign(mine, given);
    return "";
  };

  // One question at a time: two answers would each make the other's password void.
  const ask = (fields = {}) => {
    asking ??= key(fields).finally(() => { asking = null; });
    return asking;
  };

  const prolong = async (fields = {}) => {
    clearTimeout(later);
    const before = mine.username;
    const problem = await ask(fields);
    if (!agent) return problem;
    if (problem && problem !== "lost") { end(problem); return problem; }
    later = setTimeout(prolong, problem ? 3000 : ASK_EVERY);
    if (!problem && mine.username !== before) use();
    return problem;
  };

  // The exchange does not believe what this phone has: it was not prolonged in time, or the session is over.
  const refused = async () => {
    if (await prolong() === "") setTimeout(() => agent?.register(), 2000);
  };

  const use = () => {
    agent.set("authorization_user", mine.username);
    agent.set("password", mine.password);
    if (agent.isConnected()) agent.register();
  };

  // One agent, however often somebody presses: a call would ring at each.
  const start = async (takeOver) => {
    if (starting) return;
    if (agent) { tell(agent.isRegistered() ? "ready" : "lost"); return; }
    starting = true;
    const problem = await ask(takeOver ? { take_over: "1", used: "1" } : {});
    starting = false;
    if (problem === "lost") { tell("lost"); setTimeout(() => start(takeOver), 3000); return; }
    if (problem) { tell(problem); return; }
    if (takeOver) others.postMessage("taken over");
    later = setTimeout(prolong, ASK_EVERY);
    connect();
  };

  const connect = () => {
    const secure = location.protocol === "https:";
    const made = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(secure ? page.dataset.wss : page.dataset.ws)],
      uri: `sip:${mine.login}@centralka.invalid`,
      authorization_user: mine.username,
      password: mine.password,
      register_expires: REGISTERED_FOR,
      session_timers: false,
      user_agent: "Centralka (browser)",
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 5,
    });
    const ended = () => made !== agent;
    made.on("registered", () => { if (!ended()) tell("ready"); });
    made.on("disconnected", () => { if (!ended()) tell("lost"); });
    made.on("registrationFailed", ({ response }) => {
      if (ended()) return;
      tell("lost");
      if (response && [401, 403, 407].includes(response.status_code)) refused();
      else setTimeout(() => { if (!ended() && made.isConnected()) made.register(); }, 3000);
    });
    made.on("newMessage", (event) => Line.onText(event));
    made.on("newRTCSession", (event) => Line.onSession(event));
    agent = made;
    tell("starting");
    agent.start();
  };

  // No calls come any more. One that is going on goes on, and takes the connection with it at its end.
  const end = (why) => {
    clearTimeout(later);
    const gone = agent;
    agent = null;
    tell(why);
    gone.unregister();
    Line.whenQuiet(() => gone.stop());
  };

  addEventListener("pagehide", () => {
    if (!agent) return;
    const body = new URLSearchParams({ csrfmiddlewaretoken: csrf, window: name, username: mine.username });
    navigator.sendBeacon(page.dataset.close, body);
    agent.stop();
  });
  others.addEventListener("message", () => { if (agent) prolong(); });
  // The computer slept, or its network changed: what has been missed is asked for now.
  addEventListener("online", () => { if (agent) prolong(); });

  return {
    start,
    onState: (told) => { tell = told; },
    onSession: () => {},
    onText: () => {},
    whenQuiet: (then) => then(),
    used: () => prolong({ used: "1" }),
    call: (number, options) => agent.call(Line.address(number), options),
    address: (number) => `sip:${encodeURIComponent(number).replace("%2B", "+")}@centralka.invalid`,
    mine: () => Boolean(agent),
    ready: () => Boolean(agent?.isConnected()),
  };
})();
