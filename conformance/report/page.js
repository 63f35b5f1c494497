// All is on the page without this script. It adds what filters it.
"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // The findings: groups of places, each with the text that a search looks in.
  const form = document.querySelector(".filters");
  const groups = all(".group").map(node => ({ node, title: node.querySelector("h3"), places: all(".place", node) }));
  const total = groups.reduce((n, g) => n + g.places.length, 0);
  let field = "", pointer = "";

  const texts = new Map();
  const text = node => {
    if (!texts.has(node)) texts.set(node, node.textContent.toLowerCase());
    return texts.get(node);
  };

  const filter = () => {
    const value = name => form.elements[name] ? form.elements[name].value : "";
    const words = value("search").toLowerCase().split(/\s+/).filter(word => word);
    let shown = 0;
    for (const { node, title, places } of groups) {
      const chosen = ["contract", "rule", "severity", "known"].every(name => !value(name) || node.dataset[name] === value(name)) &&
        (!field || node.dataset.field === field);
      let here = 0;
      for (const place of places) {
        const matches = chosen && words.every(word => text(title).includes(word) || text(place).includes(word));
        place.hidden = !matches;
        if (matches) here++;
      }
      node.hidden = here === 0;
      for (const rest of all(".rest", node)) {
        rest.hidden = places.filter(place => rest.contains(place)).every(place => place.hidden);
        if (words.length && !rest.hidden) rest.firstElementChild.open = true;
      }
      shown += here;
    }
    const format = n => n.toLocaleString("en");
    form.elements.status.value = (shown === total ? format(total) : format(shown) + " of " + format(total)) +
      (total === 1 ? " finding" : " findings") + (field ? " at " + pointer : "");
    document.querySelector(".nothing").hidden = shown > 0;
  };

  if (form) {
    let waiting = 0;
    form.hidden = false;
    form.addEventListener("submit", event => event.preventDefault());
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(filter, 120);
    });
    form.addEventListener("reset", () => {
      field = "";
      setTimeout(filter);
    });
    for (const link of all("a.found")) {
      link.addEventListener("click", () => {
        ({ field, pointer } = link.dataset);
        filter();
      });
    }
    filter();
  }

  const step = forward => {
    const shown = groups.map(group => group.node).filter(node => !node.hidden);
    const at = shown.findIndex(node => node.contains(document.activeElement));
    const next = shown[at < 0 ? (forward ? 0 : shown.length - 1) : at + (forward ? 1 : -1)];
    if (next) {
      next.focus({ preventScroll: true });
      next.scrollIntoView();
    }
  };
  document.addEventListener("keydown", event => {
    if (!form || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input, select");
    if (event.key === "Escape") {
      form.reset();
    } else if (!typing && event.key === "/") {
      event.preventDefault();
      form.elements.search.focus();
    } else if (!typing && (event.key === "j" || event.key === "k")) {
      step(event.key === "j");
    }
  });

  // The contracts: a row is shown with those that it stands in.
  const only = document.querySelector(".only");
  if (only) {
    only.hidden = false;
    only.addEventListener("change", event => {
      for (const body of all("tbody")) {
        let depth = -1;
        for (const row of [...body.rows].reverse()) {
          const own = !event.target.checked || !row.classList.contains("complete");
          row.hidden = !own && Number(row.dataset.depth) !== depth;
          if (!row.hidden) depth = Number(row.dataset.depth) - 1;
        }
      }
    });
  }
})();
