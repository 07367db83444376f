// What has been chosen, and the tries beside it; every change gives another state. Twin of sim/planner/state.py.

const KEPT_TRIES = 8;

// The reference as a scenario to the same horizon; `world` is null where it follows the world looked at.
function referenceScenario(reference, like) {
  const { key, plan, world } = reference;
  return { slug: key, label: plan.label, plan, world: world || like.world, horizon: like.horizon, targets: [] };
}

class State {
  constructor(fields) { Object.assign(this, fields); }

  static opened({ scenario, reference, baseYear, present, draws }) {
    const allocation = allocationOf(scenario.plan, present);
    const start = { scenario, reference, baseYear, present, draws, allocation, year: null, edited: false, areaLine: "" };
    return new State(start).settled(NO_LIMITS);
  }

  but(fields) { return new State({ ...this, ...fields }); }

  get years() { return within(this.present, this.scenario.horizon); }

  get past() { return within(this.baseYear + 1, this.present - 1); }

  get flat() { return sameEveryYear(this.plan, this.present); }

  get plan() { return spelledOut(this.scenario.plan, [...this.past, ...this.years]); }

  canReach(horizon) {
    const years = within(this.baseYear + 1, horizon);
    return covers(this.scenario.plan, years) && covers(this.reference.plan, years);
  }

  withLine(line, vnd) { return this.moved(this.allocation.move(line, vnd)); }

  withFund(vnd) { return this.moved(this.allocation.resize(vnd)); }

  withRemainderSpread() { return this.moved(this.allocation.spread()); }

  withLocks(locked) { return this.but({ allocation: this.allocation.lock(locked) }); }

  areaShares() { return areaShares(this.plan, this.areaLine || LINES[0], this.year || this.years[0]); }

  withAreas(shares) {
    const lines = this.areaLine ? [this.areaLine] : LINES;
    let { plan } = this;
    if (this.year !== null) plan = withAreas(plan, shares, lines, this.year);
    else {
      const [first] = this.years;
      const areas = { ...plan.areas };
      for (const line of lines) {
        const kept = Object.entries(plan.areas[line] || {}).filter(([year]) => Number(year) < first);
        areas[line] = { ...Object.fromEntries(kept), [first]: shares };
      }
      plan = { ...plan, areas: settledAreas(areas) };
    }
    return this.but({ scenario: { ...this.scenario, plan }, edited: this.edited || !same(plan, this.plan) });
  }

  withPriceBasis(basis) {
    return this.but({ scenario: { ...this.scenario, plan: { ...this.plan, price_basis: basis } }, edited: true });
  }

  // A scenario brought in whole; the reference stays as far as it reaches.
  withScenario(scenario) {
    const reached = covers(this.reference.plan, within(this.baseYear + 1, scenario.horizon));
    const last = reached ? scenario.horizon : Math.max(...yearsOf(this.reference.plan.fund));
    const horizon = Math.min(scenario.horizon, last);
    const targets = scenario.targets.filter((one) => one.year <= horizon);
    return this.but({ scenario: { ...scenario, horizon, targets }, edited: false }).settled(NO_LIMITS);
  }

  atYear(year) {
    const shown = year === null ? this.years[0] : year;
    return this.but({ year, allocation: allocationOf(this.plan, shown, this.allocation.limits) });
  }

  sameEveryYear() { return this.moved(this.allocation, true).but({ year: null }); }

  withPlan(plan) {
    const { horizon } = this.scenario;
    const end = plan.repeat_last ? horizon : Math.min(horizon, Math.max(...yearsOf(plan.fund)));
    const targets = this.scenario.targets.filter((one) => one.year <= end);
    const scenario = { ...this.scenario, slug: plan.slug, label: plan.label, plan, horizon: end, targets };
    const started = this.reference.world === null && this.reference.key === this.plan.slug;
    const reference = started ? { key: plan.slug, plan, world: null } : this.reference;
    return this.but({ scenario, reference, edited: false }).settled(this.allocation.limits);
  }

  // Another plan's money under this one's name; locks, floors and caps stay.
  withSplit({ price_basis, fund, lines, repeat_last, areas }) {
    const plan = { ...this.plan, price_basis, fund, lines, repeat_last, areas };
    return this.but({ scenario: { ...this.scenario, plan }, edited: true }).settled(this.allocation.limits);
  }

  withWorld(world) { return this.but({ scenario: { ...this.scenario, world } }); }

  withHorizon(horizon) {
    const targets = this.scenario.targets.filter((one) => one.year <= horizon);
    const state = this.but({ scenario: { ...this.scenario, horizon, targets } });
    return state.year === null || state.years.includes(state.year) ? state : state.settled(this.allocation.limits);
  }

  withTargets(targets) { return this.but({ scenario: { ...this.scenario, targets } }); }

  moved(allocation, everywhere = false) {
    const everyYear = everywhere || this.year === null;
    const all = sorted([...yearsOf(this.plan.fund), ...this.years]).filter((year) => !this.past.includes(year));
    const plan = withAllocation(this.plan, everyYear ? all : [this.year], allocation);
    const edited = this.edited || !same(plan, this.plan);
    return this.but({ scenario: { ...this.scenario, plan }, allocation, edited });
  }

  // The levers on all years where they are equal, else on the first.
  settled(limits) {
    const year = this.flat ? null : this.years[0];
    return this.but({ year, allocation: allocationOf(this.plan, this.years[0], limits) });
  }
}

const stateText = (state) => canonical({ ...state, allocation: { ...state.allocation } });

// Plans in worlds that were looked at, in the order they were made; ratings answer one question.
class Tries {
  constructor() { Object.assign(this, { list: [], ratings: {}, asked: "", last: 0 }); }

  get(key) { return this.list.find((one) => one.key === key) || null; }

  find(plan, world) {
    const wanted = canonical([moneyAlike(plan), world]);
    return this.list.find((one) => canonical([moneyAlike(one.plan), one.world]) === wanted) || null;
  }

  add(plan, world, { name = "", keep = "" } = {}) {
    let found = this.find(plan, world);
    if (!found) {
      this.last += 1;
      found = { number: this.last, key: `try-${this.last}`, plan, world, name: "" };
      this.list.push(found);
    }
    if (name) {
      const named = { ...found, name };
      this.list = this.list.map((one) => (one === found ? named : one));
      found = named;
    }
    const nameless = this.list.filter((one) => !one.name && !one.note && one.key !== keep);
    const gone = new Set(nameless.slice(0, Math.max(0, nameless.length - KEPT_TRIES)));
    this.list = this.list.filter((one) => !gone.has(one));
    for (const one of gone) delete this.ratings[one.key];
    return found;
  }

  say(key, said) {
    if (!this.get(key)) throw new Refusal("no_try");
    this.list = this.list.map((one) => (one.key === key ? { ...one, ...said } : one));
  }

  ask(question) {
    if (question !== this.asked) Object.assign(this, { ratings: {}, asked: question });
  }

  unrated(years) {
    return [...this.list].reverse().filter((one) => !(one.key in this.ratings) && covers(one.plan, years));
  }
}

const tryScenario = (one, horizon) => ({ slug: one.key, label: one.plan.label, plan: one.plan, world: one.world, horizon, targets: [] });
