// A printed figure: where it comes from, how finely it may be printed, and how it reads. Twin of sim/report/print.

const RARE = 0.05;
const NEARLY_ALWAYS = 0.95;
const SIGNIFICANT = 3;
const FINEST_CHANGE = -2;
const PLACE_OF_PERCENT = 2;
const TENTH = -1;
const SYMBOLS = {
  actual: "\u25cf", estimate: "\u25d0", derived: "\u25d0", model: "\u25d0", assumption: "\u25cb", plan: "\u25cb",
  target: "\u25cb", unknown: "?", count: "", own: "\u25c7",
};
const WHOLE_UNITS = new Set(["HTX", "THT", "QTDND", "LHHTX", "persons"]);
const NO_FIGURE = new Set(["no_difference", "not_distinguished", "unknowns_zero", "unknowns_nearly_zero"]);

// Power of ten of the last digit worth printing: the coarsest that moves the figure by at most one error.
function lastPlace(value, error, finest = null) {
  let place = finest || 0;
  if (error > 0) place = Math.floor(Math.log10(2 * error));
  else if (value) place = Math.floor(Math.log10(Math.abs(value))) - SIGNIFICANT + 1;
  return finest === null ? place : Math.max(place, finest);
}

const changePlace = (value, error) => lastPlace(value, error, FINEST_CHANGE);
const levelPlace = (unit, value, error) => lastPlace(value, error, WHOLE_UNITS.has(unit) ? 0 : -1);

function chancePlace(probability, error) {
  const place = lastPlace(probability, error, -PLACE_OF_PERCENT) + PLACE_OF_PERCENT;
  const shown = rounded(PERCENT * probability, place);
  const edge = isZero(shown) || compared(shown, PERCENT) === 0;
  return probability >= RARE && probability <= NEARLY_ALWAYS && !edge ? place : null;
}

const distinguishable = (difference) => difference.distinguished && !difference.identical;
const vanishes = (difference) => isZero(rounded(difference.mean, changePlace(difference.mean, difference.mcse)));

function numberMarked(text, mark) {
  const symbol = SYMBOLS[mark];
  const sign = symbol ? [JOINER, el("sup", {}, symbol)] : [];
  return el("span", { class: "n", "data-mark": mark }, text, ...sign);
}

class Figure {
  constructor(value, mark, fields = {}) {
    const plain = { place: 0, error: 0, low: null, high: null, endsPlace: 0, unit: "", signed: false, instead: "", bounds: {}, beside: "", shown: null };
    Object.assign(this, plain, fields, { value, mark });
  }

  // -- by where they come from; `indicator` is a row of the indicators ------------------------------

  static ofRange(found, indicator) {
    const place = levelPlace(indicator.unit, found.p90, found.mcse);
    return Figure.ofLevel(indicator, found.mean, found.mcse).but({ low: found.p10, high: found.p90, endsPlace: place });
  }

  static ofLevel(indicator, value, error) {
    return new Figure(value, "model", { place: levelPlace(indicator.unit, value, error), error, unit: indicator.unit });
  }

  // A paired difference; words before the range where nothing can be told apart.
  static ofDifference(difference, indicator) {
    const reach = Math.max(Math.abs(difference.p10), Math.abs(difference.p90));
    const ends = { low: difference.p10, high: difference.p90, endsPlace: changePlace(reach, difference.mcse) };
    const place = changePlace(difference.mean, difference.mcse);
    const change = { place, error: difference.mcse, unit: indicator.unit, signed: true };
    const figure = new Figure(difference.mean, "model", { ...change, ...ends });
    if (!distinguishable(difference)) {
      return difference.identical ? figure.alone.but({ instead: "no_difference" }) : figure.but({ instead: "not_distinguished" });
    }
    return vanishes(difference) ? figure.but({ instead: "nearly_equal" }) : figure;
  }

  static ofChance(probability, error) {
    const figure = new Figure(PERCENT * probability, "model", { unit: "%", error: PERCENT * error });
    if (probability < RARE) return figure.but({ instead: "chance_rare", bounds: { bound: Figure.portion(RARE) } });
    if (probability > NEARLY_ALWAYS) {
      return figure.but({ instead: "chance_near_all", bounds: { bound: Figure.portion(NEARLY_ALWAYS) } });
    }
    const place = chancePlace(probability, error);
    return place === null ? figure.but({ instead: "chance_too_coarse" }) : figure.but({ place });
  }

  static ofTargetChance(found) { return Figure.ofChance(found.probability, found.mcse); }

