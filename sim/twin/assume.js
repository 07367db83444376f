// Assumptions as sliders, and the questions of every meeting. Twin of sim/planner/assume.py and asking.py.

const OWN_WORLD = "-own";
const DECIDING = 3;
const STEPS = 50;
const LOOKED_AT = 11;
const REACH = 2;
const FOUND = 0.05;
const PAID_OUT = "disbursement_rate";
const IN_PERCENT = new Set(["share", "1/yr", "real 1/yr"]);
const GOAL = "htx_revenue_total";
const THRESHOLD_DRAWS = 1024;

// One value of an assumption, no finer than another seed would give it.
function assumedFigure(value, unit) {
  const percent = IN_PERCENT.has(unit);
  const number = percent ? asDouble(scaled(value, 2)) : value;
  const place = lastPlace(number, Math.abs(number) * FOUND, percent ? -1 : -2);
  if (!percent) return new Figure(number, "assumption", { place });
  const below = number > 0 && isZero(rounded(number, place));
  return new Figure(number, "assumption", below ? { place, unit: "%" } : { place, beside: "%" });
}

// Places of a slider: whole numbers, each a multiple of `times` / `per`; from beyond p10 to beyond p90, within bounds.
function scaleOf({ p10, p50, p90, bounds: [bottom, top] }) {
  const low = Math.max(bottom, p50 - REACH * (p50 - p10));
  const high = Math.min(top, p50 + REACH * (p90 - p50));
  const wanted = (high - low) / STEPS;
  const power = Math.floor(Math.log10(wanted));
  const leading = wanted / Number(`1e${power}`);
  const step = leading >= 5 ? 5 : leading >= 2 ? 2 : 1;
  const [times, per] = power < 0 ? [step, Number(`1e${-power}`)] : [step * Number(`1e${power}`), 1];
  return { low: Math.ceil((low * per) / times - 1e-9), high: Math.floor((high * per) / times + 1e-9), times, per };
}

const valueAt = ({ times, per }, place) => (place * times) / per;
const placeOf = ({ low, high, times, per }, value) => Math.min(Math.max(Math.floor((value * per) / times + 0.5), low), high);

// -- the scenario's own world ------------------------------------------------------------------------

class Assumptions {
  // speak(lang): words; all: {id: assumption that a world may restate with a value}; known: those that are offered, one
  // for all areas only where theirs are alike
  constructor(opened, speak) {
    const all = opened.known.assumptions;
    const known = Object.fromEntries(Object.entries(all).filter(([, { offered }]) => offered));
    Object.assign(this, { opened, all, known, deciding: [], lookedAt: [] });
    const both = (key, params = () => ({})) => ({ vi: speak("vi").say(key, params(speak("vi"))), en: speak("en").say(key, params(speak("en"))) });
    this.both = both;
    this.reason = both("assume_reason");
  }

  entry(key) {
    if (!Object.prototype.hasOwnProperty.call(this.all, key)) throw new Refusal("unknown");
    return this.all[key];
  }

  ownOf(world) {
    return Object.fromEntries(Object.entries(world.overrides).filter(([, one]) => same(one.reason, this.reason)));
  }

  // The world without assumptions of the planner's own: the known one of its name, else what is left of it.
  baseOf(world, worlds) {
    const own = this.ownOf(world);
    if (!Object.keys(own).length) return world;
    const slug = world.slug.endsWith(OWN_WORLD) ? world.slug.slice(0, -OWN_WORLD.length) : world.slug;
    const kept = Object.entries(world.overrides).filter(([key]) => !(key in own));
    return worlds[slug] || { ...world, slug, overrides: Object.fromEntries(kept) };
  }

  withOwn(base, own) {
    if (!Object.keys(own).length) return base;
    const label = this.both("assume_world", (words) => ({ world: words.label(base.label) }));
    return { slug: base.slug + OWN_WORLD, label, description: base.description, overrides: { ...base.overrides, ...own } };
  }

  // A world with one assumption set to a value in every future; null sets it free.
  setTo(world, worlds, key, value) {
    const own = this.ownOf(world);
    delete own[key];
    if (value !== null) own[key] = { p10: value, p50: value, p90: value, reason: this.reason };
    return this.withOwn(this.baseOf(world, worlds), own);
  }

  askedValue(words, key, asked) {
    const entry = this.entry(key);
    const scale = scaleOf(entry);
    const place = wholeNumber(asked);
    if (place < scale.low || place > scale.high) {
      const ends = { low: valueAt(scale, scale.low), high: valueAt(scale, scale.high) };
      const told = (value) => assumedFigure(value, entry.unit).text(words);
      throw new Refusal("assume_range", { low: told(ends.low), high: told(ends.high) });
    }
    return valueAt(scale, place);
  }

  shown(world) { return [...new Set([...this.deciding, ...this.lookedAt, ...Object.keys(this.ownOf(world))])]; }

  lookAt(key) {
    this.entry(key);
    this.lookedAt = [...this.lookedAt, String(key)];
  }

  // Those that decide most, by falling share of the variance; whether that changed.
  decide(drivers) {
    const before = canonical(this.deciding);
    const { common } = this.opened.known;
    const keys = drivers.filter(({ id }) => id in common).map(({ id }) => common[id]);
    this.deciding = [...new Set(keys)].filter((key) => key in this.known).slice(0, DECIDING);
    return canonical(this.deciding) !== before;
  }

