// Forms of documents by keyboard: moving in the grid, searching while typing, sums, what was typed.
// A page has one large form, or small ones of steps that ask for something (these keep no draft).
// Without this file the form still works; the server checks everything either way.
(() => {
  "use strict";
  const { satang, written } = window.money;
  let options = 0; // lists of options on the page, each with an id of its own

  function work(form) {
    const keepsDraft = form.dataset.draft !== undefined;
    const inputs = (line) => [...line.querySelectorAll("input:not([type=hidden]), select, textarea")];
    const linesOf = (grid) => [...grid.querySelectorAll("[data-line]")];
    const shown = () => [...form.querySelectorAll("input:not([type=hidden]), select, textarea")];

    // --- amounts ---------------------------------------------------------------------------------

    function showSums() {
      for (const grid of form.querySelectorAll("[data-grid]")) {
        const sum = grid.querySelector("[data-sum]");
        const amounts = grid.querySelectorAll(`[data-lines] [data-money="${grid.dataset.total}"]`);
        if (sum) sum.textContent = written([...amounts].reduce((total, one) => total + (satang(one.value) ?? 0n), 0n));
      }
    }

    // --- lines -----------------------------------------------------------------------------------

    function number(grid) {
      linesOf(grid).forEach((line, index) => {
        line.querySelector("[data-number]").textContent = index + 1;
        for (const input of inputs(line)) {
          input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\s*\d*$/, ` ${index + 1}`));
          const field = input.name.slice(grid.dataset.grid.length + 1);
          input.id = `${grid.dataset.grid}-${index}-${field}`;
        }
      });
    }

    function addLine(grid) {
      const template = grid.querySelector("[data-line-template]");
      grid.querySelector("[data-lines]").append(template.content.cloneNode(true));
      const line = linesOf(grid).at(-1);
      line.querySelectorAll("[data-search]").forEach(prepare);
      number(grid);
      return line;
    }

    function removeLine(line) {
      const grid = line.closest("[data-grid]");
      const all = linesOf(grid);
      if (all.length > 1) {
        const near = all[all.indexOf(line) + 1] ?? all[all.indexOf(line) - 1];
        line.remove();
        number(grid);
        inputs(near)[0].focus();
      } else {
        for (const input of line.querySelectorAll("input, select, textarea")) input.value = "";
        inputs(line)[0].focus();
      }
      changed();
    }

    // --- search: the combobox pattern of ARIA ------------------------------------------------------

    const list = (input) => input.closest(".combo").querySelector(".options");
    const found = (input) => [...list(input).querySelectorAll("[data-code]")];
    const active = (input) => list(input).querySelector('[aria-selected="true"]');
    const chosen = (input) => input.closest(".combo").querySelector(`[name="${CSS.escape(input.name)}_value"]`);

    function prepare(input) {
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-autocomplete", "list");
      input.setAttribute("aria-expanded", "false");
      options += 1;
      list(input).id = `options-${options}`;
      input.setAttribute("aria-controls", list(input).id);
    }

    function close(input) {
      list(input).hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function point(input, option) {
      active(input)?.setAttribute("aria-selected", "false");
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", option.id);
    }

    function choose(input, option) {
      input.value = `${option.dataset.code} ${option.dataset.name}`.trim();
      input.title = input.value; // a long name is wider than the field
      chosen(input).value = option.dataset.value;
      const beside = input.closest("td, .field").querySelector("[data-beside]");
      if (beside) beside.textContent = option.dataset.beside;
      close(input);
      changed();
    }

    async function search(input) {
      const address = form.querySelector(`[data-address-of="${CSS.escape(input.dataset.search)}"]`).dataset.address;
      const words = input.value.trim();
      const answer = words && (await fetch(`${address}?q=${encodeURIComponent(words)}`).catch(() => null));
      if (input.value.trim() !== words) return; // more was typed in the meantime
      delete input.dataset.searching;
      list(input).innerHTML = answer && answer.ok ? await answer.text() : "";
      if (answer === "") return close(input);
      if (!answer || !answer.ok) list(input).append(unanswered());
      found(input).forEach((option, index) => { option.id = `${list(input).id}-${index}`; });
      if (document.activeElement !== input) {
        // The officer went on before the answer came: take it only when it leaves no choice.
        if (found(input).length === 1) choose(input, found(input)[0]);
        return undefined;
      }
      list(input).hidden = false;
      input.setAttribute("aria-expanded", "true");
      if (found(input).length) point(input, found(input)[0]);
      if (input.dataset.goOn && found(input).length) {
        choose(input, found(input)[0]);
        goOn(input);
      }
      delete input.dataset.goOn;
      return undefined;
    }

    // A list that never opens tells nobody why: what was typed may be right, and the server away.
    function unanswered() {
      const told = document.createElement("li");
      told.className = "none";
      told.setAttribute("role", "option");
      told.setAttribute("aria-disabled", "true");
      told.textContent = form.dataset.unanswered;
      return told;
    }

    let later;
    form.addEventListener("input", (event) => {
      const input = event.target;
      input.classList.remove("is-invalid");
      if (input.dataset.search) {
        chosen(input).value = "";
        input.dataset.searching = "1";
        clearTimeout(later);
        later = setTimeout(() => search(input), 120);
      }
      changed();
    });

    form.addEventListener("mousedown", (event) => {
      const option = event.target.closest("[data-code]");
      if (!option) return;
      event.preventDefault(); // the field keeps the focus
      const input = option.closest(".combo").querySelector("[data-search]");
      choose(input, option);
      goOn(input);
    });

    // --- keys ------------------------------------------------------------------------------------

    function goOn(input) {
      const line = input.closest("[data-line]");
      if (line && inputs(line).at(-1) === input) {
        const grid = line.closest("[data-grid]");
        const all = linesOf(grid);
        return inputs(all[all.indexOf(line) + 1] ?? addLine(grid))[0].focus();
      }
      const all = shown();
      return (all[all.indexOf(input) + 1] ?? form.querySelector("[data-post]")).focus();
    }

    function moveLine(input, step) {
      const line = input.closest("[data-line]");
      const all = linesOf(line.closest("[data-grid]"));
      const other = all[all.indexOf(line) + step];
      if (other) inputs(other)[inputs(line).indexOf(input)].focus();
    }

    function onSearchKey(event, input) {
      const isOpen = !list(input).hidden;
      const all = found(input);
      if (event.key === "Escape" && isOpen) close(input);
      else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && isOpen && all.length) {
        const step = event.key === "ArrowDown" ? 1 : -1;
        point(input, all[(all.indexOf(active(input)) + step + all.length) % all.length]);
      } else if (event.key === "Tab" && isOpen && active(input) && !event.shiftKey) {
        choose(input, active(input));
        return false; // and Tab goes on by itself
      } else if (event.key === "Enter") {
        if (isOpen && active(input)) choose(input, active(input));
        else if (input.dataset.searching && input.value.trim()) {
          input.dataset.goOn = "1"; // the answer is on its way
          return true;
        }
        goOn(input);
      } else return false;
      return true;
    }

    form.addEventListener("keydown", (event) => {
      const input = event.target;
      if (!input.matches("input:not([type=hidden]), select")) return;
      const line = input.closest("[data-line]");
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return; // sends
      if (line && event.key === "Delete" && event.ctrlKey) removeLine(line);
      else if (input.dataset.search && onSearchKey(event, input)) { /* done */ }
      else if (event.altKey || event.ctrlKey || event.metaKey) return;
      else if (event.key === "Enter" && !input.dataset.search) goOn(input);
      else if (line && input.matches("input") && event.key === "ArrowDown") moveLine(input, 1);
      else if (line && input.matches("input") && event.key === "ArrowUp") moveLine(input, -1);
      else return;
      event.preventDefault();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      if (!keepsDraft && !form.contains(document.activeElement)) return; // one step among several
      event.preventDefault();
      form.querySelector("[data-post]").click();
    });

    form.addEventListener("focusout", (event) => {
      const input = event.target;
      if (input.dataset.money) {
        const amount = satang(input.value);
        if (amount !== null) input.value = amount === 0n ? "" : written(amount);
        changed();
      }
      if (input.dataset.search) close(input);
    });

    form.addEventListener("click", (event) => {
      const add = event.target.closest("[data-add-line]");
      if (add) {
        event.preventDefault();
        inputs(addLine(add.closest("[data-grid]")))[0].focus();
      }
      const remove = event.target.closest("[data-remove-line]");
      if (remove) removeLine(remove.closest("[data-line]"));
    });

    // --- what was typed survives a closed tab: kept in this browser, with the form's key ------------

    const place = `openlaas-flow/${form.dataset.draft}/${form.elements.namedItem("document")?.value}`;
    const asText = () => JSON.stringify([...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken"));
    const atFirst = asText();

    function changed() {
      showSums();
      if (!keepsDraft) return;
      try {
        if (asText() === atFirst) localStorage.removeItem(place);
        else localStorage.setItem(place, asText());
      } catch {
        // The browser keeps nothing for us.
      }
    }

    function restore(pairs) {
      for (const grid of form.querySelectorAll("[data-grid]")) {
        const first = inputs(linesOf(grid)[0])[0].name;
        const wanted = pairs.filter(([name]) => name === first).length;
        while (linesOf(grid).length < wanted) addLine(grid);
      }
      const seen = {};
      for (const [name, value] of pairs) {
        const all = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
        const input = all[seen[name] ?? 0];
        seen[name] = (seen[name] ?? 0) + 1;
        if (input) input.value = value;
      }
      changed();
    }

    function offer() {
      let kept = null;
      try {
        kept = JSON.parse(localStorage.getItem(place));
      } catch {
        return;
      }
      const box = document.querySelector("[data-draft-found]");
      if (!kept || form.dataset.fresh === undefined) return;
      box.hidden = false;
      box.querySelector("[data-draft-restore]").addEventListener("click", () => { restore(kept); box.hidden = true; });
      box.querySelector("[data-draft-drop]").addEventListener("click", () => { localStorage.removeItem(place); box.hidden = true; });
    }

    form.addEventListener("submit", () => {
      if (!keepsDraft) return;
      try {
        sessionStorage.setItem("openlaas-flow-sent", place);
      } catch {
        // Then the draft is offered once more.
      }
    });

    form.querySelectorAll("[data-lines] [data-search], .field [data-search]").forEach(prepare);
    form.querySelectorAll("[data-grid]").forEach(number);
    offer();
    showSums();
    const wrong = form.querySelector(".is-invalid");
    const first = document.activeElement;
    if (form.contains(first)) {
      // The officer was quicker than this file: what is typed goes on where it is, and is searched.
      if (first.dataset.search && first.value.trim() && !chosen(first).value) {
        first.dispatchEvent(new Event("input", { bubbles: true }));
      }
    } else if (wrong || keepsDraft) (wrong ?? document.getElementById("errors") ?? shown()[0])?.focus();
  }

  document.querySelectorAll("[data-flow-form]").forEach(work);
})();
