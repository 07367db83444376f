// What no money moves: base-year figures, shocks and good and bad years of a world (sim/ensemble/stage.py,
// sim/model/exogenous.py). Tables hold a value at [year · stride + draw].

const LINES = ["establishment", "capacity", "market", "survey"];

// The whole number nearest to a value, halves to even, as NumPy has it.
function rint(value) {
  const nearest = Math.round(value);
  return Math.abs(value % 1) === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
}

// Where an area finds an assumption: under its own id where areas have their own.
function takenBy(payload, parameters) {
  return (id, area) => parameters[payload.by_area[id] ? payload.by_area[id][area] : id];
}

// A table of what each draw makes of each year.
function table({ draws, stride, years }, of) {
  const values = new Float64Array(years * stride);
  for (let year = 0; year < years; year++) {
    for (let i = 0, at = year * stride; i < draws; i++, at++) values[at] = of(i, year, at);
  }
  return values;
}

// What each draw makes of nothing but itself.
function column({ draws }, of) {
  const values = new Float64Array(draws);
  for (let i = 0; i < draws; i++) values[i] = of(i);
  return values;
}

// -- Base-year figures: as printed, or an assumption in place of what nobody printed ------------------

// Base-year stocks and averages, {indicator: [values by area]}; `value` gives the draws of an assumption.
function baseStocks(payload, value, draws) {
  const stocks = {};
  const constant = (number) => new Float64Array(draws).fill(number);
  for (const [name, rows] of Object.entries(payload.base)) {
    if (!payload.assumed[name]) stocks[name] = payload.areas.map((area) => constant(rows[area.code]));
  }
  for (const { id, count } of payload.indicators) {
    if (!payload.assumed[id]) continue;
    stocks[id] = payload.areas.map((area, place) => assumedFigure(payload, value, stocks, { id, area, place, draws }));
    if (count) stocks[id] = stocks[id].map((values) => values.map(rint));
  }
  if (payload.assumed.htx_active || payload.assumed.htx_registered) {
    const { htx_registered: registered, htx_active: active } = stocks;
    stocks.htx_active = active.map((values, place) => values.map((n, i) => Math.min(n, registered[place][i])));
    stocks.htx_inactive = registered.map((values, place) => values.map((n, i) => n - stocks.htx_active[place][i]));
  }
  return stocks;
}

// A base-year figure of one area: as printed there, else the assumption itself, its share or its multiple of another.
function assumedFigure(payload, value, stocks, { id, area, place, draws }) {
  const printed = payload.base[id];
  if (printed && area.code in printed) return new Float64Array(draws).fill(printed[area.code]);
  const { id: key, of, own } = payload.assumed[id][area.code];
  const drawn = value(key);
  if (of) return drawn.map((number, i) => number * stocks[of][place][i]);
  if (own || payload.areas.length === 1) return Float64Array.from(drawn);
  const whole = added(stocks.htx_registered);
  return drawn.map((number, i) => number * (stocks.htx_registered[place][i] / whole[i]));
}

function added(parts) {
  if (parts.length === 1) return parts[0];
  const found = new Float64Array(parts[0].length);
  for (const values of parts) for (let i = 0; i < found.length; i++) found[i] += values[i];
  return found;
}

// The model's start, {figure: [values by area]}; money in đồng of the price year.
function startOf(payload, parameters, draws) {
  const stocks = baseStocks(payload, (id) => parameters[id], draws);
  const taken = takenBy(payload, parameters);
  const places = payload.areas.map((_, place) => place);
  const real = (name) => stocks[name].map((values) => values.map((number) => number * payload.deflator));
  const nothing = places.map(() => new Float64Array(draws));
  const active = stocks.htx_active;
  const whole = added(active);
  const heads = (place) => taken("base_regular_workers", place);
  return {
    stocks, active,
    inactive: places.map((place) => active[place].map((n, i) => stocks.htx_registered[place][i] - n)),
    members: stocks.htx_members,
    workers: places.map((place) => payload.by_area.base_regular_workers ? Float64Array.from(heads(place).subarray(0, draws))
      : active[place].map((n, i) => (heads(place)[i] * n) / whole[i])),
    revenue: real("htx_revenue"), income: real("htx_worker_income"),
    groups: stocks.tht_count || nothing, groupRevenue: stocks.tht_revenue ? real("tht_revenue") : nothing,
    unions: stocks.lhhtx_count || nothing, unionHtx: stocks.lhhtx_member_htx || nothing,
    weights: places.map((place) => active[place].map((_, i) => weightOf(active, place, i))),
  };
}

const TINY = 2.2250738585072014e-308;

// An area's part of the reference funding: its active HTX at the start.
function weightOf(active, place, i) {
  return Math.max(active[place][i], TINY) / active.reduce((sum, values) => sum + Math.max(values[i], TINY), 0);
}

// -- What hits an area: shocks, good and bad years, what is left out of the averages -------------------

// Log shock common to all revenue. What happens follows the world; the mean correction follows what was calibrated.
function commonShocks(shape, events, p, c) {
  const { draws, stride, years } = shape;
  const [hits, scores, values] = [events.rank.disaster[0], events.score.revenue_shock[0], new Float64Array(years * stride)];
  for (let i = 0; i < draws; i++) {
    const usual = c("revenue_volatility")[i];
    const [q, loss, spread] = [c("disaster_probability")[i], c("disaster_loss")[i], p("revenue_volatility")[i]];
    const logLoss = Math.log1p(-p("disaster_loss")[i]);
    const returning = p("shock_recovery")[i] * logLoss;
    const meanReturn = Math.log1p(q * ((1 - loss) ** -c("shock_recovery")[i] - 1));
    const [correction, meanLoss, probability] = [0.5 * usual * usual, Math.log1p(-q * loss), p("disaster_probability")[i]];
    for (let year = 0, at = i; year < years; year++, at += stride) {
      const shock = spread * scores[at] - correction + (hits[at] < probability ? logLoss : 0) - meanLoss;
      values[at] = year ? shock - ((hits[at - stride] < probability ? returning : 0) + meanReturn) : shock;
    }
  }
  return values;
}

