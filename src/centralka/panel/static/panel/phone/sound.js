// The phone's microphone, speaker, level meter and ring tone.
"use strict";

const Sound = (() => {
  const element = (id) => document.getElementById(id);
  const chosen = (kind) => localStorage.getItem(`phone-${kind}`) || "";
  let stream = null;
  let context = null;
  let played = { mode: "quiet", source: null };

  const constraints = () => {
    const id = chosen("microphone");
    return { audio: id ? { deviceId: { ideal: id } } : true, video: false };
  };

  // Why there is no microphone, as one of the words of the page; "" when there is one.
  const open = async () => {
    if (!navigator.mediaDevices) return "not_secure";
    let found = null;
    try {
      found = await navigator.mediaDevices.getUserMedia(constraints());
    } catch (problem) {
      return problem.name === "NotAllowedError" ? "not_allowed" : "no_microphone";
    }
    stream?.getTracks().forEach((one) => one.stop());
    stream = found;
    context ??= new AudioContext();
    // Pulled out, or taken away in the browser's settings.
    for (const track of stream.getTracks()) track.addEventListener("ended", () => Sound.onLost());
    measure();
    await list();
    return "";
  };

  // The level meter, of the microphone as it is now; an earlier one stops by itself.
  const measure = () => {
    const measured = stream;
    const analyser = context.createAnalyser();
    const source = context.createMediaStreamSource(measured);
    source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const look = () => {
      if (measured !== stream) return source.disconnect();
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, one) => sum + one * one, 0) / samples.length;
      element("phone-meter").value = Math.min(1, Math.sqrt(power) * 3);
      setTimeout(look, 100);
    };
    look();
  };

  const list = async () => {
    const devices = await navigator.mediaDevices.enumerateDevices();
    fill("microphone", devices.filter((one) => one.kind === "audioinput"));
    const speakers = devices.filter((one) => one.kind === "audiooutput");
    element("phone-speakers").hidden = !speakers.length || !element("phone-sound").setSinkId;
    fill("speaker", speakers);
    await speak();
  };
  const fill = (kind, devices) => {
    const list = element(`phone-${kind}`);
    const usual = new Option(Words.usual, "");
    list.replaceChildren(usual, ...devices.filter((one) => one.deviceId !== "default").map((one, place) =>
      new Option(one.label || `${Words[kind]} ${place + 1}`, one.deviceId)));
    list.value = chosen(kind);
    if (list.selectedIndex < 0) list.value = "";
  };

  // Another microphone is heard at once, also in a call. One change after the other: a browser tells twice of one that is pulled out.
  let turn = Promise.resolve();
  const change = (connections) => {
    turn = turn.catch(() => {}).then(() => replace(connections));
    return turn;
  };
  const replace = async (connections) => {
    const problem = await open();
    if (problem) return problem;
    const [track] = stream.getAudioTracks();
    for (const connection of connections) {
      for (const sender of connection.getSenders()) {
        if (sender.track?.kind !== "audio") continue;
        const [own, old] = [track.clone(), sender.track];
        own.enabled = old.enabled;
        await sender.replaceTrack(own);
        old.stop();
      }
    }
    return "";
  };
  const speak = async () => {
    const sound = element("phone-sound");
    for (const one of [sound, context]) {
      if (one.setSinkId) await one.setSinkId(element("phone-speaker").value).catch(() => one.setSinkId(""));
    }
  };

  // The Polish ring, a second of sound and four of silence; and the mark of a second call, short and low, since somebody
  // talks. One sound that is played over and over: a browser slows the timers of a window that is not looked at.
  const PATTERNS = { ringing: { sounds: 1, every: 5, gain: 0.2 }, waiting: { sounds: 0.15, every: 4, gain: 0.05 } };
  const be = (mode) => {
    if (mode === played.mode || !context) return;
    played.source?.stop();
    played = { mode, source: null };
    const pattern = PATTERNS[mode];
    if (!pattern) return;
    context.resume();
    const { sampleRate } = context;
    const once = context.createBuffer(1, pattern.every * sampleRate, sampleRate);
    const samples = once.getChannelData(0);
    for (let at = 0; at < pattern.sounds * sampleRate; at++) samples[at] = pattern.gain * Math.sin(2 * Math.PI * 425 * at / sampleRate);
    played.source = Object.assign(context.createBufferSource(), { buffer: once, loop: true });
    played.source.connect(context.destination);
    played.source.start();
  };

  // A browser is silent until somebody has touched the page.
  for (const touch of ["click", "keydown"]) document.addEventListener(touch, () => context?.resume(), { once: true });

  return {
    list, be, change, speak,
    onLost: () => {},
    isOpen: () => Boolean(stream?.getTracks().some((one) => one.readyState === "live")),
    played: () => played.mode,
    choose: (kind, id) => localStorage.setItem(`phone-${kind}`, id),
    // A call has tracks of its own: mute and hang-up of one touch nothing else.
    forCall: () => stream.clone(),
    play: (remote) => { const sound = element("phone-sound"); if (sound.srcObject !== remote) sound.srcObject = remote; },
  };
})();
