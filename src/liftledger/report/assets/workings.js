// Evaluates the workings of a case: the formulas that the report evaluates and the workbook writes, for other inputs.
"use strict";

// Of the standard normal distribution: the chance of less than x. Abramowitz & Stegun 1964, 26.2.11 near the middle, and
// the continued fraction 26.2.14 in the tails, where the series would lose its digits.
function normalCdf(x) {
  if (Number.isNaN(x)) return NaN;
  const distance = Math.abs(x);
  let tail;
  if (distance < 2.5) {
    let term = distance;
    let sum = 0;
    for (let odd = 3; sum + term !== sum; odd += 2) {
      sum += term;
      term *= (distance * distance) / odd;
    }
    tail = 0.5 - normalDensity(distance) * sum;
  } else {
    let fraction = distance;
    for (let step = 100; step > 0; step -= 1) fraction = distance + step / fraction;
    tail = normalDensity(distance) / fraction;
  }
  return x < 0 ? tail : 1 - tail;
}

function normalDensity(x) {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

// The value below which a share of p lies: Abramowitz & Stegun 26.2.23, right to 4.5e-4, then Halley's steps.
function normalQuantile(p) {
  if (!(p >= 0 && p <= 1)) return NaN;
  const rare = Math.min(p, 1 - p); // the lower tail keeps its digits
  if (rare === 0) return p === 0 ? -Infinity : Infinity;
  const t = Math.sqrt(-2 * Math.log(rare));
  const over = 2.515517 + t * (0.802853 + t * 0.010328);
  const under = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  let x = over / under - t;
  for (let step = 0; step < 4; step += 1) {
    const off = (normalCdf(x) - rare) / normalDensity(x);
    x -= off / (1 + (x * off) / 2);
  }
  return p === rare ? x : -x;
}

// How often the flows change from in to out or back; flows of 0 do not count.
function signChanges(flows) {
  const signs = flows.filter((flow) => flow !== 0).map((flow) => flow > 0);
  return signs.slice(1).filter((sign, place) => sign !== signs[place]).length;
}

// With one change of sign there is one rate above -1. The discount factor is u / (1 - u), so that all rates are u from 0
// to 1, an interval that bisection cannot leave.
function irr(flows) {
  if (signChanges(flows) !== 1) return NaN;
  const real = flows.map((flow, time) => [flow, time]).filter(([flow]) => flow !== 0);
  const side = Math.sign(real[0][0]);
  let [low, high] = [0, 1];
  let u = 0.5;
  while (low < u && u < high) {
    if (side * presentAt(real, u) > 0) low = u;
    else high = u;
    u = (low + high) / 2;
  }
  return u > 1e-300 ? (1 - 2 * u) / u : NaN;
}

// Present value where the discount factor is at most 1, else the value at the last flow: of one sign.
function presentAt(real, u) {
  const first = real[0][1];
  const last = real[real.length - 1][1];
  return total(
    real.map(([flow, time]) =>
      u <= 0.5 ? flow * (u / (1 - u)) ** (time - first) : flow * ((1 - u) / u) ** (last - time),
    ),
  );
}

// A sum that carries what each addition rounds away (Neumaier 1974).
function total(values) {
  let [sum, lost] = [0, 0];
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return Number.isFinite(lost) ? sum + lost : sum;
}

const OF_NUMBERS = {
  add: (...to) => to.reduce((sum, one) => sum + one),
  subtract: (one, other) => one - other,
  multiply: (...to) => to.reduce((product, one) => product * one),
  divide: (one, other) => one / other,
  power: (base, exponent) => (base === 1 ? 1 : base ** exponent), // 1 to any power is 1, as everywhere but here
  minimum: Math.min,
  maximum: Math.max,
  root: Math.sqrt,
  absolute: Math.abs,
  less: (one, other) => Number(one < other),
  equal: (one, other) => Number(one === other),
  choose: (which, yes, no) => (which !== 0 ? yes : no),
  normal_cdf: normalCdf,
  normal_quantile: normalQuantile,
};

const OF_MONTHS = {
  over_months: (flows) => [total(flows)],
  product_over_months: (one, other) => [total(one.map((value, month) => value * other[month]))],
  so_far: (flows) => {
    let sum = 0;
    return flows.map((flow) => (sum += flow));
  },
  largest: (flows) => [Math.max(...flows)],
  sign_changes: (flows) => [signChanges(flows)],
  irr: (flows) => [irr(flows)],
};

// Values of inputs and rows, each evaluated when it is first asked for: one, or one for each month. NaN stands where
// there is no number. `given` replaces the values of inputs.
class Evaluation {
  constructor(workings, given = {}) {
    this.months = workings.months + 1;
    this.rows = new Map(workings.rows.map((row) => [row.name, row]));
    this.found = new Map();
    for (const one of workings.inputs) {
      const series = one.series?.length ? one.series : [one.value];
      this.found.set(one.name, Object.hasOwn(given, one.name) ? [given[one.name]] : series);
    }
  }

  values(name) {
    if (!this.found.has(name)) this.found.set(name, this.valuesOf(this.rows.get(name).formula));
    return this.found.get(name);
  }

  // Of a row: one, or one for each month; null where there is no number.
  numbers(name) {
    const values = this.rows.get(name)?.monthly ? this.monthly(this.values(name)) : this.values(name);
    return values.map((value) => (Number.isFinite(value) ? value : null));
  }

  number(name) {
    return this.numbers(name)[0];
  }

  // Why a row has no number, where its formula says so.
  reason(name) {
    return this.rows.has(name) ? this.reasonOf(this.rows.get(name).formula) : "";
  }

  reasonOf(formula) {
    if (formula.is === "nothing") return formula.reason;
    if (formula.is === "of") return this.reason(formula.name);
    if (formula.is !== "apply") return "";
    let parts = formula.to;
    if (formula.function === "choose") {
      const which = this.valuesOf(parts[0])[0];
      parts = Number.isNaN(which) ? [parts[0]] : [parts[which !== 0 ? 1 : 2]];
    }
    const silent = parts.filter((part) => this.valuesOf(part).some((value) => !Number.isFinite(value)));
    return silent.map((part) => this.reasonOf(part)).find(Boolean) ?? "";
  }

  valuesOf(formula) {
    switch (formula.is) {
      case "constant":
        return [formula.value];
      case "of":
        return this.values(formula.name);
      case "month":
        return Array.from({ length: this.months }, (_, month) => month);
      case "nothing":
        return [NaN];
    }
    const to = formula.to.map((one) => this.valuesOf(one));
    if (formula.function === "in_month") return this.inMonth(...to);
    if (Object.hasOwn(OF_MONTHS, formula.function)) {
      return OF_MONTHS[formula.function](...to.map((one) => this.monthly(one)));
    }
    const length = Math.max(...to.map((one) => one.length));
    const apply = OF_NUMBERS[formula.function];
    return Array.from({ length }, (_, month) => apply(...to.map((one) => one[one.length === 1 ? 0 : month])));
  }

  inMonth(flows, months) {
    const all = this.monthly(flows);
    return months.map((month) => all[Math.trunc(Math.min(Math.max(month || 0, 0), this.months - 1))]);
  }

  monthly(values) {
    return values.length === 1 ? Array(this.months).fill(values[0]) : values;
  }
}
