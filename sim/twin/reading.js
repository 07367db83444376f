// What an answer holds, read off runs: numbers under Python's own names (sim/analysis/answer, sim/planner/answer.py).

const OUTSIDE_EXPERIENCE = 3;
const FOUNDED = "htx_founded";
const TOTAL = "htx_revenue_total";
const AVERAGE = "htx_revenue";
const PER = 100;

function yearsOf(first, last) {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
}

function openYears({ stage, scenario }) {
  return yearsOf(stage.payload.planning_year, scenario.horizon);
}

function place({ stage }, year) {
  return year - stage.payload.base_year - 1;
}

// Mean of the model, range of what will be printed and Monte Carlo error, in one year.
function rangeOf(run, indicator, year, basis) {
  const { payload } = run.stage;
  const [at, whole] = [place(run, year), wholePlace(payload)];
  const values = valuesOf(run, indicator, basis, at, whole);
  const found = described(values, printedOf(run, indicator, basis, at, whole), payload.effective);
  return { indicator, year, price_basis: basis, ...found };
}

// A series with its history; history was printed in current prices and stands beside no other.
function fanOf(run, indicator, basis) {
  const key = `${indicator} ${basis}`;
  if (!run.fans.has(key)) {
    const { payload } = run.stage;
    const years = yearsOf(payload.base_year + 1, run.scenario.horizon);
    const history = basis === REAL ? [] : payload.history[indicator] || [];
    run.fans.set(key, { indicator, price_basis: basis, history, ranges: years.map((year) => rangeOf(run, indicator, year, basis)) });
  }
  return run.fans.get(key);
}

// Scenario minus reference of one indicator in one year; of money in base-year đồng unless stated.
function differenceOf(ours, theirs, indicator, year, basis, where) {
  const { payload } = ours.stage;
  const row = rowOf(payload, indicator);
  const prices = basis === undefined ? compared(row) : basis;
  const area = where === undefined ? wholePlace(payload) : where;
  const [a, b] = [ours, theirs].map((run) => valuesOf(run, indicator, prices, place(ours, year), area));
  return { indicator, year, price_basis: prices, ...pairedDifference(apart(a, b), row.better, payload.effective) };
}

function compared(row) {
  return row.money ? REAL : "";
}

// -- Targets -----------------------------------------------------------------------------------------------

function chanceOf(run, target) {
  const { payload, draws } = run.stage;
  const basis = rowOf(payload, target.indicator).money ? NOMINAL : "";
  const values = printedOf(run, target.indicator, basis, place(run, target.year), wholePlace(payload));
  const low = target.low === null ? -Infinity : target.low;
  const high = target.high === null || target.high === undefined ? Infinity : target.high;
  let met = 0;
  for (let i = 0; i < draws; i++) if (values[i] >= low && values[i] <= high) met++;
  return { target, probability: met / draws, mcse: shareError(met / draws, draws, payload.effective) };
}

// Chance of each target whose year can still be planned: the province's own first, then those of the scenario.
function chancesOf(run, scenario = run.scenario) {
  const years = openYears(run);
  const asked = [...run.stage.payload.targets, ...(scenario.targets || [])];
  return asked.filter((target) => years.includes(target.year)).map((target) => chanceOf(run, target));
}

// The chance of the province's headline target, else of one's own for new HTX; null where neither is to be met.
function headlineOf(chances) {
  const own = (one) => !one.target.source_id && one.target.indicator === FOUNDED && (one.target.high === null || one.target.high === undefined);
  return chances.find((one) => one.target.headline) || chances.find(own) || null;
}

// -- Money -------------------------------------------------------------------------------------------------

// Median over draws of one tỷ's real spending over reference funding, [line][year], or over an area's own.
function medianPerBillion(stage, real, area = null) {
  const key = `${real} ${area}`;
  stage.medians = stage.medians || {};
  if (!stage.medians[key]) {
    const weights = area === null ? null : stage.start.weights[area];
    stage.medians[key] = perBillion(stage, real).map((values) => yearsOf(0, stage.years - 1).map((year) => {
      const one = yearOf(stage, values, year);
      return quantilesOf(weights ? paired(one, weights, (a, b) => a / b) : one, [0.5])[0];
    }));
  }
  return stage.medians[key];
}

// Every line's money over the horizon, and how far it lies from what was lived.
function lineMoney(run) {
  const { stage, scenario: { plan } } = run;
  const [real, years] = [plan.price_basis !== NOMINAL, openYears(run)];
  const planned = (line, year) => lineBudget(plan, line, year);
  const medians = (line, area) => years.map((year) => {
    const shares = area === null ? null : areaShares(plan, LINES[line], year);
    const money = planned(LINES[line], year) / VND_PER_BILLION;
    const per = medianPerBillion(stage, real, shares ? area : null)[line][place(run, year)];
    return money * per * (shares ? Number(shares[stage.payload.areas[area].code] || 0) : 1);
  });
  return LINES.map((line, at) => {
    const divided = Object.keys((plan.areas || {})[line] || {}).length > 0;
    const areas = divided ? stage.payload.areas.map(({ code }, area) => [code, medians(at, area)]) : [];
    const spending = medians(at, null);
    const every = [spending, ...areas.map(([, one]) => one)];
    const beyond = years.filter((_, row) => every.some((one) => one[row] > OUTSIDE_EXPERIENCE));
    return {
      line, planned: Object.fromEntries(years.map((year) => [year, planned(line, year)])), spending, beyond,
      outside_experience: beyond.length > 0, areas: Object.fromEntries(areas),
    };
  });
}

