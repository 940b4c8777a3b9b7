// Draws the charts, and opens what is folded when it is linked to, or printed unless paper leaves it out.
"use strict";

for (const chart of document.querySelectorAll("[data-spec]")) {
  const spec = JSON.parse(document.getElementById(chart.dataset.spec).textContent);
  // ast: expressions are interpreted, so that the page's policy can forbid eval
  vegaEmbed(chart, spec, { ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: false })
    .then(() => chart.setAttribute("data-drawn", ""))
    .catch((error) => console.error(error));
}

function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  let folded = false;
  for (let place = target; place; place = place.parentElement) {
    if (place.tagName === "DETAILS" && !place.open) place.open = folded = true;
  }
  if (folded) target.scrollIntoView();
  // hashchange comes late: whoever has moved on into the target by then is not taken back to its start
  if (target.hasAttribute("tabindex") && !target.contains(document.activeElement)) target.focus({ preventScroll: true });
}
addEventListener("hashchange", reveal);
reveal();

let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open], .unprinted)")];
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});
