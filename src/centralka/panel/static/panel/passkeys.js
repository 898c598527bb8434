// Passkeys: asks the server what to ask the browser, and sends the browser's answer with the form.
"use strict";

const able = () => globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON && navigator.credentials;

document.querySelectorAll("form[data-passkey]").forEach((form) => {
  const [button, note] = [form.querySelector("[data-use-passkey]"), form.querySelector("[data-passkey-note]")];
  if (!able()) { note.hidden = false; note.textContent = note.dataset.unable; button.disabled = true; return; }
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    note.hidden = true;
    try {
      const answer = await fetch(form.dataset.passkey, {
        method: "POST", headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      });
      if (answer.status === 401) { location.assign(form.dataset.over); return; }
      if (!answer.ok) throw new Error(answer.status);
      const { publicKey } = await answer.json();
      const made = form.dataset.kind === "new"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
      form.elements.credential.value = JSON.stringify(made.toJSON());
      form.submit();
    } catch {
      note.hidden = false;
      note.textContent = note.dataset.failed;
    }
  });
});
