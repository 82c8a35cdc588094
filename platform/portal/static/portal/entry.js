// The entry form by keyboard: moving in the grid, searching accounts, totals.
// Without this file the form still posts; the server checks everything either way.
(() => {
  "use strict";
  const form = document.querySelector("[data-entry-form]");
  const body = form.querySelector("[data-lines]");
  const template = form.querySelector("[data-line-template]");
  const COLUMNS = ["account", "debit", "credit", "memo"];
  const lines = () => [...body.querySelectorAll("[data-line]")];
  const field = (line, name) => line.querySelector(`[name="${name}"]`);

  // --- amounts ---------------------------------------------------------------------------------

  const { satang, written } = window.money;
  const sum = (name) => lines().reduce((total, line) => total + (satang(field(line, name).value) ?? 0n), 0n);

  function showTotals() {
    const debit = sum("debit");
    const credit = sum("credit");
    const difference = debit > credit ? debit - credit : credit - debit;
    form.querySelector('[data-total="debit"]').textContent = written(debit);
    form.querySelector('[data-total="credit"]').textContent = written(credit);
    form.querySelector('[data-total="difference"]').textContent = written(difference);
    form.querySelector("[data-difference-box]").classList.toggle("is-off", difference > 0n);
    const isReadable = lines().every((line) => ["debit", "credit"].every((name) => {
      const text = field(line, name).value.trim();
      return text === "" || satang(text) !== null;
    }));
    form.querySelector("[data-balanced]").hidden = difference > 0n || debit === 0n || !isReadable;
  }

  // "=" in an amount writes what is missing to balance the entry.
  function fillDifference(input) {
    const other = input.name === "debit" ? "credit" : "debit";
    const missing = sum(other) - sum(input.name) + (satang(input.value) ?? 0n);
    if (missing <= 0n) return;
    input.value = written(missing);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // --- lines -----------------------------------------------------------------------------------

  function prepare(line) {
    const account = field(line, "account");
    account.setAttribute("role", "combobox");
    account.setAttribute("aria-autocomplete", "list");
    account.setAttribute("aria-expanded", "false");
    account.setAttribute("hx-get", form.dataset.search);
    account.setAttribute("hx-trigger", "input changed delay:120ms");
    account.setAttribute("hx-target", "next .options");
    account.setAttribute("hx-sync", "this:replace");
    htmx.process(account);
  }

  function number() {
    lines().forEach((line, index) => {
      line.querySelector("[data-number]").textContent = index + 1;
      for (const name of COLUMNS) {
        const input = field(line, name);
        input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\s*\d*$/, ` ${index + 1}`));
      }
      list(line).id = `options-${index + 1}`;
      field(line, "account").setAttribute("aria-controls", `options-${index + 1}`);
    });
  }

  function addLine() {
    body.append(template.content.cloneNode(true));
    const line = lines().at(-1);
    prepare(line);
    number();
    return line;
  }

  function removeLine(line) {
    const all = lines();
    const near = all[all.indexOf(line) + 1] ?? all[all.indexOf(line) - 1];
    if (all.length > 2) {
      line.remove();
      number();
      field(near, "account").focus();
    } else {
      for (const name of COLUMNS) field(line, name).value = "";
      field(line, "account").focus();
    }
    changed();
  }

  // --- account search: the combobox pattern of ARIA ---------------------------------------------

  const list = (line) => line.querySelector(".options");
  const options = (line) => [...list(line).querySelectorAll("[data-code]")];
  const isOpen = (line) => !list(line).hidden;
  const active = (line) => list(line).querySelector('[aria-selected="true"]');

  function open(line) {
    list(line).hidden = false;
    field(line, "account").setAttribute("aria-expanded", "true");
  }

  function close(line) {
    list(line).hidden = true;
    const account = field(line, "account");
    account.setAttribute("aria-expanded", "false");
    account.removeAttribute("aria-activedescendant");
  }

  function point(line, option) {
    active(line)?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field(line, "account").setAttribute("aria-activedescendant", option.id);
  }

  function choose(line, option) {
    const account = field(line, "account");
    account.value = `${option.dataset.code} ${option.dataset.name}`;
    account.title = account.value; // a long name is wider than the field
    account.classList.remove("is-invalid");
    account.scrollLeft = 0;
    close(line);
    changed();
  }

  form.addEventListener("htmx:configRequest", (event) => {
    event.detail.parameters = { q: event.target.value.trim() };
  });

  form.addEventListener("htmx:afterSwap", (event) => {
    const line = event.target.closest("[data-line]");
    const found = options(line);
    found.forEach((option, index) => { option.id = `${list(line).id}-${index}`; });
    const account = field(line, "account");
    if (document.activeElement !== account) {
      // The officer went on before the answer came: take it only when it leaves no choice.
      if (found.length === 1) choose(line, found[0]);
      return;
    }
    if (account.value.trim() === "") return close(line);
    open(line);
    if (found.length) point(line, found[0]);
    if (account.dataset.goOn && found.length) {
      choose(line, found[0]);
      goOn(account);
    }
    delete account.dataset.goOn;
  });

  body.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[data-code]");
    if (!option) return;
    event.preventDefault(); // the field keeps the focus
    const line = option.closest("[data-line]");
    choose(line, option);
    goOn(field(line, "account"));
  });

  // --- keys ------------------------------------------------------------------------------------

  const isChosen = (account) => /^\d{10}\.?\d{3}(\.\d{2})?(\s|$)/.test(account.value.trim());

  function goOn(input) {
    const line = input.closest("[data-line]");
    if (!line) {
      const heads = [...form.querySelectorAll(".entry-head input")];
      return (heads[heads.indexOf(input) + 1] ?? field(lines()[0], "account")).focus();
    }
    let column = COLUMNS.indexOf(input.name) + 1;
    if (COLUMNS[column] === "credit" && field(line, "debit").value.trim()) column += 1;
    if (column < COLUMNS.length) return field(line, COLUMNS[column]).focus();
    const all = lines();
    field(all[all.indexOf(line) + 1] ?? addLine(), "account").focus();
  }

  function moveLine(input, step) {
    const all = lines();
    const other = all[all.indexOf(input.closest("[data-line]")) + step];
    if (other) field(other, input.name).focus();
  }

  function onAccountKey(event, line, account) {
    if (event.key === "Escape" && isOpen(line)) {
      close(line);
      return true;
    }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && isOpen(line) && options(line).length) {
      const found = options(line);
      const step = event.key === "ArrowDown" ? 1 : -1;
      point(line, found[(found.indexOf(active(line)) + step + found.length) % found.length]);
      return true;
    }
    if (event.key === "ArrowDown" && event.altKey) {
      htmx.trigger(account, "input");
      return true;
    }
    if (event.key === "Tab" && isOpen(line) && active(line) && !event.shiftKey) {
      choose(line, active(line));
      return false; // and Tab goes on by itself
    }
    if (event.key === "Enter") {
      if (isOpen(line) && active(line)) choose(line, active(line));
      else if (account.value.trim() && !isChosen(account) && account.dataset.searching) {
        account.dataset.goOn = "1"; // the answer is on its way
        return true;
      }
      goOn(account);
      return true;
    }
    return false;
  }

  function onKey(event) {
    const input = event.target;
    if (!input.matches("input:not([type=hidden])")) return undefined;
    const line = input.closest("[data-line]");
    if (line && event.key === "Delete" && event.ctrlKey) {
      event.preventDefault();
      return removeLine(line);
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return undefined; // posts
    if (line && input.name === "account" && onAccountKey(event, line, input)) return event.preventDefault();
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return undefined;
    if (event.key === "Enter" && input.name !== "account") goOn(input);
    else if (line && event.key === "ArrowDown") moveLine(input, 1);
    else if (line && event.key === "ArrowUp") moveLine(input, -1);
    else if (event.key === "=" && input.matches(".grid-amount input")) fillDifference(input);
    else return undefined;
    return event.preventDefault();
  }
  form.addEventListener("keydown", onKey);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.querySelector("[data-post]").click();
  });

  form.addEventListener("input", (event) => {
    const input = event.target;
    if (input.name === "account") input.dataset.searching = "1";
    input.classList.remove("is-invalid");
    changed();
  });
  form.addEventListener("htmx:afterRequest", (event) => { delete event.target.dataset.searching; });

  form.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-line] input")) event.target.select();
  });
  form.addEventListener("focusout", (event) => {
    const input = event.target;
    if (input.matches(".grid-amount input")) {
      const amount = satang(input.value);
      const shown = amount === null ? input.value : amount === 0n ? "" : written(amount);
      if (shown !== input.value) {
        input.value = shown;
        changed();
      }
    }
    if (input.name === "account") close(input.closest("[data-line]"));
  });

  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-add-line]")) {
      event.preventDefault();
      field(addLine(), "account").focus();
    }
    const remove = event.target.closest("[data-remove-line]");
    if (remove) removeLine(remove.closest("[data-line]"));
  });

  // --- what keeping.js asks for ------------------------------------------------------------------

  function changed() {
    showTotals();
    form.dispatchEvent(new CustomEvent("entry:changed"));
  }

  form.addEventListener("entry:restore", (event) => {
    const typed = event.detail;
    while (lines().length < typed.length) addLine();
    lines().forEach((line, index) => {
      COLUMNS.forEach((name, column) => { field(line, name).value = typed[index]?.[column] ?? ""; });
    });
    changed();
  });

  lines().forEach(prepare);
  number();
  showTotals();
  const wrong = form.querySelector(".is-invalid") ?? document.getElementById("errors");
  wrong?.focus();
})();
