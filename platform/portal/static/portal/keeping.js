// What is typed keeps itself: in this browser at once, and on the server as a draft voucher.
// Without this file the form is kept and posted by its buttons.
(() => {
  "use strict";
  const form = document.querySelector("[data-entry-form]");
  const COLUMNS = ["account", "debit", "credit", "memo"];
  const HEADS = ["entry_date", "reference", "description"];
  const HERE_AFTER = 300, SEND_AFTER = 1500, AGAIN_AFTER = [3000, 6000, 15000], PATIENCE = 15000;
  const hidden = (name) => form.elements.namedItem(name);

  // --- in this browser -----------------------------------------------------------------------

  // Note [The draft keeps the key]
  // A lost connection leaves the officer not knowing. What is kept here holds the form's key too,
  // so that restoring and sending it again finds what the key did, and does it if it did not.
  const base = `openlaas-draft/${form.dataset.draft}`;
  const name = hidden("voucher").value ? `${base}/${hidden("voucher").value}` : base;

  function typed() {
    const lines = [...form.querySelectorAll("[data-line]")].map(
      (line) => COLUMNS.map((column) => line.querySelector(`[name="${column}"]`).value));
    return { heads: HEADS.map((head) => hidden(head).value), lines };
  }
  const isAnything = ({ heads, lines }) => Boolean(heads[1] || heads[2] || lines.flat().some(Boolean));

  function keepHere(isSent) {
    const now = typed();
    try {
      if (!isAnything(now)) return localStorage.removeItem(name);
      const draft = { ...now, key: hidden("key").value, voucher: hidden("voucher").value, version: hidden("version").value, isSent };
      localStorage.setItem(name, JSON.stringify(draft));
    } catch {
      // The browser keeps nothing for us; the server does.
    }
    return undefined;
  }

  function keptHere() {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  }

  function forgetHere() {
    try {
      localStorage.removeItem(name);
    } catch {
      // Nothing was kept.
    }
  }

  function restore(draft) {
    for (const part of ["key", "voucher", "version"]) hidden(part).value = draft[part] ?? "";
    HEADS.forEach((head, index) => { hidden(head).value = draft.heads[index]; });
    form.dispatchEvent(new CustomEvent("entry:restore", { detail: draft.lines }));
  }

  // --- on the server --------------------------------------------------------------------------

  const sign = form.querySelector("[data-keeping]");
  let known = hidden("voucher").value ? words() : ""; // what the server holds, as far as we know
  let lost = null; // sent, but no answer came: sent again word for word, before anything else
  let running = null;
  let isStopped = form.hasAttribute("data-conflict");
  let timer, tries = 0;

  function words() {
    const fields = new FormData(form);
    for (const part of ["csrfmiddlewaretoken", "voucher", "version"]) fields.delete(part);
    return new URLSearchParams(fields).toString();
  }

  function parcel(text) {
    const body = new URLSearchParams(text);
    for (const part of ["csrfmiddlewaretoken", "voucher", "version"]) body.set(part, hidden(part).value);
    return body;
  }
  const send = (text, more) => fetch(form.dataset.save, {
    method: "POST", body: parcel(text), headers: { "HX-Request": "true" }, ...more,
  });

  function tell(text, isWrong = false) {
    sign.textContent = text;
    sign.classList.toggle("is-wrong", isWrong);
  }

  function soon(wait) {
    clearTimeout(timer);
    timer = setTimeout(keepThere, wait);
  }

  function again(text, sent) {
    lost = sent;
    keepHere(false);
    tell(text, true);
    soon(AGAIN_AFTER[Math.min(tries, AGAIN_AFTER.length - 1)]);
    tries += 1;
  }

  async function exchange(sent) {
    let answer;
    let told = {};
    try {
      answer = await send(sent, { signal: AbortSignal.timeout(PATIENCE) });
      if (answer.headers.get("Content-Type")?.includes("json")) told = await answer.json();
    } catch {
      return again(sign.dataset.unsent, sent);
    }
    if (answer.status === 401) return again(sign.dataset.signedOut, sent);
    if (answer.status >= 500 || told.again) return again(told.words ?? sign.dataset.unsent, sent);
    if (!answer.ok || !told.voucher) {
      isStopped = true;
      keepHere(false);
      return tell(told.words ?? sign.dataset.unsent, true);
    }
    hidden("voucher").value = told.voucher;
    hidden("version").value = told.version;
    [known, lost, tries] = [sent, null, 0];
    const isAll = words() === known;
    keepHere(isAll);
    tell(`${sign.dataset.kept} ${told.at}`);
    if (!isAll) soon(SEND_AFTER);
    return undefined;
  }

  function keepThere() {
    clearTimeout(timer);
    if (isStopped || running || form.dataset.sent) return;
    const sent = lost ?? words();
    if (sent === known || (!hidden("voucher").value && !isAnything(typed()))) return;
    if (!sign.classList.contains("is-wrong")) tell(sign.dataset.saving);
    running = exchange(sent).finally(() => { running = null; });
  }

  let hereTimer;
  form.addEventListener("entry:changed", () => {
    clearTimeout(hereTimer);
    hereTimer = setTimeout(() => keepHere(words() === known), HERE_AFTER);
    if (!lost) soon(SEND_AFTER);
  });
  window.addEventListener("online", () => soon(0));
  window.addEventListener("offline", () => { if (words() !== known && isAnything(typed())) tell(sign.dataset.unsent, true); });
  window.addEventListener("pagehide", () => {
    if (isStopped || form.dataset.sent || words() === known || !isAnything(typed())) return;
    keepHere(false);
    send(words(), { keepalive: true }).catch(() => {});
  });

  // --- sent once, after what is on its way has arrived ----------------------------------------

  const buttons = [...form.querySelectorAll("[data-post], [data-keep]")];
  const labels = buttons.map((button) => button.innerHTML);
  let isReady = false;

  form.addEventListener("submit", (event) => {
    if (isReady) return undefined;
    if (form.dataset.sent) return event.preventDefault();
    if (navigator.onLine === false) {
      event.preventDefault();
      keepHere(false);
      return tell(sign.dataset.unsent, true);
    }
    form.dataset.sent = "1";
    keepHere(false);
    try {
      sessionStorage.setItem("openlaas-sent", name);
    } catch {
      // Then the draft stays in this browser until it is dropped.
    }
    const pressed = event.submitter ?? buttons.at(-1);
    pressed.textContent = form.dataset.busyWords;
    pressed.setAttribute("aria-disabled", "true");
    if (!running) return undefined;
    event.preventDefault();
    const patience = new Promise((done) => { setTimeout(done, 3000); });
    return Promise.race([running, patience]).then(() => {
      isReady = true;
      form.requestSubmit(pressed);
    });
  });
  window.addEventListener("pageshow", () => {
    delete form.dataset.sent;
    isReady = false;
    buttons.forEach((button, index) => {
      button.innerHTML = labels[index];
      button.removeAttribute("aria-disabled");
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.code !== "KeyS" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    form.querySelector("[data-keep]").click();
  });

  // --- what was left here ---------------------------------------------------------------------

  const notice = document.querySelector("[data-draft-found]");
  const left = keptHere();
  const isOffered = form.hasAttribute("data-fresh") || (hidden("voucher").value && !form.hasAttribute("data-conflict") && left && !left.isSent);
  if (left?.heads && isOffered) {
    notice.querySelector("[data-draft-words]").textContent = left.heads[2] ? `“${left.heads[2]}”` : "";
    notice.hidden = false;
  }
  notice.addEventListener("click", (event) => {
    if (event.target.closest("[data-draft-restore]")) restore(left);
    else if (event.target.closest("[data-draft-drop]")) forgetHere();
    else return;
    notice.hidden = true;
    hidden("description").focus();
  });
  document.querySelector("[data-forget-mine]")?.addEventListener("click", forgetHere);
})();
