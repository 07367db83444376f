// What can be chosen from, and what each wish makes of a state. Twin of sim/planner/desk.py.

const SLUG = /^[a-z0-9][a-z0-9.-]*$/;
const MOST_LEVEL = 1e7;
const LONGEST_TEXT = 400;
const vndOf = (million) => wholeNumber(million) * VND_PER_MILLION;

function wholeNumber(value) {
  const number = Math.trunc(Number(value));
  if (!Number.isSafeInteger(number)) throw new Refusal("unknown");
  return number;
}

function among(value, options) {
  if (!options.includes(value)) throw new Refusal("unknown");
  return value;
}

// The file name a scenario's name gives: lower case, without diacritics, hyphens for blanks.
function slugOf(name, known) {
  const text = name.normalize("NFC").trim();
  const longest = known.settings.name_characters;
  if (!text) throw new Refusal("name_empty");
  if (/[/\\]/.test(text)) throw new Refusal("name_path");
  if ([...text].length > longest) throw new Refusal("name_long", { limit: longest });
  const old = legacyIn(text);
  if (old) throw new Refusal("name_legacy", old);
  const bare = text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
  const slug = bare.replace(/[\s_,]+/g, "-").replace(/-{2,}/g, "-").replace(/^[-.]+|[-.]+$/g, "");
  if (!SLUG.test(slug) || slug.length > longest) throw new Refusal("name_slug", { value: text });
  if (known.reserved.includes(slug.split(".")[0])) throw new Refusal("name_taken", { value: slug });
  if (known.shipped.includes(slug)) throw new Refusal("name_shipped", { value: slug });
  return slug;
}

function namedScenario(scenario, slug, name) {
  const label = { vi: name, en: name };
  return { ...scenario, slug, label, plan: { ...scenario.plan, slug, label } };
}

class Desk {
  // opened: {scenario, plans, worlds, weights, province}; speak(lang): words of a language; sliders: of assumptions
  constructor(opened, words, speak, sliders) {
    Object.assign(this, { opened, words, speak, sliders, tries: new Tries() });
    this.plans = { ...opened.plans, [opened.scenario.plan.slug]: opened.scenario.plan };
    this.worlds = { ...opened.worlds, [opened.scenario.world.slug]: opened.scenario.world };
  }

  changed(state, name, value) {
    const table = {
      line: () => state.withLine(among(value[0], LINES), vndOf(value[1])),
      line_text: () => this.typedLine(state, ...value),
      limits: () => this.limited(state, ...value),
      fund: () => this.funded(state, vndOf(value)),
      fund_text: () => this.typedFund(state, value),
      lock: () => this.locked(state, ...value),
      spread: () => state.withRemainderSpread(),
      year: () => state.atYear(this.openYear(state, value)),
      target: () => this.targeted(state, value),
      target_remove: () => state.withTargets(withoutTarget(state.scenario.targets, ...value)),
      area: () => this.divided(state, String(value[0]), scaled(wholeNumber(value[1]), -2)),
      area_text: () => this.divided(state, String(value[0]), partOf(value[1], this.words)),
      area_line: () => state.but({ areaLine: LINES.includes(value) ? value : "" }),
      areas_even: () => state.withAreas({}),
      same: () => state.sameEveryYear(),
      basis: () => state.withPriceBasis(among(value, PRICE_BASES)),
      horizon: () => state.withHorizon(among(value, this.horizons(state))),
      draws: () => state.but({ draws: among(value, [...this.words.known.draw_choices, this.opened.draws]) }),
      world: () => state.withWorld(this.inWorld(state, value)),
      cut: () => cutLine(state, ...value),
      double: () => doubleLine(state, value, this.words),
      delay: () => delayedHalfYear(state),
      disburse: () => this.paidOut(state),
      assume: () => this.assumed(state, String(value[0]), this.sliders.askedValue(this.words, value[0], value[1])),
      assume_free: () => this.assumed(state, String(value), null),
      start: () => (value === EDITED ? state : state.withPlan(this.known(this.plans, value))),
      reference: () => this.compared(state, value),
      pin: () => this.compared(state, this.remember(state).key),
      previous: () => this.previous(state),
      open: () => this.openedTry(state, value),
    };
    if (!Object.prototype.hasOwnProperty.call(table, name)) throw new Refusal("unknown");
    return table[name]();
  }

