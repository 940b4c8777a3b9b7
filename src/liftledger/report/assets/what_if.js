// The what-if: levers set inputs, the workings are evaluated, and what follows stands beside what is reported.
"use strict";

(() => {
  const section = document.querySelector("[data-what-if]");
  if (!section) return;
  const QUIET = 600; // milliseconds without a change after which the numbers are said
  const [THIN, NO_BREAK, MINUS] = ["\u202f", "\u00a0", "\u2212"];
  const workings = JSON.parse(document.getElementById("what-if-data").textContent);
  const inputs = new Map(workings.inputs.map((one) => [one.name, one]));
  const z = normalQuantile((1 + workings.confidence) / 2);
  const given = {};
  let saying;

  // --- numbers as the report writes them

  function fixed(value, places) {
    if (places > 9) return value.toExponential(1).replace("-", MINUS);
    const unit = 10 ** -places;
    const rounded = places < 0 ? Math.round(value / unit) * unit : value;
    const [whole, decimals] = Math.abs(rounded).toFixed(Math.max(0, places)).split(".");
    const digits = whole.replace(/\B(?=(\d{3})+$)/g, THIN) + (decimals ? `.${decimals}` : "");
    return (rounded < 0 && /[1-9]/.test(digits) ? MINUS : "") + digits;
  }

  function significant(value, digits) {
    return value === 0 ? 0 : Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value))));
  }

  function places(value, unit) {
    if (Number.isInteger(value)) return 0;
    if (unit.split(" ")[0] === workings.currency) return Math.abs(value) >= 1000 ? 0 : workings.minor;
    if (unit === "months") return 1;
    return significant(value, unit.startsWith("share") ? 2 : 3);
  }

  // `half` of an interval leaves two of its digits.
  function decimals(value, unit, how, half) {
    const share = unit.startsWith("share");
    if (half > 0) return 1 - Math.floor(Math.log10(half));
    const scaled = share ? value * 100 : value;
    const own = places(scaled, unit);
    return how.places !== undefined && Math.abs(scaled) >= 10 ** -how.places / 2 ? how.places : own;
  }

  function number(value, unit, digits) {
    return unit.startsWith("share") ? `${fixed(value * 100, digits)}%` : fixed(value, digits);
  }

  function withUnit(text, unit) {
    const words = unit.startsWith("share") ? unit.split(" ").slice(1).join(" ") : unit;
    const singular = text === "1" && words === "months" ? "month" : words;
    return singular ? `${text}${NO_BREAK}${singular}` : text;
  }

  // [text, what stands beneath it] of a row of the summary
  function told(found, row) {
    const how = workings.outcomes[row];
    const value = found.number(row);
    if (value === null) return ["none", found.reason(row)];
    if (row === "closed_form.p_negative" && (value < 0.001 || value > 0.999)) {
      return [value < 0.001 ? "below 0.1%" : "above 99.9%", ""];
    }
    const half = how.se ? z * (found.number(how.se) ?? 0) : 0;
    const digits = decimals(value, how.unit, how, half);
    const range = half > 0 ? [value - half, value + half].map((end) => number(end, how.unit, digits)).join(" to ") : "";
    return [withUnit(number(value, how.unit, digits), how.unit), range];
  }

  // An input as text for a field: six digits, and all before the point.
  function written(one, value) {
    const scaled = value * one.scale;
    const text = scaled.toFixed(Math.min(100, significant(scaled, 6)));
    return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  }

  function amount(one, value) {
    const digits = fixed(value * one.scale, (written(one, value).split(".")[1] ?? "").length);
    if (one.unit === "month") return `month ${digits}`;
    return /^[%×]/.test(one.unit) ? digits + one.unit : `${digits} ${one.unit}`.trim();
  }

  // --- the page

  const levers = [...section.querySelectorAll("[data-lever]")].map((place) => ({
    one: inputs.get(place.dataset.lever),
    scale: Number(place.dataset.scale),
    group: place.dataset.group,
    place,
    slider: place.querySelector("[type=range]"),
    field: place.querySelector("[type=number]"),
    refused: place.querySelector(".refused"),
  }));
  const reported = levers.map((lever) => lever.field.value);

  function set(name, value) {
    if (value === inputs.get(name).value) delete given[name];
    else given[name] = value;
  }

  // What is written is what is shown: 80 % again is the reported value to its last digit.
  function take(lever, text) {
    const same = text === reported[levers.indexOf(lever)];
    set(lever.one.name, same ? lever.one.value : Number(text) / lever.scale);
  }

  function refuse(lever, text) {
    lever.refused.textContent = text;
    if (text) lever.field.setAttribute("aria-invalid", "true");
    else lever.field.removeAttribute("aria-invalid");
  }

  function fault(field) {
    if (field.validity.rangeUnderflow || field.validity.rangeOverflow) {
      const limits = [field.min && `at least ${field.min}`, field.max && `at most ${field.max}`].filter(Boolean);
      return `It must be ${limits.join(" and ")}; the last number counts.`;
    }
    return field.value === "" || !field.validity.valid ? "It must be a number; the last one counts." : "";
  }

  function showLever(lever) {
    lever.place.toggleAttribute("data-changed", Object.hasOwn(given, lever.one.name));
    lever.slider.setAttribute("aria-valuetext", amount(lever.one, given[lever.one.name] ?? lever.one.value));
  }

  function write(lever) {
    const changed = Object.hasOwn(given, lever.one.name);
    const text = changed ? written(lever.one, given[lever.one.name]) : null;
    lever.field.value = lever.slider.value = text ?? reported[levers.indexOf(lever)];
    refuse(lever, "");
  }

  function show() {
    const found = new Evaluation(workings, given);
    const changes = Object.keys(given);
    for (const row of section.querySelectorAll("[data-outcome]")) {
      const [text, beneath] = told(found, row.dataset.outcome);
      const cell = row.querySelector("[data-what]");
      cell.querySelector("span").textContent = text;
      cell.querySelector("small").textContent = beneath;
      cell.toggleAttribute("data-moved", changes.length > 0 && text !== row.cells[1].firstChild.textContent);
    }
    levers.forEach(showLever);
    for (const tag of section.querySelectorAll("[data-changed-in]")) {
      tag.hidden = !levers.some((l) => l.group === tag.dataset.changedIn && Object.hasOwn(given, l.one.name));
    }
    const said = changes.map((name) => {
      const one = inputs.get(name);
      return `${one.label}: ${amount(one, given[name])} instead of ${amount(one, one.value)}`;
    });
    section.querySelector("[data-changes] ul").replaceChildren(
      ...said.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
    );
    section.querySelector("[data-none]").hidden = changes.length > 0;
    section.querySelector("[data-reset]").disabled = changes.length === 0;
    const [npv] = told(found, "summary.npv");
    const [loss] = told(found, "closed_form.p_negative");
    const now = `Net present value ${npv}, chance of a loss ${loss}`;
    section.querySelector("[data-now]").textContent = changes.length ? `What if: ${now}` : `As reported: ${now}`;
    return changes.length ? `${now}. Changed: ${changes.length}.` : `Nothing is changed. ${now}.`;
  }

  function follow() {
    const said = show();
    clearTimeout(saying);
    saying = setTimeout(() => (section.querySelector("[data-said]").textContent = said), QUIET);
  }

  for (const lever of levers) {
    lever.slider.addEventListener("input", () => {
      lever.field.value = lever.slider.value;
      refuse(lever, "");
      take(lever, lever.slider.value);
      follow();
    });
    lever.field.addEventListener("input", () => {
      const wrong = fault(lever.field);
      refuse(lever, wrong);
      if (wrong) return;
      lever.slider.value = lever.field.value;
      take(lever, lever.field.value);
      follow();
    });
  }

  function begin(scenario) {
    for (const name of Object.keys(given)) delete given[name];
    for (const [name, value] of Object.entries(scenario)) if (inputs.has(name)) set(name, value);
    levers.forEach(write);
  }
  section.querySelector("[data-reset]").addEventListener("click", () => {
    begin({});
    follow();
  });
  for (const start of section.querySelectorAll("[data-scenario]")) {
    start.addEventListener("click", () => {
      begin(workings.scenarios[Number(start.dataset.scenario)]);
      follow();
    });
  }

  section.querySelector("[data-without-script]").hidden = true;
  section.querySelector(".bench").hidden = false;
  begin({}); // a browser that is taken back to a page fills in what was there before
  show();
})();
