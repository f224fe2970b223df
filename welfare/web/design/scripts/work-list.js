// On the work-list: from person to person by keys, while the focus is on one of them.
(() => {
  "use strict";

  const list = document.querySelector("[data-list]");
  const hint = document.querySelector("[data-keys]");
  if (!list || !hint) return;
  hint.hidden = false;

  const shown = () => [...list.querySelectorAll("[data-person]")].filter((link) => link.offsetParent);
  const go = (link) => {
    if (!link) return;
    link.focus();
    link.closest("tr").scrollIntoView({ block: "nearest" });
  };

  hint.querySelector("[data-to-list]").addEventListener("click", (event) => {
    event.preventDefault();
    go(shown()[0]);
  });

  const moves = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const row = event.target.closest("tbody tr");
    const here = row && row.querySelector("[data-person]");
    if (!here) return;
    if (event.key in moves) {
      const links = shown();
      go(links[links.indexOf(here) + moves[event.key]]);
    } else if (event.key === "a" && row.querySelector("button")) {
      row.querySelector("button").focus();
    } else return;
    event.preventDefault();
  });
})();
