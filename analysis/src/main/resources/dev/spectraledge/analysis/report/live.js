"use strict";
/* Listens to the server of a live page: sentences and figures that have changed come as they change. */
(() => {
  const {element, update, add} = window.spectralEdge;
  const state = document.getElementById("live-state");
  const verdict = document.getElementById("live-verdict");
  const sentences = document.getElementById("live-sentences");
  const figures = document.getElementById("live-figures");
  const source = new EventSource("events");
  const roots = new Map([...figures.children].map(root => [JSON.parse(root.querySelector("script").textContent).name, root]));
  let order = [];

  const show = (text, kind) => {
    state.textContent = text;
    state.className = "live " + kind;
  };

  source.addEventListener("open", () => show("Live: new points appear by themselves.", "on"));
  source.addEventListener("error", () => show("Not connected; trying again.", "off"));
  source.addEventListener("text", event => {
    const text = JSON.parse(event.data);
    order = text.figures;
    verdict.textContent = text.verdict;
    sentences.replaceChildren(...text.sentences.map(sentence => element("li", {}, sentence)));
  });
  source.addEventListener("figure", event => {
    const data = JSON.parse(event.data);
    if (!update(data)) {
      const root = element("figure", {class: "plotted"},
        element("figcaption", {}, data.description), element("script", {type: "application/json"}, event.data));
      const later = order.slice(order.indexOf(data.name) + 1).find(name => roots.has(name));
      figures.insertBefore(root, roots.get(later) ?? null);
      roots.set(data.name, root);
      add(root);
    }
  });
  source.addEventListener("end", event => {
    source.close();
    show(JSON.parse(event.data), "off");
  });
})();
