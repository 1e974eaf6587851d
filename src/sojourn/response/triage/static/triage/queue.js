/* Keys of the queue: / goes to the search, j and k move between cases, Enter opens (the link itself), a takes the case.
   The page works without, and a box on the page turns the keys off, for those who speak to their machine. */
(function () {
  "use strict";

  const box = document.querySelector("[data-keys]");
  if (box) {
    box.closest("[hidden]")?.removeAttribute("hidden");
    box.checked = localStorage.getItem("triage-keys") !== "off";
    box.addEventListener("change", () => localStorage.setItem("triage-keys", box.checked ? "on" : "off"));
  }

  const links = () => Array.from(document.querySelectorAll("[data-queue] [data-open]"));

  function move(step) {
    const all = links();
    if (!all.length) {
      return;
    }
    const at = all.indexOf(document.activeElement);
    all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)].focus();
  }

  function take() {
    const row = document.activeElement?.closest("[data-queue] [data-case]");
    const form = row?.closest("form");
    const tick = row?.querySelector('input[name="cases"]');
    const to = form?.querySelector("[data-to]");
    const me = to?.querySelector("[data-me]");
    if (!tick || !me) {
      return;
    }
    for (const other of form.querySelectorAll('input[name="cases"]')) {
      other.checked = other === tick;
    }
    to.value = me.value;
    form.requestSubmit();
  }

  function search() {
    const field = document.querySelector("#queue-search input[type=search]");
    field?.focus();
    field?.select();
  }

  const keys = { "/": search, j: () => move(1), k: () => move(-1), a: take };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, select, textarea");
    const deed = keys[event.key];
    if (!deed || !box?.checked || typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    event.preventDefault();
    deed();
  });
})();
