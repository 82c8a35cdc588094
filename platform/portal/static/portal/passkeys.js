// Forms that a passkey signs: ask the server what to sign, the device to sign it, send the answer.
(() => {
  "use strict";
  if (!window.PublicKeyCredential) return;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const words = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withIds = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  // What the server wrote as text, browsers take as bytes. Newer ones could do this themselves.
  function asked(options) {
    const found = { ...options, challenge: bytes(options.challenge) };
    if (options.user) found.user = { ...options.user, id: bytes(options.user.id) };
    if (options.excludeCredentials) found.excludeCredentials = withIds(options.excludeCredentials);
    if (options.allowCredentials) found.allowCredentials = withIds(options.allowCredentials);
    return found;
  }

  function answer(credential) {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = words(credential.response[part]);
    }
    return { id: credential.id, rawId: words(credential.rawId), type: credential.type, response };
  }

  async function sign(form) {
    const reply = await fetch(form.dataset.passkey, {
      method: "POST",
      headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    });
    if (!reply.ok) return form.submit(); // too late or signed out: the page that comes says so
    const options = { publicKey: asked(await reply.json()) };
    const credential = form.dataset.makes
      ? await navigator.credentials.create(options)
      : await navigator.credentials.get(options);
    form.elements.credential.value = JSON.stringify(answer(credential));
    form.submit();
  }

  for (const note of document.querySelectorAll("[data-no-passkeys]")) note.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("button");
    const failed = form.querySelector("[data-failed]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      failed.textContent = "";
      try {
        await sign(form);
      } catch (error) {
        const isKnown = error.name === "InvalidStateError" && form.dataset.known;
        failed.textContent = isKnown ? form.dataset.known : form.dataset.cancelled;
        button.disabled = false;
        button.focus();
      }
    });
  }
  // Coming back by Back finds the button as it was.
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("form[data-passkey] button")) button.disabled = false;
  });
})();