  content(words, world) {
    const own = this.ownOf(world);
    const ids = this.shown(world).filter((key) => key in this.all);
    const rows = ids.map((key) => this.row(words, key, world, key in own));
    const others = Object.entries(this.known).filter(([key]) => !ids.includes(key)).map(([key, entry]) => [words.label(entry.label), key]);
    const order = (one, other) => (one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]) ? -1 : 1);
    return { rows, choices: [["", ""], ...others.sort(order)] };
  }

  row(words, key, world, own) {
    const entry = this.all[key];
    const spread = world.overrides[key] || world.overrides[entry.of] || entry;
    const scale = scaleOf(entry);
    const told = (value) => assumedFigure(value, entry.unit).text(words);
    const [low, middle, high] = ["p10", "p50", "p90"].map((name) => told((own ? entry : spread)[name]));
    return {
      id: key,
      label: words.label(entry.label),
      tip: words.label(entry.question),
      value: placeOf(scale, spread.p50),
      low: scale.low,
      high: scale.high,
      text: own ? told(spread.p50) : words.between(low, high),
      note: words.say(own ? "assume_own" : "assume_spread", { grade: entry.grade, low, middle, high }),
      own,
    };
  }

  // What must be true for the plan to win, one assumption more each time.
  * thresholds(words, lead, world) {
    const found = {};
    for (const key of this.shown(world)) {
      found[key] = this.thresholdText(words, key, this.threshold(lead, key));
      yield { ...found };
    }
  }

  // Threshold analysis: the value at which plan and reference are equal in the mean, by places along the slider.
  threshold(lead, key) {
    const entry = this.all[key];
    const scale = scaleOf(entry);
    const step = (scale.high - scale.low) / (LOOKED_AT - 1);
    const all = Array.from({ length: LOOKED_AT }, (_, at) => evenly(at === LOOKED_AT - 1 ? scale.high : scale.low + at * step));
    const values = [...new Set(all)].map((place) => valueAt(scale, place));
    const leads = values.map((value) => lead(key, value));
    const means = leads.map((lead) => (lead.distinguished ? lead.mean : 0));
    const pairs = values.map((value, at) => [value, leads[at].mean]).filter(([, mean]) => mean);
    const crossings = pairs.slice(1).flatMap(([right, after], at) => {
      const [left, before] = pairs[at];
      return before * after < 0 ? [[left + ((right - left) * before) / (before - after), after > 0]] : [];
    });
    const [ahead, behind] = [means.some((mean) => mean > 0), means.some((mean) => mean < 0)];
    if (!crossings.length || !ahead || !behind) return { value: null, ahead: ahead === behind ? null : ahead };
    const near = ([value]) => Math.abs(value - entry.p50);
    const [value, above] = crossings.reduce((best, one) => (near(one) < near(best) ? one : best));
    return { value, above };
  }

  thresholdText(words, key, { value, above, ahead }) {
    const goal = words.mention(words.term(`card_${GOAL}`));
    if (value === null) return words.say(ahead === null ? "threshold_untold" : ahead ? "threshold_always" : "threshold_never", { goal });
    const told = assumedFigure(value, this.all[key].unit).text(words);
    return words.say(above ? "threshold_above" : "threshold_below", { goal, value: told });
  }
}

// To a whole number, halves to the even one.
function evenly(value) {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low;
}

// -- the questions of every meeting ------------------------------------------------------------------

const ASKED = ["title", "line", "cut", "spread", "double", "delay", "disburse", "hint"];

function askedContent(words) {
  const percent = words.known.settings.asked_paid_out;
  const texts = Object.fromEntries(ASKED.map((name) => {
    const key = `asked_${name}`;
    return [name, words.say(key, { percent })];
  }));
  return { ...texts, percent, lines: LINES.map((line) => [words.term(`line_${line}`), line]) };
}

// One line without money in the years asked: left unspent, or given to the unlocked others.
function cutLine(state, line, spread) {
  const one = state.allocation;
  among(line, LINES);
  return state.moved(spread ? one.move(line, 0) : one.but({ lines: { ...one.lines, [line]: 0 } }));
}

// Twice the money on one line in the years asked; the fund grows by it and no other line moves.
function doubleLine(state, line, words) {
  const one = state.allocation;
  const money = one.lines[among(line, LINES)];
  const top = words.known.settings.annual_fund;
  if (!money) throw new Refusal("asked_nothing");
  if (one.fund + money > top * 1e9) throw new Refusal("fund_range", { top: words.number(top) });
  return state.moved(one.but({ fund: one.fund + money, lines: { ...one.lines, [line]: 2 * money } }));
}

// Half of every open year's money a year later, to the đồng: an odd đồng stays in its year.
function delayedHalfYear(state) {
  const { plan, past } = state;
  const years = sorted([...yearsOf(plan.fund), ...state.years]).filter((year) => !past.includes(year));
  const last = years[years.length - 1];
  const written = plan.repeat_last ? [...years, last + 1] : years;
  const later = (series) => {
    const money = plan.repeat_last ? { ...series, [last + 1]: series[last] } : { ...series };
    const halves = Object.fromEntries(written.map((year) => [year, Math.floor(money[year] / 2)]));
    const after = written.map((year) => [year, money[year] - halves[year] + (halves[year - 1] || 0)]);
    return { ...money, ...Object.fromEntries(after) };
  };
  const lines = byLine((line) => later(plan.lines[line]));
  const unspent = yearsOf(plan.fund).map((year) => [year, fundOf(plan, year) - sum(LINES.map((line) => lineOf(plan, line, year)))]);
  const left = later(Object.fromEntries(unspent));
  const fund = Object.fromEntries(yearsOf(left).map((year) => [year, left[year] + sum(LINES.map((line) => lines[line][year]))]));
  return state.withSplit({ ...plan, fund, lines });
}
