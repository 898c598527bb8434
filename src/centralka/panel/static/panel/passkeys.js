// Passkeys: asks the server what to ask the browser, and sends the browser's answer with the form. Such a form can come later,
// into the dialog that asks somebody to sign in again.
"use strict";

const able = () => globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON && navigator.credentials;
const refuse = (form) => {
  const note = form.querySelector("[data-passkey-note]");
  note.hidden = false;
  note.textContent = note.dataset.unable;
  form.querySelector("[data-use-passkey]").disabled = true;
};
if (!able()) document.querySelectorAll("form[data-passkey]").forEach(refuse);

document.addEventListener("click", async (event) => {
  const form = event.target.closest("[data-use-passkey]")?.form;
  if (!form) return;
  event.preventDefault();
  if (!able()) return refuse(form);
  const note = form.querySelector("[data-passkey-note]");
  note.hidden = true;
  try {
    const answer = await fetch(form.dataset.passkey, {
      method: "POST", headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    });
    if (answer.status === 401) return form.requestSubmit(); // too late: the answer asks to sign in, and keeps what was typed
    if (!answer.ok) throw new Error(answer.status);
    const { publicKey } = await answer.json();
    const made = form.dataset.kind === "new"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
    form.elements.credential.value = JSON.stringify(made.toJSON());
    form.requestSubmit();
  } catch {
    note.hidden = false;
    note.textContent = note.dataset.failed;
  }
});
