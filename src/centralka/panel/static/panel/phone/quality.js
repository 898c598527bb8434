// How the call in front sounds, as far as its packets tell: loss, jitter, round trip, and what people would say of it (MOS).
"use strict";

const Quality = (() => {
  const LOOK_EVERY = 2000;
  const LOOKS = 6; // What is told is of the last ten seconds.
  const SAID_AFTER = 3; // Looks for which a word has to stay before it is read out.
  const element = (name) => document.getElementById(`phone-quality-${name}`);
  const language = document.documentElement.lang;
  const write = (number, digits, unit) =>
    number === null ? "–" : `${number.toLocaleString(language, { maximumFractionDigits: digits, minimumFractionDigits: digits })}${unit}`;

  // The E-model (ITU-T G.107, 7) with its default values, which make 93.2 of the first two terms. `loss` from 0 to 1, `delay`
  // in milliseconds, from mouth to ear. Delay as in Cole and Rosenbluth, "Voice over IP performance monitoring" (2001); loss
  // for G.711 with concealment, which browsers do (G.113, appendix I: Ie 0, Bpl 25.1), taken as random.
  const rating = ({ loss, delay }) => {
    const lateness = 0.024 * delay + (delay > 177.3 ? 0.11 * (delay - 177.3) : 0);
    const percent = 100 * loss;
    return 93.2 - lateness - 95 * percent / (percent + 25.1);
  };
  // G.107, annex B.
  const mos = (r) => (r <= 0 ? 1 : r >= 100 ? 4.5 : 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
  // Categories of G.109: 80 is where people are satisfied, below 60 nearly all are not.
  const word = (r) => (r >= 80 ? "good" : r >= 60 ? "fair" : "bad");

  const sample = async (connection) => {
    const found = { received: 0, lost: 0, jitter: null, waited: 0, emitted: 0, trip: null, lostThere: 0 };
    for (const one of (await connection.getStats()).values()) {
      if (one.type === "inbound-rtp" && one.kind === "audio") {
        found.received += one.packetsReceived;
        found.lost += Math.max(0, one.packetsLost);
        found.jitter = one.jitter * 1000;
        found.waited += one.jitterBufferDelay * 1000;
        found.emitted += one.jitterBufferEmittedCount;
      } else if (one.type === "remote-inbound-rtp" && one.kind === "audio") {
        found.lostThere = one.fractionLost ?? 0;
        found.trip = one.roundTripTime === undefined ? found.trip : one.roundTripTime * 1000;
      } else if (one.type === "candidate-pair" && one.nominated && one.currentRoundTripTime !== undefined) {
        found.trip ??= one.currentRoundTripTime * 1000;
      }
    }
    return found;
  };
  // What came of the packets between two samples; null when none were on their way.
  const between = (first, last) => {
    const [received, lost] = [last.received - first.received, Math.max(0, last.lost - first.lost)];
    if (!received && !lost) return null;
    const emitted = last.emitted - first.emitted;
    const buffered = emitted > 0 ? (last.waited - first.waited) / emitted : 0;
    const loss = lost / (received + lost);
    // A packet holds 20 ms of sound. The way here takes half of the round trip.
    const r = rating({ loss: Math.max(loss, last.lostThere), delay: (last.trip ?? 0) / 2 + buffered + 20 });
    return { loss, lostThere: last.lostThere, jitter: last.jitter, trip: last.trip, mos: mos(r), word: word(r) };
  };

  let samples = [];
  let of = null;
  let stays = { word: "", looks: 0 };
  let said = "good";
  const forget = (connection) => { of = connection; samples = []; stays = { word: "", looks: 0 }; said = "good"; show(null, "measured"); };
  const show = (found, name) => {
    element("word").textContent = Words[`quality_${name}`];
    element("word").dataset.quality = name;
    element("loss").textContent = found ? `${write(100 * found.loss, 1, "%")} / ${write(100 * found.lostThere, 1, "%")}` : "–";
    element("jitter").textContent = found ? write(found.jitter, 0, " ms") : "–";
    element("trip").textContent = found ? write(found.trip, 0, " ms") : "–";
    element("mos").textContent = found ? write(found.mos, 1, "") : "–";
  };
  const look = async () => {
    const { front } = Calls.now;
    const connection = Calls.state(front) === "talking" ? front.session.connection : null;
    if (connection !== of) forget(connection);
    if (!connection) return;
    samples = [...samples, await sample(connection)].slice(-LOOKS);
    if (connection !== of || samples.length < 2) return;
    const found = between(samples[0], samples.at(-1));
    const name = found ? found.word : "silent";
    show(found, name);
    stays = stays.word === name ? { word: name, looks: stays.looks + 1 } : { word: name, looks: 1 };
    if (stays.looks < SAID_AFTER || said === name) return;
    said = name;
    element("said").textContent = `${Words.quality}: ${Words[`quality_${name}`]}`;
  };
  setInterval(look, LOOK_EVERY);

  return { rating, mos, word, between };
})();
