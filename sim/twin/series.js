// Every published series of a run, by area and over all areas (sim/ensemble/results.py, sim/model/others.py).
// A place is an area by its number, or the whole: the number after the last area's, where there are several.

const PERCENT = 100;
const MILLION_PER_BILLION = 1000;
const NOMINAL = "nominal";
const REAL = "real_2023";

function wholePlace({ areas }) {
  return areas.length === 1 ? 0 : areas.length;
}

function rowOf(payload, id) {
  return payload.rows[id] || { id, made_of: [], per: "", part_of: "", money: false, flow: true, count: false, better: 0 };
}

// -- Groups and unions, which no budget line moves ----------------------------------------------------------

// Series of one area, [table by name]; member HTX not yet bounded by those there are. Made once a stage.
function besideHtx(stage, area) {
  stage.others = stage.others || [];
  if (stage.others[area]) return stage.others[area];
  const { start, frozen: { rank, score }, payload, areas } = stage;
  const { p, shocks } = areas[area];
  const [change, growth, share, spread] = ["tht_count_change", "tht_revenue_growth", "tht_shock_share", "discrepancy_tht"].map(p);
  const [founding, perUnion, perGroup, profit] = ["union_founding_rate", "htx_per_union", "tht_members_per_group", "tht_profit_share"].map(p);
  const at0 = (name) => start[name][area];
  const [path, total, off] = [new Float64Array(stage.draws), new Float64Array(stage.draws), gap(stage, spread, score.discrepancy_tht[0])];
  const count = table(stage, (i, year) => at0("groups")[i] * (1 + change[i]) ** (year + 1));
  const revenue = table(stage, (i, _, at) => at0("groupRevenue")[i] * Math.exp(path[i] += growth[i] + share[i] * shocks[at]) * off[at]);
  const rate = payload.areas[area].founding_share;
  const founded = table(stage, (i, _, at) => poisson(rate * founding[i], rank.union_founded[area][at], score.union_founded[area][at]));
  const unions = table(stage, (i, _, at) => (total[i] += founded[at]));
  stage.others[area] = {
    tht_count: table(stage, (_i, _y, at) => rint(count[at])),
    tht_members: table(stage, (i, _, at) => count[at] * perGroup[i]),
    tht_revenue: revenue,
    tht_profit: table(stage, (i, _, at) => revenue[at] * profit[i]),
    lhhtx_founded: founded,
    lhhtx_count: table(stage, (i, _, at) => at0("unions")[i] + unions[at]),
    lhhtx_member_htx: table(stage, (i, _, at) => at0("unionHtx")[i] + unions[at] * rint(perUnion[i])),
  };
  return stage.others[area];
}

// -- One series of one area in one year, real; `year` counts from the first projected one, from 0 ------------

function yearOf(stage, values, year) {
  return values.subarray(year * stage.stride, year * stage.stride + stage.draws);
}

const STEPPED = {
  htx_active: "active", htx_inactive: "inactive", htx_founded: "founded", htx_founded_active: "foundedActive",
  htx_stopped: "stopped", htx_reactivated: "reactivated", htx_dissolved: "dissolved", htx_members: "members",
  htx_workers: "workers", htx_catch_up: "catchUp",
};

function paired(a, b, of) {
  const found = new Float64Array(a.length);
  for (let i = 0; i < found.length; i++) found[i] = of(a[i], b[i]);
  return found;
}

const product = (a, b) => a * b;

const MADE = {
  htx_registered: (part) => paired(part("active"), part("inactive"), (a, b) => a + b),
  htx_revenue: (part, on) => paired(part("revenue"), on("revenueGap"), product),
  htx_worker_income: (part, on) => paired(part("income"), on("incomeGap"), product),
  htx_like_for_like: (part) => part("common").map((factor) => factor - 1),
  htx_income_like_for_like: (part) => part("payRise").map((factor) => factor - 1),
  htx_composition: (part, _, before) => partsRest(part("revenue"), before("revenue"), part("common"), part("catchUp")),
  htx_income_composition: (part, _, before) => partsRest(part("income"), before("income"), part("payRise"), null),
};

// Growth of an average that neither those who stay nor catching up explain.
function partsRest(average, before, factor, catchUp) {
  return average.map((value, i) => value / before[i] - 1 - (factor[i] - 1) - (catchUp ? catchUp[i] : 0));
}

function modelled(run, id, year, area) {
  const { stage } = run;
  const series = run.series.areas[area];
  const part = (name) => yearOf(stage, series[name], year);
  if (id in STEPPED) return part(STEPPED[id]);
  const on = (name) => yearOf(stage, stage.areas[area][name], year);
  const before = (name) => (year ? yearOf(stage, series[name], year - 1) : stage.start[name][area]);
  if (id in MADE) return MADE[id](part, on, before);
  if (id === "htx_profit") return paired(modelled(run, "htx_revenue", year, area), stage.areas[area].p("profit_margin"), product);
  const beside = yearOf(stage, besideHtx(stage, area)[id], year);
  return id === "lhhtx_member_htx" ? paired(beside, modelled(run, "htx_registered", year, area), Math.min) : beside;
}

// -- In the prices asked for, and over all areas ---------------------------------------------------------------

