// One open planner in the page itself: the twin of sim/planner/session.py, behind the shape of anywidget's model.

const READY = "ready";
const ERROR = "error";
const SHOW_ONLY = new Set(["lock", "year", "area_line"]);
const KEPT_STATES = 100;

// What a view asks for and listens to; everything one wish changes arrives together, `done` last.
class Model {
  constructor(hear) {
    this.told = { levers: {}, answer: {}, frame: new DataView(new ArrayBuffer(0)), more: {}, status: { state: READY }, parting: {}, done: 0 };
    Object.assign(this, { hear, listeners: {}, changed: new Set() });
  }

  get(name) { return this.told[name]; }

  set(name, value) {
    this.told[name] = value;
    this.changed.add(name);
  }

  on(event, act) { (this.listeners[event] ||= []).push(act); }

  off(event, act) { this.listeners[event] = (this.listeners[event] || []).filter((one) => one !== act); }

  tell(event, ...values) { for (const act of this.listeners[event] || []) act(...values); }

  // A wish is met after the browser has had its turn, as one that travels to a kernel is.
  send(content, callbacks, buffers) {
    setTimeout(() => this.meet(content, buffers || []), 0);
  }

  meet({ wish, value = null, live = false }, buffers = []) {
    try {
      this.hear(String(wish), value, Boolean(live), buffers);
    } finally {
      this.set("done", this.told.done + 1);
      const changed = [...this.changed];
      this.changed.clear();
      for (const name of changed) this.tell(`change:${name}`);
    }
  }
}

// Years in which the median money of a line, or an area's, lies beyond what was ever lived.
function beyondExperience({ planned, spending, areas }, limit) {
  const medians = [spending, ...Object.values(areas || {})];
  return yearsOf(planned).filter((_, at) => Math.max(...medians.map((one) => one[at])) > limit);
}

class Session {
  // opened: see `openedOf`; engine: of the model; speak(lang): words; keeper: see keep.js, or null
  constructor({ opened, engine, speak, lang, keeper = null, held = 0 }) {
    Object.assign(this, { opened, engine, speak, keeper, held, words: speak(lang) });
    Object.assign(this, { prices: NOMINAL, past: [], future: [], gesture: "", rest: null, outside: {}, fewer: false });
    const { province } = opened;
    const { plan } = opened.scenario;
    const reference = { key: opened.reference || plan.slug, plan: opened.plans[opened.reference] || plan, world: null };
    const ends = { baseYear: province.base_year, present: province.planning_year };
    this.start = State.opened({ scenario: opened.scenario, reference, ...ends, draws: opened.draws });
    this.state = this.start;
    this.sliders = new Assumptions(opened, speak);
    this.desk = new Desk(opened, this.words, speak, this.sliders);
    this.model = new Model((...wish) => this.wish(...wish));
    if (keeper) keeper.bringBack(this);
    this.compute();
    this.showLevers();
    this.model.changed.clear();
  }

  // -- being asked ---------------------------------------------------------------------------------

  wish(name, value, live) {
    if (name === "more") {
      this.more(value);
      return;
    }
    let notice;
    try {
      notice = this.done(name, value, live);
    } catch (error) {
      notice = this.why(error);
    }
    this.tell({ notice, of_file: false });
    this.showLevers();
    if (this.keeper && !live) this.keeper.keep(this);
  }

  why(error) {
    if (error instanceof Refusal) return this.words.say(`problem_${error.key}`, error.params);
    if (error instanceof Refused) return error.problems.map((problem) => this.words.problem(problem)).join("\n");
    return this.words.say("failed", { detail: error.name });
  }

  done(name, value, live) {
    const aside = {
      undo: () => this.step(this.past, this.future),
      redo: () => this.step(this.future, this.past),
      settled: () => this.settled(),
      language: () => this.speakIn(value),
      prices: () => this.price(value),
      save: () => this.save(value),
      export: () => this.takeAway(value),
      discard: () => this.tell({ proposal: "", acceptable: false }),
      address: () => this.fromAddress(value),
      resume: () => "",
      say: () => this.sayOfTry(value),
      assume_more: () => this.lookAt(value),
    };
    if (Object.prototype.hasOwnProperty.call(aside, name)) return aside[name]() || "";
    const before = this.state;
    const after = name === "reset" ? this.start : this.desk.changed(before, name, value);
    const sameGesture = live && this.gesture === name;
    if (!sameGesture && stateText(after) !== stateText(before)) {
      this.past = [...this.past.slice(-KEPT_STATES), before];
      this.future = [];
    }
    this.gesture = live ? name : "";
    this.state = after;
    if (!SHOW_ONLY.has(name)) this.compute(live);
    return this.otherwise(before, name, value);
  }

