/* Files dropped anywhere on the page go into the form marked data-drop, and are sent. Without this
   script the form's own field does the same. */
(function () {
  "use strict";

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("form[data-drop]");
    const field = form?.querySelector('input[type="file"]');
    if (!field) {
      return;
    }
    let depth = 0;

    function holdsFiles(event) {
      return Array.from(event.dataTransfer?.types ?? []).includes("Files");
    }

    function over(isOver) {
      document.body.classList.toggle("is-dropping", isOver);
    }

    document.addEventListener("dragenter", (event) => {
      if (holdsFiles(event)) {
        depth += 1;
        over(true);
      }
    });
    document.addEventListener("dragleave", (event) => {
      if (holdsFiles(event)) {
        depth -= 1;
        over(depth > 0);
      }
    });
    document.addEventListener("dragover", (event) => {
      if (holdsFiles(event)) {
        event.preventDefault();
      }
    });
    document.addEventListener("drop", (event) => {
      depth = 0;
      over(false);
      if (!holdsFiles(event) || !event.dataTransfer.files.length) {
        return;
      }
      event.preventDefault();
      field.files = event.dataTransfer.files;
      form.requestSubmit();
    });
  });
})();