const WHOLE = {
  htx_inactive: (registered, active) => registered - active,
  htx_revenue_total: (average, active) => (average * active) / MILLION_PER_BILLION,
};

// A series that is made of others, from what `part` gives of each.
function madeOf(row, part) {
  const [first, second] = row.made_of.map(part);
  return paired(first, second, WHOLE[row.id]);
}

// One area's series in one year; money nominal unless asked for in base-year đồng.
function areaValues(run, id, basis, year, area) {
  const { stage } = run;
  const row = rowOf(stage.payload, id);
  if (row.part_of) return growthInPrices(run, row, basis, year, area);
  if (id === "htx_revenue_total") return madeOf(row, (part) => areaValues(run, part, basis, year, area));
  const values = modelled(run, id, year, area);
  return row.money && basis !== REAL ? paired(values, yearOf(stage, stage.prices, year), product) : values;
}

// Like-for-like carries inflation, the others are scaled by it, so that the parts add up in both price bases [%].
function growthInPrices(run, row, basis, year, area) {
  const growth = modelled(run, row.id, year, area);
  if (basis === REAL) return growth.map((share) => PERCENT * share);
  const { inflation } = run.stage.parameters;
  if (row.id !== firstPart(run.stage.payload, row.part_of)) return growth.map((share, i) => PERCENT * share * (1 + inflation[i]));
  return growth.map((share, i) => PERCENT * ((1 + share) * (1 + inflation[i]) - 1));
}

function partsOf(payload, average) {
  return payload.indicators.filter((row) => row.part_of === average).map((row) => row.id);
}

function firstPart(payload, average) {
  return partsOf(payload, average)[0];
}

// A series in one place and year, draw by draw; kept with the run for who asks again.
function valuesOf(run, id, basis, year, place) {
  const key = `${id} ${basis === REAL ? REAL : ""} ${year} ${place}`;
  if (run.known.has(key)) return run.known.get(key);
  const { payload } = run.stage;
  const row = rowOf(payload, id);
  let found;
  if (place < payload.areas.length) found = areaValues(run, id, basis, year, place);
  else if (row.part_of) found = growthTogether(run, row, basis, year);
  else found = addedAreas(row, (part) => payload.areas.map((_, area) => valuesOf(run, part, basis, year, area)));
  run.known.set(key, found);
  return found;
}

// One figure over all areas: a sum, or an average weighted by what it is per.
function addedAreas(row, part) {
  const values = part(row.id);
  if (!row.per) return added(values);
  const weights = part(row.per);
  const [sum, whole] = [new Float64Array(values[0].length), new Float64Array(values[0].length)];
  values.forEach((one, area) => {
    const weight = weights[area];
    for (let i = 0; i < sum.length; i++) {
      sum[i] += one[i] * weight[i];
      whole[i] += weight[i];
    }
  });
  for (let i = 0; i < sum.length; i++) sum[i] /= Math.max(whole[i], 1);
  return sum;
}

// A part of the growth of the average over all areas: what they share stays like-for-like, the rest is composition.
function growthTogether(run, row, basis, year) {
  const { payload } = run.stage;
  const average = rowOf(payload, row.part_of);
  const parts = partsOf(payload, average.id);
  const by = (id, at) => payload.areas.map((_, area) => (at < 0 ? baseValues(run, id, basis, area) : valuesOf(run, id, basis, at, area)));
  const [weight, weightBefore, before] = [by(average.per, year), by(average.per, year - 1), by(average.id, year - 1)];
  const growth = parts.map((part) => by(part, year));
  const which = parts.indexOf(row.id);
  return weight[0].map((_, i) => {
    let [total, heads, heads0, alike, caught, after] = [0, 0, 0, 0, 0, 0];
    for (let area = 0; area < weight.length; area++) {
      const money = before[area][i] * weightBefore[area][i];
      const sum = growth.reduce((all, one) => all + one[area][i], 0);
      total += money;
      heads += weight[area][i];
      heads0 += weightBefore[area][i];
      alike += growth[0][area][i] * money;
      caught += parts.length > 2 ? growth[1][area][i] * before[area][i] * weight[area][i] : 0;
      after += before[area][i] * (1 + sum / PERCENT) * weight[area][i];
    }
    const [whole0, whole] = [total / Math.max(heads0, 1), Math.max(heads, 1)];
    const [likeForLike, catchUp] = [alike / total, caught / (whole0 * whole)];
    if (which === 0) return likeForLike;
    if (which === 1 && parts.length > 2) return catchUp;
    return PERCENT * (after / whole / whole0 - 1) - likeForLike - catchUp;
  });
}

// -- The base year ----------------------------------------------------------------------------------------------

// A stock or an average of the base year; workers as drawn.
function baseValues(run, id, basis, place) {
  const { stage } = run;
  const { payload, start } = stage;
  const row = rowOf(payload, id);
  const whole = place >= payload.areas.length;
  const areas = (part) => payload.areas.map((_, area) => baseValues(run, part, basis, area));
  if (whole) return addedAreas(row, areas);
  if (id === "htx_workers") return start.workers[place];
  if (row.made_of.length && !(id in start.stocks)) return madeOf(row, (part) => baseValues(run, part, basis, place));
  const values = start.stocks[id][place];
  return row.money && basis === REAL ? values.map((number) => number * payload.deflator) : values;
}
