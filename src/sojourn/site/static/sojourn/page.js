/* What every staff page needs beside htmx: the CSRF header, folds that stay open, a word when the line is down. */
(function () {
  "use strict";

  const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  const status = () => document.getElementById("page-status");
  let opened = [];

  function say(words) {
    const box = status();
    if (box && box.textContent !== words) {
      box.textContent = words;
    }
  }

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") {
      event.detail.headers["X-CSRFToken"] = token();
    }
  });

  // A part that renews itself keeps what the reader had unfolded, and waits while they type in it.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const target = event.detail.target;
    if (!target) {
      return;
    }
    opened = Array.from(target.querySelectorAll("details[id][open]"), (fold) => fold.id);
    const busy = target.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
    if (busy && event.detail.requestConfig?.verb === "get" && target.hasAttribute("data-renews")) {
      event.detail.shouldSwap = false;
    }
  });

  document.addEventListener("htmx:afterSwap", () => {
    for (const id of opened) {
      document.getElementById(id)?.setAttribute("open", "");
    }
    opened = [];
  });

  document.addEventListener("htmx:sendError", () => say(document.body.dataset.wordOffline ?? "…"));
  document.addEventListener("htmx:responseError", (event) => {
    say(`${document.body.dataset.wordFailed ?? ""} (${event.detail.xhr.status})`);
  });
  document.addEventListener("htmx:afterOnLoad", () => say(""));

  // A menu closes when the reader looks elsewhere or presses Escape.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) {
        menu.removeAttribute("open");
      }
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = document.querySelector("details.menu[open]");
      menu?.removeAttribute("open");
      menu?.querySelector("summary")?.focus();
    }
  });
})();