  // What was done otherwise than asked, or moved along without being asked.
  otherwise(before, name, value) {
    const { scenario } = this.state;
    if (name === "line" && vndOf(value[1]) > before.allocation.ceiling(value[0]) + VND_PER_MILLION) {
      return this.words.say("problem_line_ceiling", { top: this.words.money(before.allocation.ceiling(value[0])) });
    }
    if (scenario.horizon < before.scenario.horizon && name !== "horizon") {
      return this.words.say("horizon_cut", { year: scenario.horizon });
    }
    if (["horizon", "start"].includes(name) && scenario.targets.length < before.scenario.targets.length) {
      return this.words.say("targets_cut", { year: scenario.horizon });
    }
    return "";
  }

  // -- wishes that move no lever -------------------------------------------------------------------

  step(back, forth) {
    if (!back.length) return;
    forth.push(this.state);
    this.state = back.pop();
    this.compute();
  }

  // The slider was let go: the answer on all draws, and what comes next is another gesture.
  settled() {
    this.gesture = "";
    if (this.fewer) this.compute();
    return String(this.model.get("status").notice || "");
  }

  speakIn(lang) {
    this.words = this.speak(lang);
    this.desk.words = this.words;
    this.compute();
  }

  price(basis) {
    this.prices = among(basis, PRICE_BASES);
    this.compute();
  }

  // A name for the try that is shown: kept in this browser with the others.
  save(asked) {
    const name = String(asked.name).trim();
    slugOf(name, this.words.known);
    this.desk.tries.add(this.state.plan, this.state.scenario.world, { name, keep: this.state.reference.key });
    this.model.set("more", { ...this.model.get("more"), revision: this.revision, tries: this.strip() });
    this.tell({ saved: this.words.say("kept_here", { name }), exists: false });
  }

  lookAt(key) {
    this.sliders.lookAt(key);
    this.compute();
  }

  // A try is named, and what is to be remembered of it written down.
  sayOfTry({ key, name, note }) {
    const [called, noted] = [name, note].map((text) => cleanText(String(text)).replace(/\s+/g, " "));
    const { name_characters: longestName, text_characters: longestNote } = this.words.known.settings;
    if (!this.desk.tries.get(key)) throw new Refusal("no_try");
    if ([...called].length > longestName) throw new Refusal("name_long", { limit: longestName });
    if ([...noted].length > longestNote) throw new Refusal("note_long", { limit: longestNote });
    this.desk.tries.say(key, { name: called, note: noted });
    if (key === this.state.reference.key) {
      this.state = this.desk.changed(this.state, "reference", key);
      this.compute();
    }
    this.model.set("more", { ...this.model.get("more"), tries: this.strip() });
  }

  takeAway(kind) {
    const scenario = this.desk.labelled(this.state);
    const types = { yaml: "application/yaml", csv: "text/csv" };
    among(kind, Object.keys(types));
    const content = kind === "yaml" ? scenarioText(scenario, this.words.known.files) : figuresText(scenario, this.found, this.words);
    const file = `${scenario.slug}.${kind}`;
    this.model.tell("msg:custom", { file, type: types[kind] }, [new TextEncoder().encode(content)]);
    this.tell({ saved: this.words.say("exported", { file }) });
  }

  // Another try was put into the address of this very page.
  shownElsewhere() {
    if (!this.keeper || this.keeper.address.read() === this.keeper.written) return;
    const told = this.keeper.told();
    if (told) this.model.send({ wish: "address", value: told });
  }

  fromAddress(told) {
    const before = this.state;
    this.keeper.show(this, told);
    this.past = [...this.past.slice(-KEPT_STATES), before];
    this.compute();
  }

  // -- showing -------------------------------------------------------------------------------------

  tell(told) { this.model.set("status", { ...this.model.get("status"), ...told }); }

  showLevers() {
    const { areas } = this.opened.province;
    const { weights } = this.opened;
    const names = Object.keys(weights).length ? areas.map((area) => [area.code, this.words.label(area.label)]) : [];
    const steps = { undo: this.past.length > 0, redo: this.future.length > 0 };
    const { outside } = this;
    const assumptions = this.sliders.content(this.words, this.state.scenario.world);
    const shown = { outside, assumptions, choosers: this.desk.choosers(this.state), measures: this.desk.measures(), prices: this.prices, ...steps };
    const content = leversContent(this.state, this.words, { ...shown, pack: this.opened.province.slug, areas: Object.fromEntries(names), weights });
    this.model.set("levers", content);
  }

