// The calls of this phone, two at most: one in front, which is heard, and one behind it, on hold or waiting to be answered.
"use strict";

const Calls = (() => {
  const browser = { pcConfig: { iceServers: [] } };
  const now = { front: null, behind: null };
  const on = { change: () => {}, over: () => {}, incoming: () => {} };

  const party = (session) => {
    const { user } = session.remote_identity.uri;
    return user === "anonymous" ? "" : decodeURIComponent(user);
  };
  const isMine = (call) => call === now.front || call === now.behind;
  // incoming, outgoing, talking, held; "" for no call.
  const state = (call) => {
    if (!call) return "";
    if (!call.began) return call.session.direction;
    return call.session.isOnHold().local ? "held" : "talking";
  };
  const change = () => { Sound.play(now.front?.stream ?? null); on.change(); };

  const follow = (session, number, name = "") => {
    const call = { session, number, name, began: 0, ringing: false, stream: null, encrypted: false, said: "" };
    const listen = (connection) => {
      connection.addEventListener("track", ({ streams, track }) => {
        call.stream = streams[0] ?? new MediaStream([track]);
        if (call === now.front) Sound.play(call.stream);
      });
      // Firefox before 113 does not tell whether keys were agreed on; its calls go on.
      call.encrypted ||= !("connectionState" in connection);
      connection.addEventListener("connectionstatechange", () => { call.encrypted ||= connection.connectionState === "connected"; });
      connection.addEventListener("iceconnectionstatechange", () => {
        if (connection.iceConnectionState !== "failed" || !isMine(call)) return;
        call.said = Words.no_sound;
        session.terminate();
      });
    };
    if (session.connection) listen(session.connection);
    session.on("peerconnection", ({ peerconnection }) => listen(peerconnection));
    // A browser that hides its addresses writes 0.0.0.0, which once meant "on hold" (RFC 2543), and the exchange would take it
    // so; where the sound really goes is found by ICE. Nor can the exchange send anything to the names (….local) in place of addresses: it gave up at once if the browser's own
    // packet came later than that, and heard nothing. To an address where nobody answers it goes on sending, and waits meanwhile.
    session.on("sdp", (event) => {
      if (event.originator !== "local") return;
      event.sdp = event.sdp.replace(/^c=IN IP4 0\.0\.0\.0/gm, "c=IN IP4 127.0.0.1").replace(/^(a=candidate:.*) [0-9a-f-]+\.local /gm, "$1 127.0.0.1 ");
    });
    session.on("progress", () => { call.ringing = true; change(); });
    session.on("confirmed", () => { call.began = Date.now(); change(); endSilent(call); });
    session.on("ended", ({ originator }) => over(call, originator === "remote" && isSilent(call) ? Words.never_sound : Words.ended));
    session.on("failed", ({ message, originator }) => over(call, failure(message, originator)));
    return call;
  };
  // A way was found, and the keys for the sound were not agreed on. The exchange ends such a call after ten seconds.
  const SOUND_WITHIN = 13000;
  const isSilent = (call) => !call.encrypted && Date.now() - call.began > SOUND_WITHIN / 2;
  const endSilent = (call) => setTimeout(() => {
    if (!isMine(call) || call.encrypted) return;
    call.said = Words.never_sound;
    call.session.terminate();
  }, SOUND_WITHIN);
  const over = (call, said) => {
    for (const sender of call.session.connection?.getSenders() ?? []) sender.track?.stop();
    if (!isMine(call)) return;
    if (call === now.front) now.front = now.behind;
    now.behind = null;
    change();
    on.over(call, call.said || said);
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

  // Put a call on hold or take it back. Tells whether it is so; a call that ends meanwhile is not.
  const setHold = (call, held) => new Promise((told) => {
    const { session } = call;
    const gone = () => done(false);
    const done = (isSo) => {
      for (const end of ["ended", "failed"]) session.removeListener(end, gone);
      told(isSo);
    };
    const attempt = () => {
      if (session.isEnded()) return done(false);
      if (session.isOnHold().local === held) return done(true);
      // Refused while another negotiation goes on: soon again.
      if (!(held ? session.hold({}, () => done(true)) : session.unhold({}, () => done(true)))) setTimeout(attempt, 100);
      change();
    };
    for (const end of ["ended", "failed"]) session.on(end, gone);
    attempt();
  });
  const inFront = async () => !now.front || (Boolean(now.front.began) && await setHold(now.front, true));

  const dial = async (number) => {
    const before = now.front;
    if (now.behind || !(await inFront()) || now.front !== before || now.behind || !Line.ready()) return null;
    now.front = follow(Line.call(number, { ...browser, mediaStream: Sound.forCall() }), number);
    now.behind = before;
    change();
    return now.front;
  };
  const answer = async () => {
    const waits = state(now.front) === "incoming" ? now.front : now.behind;
    if (state(waits) !== "incoming") return;
    if (waits === now.behind) {
      const before = now.front;
      if (!(await inFront()) || now.behind !== waits) return;
      [now.front, now.behind] = [waits, before];
    }
    waits.session.answer({ ...browser, mediaStream: Sound.forCall() });
    change();
  };
  const swap = async () => {
    const [first, second] = [now.front, now.behind];
    if (!(await setHold(first, true)) || now.front !== first || now.behind !== second) return;
    [now.front, now.behind] = [second, first];
    await setHold(second, false);
    change();
  };
  // Hang up what is in front, and go on with the one behind.
  const back = async () => {
    const { front, behind } = now;
    hangUp(front);
    if (await setHold(behind, false)) change();
  };
  const hangUp = (call) => { if (call && !call.session.isEnded()) call.session.terminate(state(call) === "incoming" ? { status_code: 486 } : {}); };

  // Hand a call over: to a number, or to the other call's party. It is this phone's until the exchange says that it has it.
  const refer = (call, number, other) => new Promise((done) => {
    const calls = other ? [call, other] : [call];
    const kept = () => { for (const one of calls) one.said = ""; done(false); };
    for (const one of calls) one.said = Words.transferred;
    call.session.refer(Line.address(number), {
      ...(other && { replaces: dialogOf(other.session) }),
      eventHandlers: { requestFailed: kept, failed: kept, accepted: () => { for (const one of calls) hangUp(one); done(true); } },
    });
  });
  const join = () => {
    const { front, behind } = now;
    // Which call is meant the exchange knows by its tags; an address needs some name where the number is hidden.
    if (front.began) return refer(behind, front.number || "anonymous", front);
    // Nobody has answered yet: the other phone is rung anew, by the caller.
    hangUp(front);
    return refer(behind, front.number);
  };
  // The tags as the exchange sees them (RFC 3891, 3): JsSIP takes those of a call that it made itself.
  const dialogOf = ({ direction, _request, _from_tag, _to_tag }) =>
    direction === "outgoing" ? { _request, _from_tag, _to_tag } : { _request, _from_tag: _to_tag, _to_tag: _from_tag };

  Line.onSession = ({ originator, session }) => {
    if (originator === "local") return;
    // Two calls at most, and none for a phone that is another window's by now.
    if (now.behind || !Line.ready()) return session.terminate({ status_code: 486 });
    const call = follow(session, party(session), session.remote_identity.display_name);
    now[now.front ? "behind" : "front"] = call;
    change();
    on.incoming(call);
  };

  return {
    now, on, state, dial, answer, swap, back, hangUp, isMine,
    hold: (held) => setHold(now.front, held),
    transfer: (number) => refer(now.front, number),
    join,
    connections: () => [now.front, now.behind].map((call) => call?.session.connection).filter(Boolean),
    // The other side's messages lead to the connection of before, until they are told of this one.
    tellAgain: () => { for (const call of [now.front, now.behind]) if (call?.began) call.session.renegotiate(); },
  };
})();