// The scenario with one tỷ more on one line in each year that can be planned, the fund raised by as much.
function oneMore(run, line) {
  const { scenario } = run;
  const { plan } = scenario;
  const years = openYears(run);
  const every = [...Object.keys(plan.fund).map(Number).filter((year) => year < years[0]), ...years];
  const more = (year) => (years.includes(year) ? VND_PER_BILLION : 0);
  const series = (of, added_) => Object.fromEntries(every.map((year) => [year, of(year) + (added_ ? more(year) : 0)]));
  return {
    ...scenario, slug: `${scenario.slug}+${line}`,
    plan: {
      ...plan, slug: `${plan.slug}+${line}`, repeat_last: false,
      fund: series((year) => ofYear(plan.fund, year, plan.repeat_last), true),
      lines: Object.fromEntries(LINES.map((name) => [name, series((year) => lineBudget(plan, name, year), name === line)])),
    },
  };
}

// The scenario without money in every year that can be planned.
function withoutMoney(run) {
  const { plan } = run.scenario;
  const years = openYears(run);
  const past = yearsOf(run.stage.payload.base_year + 1, run.stage.payload.planning_year - 1);
  const series = (of) => Object.fromEntries([...past.map((year) => [year, of(year)]), ...years.map((year) => [year, 0])]);
  return {
    ...run.scenario, slug: "none",
    plan: {
      ...plan, repeat_last: true, fund: series((year) => ofYear(plan.fund, year, plan.repeat_last)),
      lines: Object.fromEntries(LINES.map((line) => [line, series((year) => lineBudget(plan, line, year))])),
    },
  };
}

// -- The answer ----------------------------------------------------------------------------------------------

// Growth parts of nominal average revenue, means over draws [%/yr].
function growthParts(run, years) {
  const { payload } = run.stage;
  const parts = partsOf(payload, AVERAGE);
  return years.map((year) => {
    const [alike, caught, rest] = parts.map((part) => meanOf(valuesOf(run, part, NOMINAL, place(run, year), wholePlace(payload))));
    return { year, whole: alike + caught + rest, like_for_like: alike, catch_up: caught, composition: rest };
  });
}

function panelOf(ours, theirs, indicator, basis) {
  const { payload } = ours.stage;
  const base = meanOf(baseValues(ours, indicator, "", wholePlace(payload)));
  return { fan: fanOf(ours, indicator, basis), ghost: fanOf(theirs, indicator, basis), base_year: payload.base_year, base };
}

function answerFrom({ current: ours, reference: theirs, worth }, basis) {
  const { payload, draws } = ours.stage;
  const [first, last] = [payload.planning_year, ours.scenario.horizon];
  const shown = (indicator) => (rowOf(payload, indicator).money ? basis : "");
  const panels = payload.headline.map((indicator) => panelOf(ours, theirs, indicator, shown(indicator)));
  const figures = panels.map(({ fan }) => ({
    range: fan.ranges[fan.ranges.length - 1], difference: differenceOf(ours, theirs, fan.indicator, last),
  }));
  const founded_difference = differenceOf(ours, theirs, FOUNDED, first);
  const average = figures[payload.headline.indexOf(AVERAGE)].range.mean;
  const spends = Object.values(theirs.scenario.plan.lines).some((money) => Object.values(money).some(Boolean));
  return {
    basis, draws, worth, seed: payload.seed, scenario: ours.scenario,
    founded: rangeOf(ours, FOUNDED, first, ""), founded_difference, figures, panels,
    chances: chancesOf(ours),
    parts: growthParts(ours, first === last ? [first] : [first, last]),
    outside: lineMoney(ours).filter((money) => money.outside_experience),
    assumed: !spends && payload.signs_assumed,
    others: payload.largest === null ? null : average * payload.largest,
    identical: founded_difference.identical && figures.every((one) => one.difference.identical),
  };
}

// Money and effect per active HTX the province starts with, beside no money.
function perHtx(run, none) {
  const { payload } = run.stage;
  const years = openYears(run);
  const whole = wholePlace(payload);
  const active = meanOf(baseValues(run, "htx_active", "", whole));
  const last = place(run, run.scenario.horizon);
  const [ours, theirs] = [run, none].map((one) => valuesOf(one, "htx_active", "", last, whole));
  const change = pairedDifference(apart(ours, theirs).map((more) => (PER / active) * more), 1, payload.effective);
  const fund = LINES.reduce((sum, line) => sum + lineBudget(run.scenario.plan, line, years[0]), 0) / VND_PER_BILLION;
  return { fund, active, change, years: years.length, million_per_htx: (fund * MILLION_PER_BILLION) / active };
}
