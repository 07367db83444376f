// The engine of one province: runs scenarios on kept draws and reads answers off them (sim/planner/answer.py: Engine).

const KEPT_STAGES = 4;
const KEPT_BUFFERS = 4;

function prepared(payload) {
  const rows = Object.fromEntries(payload.indicators.map((row) => [row.id, row]));
  const worlds = payload.worlds || {};
  return { ...payload, rows, worlds, effective: payload.effective === null ? Infinity : payload.effective };
}

// What decides a run's figures beside its world: money, prices and areas.
function planKey({ plan }) {
  const { price_basis, lines, repeat_last, areas } = plan;
  return JSON.stringify([price_basis, LINES.map((line) => lines[line]), repeat_last, areas || {}]);
}

function overridesOf({ world }) {
  return (world && world.overrides) || {};
}

function worldKey(scenario) {
  const stated = Object.entries(overridesOf(scenario)).map(([id, { p10, p50, p90 }]) => [id, p10, p50, p90]);
  return JSON.stringify(stated.sort(([a], [b]) => (a < b ? -1 : 1)));
}

// Draws, stages and buffers that are kept between moves.
class Keeper {
  constructor(payload) {
    this.payload = payload;
    this.frozen = null;
    this.stages = [];
    this.free = [];
  }

  // Draws for so many years at least; those of fewer are the first of them.
  draws(years) {
    if (!this.frozen || this.frozen.years < years) {
      this.frozen = frozenDraws(this.payload, years);
      this.stages = [];
      this.free = [];
    }
    return this.frozen;
  }

  stage(scenario, draws) {
    const { base_year, draws: most } = this.payload;
    const years = scenario.horizon - base_year;
    const frozen = this.draws(years);
    const size = Math.min(draws, most);
    const key = `${worldKey(scenario)} ${size} ${years}`;
    let found = this.stages.find((one) => one.key === key);
    if (!found) {
      found = stageOf(frozen, overridesOf(scenario), size, years);
      found.key = key;
    }
    this.stages = [found, ...this.stages.filter((one) => one !== found)].slice(0, KEPT_STAGES);
    return found;
  }

  run(scenario, draws) {
    return this.runOn(this.stage(scenario, draws), scenario);
  }

  // A scenario's plan on a stage, whatever its own world.
  runOn(stage, scenario) {
    const size = stage.years * stage.stride;
    const place = this.free.findIndex((one) => one.size === size);
    const series = place < 0 ? emptySeries(stage) : this.free.splice(place, 1)[0].series;
    const clipped = project(stage, scenario.plan, series);
    return { scenario, stage, series, clipped, plan: planKey(scenario), known: new Map(), fans: new Map() };
  }

  // One more world, whose stage is not kept.
  loose(scenario, draws) {
    const years = scenario.horizon - this.payload.base_year;
    return stageOf(this.draws(years), overridesOf(scenario), Math.min(draws, this.payload.draws), years);
  }

  // The world of a stage on futures of which only a part is kept (`keptDraws`); kept with the stage.
  kept(stage, scenario) {
    if (!stage.kept) {
      const overrides = overridesOf(scenario);
      const of = (frozen) => stageOf(frozen, overrides, stage.draws, stage.years);
      stage.kept = Object.fromEntries(Object.entries(keptDraws(stage.frozen, overrides, stage.draws)).map(([part, frozen]) => [part, of(frozen)]));
    }
    return stage.kept;
  }

  // A run nobody asks any more: its buffers serve the next one.
  done(run) {
    if (!run || !run.series) return;
    if (this.free.some((one) => one.series === run.series)) return; // a plan beside itself is one run
    this.free = [{ size: run.stage.years * run.stage.stride, series: run.series }, ...this.free].slice(0, KEPT_BUFFERS);
    run.series = null;
    run.known = null;
  }

  // Whether nothing that moves a figure differs between a run and what is asked.
  serves(run, scenario, draws) {
    return Boolean(run && run.series && run.plan === planKey(scenario) && run.stage === this.stage(scenario, draws));
  }

