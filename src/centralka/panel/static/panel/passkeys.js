// Passkeys: asks the server what to ask the browser, and sends the browser's answer with the form. Such a form can come later,
// into the dialog that asks somebody to sign in again.
"use strict";

const able = () => globalThis.PublicKeyCredential && navigator.credentials;

// Safari before 18.4 does not read and write JSON itself (Web Authentication Level 3, 5.1.8 and 5.1.9; bytes are base64url).
const read = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const write = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const withBytes = (one) => ({ ...one, id: read(one.id) });
const options = (asked) => ({
  ...asked,
  challenge: read(asked.challenge),
  ...(asked.user && { user: withBytes(asked.user) }),
  ...(asked.excludeCredentials && { excludeCredentials: asked.excludeCredentials.map(withBytes) }),
  ...(asked.allowCredentials && { allowCredentials: asked.allowCredentials.map(withBytes) }),
});
const IN_ANSWERS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
const written = (made) => made.toJSON?.() ?? {
  id: made.id,
  rawId: write(made.rawId),
  type: made.type,
  clientExtensionResults: made.getClientExtensionResults(),
  response: Object.fromEntries(IN_ANSWERS.filter((name) => made.response[name]).map((name) => [name, write(made.response[name])])),
};
const refuse = (form) => {
  const note = form.querySelector("[data-passkey-note]");
  note.hidden = false;
  note.textContent = note.dataset.unable;
  form.querySelector("[data-use-passkey]").disabled = true;
};
// What is wrong with name and password comes before a key is made. `pageOf` is typed.js's.
const refused = (form, page) => {
  form.closest("main").innerHTML = page.querySelector("main").innerHTML;
  document.title = page.title;
  document.getElementById("errors").focus();
};
if (!able()) document.querySelectorAll("form[data-passkey]").forEach(refuse);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("form[data-passkey] input")) return;
  event.preventDefault();
  event.target.form.querySelector("[data-use-passkey]").click();
});
document.addEventListener("click", async (event) => {
  const form = event.target.closest("[data-use-passkey]")?.form;
  if (!form) return;
  event.preventDefault();
  if (!able()) return refuse(form);
  const note = form.querySelector("[data-passkey-note]");
  note.hidden = true;
  try {
    const answer = await fetch(form.dataset.passkey, {
      method: "POST", headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value }, body: new URLSearchParams(new FormData(form)),
    });
    if (answer.status === 401) return form.requestSubmit(); // too late: the answer asks to sign in, and keeps what was typed
    if (!answer.ok) throw new Error(answer.status);
    if (!answer.headers.get("Content-Type").startsWith("application/json")) return refused(form, await pageOf(answer));
    const { publicKey } = await answer.json();
    const made = form.dataset.kind === "new"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON?.(publicKey) ?? options(publicKey) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON?.(publicKey) ?? options(publicKey) });
    form.elements.credential.value = JSON.stringify(written(made));
    form.requestSubmit();
  } catch {
    note.hidden = false;
    note.textContent = note.dataset.failed;
  }
});
