// The phone as a person sees it: its calls, what can be done with them, and how they ended.
"use strict";

(() => {
  const page = document.getElementById("main");
  const element = (name) => document.getElementById(`phone-${name}`);
  const acts = (name) => page.querySelector(`[data-act="${name}"]`);
  const emergency = new RegExp(`^((\\+|00)48)?(${page.dataset.emergency.replaceAll(" ", "|")})$`);
  const title = document.title;
  const { now, state } = Calls;
  let wasLost = false;
  let opened = false;
  let afterwards = null;

  // -- What is shown ------------------------------------------------------------------------------------------------

  const nameOf = (call) => (call.name && call.name !== call.number ? call.name : "");
  const numberOf = (call) => call.grouped || call.number || Words.hidden;
  const shown = (call) => nameOf(call) || numberOf(call);
  const inWords = (call) => {
    if (call.busyWith) return call.busyWith;
    if (state(call) === "outgoing") return call.ringing ? Words.ringing : Words.calling;
    return Words[state(call)];
  };
  // A live region says what changes in it: the same words are not written twice.
  const write = (place, text) => { if (place.textContent !== text) place.textContent = text; };
  const hideParts = (place, states) => {
    for (const part of place.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").some((one) => states.includes(one));
  };
  const draw = () => {
    const { front, behind } = now;
    const [first, second] = [state(front), state(behind)];
    element("call").hidden = !front;
    element("dial").hidden = Boolean(front);
    element("call").dataset.state = first;
    element("other").hidden = !behind;
    element("other").dataset.state = second;
    if (front) {
      write(element("call-state"), inWords(front));
      write(element("name"), nameOf(front));
      write(element("number"), numberOf(front));
      hideParts(element("call"), [first === "held" ? "talking" : first, ...(front.began && !behind ? ["alone"] : [])]);
      acts("mute").setAttribute("aria-pressed", String(Boolean(front.session.isMuted().audio)));
      acts("hold").setAttribute("aria-pressed", String(first === "held"));
    }
    if (behind) {
      write(element("other-state"), second === "incoming" ? Words.waiting : Words.held_too);
      write(element("other-who"), [nameOf(behind), numberOf(behind)].filter(Boolean).join(" "));
      hideParts(element("other"), [second, `${first === "held" ? "talking" : first}-${second}`]);
    }
    element("clock").hidden = !front?.began;
    for (const form of ["transfer", "second"]) if (!front?.began || (behind && form === "second")) fold(form, false);
    document.title = first === "incoming" ? `☎ ${shown(front)}` : second === "incoming" ? `☎ ${shown(behind)}` : title;
    if (first !== "incoming" && second !== "incoming") Notices.done();
    Sound.be(first === "incoming" ? "ringing" : second === "incoming" ? "waiting" : "quiet");
    tick();
  };
  const tick = () => {
    if (!now.front?.began) return;
    const seconds = Math.floor((Date.now() - now.front.began) / 1000);
    element("clock").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  setInterval(tick, 1000);
  const fold = (form, open) => {
    element(form).hidden = !open;
    acts(form).setAttribute("aria-expanded", String(open));
  };
  // Where the keyboard goes on, once what it was at is gone. Whoever writes a text message goes on writing: a space in it must answer no call.
  const settle = () => {
    const at = document.activeElement;
    if (at.matches("input, textarea, select") && at.offsetParent) return;
    const next = { "": element("to"), incoming: acts("answer"), outgoing: acts("hang-up"), talking: acts("hang-up"), held: acts("hold") };
    next[state(now.front)].focus();
  };

  // Whose number it is, and how people read it.
  const who = async (number) => {
    const answer = number && await fetch(`${page.dataset.who}?${new URLSearchParams({ number })}`, { redirect: "manual" }).catch(() => null);
    return answer?.ok ? answer.json() : { name: "", shown: number };
  };
  Texts.who = who;
  const lookUp = async (call) => {
    const { name, shown } = await who(call.number);
    if (!Calls.isMine(call)) return;
    call.name = name || call.name;
    call.grouped = shown;
    draw();
  };

  let before = "";
  Calls.on.change = () => {
    draw();
    const is = state(now.front);
    if (is === "talking" && before !== "talking") settle();
    before = is;
  };
  Calls.on.over = (call, said) => {
    element("result").textContent = now.front ? `${shown(call)}: ${said}` : said;
    settle();
    if (now.front) return;
    afterwards?.();
    afterwards = null;
  };
  Calls.on.incoming = (call) => {
    element("result").textContent = "";
    lookUp(call);
    if (call === now.front) settle();
    const what = call === now.front ? Words.incoming : Words.waiting;
    say(`${what} ${shown(call)}`);
    Notices.call(what, [nameOf(call), numberOf(call)].filter(Boolean).join(" "));
  };

  // -- What a person does -------------------------------------------------------------------------------------------

  const digits = (typed) => typed.replace(/[\s().\/-]/g, "");
  const dial = async (typed) => {
    const number = digits(typed);
    if (!number || now.behind || (now.front && !now.front.began) || !Line.ready()) return;
    if (emergency.test(number) && !(await warned())) return;
    Line.used();
    element("result").textContent = "";
    const call = await Calls.dial(number);
    if (!call) return;
    settle();
    lookUp(call);
  };
  const warned = () => new Promise((decided) => {
    const dialog = element("emergency");
    dialog.returnValue = "";
    dialog.addEventListener("close", () => decided(dialog.returnValue === "call"), { once: true });
    dialog.showModal();
  });
  // Hand a call over; `begin` tells whether the exchange took it.
  const handOver = async (call, begin) => {
    if (call.busyWith === Words.transferring) return;
    call.busyWith = Words.transferring;
    draw();
    const done = await begin();
    call.busyWith = done || !Calls.isMine(call) ? "" : Words.not_transferred;
    draw();
  };

  const toggle = (form, field) => () => {
    const open = element(form).hidden;
    for (const one of ["transfer", "second"]) fold(one, one === form && open);
    if (open) element(field).focus();
  };
  const DO = {
    take: () => Line.start(true),
    again: () => begin(),
    reply: ({ dataset }) => Texts.reply(dataset.number),
    "call-writer": ({ dataset }) => dial(dataset.number),
    notices: () => Notices.ask(),
    answer: () => { Line.used(); element("result").textContent = ""; Calls.answer(); },
    reject: () => Calls.hangUp(now.front),
    "reject-other": () => Calls.hangUp(now.behind),
    "hang-up": () => Calls.hangUp(now.front),
    drop: () => Calls.hangUp(now.behind),
    swap: () => Calls.swap(),
    back: () => Calls.back(),
    join: () => handOver(now.front.began ? now.front : now.behind, Calls.join),
    mute: () => {
      const { session } = now.front;
      if (session.isMuted().audio) session.unmute({ audio: true }); else session.mute({ audio: true });
      draw();
    },
    hold: () => Calls.hold(state(now.front) !== "held"),
    transfer: toggle("transfer", "target"),
    second: toggle("second", "second-to"),
  };
  DO["answer-other"] = DO.answer;
  page.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button?.dataset.keyOf) return press(button.dataset.keyOf);
    if (button?.type === "button") DO[button.dataset.act]?.(button);
  });
  const press = (key) => {
    if (now.front?.began) return now.front.session.sendDTMF(key, { transportType: "RFC2833" });
    if (!now.front) { element("to").value += key; element("to").focus(); }
  };
  document.addEventListener("keydown", (event) => {
    if (!now.front?.began || !/^[0-9*#]$/.test(event.key) || event.target.matches("input, select, textarea")) return;
    press(event.key);
  });
  const submitted = (form, then) => element(form).addEventListener("submit", (event) => { event.preventDefault(); then(event.submitter?.value ?? ""); });
  submitted("dial", () => dial(element("to").value));
  submitted("second", () => dial(element("second-to").value));
  submitted("transfer", (how) => {
    const target = digits(element("target").value);
    if (how === "ask") dial(target);
    else if (target && now.front?.began) handOver(now.front, () => Calls.transfer(target));
  });

  // A page of the panel, in another window of this browser, has a number that is to be called.
  const channel = new BroadcastChannel("centralka-dial");
  const company = page.dataset.window;
  channel.addEventListener("message", ({ data }) => {
    if (data.company !== company || !data.call || !Line.mine()) return;
    channel.postMessage({ company, taken: now.front ? Words.taken_behind : Words.taken });
    if (!now.front) { element("to").value = data.call; dial(data.call); return; }
    // Whoever talks decides whether that call is put on hold.
    element("second-to").value = data.call;
    if (now.front.began && !now.behind && element("second").hidden) DO.second();
  });

  element("microphone").addEventListener("change", ({ target }) => { Sound.choose("microphone", target.value); otherMicrophone(); });
  const otherMicrophone = async () => {
    const problem = await Sound.change(Calls.connections());
    if (problem) told(problem);
  };
  element("speaker").addEventListener("change", ({ target }) => { Sound.choose("speaker", target.value); Sound.speak(); });
  navigator.mediaDevices?.addEventListener("devicechange", () => { if (Sound.isOpen()) Sound.list(); else begin(); });
  Sound.onLost = otherMicrophone;
  addEventListener("beforeunload", (event) => { if (now.front) event.preventDefault(); });

  // -- The line -----------------------------------------------------------------------------------------------------

  const NEEDS_MICROPHONE = ["no_microphone", "not_allowed"];
  // While this window is the phone, pages of the panel know it by a lock (dial.js).
  let letGo = null;
  const beKnown = () => {
    if (Line.mine() && !letGo) {
      const over = new Promise((then) => { letGo = then; });
      navigator.locks?.request(company, { mode: "shared" }, () => over);
    } else if (!Line.mine() && letGo) {
      letGo();
      letGo = null;
    }
  };
  const told = (line) => {
    beKnown();
    write(element("state"), Words[line]);
    element("state").dataset.state = line;
    element("take").hidden = !["elsewhere", "taken_over"].includes(line);
    element("again").hidden = !NEEDS_MICROPHONE.includes(line);
    acts("call").disabled = line !== "ready";
    if (line === "ready" && wasLost) Calls.tellAgain();
    if (line === "ready" && !opened) { opened = true; channel.postMessage({ company, opened }); }
    wasLost = line === "lost" || (wasLost && line !== "ready");
  };
  Line.onState(told);
  Line.whenQuiet = (then) => { if (now.front) afterwards = then; else then(); };

  let beginning = false;
  const begin = async () => {
    if (beginning || Sound.isOpen()) return;
    beginning = true;
    const problem = await Sound.change(Calls.connections());
    beginning = false;
    if (problem) told(problem); else Line.start(false);
  };
  begin();
  // Allowed in the browser's own settings: go on by itself.
  navigator.permissions?.query({ name: "microphone" }).then((permission) => { permission.onchange = begin; }, () => {});
})();
