// The phone as a person sees it: one call at a time, what it does, and how it ended.
"use strict";

(() => {
  const page = document.getElementById("main");
  const element = (name) => document.getElementById(`phone-${name}`);
  const acts = (name) => page.querySelector(`[data-act="${name}"]`);
  const emergency = new RegExp(`^((\\+|00)48)?(${page.dataset.emergency.replaceAll(" ", "|")})$`);
  const title = document.title;
  const browser = { pcConfig: { iceServers: [] } };
  let call = null;
  let clock = null;
  let wasLost = false;
  let afterwards = null;

  // -- What is shown ------------------------------------------------------------------------------------------------

  const show = (state, words = Words[state]) => {
    element("call").hidden = false;
    element("call").dataset.state = state;
    element("call-state").textContent = words;
    element("result").textContent = "";
    element("dial").hidden = true;
    for (const part of element("call").querySelectorAll("[data-when]")) {
      part.hidden = !part.dataset.when.split(" ").includes(state === "held" ? "talking" : state);
    }
  };
  const showParty = (number, name) => {
    element("name").textContent = name && name !== number ? name : "";
    element("number").textContent = number || Words.hidden;
  };
  const tick = (began) => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    element("clock").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  const clear = (said) => {
    Sound.quiet();
    clearInterval(clock);
    for (const part of ["call", "clock", "transfer"]) element(part).hidden = true;
    for (const name of ["mute", "hold"]) acts(name).setAttribute("aria-pressed", "false");
    acts("transfer").setAttribute("aria-expanded", "false");
    element("dial").hidden = false;
    element("result").textContent = said;
    document.title = title;
    element("to").focus();
  };

  const lookUp = async (of, number, shown) => {
    const answer = await fetch(`${page.dataset.who}?${new URLSearchParams({ number })}`, { redirect: "manual" }).catch(() => null);
    if (!answer?.ok || call !== of) return;
    const { name } = await answer.json();
    if (name) showParty(number, name);
    if (name && shown) document.title = `☎ ${name}`;
  };

  // -- A call -------------------------------------------------------------------------------------------------------

  const follow = (session) => {
    call = session;
    const sounds = (connection) => {
      connection.addEventListener("track", ({ streams, track }) => Sound.play(streams[0] ?? new MediaStream([track])));
      connection.addEventListener("iceconnectionstatechange", () => {
        if (connection.iceConnectionState !== "failed" || call !== session) return;
        element("result").textContent = Words.no_sound;
        session.terminate();
      });
    };
    if (session.connection) sounds(session.connection);
    session.on("peerconnection", ({ peerconnection }) => sounds(peerconnection));
    // A browser that hides its addresses writes 0.0.0.0, which once meant "on hold" (RFC 2543), and the exchange would take it
    // so. Where the sound really goes is found by ICE.
    session.on("sdp", (event) => { if (event.originator === "local") event.sdp = event.sdp.replace(/^c=IN IP4 0\.0\.0\.0/gm, "c=IN IP4 127.0.0.1"); });
    session.on("progress", () => { if (session.direction === "outgoing") element("call-state").textContent = Words.ringing; });
    session.on("confirmed", () => talk());
    session.on("ended", () => over(session, Words.ended));
    session.on("failed", ({ message, originator }) => over(session, failure(message, originator)));
  };
  const talk = () => {
    Sound.quiet();
    show("talking");
    document.title = title;
    const began = Date.now();
    tick(began);
    element("clock").hidden = false;
    clearInterval(clock);
    clock = setInterval(() => tick(began), 1000);
    acts("hang-up").focus();
  };
  const over = (session, said) => {
    for (const sender of session.connection?.getSenders() ?? []) sender.track?.stop();
    if (call !== session) return;
    call = null;
    clear(said);
    afterwards?.();
    afterwards = null;
  };

  // What the exchange says of a call that came to nothing (Q.850 in RFC 3326's header, else SIP's status).
  const failure = (message, originator) => {
    if (originator === "local" || !message) return Words.ended;
    const cause = Number(/cause=(\d+)/.exec(message.getHeader?.("Reason") ?? "")?.[1] ?? 0);
    if ([17, 21].includes(cause) || [486, 600, 603].includes(message.status_code)) return Words.busy;
    if (cause === 19) return Words.unanswered;
    if ([18, 20].includes(cause) || message.status_code === 480) return Words.unavailable;
    if ([1, 28].includes(cause) || [404, 484].includes(message.status_code)) return Words.wrong_number;
    return message.status_code ? Words.refused : Words.ended;
  };

  Line.onSession = ({ originator, session }) => {
    if (originator === "local") return;
    // One call at a time, and none for a phone that is another window's by now.
    if (call || !Line.ready()) return session.terminate({ status_code: 486 });
    const { user } = session.remote_identity.uri;
    const number = user === "anonymous" ? "" : decodeURIComponent(user);
    follow(session);
    show("incoming");
    showParty(number, session.remote_identity.display_name);
    document.title = `☎ ${session.remote_identity.display_name || number || Words.hidden}`;
    if (number) lookUp(session, number, true);
    Sound.ring();
    acts("answer").focus();
  };

  const dial = async (typed) => {
    const number = typed.replace(/[\s().\/-]/g, "");
    if (!number || call || !Line.ready()) return;
    if (emergency.test(number) && !(await warned())) return;
    Line.used();
    follow(Line.call(number, { ...browser, mediaStream: Sound.forCall() }));
    show("outgoing", Words.calling);
    showParty(number, "");
    lookUp(call, number, false);
    acts("hang-up").focus();
  };
  const warned = () => new Promise((decided) => {
    const dialog = element("emergency");
    dialog.returnValue = "";
    dialog.addEventListener("close", () => decided(dialog.returnValue === "call"), { once: true });
    dialog.showModal();
  });

  // -- What a person does -------------------------------------------------------------------------------------------

  const pressed = (name, on) => acts(name).setAttribute("aria-pressed", String(on));
  const DO = {
    take: () => Line.start(true),
    answer: () => { Line.used(); Sound.quiet(); call?.answer({ ...browser, mediaStream: Sound.forCall() }); },
    reject: () => call?.terminate({ status_code: 486 }),
    "hang-up": () => call?.terminate(),
    mute: () => {
      const muted = !call.isMuted().audio;
      if (muted) call.mute({ audio: true }); else call.unmute({ audio: true });
      pressed("mute", muted);
    },
    hold: () => {
      const held = !call.isOnHold().local;
      if (!(held ? call.hold() : call.unhold())) return;
      pressed("hold", held);
      show(held ? "held" : "talking");
    },
    transfer: () => {
      const open = element("transfer").toggleAttribute("hidden") === false;
      acts("transfer").setAttribute("aria-expanded", String(open));
      if (open) element("target").focus();
    },
  };
  page.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button?.dataset.keyOf) return press(button.dataset.keyOf);
    if (button?.type === "button") DO[button.dataset.act]?.();
  });
  const press = (key) => {
    if (call?.isEstablished()) return call.sendDTMF(key, { transportType: "RFC2833" });
    if (!call) { element("to").value += key; element("to").focus(); }
  };
  document.addEventListener("keydown", (event) => {
    if (!call?.isEstablished() || !/^[0-9*#]$/.test(event.key) || event.target.matches("input, select")) return;
    press(event.key);
  });
  element("dial").addEventListener("submit", (event) => { event.preventDefault(); dial(element("to").value); });

  element("transfer").addEventListener("submit", (event) => {
    event.preventDefault();
    const sent = call;
    const target = element("target").value.replace(/[\s().\/-]/g, "");
    if (!sent || !target) return;
    element("call-state").textContent = Words.transferring;
    const kept = () => { if (call === sent) element("call-state").textContent = Words.not_transferred; };
    sent.refer(Line.address(target), {
      eventHandlers: {
        requestFailed: kept,
        failed: kept,
        accepted: () => { if (call !== sent) return; sent.terminate(); element("result").textContent = Words.transferred; },
      },
    });
  });

  element("microphone").addEventListener("change", async ({ target }) => {
    Sound.choose("microphone", target.value);
    const problem = await Sound.change(call?.connection ? [call.connection] : []);
    if (problem) told(problem);
  });
  element("speaker").addEventListener("change", ({ target }) => { Sound.choose("speaker", target.value); Sound.speak(); });
  navigator.mediaDevices?.addEventListener("devicechange", () => Sound.list());
  addEventListener("beforeunload", (event) => { if (call) event.preventDefault(); });

  // A page of the panel, in another window of this browser, has a number that is to be called.
  const channel = new BroadcastChannel("centralka-dial");
  const company = page.dataset.window;
  channel.addEventListener("message", ({ data }) => {
    if (data.company !== company || !data.call || !Line.mine()) return;
    channel.postMessage({ company, taken: Words.taken });
    element("to").value = data.call;
    dial(data.call);
  });
  let opened = false;

  // -- The line -----------------------------------------------------------------------------------------------------

  const told = (state) => {
    element("state").textContent = Words[state];
    element("state").dataset.state = state;
    element("take").hidden = !["elsewhere", "taken_over"].includes(state);
    acts("call").disabled = state !== "ready";
    // The other side's messages lead to the connection of before, until they are told of this one.
    if (state === "ready" && wasLost && call?.isEstablished()) call.renegotiate();
    if (state === "ready" && !opened) { opened = true; channel.postMessage({ company, opened }); }
    wasLost = state === "lost" || (wasLost && state !== "ready");
  };
  Line.onState(told);
  Line.whenQuiet = (then) => { if (call) afterwards = then; else then(); };

  const begin = async () => {
    const problem = await Sound.open();
    if (problem) return told(problem);
    Line.start(false);
  };
  begin();
})();