// What HTX that joined in earlier years still lack at the start; it follows the past that was lived, not the world.
function initialMissing(shape, start, share, area, c) {
  const [active, inactive, revenue] = [start.active[area], start.inactive[area], start.revenue[area]];
  return column(shape, (i) => {
    const entering = share * c("foundings_reference")[i] * (1 - c("shell_share")[i]) * (1 - c("relative_revenue_new")[i]);
    const returning = c("reactivation_rate")[i] * inactive[i] * (1 - c("relative_revenue_reactivated")[i]);
    const leaving = c("stopping_rate")[i] * active[i] * (1 - c("relative_revenue_stopped")[i]);
    const units = (entering + returning - leaving) / c("newcomer_catch_up")[i];
    return revenue[i] * Math.min(Math.max(units, 0), active[i] / 2);
  });
}

// A good or bad year: lognormal of mean exactly 1.
function yearEffect(spread, score) {
  return Math.exp(spread * score - 0.5 * spread * spread);
}

// What the model leaves out of an average: a random walk of the log, mean exactly 1.
function gap(shape, spread, score) {
  const walk = new Float64Array(shape.draws);
  return table(shape, (i, year, at) => Math.exp(spread[i] * (walk[i] += score[at]) - 0.5 * spread[i] * spread[i] * (year + 1)));
}

// All that one area meets in a world; tables whose assumptions did not change are those of the last worlds.
function areaStage(shape, frozen, start, area, p, c) {
  const share = frozen.payload.areas[area].founding_share;
  const { score } = frozen;
  const kept = (name, inputs, make) =>
    remembered(frozen.tables, `${name} ${area}`, [shape.draws, shape.years, ...inputs], () => make(...inputs));
  const shocks = kept("shocks", [...["revenue_volatility", "disaster_probability", "disaster_loss", "shock_recovery"].map(p)],
    () => commonShocks(shape, frozen, p, c));
  const [foundingYear, dissolutionYear] = [score.founding_year[0], score.dissolution_year[0]];
  return {
    area, p, shocks,
    missing: initialMissing(shape, start, share, area, c),
    logGrowth: kept("growth", [p("revenue_growth_reference"), shocks],
      (growth) => table(shape, (i, _, at) => growth[i] + shocks[at])),
    foundings: kept("foundings", [p("foundings_reference"), p("founding_lumpiness")], (expected, lumps) =>
      table(shape, (i, _, at) => share * (expected[i] * yearEffect(lumps[i], foundingYear[at])))),
    dissolution: kept("dissolution", [p("dissolution_rate"), p("dissolution_lumpiness")], (rate, cleanUps) =>
      table(shape, (i, _, at) => rate[i] * yearEffect(cleanUps[i], dissolutionYear[at]))),
    revenueGap: kept("revenue gap", [p("discrepancy_revenue")], (spread) => gap(shape, spread, score.discrepancy_revenue[0])),
    incomeGap: kept("income gap", [p("discrepancy_income")], (spread) => gap(shape, spread, score.discrepancy_income[0])),
    strengths: ["capacity", "market"].map((line) => revenueStrength(shape, p, line)),
  };
}

// Log revenue that a line's steady reference funding holds up, over all HTX.
function revenueStrength(shape, p, line) {
  const [coverage, persistence, effect] = [`coverage_${line}_revenue`, `persistence_${line}`, `effect_${line}_revenue`].map(p);
  return column(shape, (i) => Math.min(coverage[i] / (1 - persistence[i]), 1) * effect[i]);
}

// -- A world on the draws ------------------------------------------------------------------------------

// The stage of a world on the first so many draws and years.
function stageOf(frozen, overrides, draws, years) {
  const { payload, calibrated } = frozen;
  const shape = { draws, years, stride: frozen.stride };
  const parameters = under(frozen, overrides);
  const start = startOf(payload, parameters, draws);
  const [world, usual] = [takenBy(payload, parameters), takenBy(payload, calibrated)];
  const areas = payload.areas.map((_, area) =>
    areaStage(shape, frozen, start, area, (id) => world(id, area), (id) => usual(id, area)));
  const prices = remembered(frozen.tables, "prices", [draws, years, parameters.inflation], () =>
    table(shape, (i, year) => (1 + parameters.inflation[i]) ** (year + 1) / payload.deflator));
  return { ...shape, frozen, payload, parameters, start, areas, prices };
}

// Relative spending of one planned tỷ on each line, [table by line]; made when first asked for.
function perBillion(stage, real) {
  const { draws, years, payload, parameters: p, prices, frozen } = stage;
  const usual = frozen.calibrated.disbursement_rate;
  const fund = payload.assumed_fund ? p[payload.assumed_fund] : null;
  return LINES.map((line) => {
    const inputs = [draws, years, p.disbursement_rate, p.prior_funding_ratio, p[`reference_split_${line}`], prices, fund];
    return remembered(frozen.tables, `tỷ ${line} ${real}`, inputs, () => table(stage, (i, _, at) => {
      const disbursed = p.disbursement_rate[i] / usual[i];
      const reference = p.prior_funding_ratio[i] * (fund ? fund[i] : payload.reference_fund);
      return (real ? disbursed : disbursed / prices[at]) / (reference * p[`reference_split_${line}`][i]);
    }));
  });
}