  static computed(value, place, fields = {}) { return new Figure(value, "model", { place, ...fields }); }

  static portion(share) { return new Figure(PERCENT * share, "model", { unit: "%" }); }

  static observed(row) { return new Figure(row.value, row.status, { place: null }); }

  static counted(count) { return new Figure(count, "count"); }

  static planned(vnd, place = null, signed = false) {
    return new Figure(scaled(vnd, -9), "plan", { place, signed, unit: "billion VND/yr" });
  }

  static target(target) { return new Figure(target.low, "target", { place: null, low: target.low, high: null, endsPlace: null }); }

  static statedAbout(value) { return new Figure(value, "assumption", { place: lastPlace(value, 0) + 1 }); }

  // -- other readings ------------------------------------------------------------------------------

  but(fields) { return new Figure(fields.value === undefined ? this.value : fields.value, this.mark, { ...this, ...fields }); }

  get apart() { return !NO_FIGURE.has(this.instead); }

  get alone() { return this.but({ low: null, high: null }); }

  get ends() { return new Ends(this); }

  get bottom() { return this.low === null ? null : this.end(this.low); }

  get top() { return this.high === null ? null : this.end(this.high); }

  end(value) { return this.alone.but({ value, place: this.endsPlace, instead: "", shown: null }); }

  withUnit(unit = "") { return this.but({ beside: unit || this.unit }); }

  text(words) {
    if (this.instead) return words.text(this.instead, this.bounds);
    const value = this.shown === null ? this.value : this.shown;
    if (this.unit === "%" && this.place !== null) {
      return words.percent(typeof value === "object" ? asDouble(value) : value, this.place, this.signed);
    }
    const text = words.number(value, this.place, this.signed);
    return this.beside ? words.withUnit(text, words.unit(this.beside)) : text;
  }

  inPage(words) { return this.apart ? numberMarked(this.text(words), this.mark) : markup(escaped(this.text(words))); }
}

// The range of a figure, both ends to one place; signs where a difference reaches below zero.
class Ends {
  constructor(figure) { this.figure = figure; }

  text(words) {
    let { low, high, endsPlace: place } = this.figure;
    if (low === null) return "";
    if (high === null) return words.number(low, place);
    let signed = false;
    if (this.figure.signed && place !== null) {
      [low, high] = [rounded(low, place), rounded(high, place)];
      place = isWhole(low) && isWhole(high) ? Math.max(place, 0) : place;
      signed = low.digits < 0n;
    }
    const text = words.between(words.number(low, place, signed), words.number(high, place, signed));
    return this.figure.unit === "%" ? words.text("percent", { value: text }) : text;
  }

  inPage(words) { return numberMarked(this.text(words), this.figure.mark); }
}

// Figures in words of the labels: "in 83 % of the futures higher".
class Phrase {
  constructor(key, figures, mark) { Object.assign(this, { key, figures, mark }); }

  text(words) { return words.text(this.key, this.figures); }

  inPage(words) { return numberMarked(this.text(words), this.mark); }
}

// In how many simulated futures the scenario lies higher (or lower) than the reference.
function direction(difference, indicator, worth) {
  if (!distinguishable(difference) || difference.p_better === null) return null;
  const higher = indicator.better > 0 ? difference.p_better : 1 - difference.p_better;
  const share = Math.max(higher, 1 - higher);
  const chance = Figure.ofChance(share, Math.sqrt((share * (1 - share)) / worth));
  return new Phrase(higher > 1 - higher ? "in_futures_higher" : "in_futures_lower", { chance }, "model");
}

// Parts that stand with their whole, printed so that they add up.
function figuresTogether(parts, whole = null) {
  const { place } = whole || parts[0];
  const total = whole ? whole.value : parts.reduce((sum, part) => plus(sum, part.value), { digits: 0n, place: 0 });
  const shown = roundedTogether(parts.map((part) => part.value), total, place);
  return parts.map((part, at) => part.but({ place, shown: shown[at] }));
}

const GROWTH_PARTS = ["like_for_like", "catch_up", "composition"];

function growthTogether(parts) {
  const told = (name) => Figure.computed(parts[name], TENTH, { unit: "%", signed: true });
  const figures = Object.fromEntries([...GROWTH_PARTS, "whole"].map((name) => [name, told(name)]));
  const added = figuresTogether(GROWTH_PARTS.map((name) => figures[name]), figures.whole);
  GROWTH_PARTS.forEach((name, at) => { figures[name] = added[at]; });
  return figures;
}