  // A world to look at, with what the planner assumes besides.
  inWorld(state, slug) {
    const { world } = state.scenario;
    return slug === world.slug ? world : this.sliders.withOwn(this.known(this.worlds, slug), this.sliders.ownOf(world));
  }

  assumed(state, key, value) { return state.withWorld(this.sliders.setTo(state.scenario.world, this.worlds, key, value)); }

  // So much of the money paid out as meetings ask about, beside the try as it was.
  paidOut(state) {
    const before = this.compared(state, this.remember(state).key);
    return this.assumed(before, PAID_OUT, this.words.known.settings.asked_paid_out / PERCENT);
  }

  known(things, slug) {
    if (!Object.prototype.hasOwnProperty.call(things, slug)) throw new Refusal("unknown");
    return things[slug];
  }

  // The plan and world looked at as a try; ratings of another question become stale.
  remember(state) {
    const { scenario, reference } = state;
    this.tries.ask(canonical([reference.key, referenceScenario(reference, scenario), state.draws, scenario.targets]));
    return this.tries.add(state.plan, scenario.world, { keep: reference.key });
  }

  // The scenario under the name its try goes by, once it is no shipped one any more.
  labelled(state) {
    if (!state.edited) return state.scenario;
    const one = this.remember(state);
    const name = tryName(this.words, one);
    let slug = one.key; // a name like 50/30/20 makes no file's
    try { slug = slugOf(name, this.words.known); } catch { /* the key stands for it */ }
    return namedScenario(state.scenario, slug, name);
  }

  choosers(state) {
    const label = (texts) => this.words.label(texts);
    const plans = Object.entries(this.plans).map(([slug, plan]) => [label(plan.label), slug]);
    const start = [...plans];
    if (state.edited) start.unshift([this.words.say("edited", { plan: label(state.scenario.label) }), EDITED]);
    else if (!(state.plan.slug in this.plans)) start.unshift([label(state.plan.label), state.plan.slug]);
    const worlds = { ...this.worlds, [state.scenario.world.slug]: state.scenario.world };
    const order = ([name, slug]) => `${slug === "central" ? 0 : 1}${name}`;
    return {
      start,
      world: Object.entries(worlds).map(([slug, world]) => [label(world.label), slug])
        .sort((one, other) => (order(one) < order(other) ? -1 : 1)),
      horizon: this.horizons(state).map((year) => [String(year), year]),
      reference: [...plans, ...this.tries.list.map((one) => [tryOption(this.words, one, state.years), one.key])],
    };
  }

  measures() { return this.words.known.measures.map((id) => [this.words.term(id), id]); }

  horizons(state) {
    const last = state.baseYear + this.words.known.settings.horizon_years;
    return within(state.present, last).filter((year) => state.canReach(year));
  }

  locked(state, line, locked) {
    const others = state.allocation.limits.locked.filter((one) => one !== among(line, LINES));
    return state.withLocks(LINES.filter((one) => others.includes(one) || (locked && one === line)));
  }

  typedLine(state, line, text) {
    const vnd = amountOf(text, this.words);
    const ceiling = state.allocation.ceiling(among(line, LINES));
    if (vnd > ceiling) throw new Refusal("line_ceiling", { top: this.words.money(ceiling) });
    return state.withLine(line, vnd);
  }

  limited(state, line, floor, cap) {
    const ends = [floor, cap].map((text) => (text.trim() ? amountOf(text, this.words) : null));
    const allocation = state.allocation.limit(among(line, LINES), ...ends);
    if (!allocation) throw new Refusal("bounds", { floor: floor || "0", cap: cap || "…" });
    return state.moved(allocation);
  }

  // One area's share of the shown line, or of every line.
  divided(state, area, share) {
    const { weights } = this.opened;
    if (!(area in weights)) throw new Refusal("unknown");
    if (compared(share, 0) < 0 || compared(share, 1) > 0) throw new Refusal("area_share");
    const shares = state.areaShares();
    const stated = Object.keys(shares).length > 0;
    const held = Object.keys(weights).map((code) => [code, stated ? shares[code] || "0" : weights[code]]);
    return state.withAreas(movedShares(Object.fromEntries(held), area, share));
  }