  // A kept run under another name where it serves, else a new one.
  again(kept, scenario, draws) {
    return this.serves(kept, scenario, draws) ? { ...kept, scenario } : this.run(scenario, draws);
  }
}

// The engine of a payload; a result is good until the next `compare`.
function makeEngine(content) {
  const payload = prepared(content);
  const keeper = new Keeper(payload);
  let last = null;

  function compare(scenario, reference, draws = payload.draws) {
    if (scenario.horizon !== reference.horizon) throw new Error("scenarios of one run share one horizon");
    const before = last ? [last.current, last.reference] : [];
    const found = (one, runs) => keeper.again(runs.find((run) => keeper.serves(run, one, draws)), one, draws);
    const current = found(scenario, before);
    const theirs = found(reference, [current, ...before]);
    for (const run of before) if (run.series !== current.series && run.series !== theirs.series) keeper.done(run);
    const size = current.stage.draws;
    last = { current, reference: theirs, draws: size, horizon: scenario.horizon, worth: sampleWorth(size, payload.effective) };
    return last;
  }

  // Something read off one more run on the result's draws, which is not kept.
  function beside(result, scenario, read) {
    const run = keeper.run(scenario, result.draws);
    const found = read(run);
    keeper.done(run);
    return found;
  }

  function margin(result, line) {
    const { current, horizon } = result;
    const of = (run) => payload.leading.map((indicator) => [indicator, differenceOf(run, current, indicator, horizon)]);
    return beside(result, oneMore(current, line), (run) => Object.fromEntries(of(run)));
  }

  function rating(result, scenario) {
    return beside(result, scenario, (run) => ({
      chance: headlineOf(chancesOf(run)), gain: differenceOf(run, result.reference, TOTAL, result.horizon),
    }));
  }

  // How far the scenario is ahead in a goal of the last year with one assumption set to a value in both worlds; draws of
  // many plans are kept in single precision (sim/ensemble/plans.py: evaluate).
  function lead(result, id, value, indicator = TOTAL, draws = result.draws) {
    const year = result.horizon;
    const row = rowOf(payload, indicator);
    const values = [result.current, result.reference].map(({ scenario }) => {
      const overrides = { ...overridesOf(scenario), [id]: { p10: value, p50: value, p90: value } };
      const run = keeper.runOn(keeper.loose({ ...scenario, world: { overrides } }, draws), scenario);
      const single = Float32Array.from(valuesOf(run, indicator, compared(row), place(run, year), wholePlace(payload)));
      keeper.done(run);
      return single;
    });
    return { indicator, year, price_basis: compared(row), ...pairedDifference(apart(...values), row.better, payload.effective) };
  }

  function funding(result) {
    const theirs = payload.assumed_fund && (payload.funding || {})[openYears(result.current).length];
    if (!theirs) return null;
    const ours = beside(result, withoutMoney(result.current), (none) => perHtx(result.current, none));
    return { ours, theirs, multiple: ours.fund / payload.assumptions[payload.assumed_fund].p50 };
  }

  const places = (code) => (code ? payload.places.indexOf(code) : wholePlace(payload));
  return {
    payload, draws: payload.draws, base_year: payload.base_year, planning_year: payload.planning_year,
    areas: payload.areas.map((area) => area.code), indicators: payload.indicators.map((row) => row.id), lines: LINES,
    compare, beside, margin, rating, lead, funding, evidence: (result) => evidenceOf(keeper, result),
    answerOf: (result, basis = NOMINAL) => answerFrom(result, basis),
    margins: (result) => Object.fromEntries(LINES.map((line) => [line, margin(result, line)])),
    variant: (result, line) => oneMore(result.current, line),
    series: (run, indicator, basis, year, code = "") => valuesOf(run, indicator, basis, place(run, year), places(code)),
    printed: (run, indicator, basis, year, code = "") => printedOf(run, indicator, basis, place(run, year), places(code)),
    range: rangeOf, chances: chancesOf, headline: headlineOf, money: lineMoney,
    difference: ({ current, reference }, indicator, year, basis, code = "") => differenceOf(current, reference, indicator, year, basis, places(code)),
    statistics: { apart, pairedDifference, quantiles: quantilesOf, mean: meanOf },
  };
}
