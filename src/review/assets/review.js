// Keys and search as you type. Everything here can be done without it.
(() => {
  "use strict";
  let leaving = false;
  addEventListener("pageshow", () => { leaving = false; });

  const told = (form, words) => {
    const place = form.querySelector("[data-told]");
    if (place) place.textContent = words;
  };

  // What an answer lacks is asked for, and Enter then answers as chosen.
  const lacks = (button) => {
    const field = button.dataset.needs && button.form.elements[button.dataset.needs];
    if (!field || field.value.trim()) return false;
    const { form } = button;
    form.querySelector("[data-chosen]").value = button.value;
    for (const one of form.querySelectorAll(".buttons [name=verdict]")) {
      one.toggleAttribute("aria-pressed", false);
    }
    button.setAttribute("aria-pressed", "true");
    field.closest("details").open = true;
    told(form, `Say why: Enter then answers “${button.firstChild.textContent.trim()}”.`);
    field.focus();
    return true;
  };

  document.addEventListener("submit", (event) => {
    if (event.target.method === "dialog") return;
    let button = event.submitter;
    if (button && button.dataset.chosen !== undefined) {
      // Enter in a field: as chosen, and where nothing was, nothing.
      const { form, value } = button;
      button = value && form.querySelector(`.buttons [value="${CSS.escape(value)}"]`);
      if (!button) {
        event.preventDefault();
        told(form, "Which answer? Press its key or its button.");
        if (document.activeElement) document.activeElement.blur();
        return;
      }
    }
    if (button && lacks(button)) {
      event.preventDefault();
      return;
    }
    // One answer a page: a key held down must not answer the next card unseen.
    if (leaving) event.preventDefault();
    leaving = true;
  });

  const isTyping = (element) =>
    element.matches("input, textarea, select") || element.isContentEditable;

  // A key pressed while the next page comes is kept for it; one that is held down is not, and neither is one
  // that is older than a few seconds.
  const KEPT = "seatdrift-keys";
  const FRESH = 3000;
  const kept = () => {
    const all = JSON.parse(sessionStorage.getItem(KEPT) || "[]");
    return all.filter(([, at]) => Date.now() - at < FRESH);
  };
  const keep = (keys) => sessionStorage.setItem(KEPT, JSON.stringify(keys.slice(-5)));

  const press = (target) => {
    if (target.matches("a[href]")) leaving = true;
    if (target.dataset.opens) {
      document.getElementById(target.dataset.opens).showModal();
      return;
    }
    if (target.matches("input")) {
      const folded = target.closest("details");
      if (folded) folded.open = true;
      target.focus();
      return;
    }
    if (target.dataset.focus !== undefined) {
      target.focus();
      target.scrollIntoView({ block: "center" });
      return;
    }
    target.click();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (leaving) {
      if (!event.repeat && event.key.length === 1) keep([...kept(), [event.key, Date.now()]]);
      return;
    }
    if (document.querySelector("dialog[open]")) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!target) return;
    event.preventDefault();
    press(target);
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens).showModal();
  });

  addEventListener("pageshow", () => {
    const keys = kept();
    sessionStorage.removeItem(KEPT);
    while (keys.length && !leaving) {
      const [key] = keys.shift();
      const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
      if (target) press(target);
    }
    if (keys.length) keep(keys);
  });

  const search = document.querySelector("input[data-partners]");
  if (search) {
    const found = document.getElementById("found");
    let asked = 0;
    let timer;
    const look = async () => {
      const mine = ++asked;
      const query = new URLSearchParams(new FormData(search.form));
      query.set("id", search.dataset.id);
      const answer = await fetch(`${search.dataset.partners}?${query}`);
      const text = await answer.text();
      if (mine === asked && answer.ok) found.innerHTML = text;
    };
    search.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(look, 120);
    });
    search.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown") return;
      const first = found.querySelector("button");
      if (first) { event.preventDefault(); first.focus(); }
    });
    found.addEventListener("keydown", (event) => {
      const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!way) return;
      event.preventDefault();
      const buttons = [...found.querySelectorAll("button")];
      const next = buttons[buttons.indexOf(document.activeElement) + way];
      (next || search).focus();
    });
  }

  // Files dropped anywhere on the page of files are those chosen.
  const drop = document.querySelector("form[data-drop]");
  if (drop) {
    const over = (is) => drop.classList.toggle("over", is);
    addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
    addEventListener("dragleave", () => over(false));
    addEventListener("drop", (event) => {
      event.preventDefault();
      over(false);
      if (!event.dataTransfer.files.length) return;
      drop.elements.files.files = event.dataTransfer.files;
      drop.requestSubmit();
    });
    drop.elements.files.addEventListener("change", () => {
      if (drop.elements.files.files.length) drop.requestSubmit();
    });
  }

  const current = document.querySelector(".list [aria-current]");
  const list = document.querySelector(".list");
  if (current && list.scrollHeight > list.clientHeight) {
    list.scrollTop = current.offsetTop - list.offsetTop - list.clientHeight / 3;
  }
})();