  // Run what changed and show it; what goes wrong is said and marks the old answer as stale.
  compute(live = false) {
    try {
      const { state, words } = this;
      const reference = referenceScenario(state.reference, state.scenario);
      const draws = live && this.held ? Math.min(this.held, state.draws) : state.draws;
      this.fewer = draws < state.draws;
      this.result = this.engine.compare(state.scenario, reference, draws);
      const found = this.engine.answerOf(this.result, this.prices);
      this.found = found;
      this.outside = Object.fromEntries(found.outside.map((money) => [money.line, beyondExperience(money, this.words.known.outside)]));
      this.show(found, words.label(reference.label));
      const ready = words.say(this.fewer ? "held" : "ready", { draws: words.number(found.draws) });
      this.tell({ state: READY, message: ready, saved: "", exists: false });
      this.rest = this.fewer ? null : this.details(this.result);
    } catch (error) {
      this.tell({ state: ERROR, message: `${this.why(error)} ${this.words.say("stale")}` });
    }
  }

  show(found, reference) {
    const { province } = this.opened;
    const rows = frameOf(found);
    const content = {
      top: topOf(this.words, found, province, reference).html,
      bottom: bottomOf(this.words, found, province, reference).html,
      panels: panelsOf(this.words, found),
      columns: COLUMNS,
      alt: altOf(this.words, found),
    };
    this.model.set("answer", { ...content, lang: this.words.lang, revision: this.revision + 1 });
    this.model.set("frame", new DataView(rows.buffer, rows.byteOffset, rows.byteLength));
  }

  get revision() { return this.model.get("answer").revision || 0; }

  // -- what follows a moment later -----------------------------------------------------------------

  more(revision) {
    if (revision !== this.revision) return;
    try {
      const next = this.rest ? this.rest.next() : { done: true };
      if (next.done) this.model.set("more", { ...this.model.get("more"), revision, rest: false });
      else this.model.set("more", { revision, ...next.value, rest: true });
    } catch (error) {
      this.rest = null;
      this.tell({ notice: this.words.say("failed", { detail: error.name }) });
    }
  }

  // Evidence, margins and tries, piece by piece; each piece holds all there is so far.
  * details(result) {
    const { words } = this;
    const { grade, drivers } = this.engine.evidence(result);
    const alike = this.found.figures.filter((one) => one.range.indicator === GOAL).every((one) => one.difference.identical);
    const evidence = words.rich(alike ? "evidence_level" : "evidence", { grade, meaning: words.term(`grade_${grade}`) });
    const found = { evidence: evidence.html, tips: tipsOf(words, this.found) };
    if (this.sliders.decide(drivers)) this.showLevers();
    yield { ...found };
    found.evidence = joined([evidence, ...fundingLines(words, this.opened.province, this.engine.funding(result))], el("br")).html;
    yield { ...found };
    const margins = {};
    for (const line of LINES) {
      margins[line] = this.engine.margin(result, line);
      yield { ...found };
    }
    found.margins = marginsOf(words, margins, this.state.scenario.horizon).html;
    this.desk.remember(this.state);
    yield { ...found, tries: this.strip() };
    const { tries } = this.desk;
    const { horizon, targets } = this.state.scenario;
    for (const one of tries.unrated(this.state.years)) {
      tries.ratings[one.key] = this.engine.rating(result, { ...tryScenario(one, horizon), targets });
      yield { ...found, tries: this.strip() };
    }
    Object.assign(found, this.news());
    yield { ...found, tries: this.strip() };
    const lead = (key, value) => this.engine.lead(result, key, value, GOAL, Math.min(result.draws, THRESHOLD_DRAWS));
    found.thresholds = {};
    for (const thresholds of isIdentical(this.found) ? [] : this.sliders.thresholds(words, lead, this.state.scenario.world)) {
      found.thresholds = thresholds;
      yield { ...found, tries: this.strip() };
    }
  }

  // Figures of the year are weighed by the program alone: what it told of the scenario the file opens with, and that it
  // is of that one where another is shown.
  news() {
    const { words, state, start, opened } = this;
    const told = opened.news[words.lang];
    const asked = ({ plan, world, horizon, targets }) => canonical([moneyAlike(plan), world.overrides, horizon, targets]);
    if (asked(state.scenario) === asked(start.scenario)) return told;
    const of = el("p", { class: "cs-quiet" }, words.say("news_of", { plan: words.label(start.scenario.label) })).html;
    return Object.fromEntries(Object.entries(told).map(([name, html]) => [name, html && of + html]));
  }

  strip() {
    const { state } = this;
    const current = this.desk.tries.find(state.plan, state.scenario.world);
    const keys = { current: current ? current.key : "", reference: state.reference.key };
    return triesContent(this.words, this.desk.tries, { ...keys, years: state.years });
  }
}
