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
    // A part that renews itself is a screen, not a person at work: it does not keep the session open.
    if (!event.detail.triggeringEvent) {
      event.detail.headers["X-Renews"] = "1";
    }
  });

  // The session ends when nobody does anything. Typing and clicking count; a wall screen counts as somebody.
  const idle = Number(document.body.dataset.idleS ?? 0) * 1000;
  const warning = document.getElementById("idle-warning");
  let told = Date.now();
  let done = Date.now();

  async function tell() {
    told = Date.now();
    const answer = await fetch(document.body.dataset.here, {
      method: "POST",
      headers: { "X-CSRFToken": token() },
      credentials: "same-origin",
      redirect: "manual",
    }).catch(() => null);
    if (answer?.status === 204) {
      done = Date.now();
      warning.hidden = true;
    }
  }

  if (idle && warning) {
    const isWall = document.body.classList.contains("is-wall");
    const step = Math.min(60_000, idle / 5);
    for (const sign of ["keydown", "pointerdown"]) {
      document.addEventListener(sign, () => Date.now() - told > step && tell(), { passive: true });
    }
    warning.querySelector("button").addEventListener("click", tell);
    setInterval(() => {
      if (isWall && Date.now() - told > step) {
        tell();
      }
      const left = idle - (Date.now() - done);
      warning.hidden = left > Math.min(60_000, idle / 3);
      if (left < -2_000) {
        location.reload();
      }
    }, Math.min(5_000, idle / 10));
  }

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

  // On a phone the ways are pushed aside: where the reader is stands in sight.
  for (const ways of document.querySelectorAll("nav.bar-links, nav.tabs")) {
    const here = ways.querySelector("[aria-current]");
    if (here) {
      ways.scrollLeft = here.offsetLeft - ways.offsetLeft - (ways.clientWidth - here.offsetWidth) / 2;
    }
  }

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