  funded(state, vnd) {
    const { least } = state.allocation;
    if (vnd < least) throw new Refusal("fund_held", { held: this.words.money(least) });
    return state.withFund(vnd);
  }

  typedFund(state, text) {
    const vnd = amountOf(text, this.words);
    const top = this.words.known.settings.annual_fund;
    if (vnd > top * 1e9) throw new Refusal("fund_range", { top: this.words.number(top) });
    return this.funded(state, vnd);
  }

  openYear(state, value) {
    const year = value ? wholeNumber(value) : null;
    if (year && state.past.includes(year)) throw new Refusal("past_year", { year, present: state.present });
    return year === null ? null : among(year, state.years);
  }

  // One more target of one's own, as it was typed; one of the same indicator and year is replaced.
  targeted(state, asked) {
    const [indicator, year] = [String(asked.indicator), wholeNumber(asked.year)];
    if (!state.years.includes(year)) {
      const allowed = `${state.years[0]} … ${state.years[state.years.length - 1]}`;
      throw new Refused([{ key: "target_year", place: "year", value: String(year), allowed }]);
    }
    const row = this.words.known.indicators[among(indicator, this.words.known.measures)];
    const level = asDouble(numberOf(String(asked.level), this.words));
    const typed = String(asked.high || "").trim();
    const top = typed ? asDouble(numberOf(typed, this.words)) : null;
    const problems = targetProblems(indicator, row, { level, ...(top === null ? {} : { high: top }) });
    if (problems.length) throw new Refused(problems);
    const name = String(asked.name || "").normalize("NFC").trim().slice(0, LONGEST_TEXT);
    const [low, high] = row.better < 0 ? [null, level] : [level, top];
    const made = { id: `${indicator}@${year}`, indicator, year, low, high, label: { vi: name, en: name }, headline: false, source_id: "" };
    return state.withTargets([...withoutTarget(state.scenario.targets, indicator, year), made]);
  }

  // Another reference: a plan in the world of the moment, or a try in its own.
  compared(state, key) {
    const one = this.tries.get(key);
    const named = one && Object.fromEntries(["vi", "en"].map((lang) => [lang, tryName(this.speak(lang), one)]));
    const reference = one
      ? { key, plan: { ...one.plan, slug: key, label: named }, world: one.world }
      : { key, plan: this.known(this.plans, key), world: null };
    if (!covers(reference.plan, state.years)) {
      const told = { reference: this.words.label(reference.plan.label), year: Math.max(...yearsOf(reference.plan.fund)) };
      throw new Refusal("reference_years", told);
    }
    return state.but({ reference });
  }

  previous(state) {
    const mine = this.remember(state).key;
    const others = this.tries.list.filter((one) => one.key !== mine);
    if (!others.length) throw new Refusal("no_try");
    return this.compared(state, others[others.length - 1].key);
  }

  openedTry(state, key) {
    const one = this.tries.get(key);
    if (!one) throw new Refusal("no_try");
    if (!covers(one.plan, state.years)) {
      throw new Refusal("try_years", { name: tryName(this.words, one), year: Math.max(...yearsOf(one.plan.fund)) });
    }
    return state.withScenario({ ...tryScenario(one, state.scenario.horizon), targets: state.scenario.targets });
  }
}

// What is wrong with a target of one's own. Twin of `target_problems` in sim/domain/targets.py.
function targetProblems(indicator, row, { level, high }) {
  const wrong = (key, place, value, allowed = null) => ({ key, place, value, allowed, indicator, unit: row.unit });
  const found = [];
  for (const [place, number] of [["level", level], ["high", high]]) {
    if (number === undefined) continue;
    if (number > MOST_LEVEL) found.push(wrong("target_level", place, number, [0, MOST_LEVEL]));
    else if (row.count && number % 1) found.push(wrong("target_not_whole", place, number));
  }
  if (found.length || high === undefined) return found;
  if (row.better < 0) return [wrong("target_no_band", "high", high)];
  return high < level ? [{ ...wrong("target_order", "high", high), low: level, high }] : [];
}

const withoutTarget = (targets, indicator, year) => targets.filter((one) => one.indicator !== indicator || one.year !== year);
