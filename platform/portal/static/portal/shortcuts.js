// On every page: Alt shortcuts, printing, showing a password, and forms that are sent once.
(() => {
  "use strict";
  document.documentElement.classList.add("js");

  // By the key's place on the board, not its letter: with the Thai layout Alt+N types another one.
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = document.querySelector(`[data-shortcut="${CSS.escape(event.code)}"]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    const reveal = event.target.closest("[data-reveal]");
    if (reveal) {
      const field = document.getElementById(reveal.dataset.reveal);
      const isShown = field.type === "password";
      field.type = isShown ? "text" : "password";
      reveal.setAttribute("aria-pressed", String(isShown));
      field.focus();
    }
  });

  // A second press while the first is on its way sends nothing. Coming back by Back sends again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
  });

  document.querySelector("[data-select]")?.addEventListener("focus", (event) => event.target.select());

  const filter = document.querySelector("[data-filters]");
  filter?.addEventListener("input", () => {
    const words = filter.value.trim();
    for (const item of document.getElementById(filter.dataset.filters).children) {
      item.hidden = !item.dataset.words.includes(words);
    }
  });

  // A document's form arrived too.
  if (document.querySelector("[data-forget-flow]")) {
    try {
      const sent = sessionStorage.getItem("openlaas-flow-sent");
      if (sent) localStorage.removeItem(sent);
      sessionStorage.removeItem("openlaas-flow-sent");
    } catch {
      // The browser keeps nothing for us; then there is nothing to forget.
    }
  }

  // The form arrived: what this browser kept of it while it was typed is no longer needed.
  const arrived = document.querySelector("[data-forget-draft]");
  if (arrived) {
    try {
      const sent = sessionStorage.getItem("openlaas-sent");
      localStorage.removeItem(sent ?? `openlaas-draft/${arrived.dataset.forgetDraft}`);
      sessionStorage.removeItem("openlaas-sent");
    } catch {
      // The browser keeps nothing for us; then there is nothing to forget.
    }
  }
})();
