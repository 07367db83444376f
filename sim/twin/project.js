// What the money moves: effects, flows and revenue of every year (sim/model/response.py, flows.py, economy.py).
// Each pass goes over all draws of one area; the arithmetic and its order are Python's.

// Series of a run by area, each a table; revenue and income before what the model leaves out of them.
const COUNTS = ["founded", "foundedActive", "stopped", "reactivated", "dissolved", "active", "inactive"];
const LEVELS = ["members", "workers", "revenue", "income", "common", "payRise", "catchUp"];
const EFFECTS = ["founding", "reactivation", "stopping", "dissolution", "level"];

function emptySeries({ stride, years, areas }) {
  const tables = (names) => Object.fromEntries(names.map((name) => [name, new Float64Array(years * stride)]));
  return { areas: areas.map(() => tables([...COUNTS, ...LEVELS])), effects: tables(EFFECTS), first: tables(LINES) };
}

// Effect of spending in units of the effect of reference funding: (1 - rho^u) / (1 - rho).
function firstEffect(spending, rho, logRho) {
  return rho >= 1 ? spending : (1 - Math.exp(spending * logRho)) / (1 - rho);
}

// What an area's money multiplies or lifts, year by year, from spending relative to the reference.
// `money` is [line][year] in tỷ; `tilt` is null, or by line and draw-year what division between areas makes of it.
function effectsOf(stage, on, money, perBillions, tilt, { effects, first }) {
  const { draws, stride, years } = stage;
  const p = on.p;
  LINES.forEach((line, at0) => {
    const [rho, per, planned, tilted, values] = [p(`doubling_return_${line}`), perBillions[at0], money[at0], tilt && tilt[at0], first[line]];
    const logRho = rho.map(Math.log);
    for (let year = 0; year < years; year++) {
      for (let i = 0, at = year * stride; i < draws; i++, at++) {
        const spending = planned[year] * per[at];
        values[at] = firstEffect(tilted ? spending * tilted[at] : spending, rho[i], logRho[i]);
      }
    }
  });
  carriedEffects(stage, on, LINES.map((line) => first[line]), effects);
}

// What a channel still carries each year, x[t] = x[t-1] + (1 - d)(first[t] - x[t-1]) from x = 1, and what it does.
function carriedEffects({ draws, stride, years }, on, [establishment, capacityFirst, marketFirst, survey], out) {
  const names = [
    "targeting_gain", "persistence_founding", "persistence_reactivation", "persistence_capacity", "persistence_market",
    "phi_establishment_founding", "phi_establishment_reactivation", "phi_capacity_stopping", "phi_survey_dissolution",
  ];
  const [gain, keepsFounding, keepsBack, keepsCapacity, keepsMarket, phiFounding, phiBack, phiStopping, phiEnding] = names.map(on.p);
  const [capacityStrength, marketStrength] = on.strengths;
  for (let i = 0; i < draws; i++) {
    let [founding, back, capacity, market] = [1, 1, 1, 1];
    const theta = -Math.log1p(-phiStopping[i]);
    for (let year = 0, at = i; year < years; year++, at += stride) {
      const aimed = Math.max(0, 1 + gain[i] * (survey[at] - 1));
      const aimedEstablishment = establishment[at] * aimed;
      founding += (1 - keepsFounding[i]) * (aimedEstablishment - founding);
      back += (1 - keepsBack[i]) * (aimedEstablishment - back);
      capacity += (1 - keepsCapacity[i]) * (capacityFirst[at] * aimed - capacity);
      market += (1 - keepsMarket[i]) * (marketFirst[at] * aimed - market);
      out.founding[at] = Math.max(0, 1 + phiFounding[i] * (founding - 1));
      out.reactivation[at] = Math.max(0, 1 + phiBack[i] * (back - 1));
      out.stopping[at] = Math.exp(-theta * (capacity - 1));
      out.dissolution[at] = Math.max(0, 1 + phiEnding[i] * (survey[at] - 1));
      out.level[at] = capacityStrength[i] * (capacity - 1) + marketStrength[i] * (market - 1);
    }
  }
}

// Whole HTX founded, stopped, reactivated and dissolved, and the stocks they leave. Returns how often a probability
// had to be cut to 1.
function flowsOf(stage, on, effects, out) {
  const { draws, stride, years, frozen: { rank, score }, start } = stage;
  const place = (of, name) => of[name][on.area];
  const [u0, u1, u2, u3, u4] = ["founded", "founded_shell", "stopped", "reactivated", "dissolved"].map((name) => place(rank, name));
  const [z0, z1, z2, z3, z4] = ["founded", "founded_shell", "stopped", "reactivated", "dissolved"].map((name) => place(score, name));
  const [shellShare, stoppingRate, backRate] = ["shell_share", "stopping_rate", "reactivation_rate"].map(on.p);
  const { foundings, dissolution } = on;
  let clipped = 0;
  for (let i = 0; i < draws; i++) {
    let active = start.active[on.area][i];
    let inactive = start.inactive[on.area][i];
    for (let year = 0, at = i; year < years; year++, at += stride) {
      const founded = poisson(foundings[at] * effects.founding[at], u0[at], z0[at]);
      const shells = binomial(founded, shellShare[i], u1[at], z1[at]);
      const stopping = stoppingRate[i] * effects.stopping[at];
      const returning = backRate[i] * effects.reactivation[at];
      const ending = dissolution[at] * effects.dissolution[at];
      if (stopping > 1 || returning > 1 || ending > 1) clipped += (stopping > 1) + (returning > 1) + (ending > 1);
      const stopped = binomial(active, Math.min(stopping, 1), u2[at], z2[at]);
      const back = binomial(inactive, Math.min(returning, 1), u3[at], z3[at]);
      const dissolved = binomial(inactive - back, Math.min(ending, 1), u4[at], z4[at]);
      active = active - stopped + back + (founded - shells);
      inactive = inactive + stopped - back - dissolved + shells;
      out.founded[at] = founded;
      out.foundedActive[at] = founded - shells;
      out.stopped[at] = stopped;
      out.reactivated[at] = back;
      out.dissolved[at] = dissolved;
      out.active[at] = active;
      out.inactive[at] = inactive;
    }
  }
  return clipped;
}

// Average revenue per active HTX: what all do, who joins small, and newcomers catching up.
function revenueOf({ draws, stride, years, start }, on, { level }, out) {
  const [speeds, newcomers, returners, leavers] = [
    "newcomer_catch_up", "relative_revenue_new", "relative_revenue_reactivated", "relative_revenue_stopped",
  ].map(on.p);
  const { logGrowth } = on;
  for (let i = 0; i < draws; i++) {
    let average = start.revenue[on.area][i];
    let missing = on.missing[i];
    let before = start.active[on.area][i];
    let lastLevel = 0;
    const speed = speeds[i];
    for (let year = 0, at = i; year < years; year++, at += stride) {
      const common = Math.exp(logGrowth[at] + (level[at] - lastLevel));
      const [founded, back, gone, active] = [out.foundedActive[at], out.reactivated[at], out.stopped[at], out.active[at]];
      const smallNew = founded * newcomers[i];
      const smallBack = back * returners[i];
      const smallGone = gone * leavers[i];
      const caughtUp = speed * common * missing;
      const total = common * average * (before - smallGone + smallNew + smallBack) + caughtUp;
      const lacking = founded - smallNew + back - smallBack - (gone - smallGone);
      missing = Math.max(0, common * ((1 - speed) * missing + average * lacking));
      const size = Math.max(active, 1);
      out.common[at] = common;
      out.catchUp[at] = active > 0 ? caughtUp / (average * size) : 0;
      average = active > 0 ? total / size : common * average;
      out.revenue[at] = average;
      before = active;
      lastLevel = level[at];
    }
  }
}

// Members, regular workers and their average income.
function peopleOf({ draws, stride, years, start }, on, { level }, out) {
  const [perAdded, perNew, growths, wages, trends, passes] = [
    "workers_per_added_active", "members_per_new_htx", "member_growth", "relative_wage_new", "income_trend", "income_pass_through",
  ].map(on.p);
  const { logGrowth } = on;
  for (let i = 0; i < draws; i++) {
    let members = start.members[on.area][i];
    let workers = start.workers[on.area][i];
    let income = start.income[on.area][i];
    let before = start.active[on.area][i];
    let lastLevel = 0;
    const per = perAdded[i];
    for (let year = 0, at = i; year < years; year++, at += stride) {
      const payRise = Math.exp(trends[i] + passes[i] * (logGrowth[at] + (level[at] - lastLevel)));
      const came = out.foundedActive[at] + out.reactivated[at];
      const gone = out.stopped[at];
      const perLoss = Math.min(per, workers / Math.max(before, 1));
      const joined = per * came;
      const left = Math.min(perLoss * gone, workers);
      const staying = Math.max(workers - left, 0);
      const heads = staying + joined;
      income = income * payRise * (heads > 0 ? (staying + joined * wages[i]) / Math.max(heads, 1) : 1);
      workers += (came - gone >= 0 ? per : perLoss) * (came - gone);
      members = (1 + growths[i]) * Math.max(members - perNew[i] * out.dissolved[at], 0) + perNew[i] * out.founded[at];
      out.payRise[at] = payRise;
      out.income[at] = income;
      out.workers[at] = workers;
      out.members[at] = members;
      before = out.active[at];
      lastLevel = level[at];
    }
  }
}

// -- A plan's money --------------------------------------------------------------------------------------

const VND_PER_BILLION = 1e9;

// Money of a year, years after the last given one repeating it where the plan says so.
function ofYear(series, year, repeats) {
  if (year in series) return series[year];
  const last = Math.max(...Object.keys(series).map(Number));
  if (repeats && year > last) return series[last];
  throw new Error(`no money written down for ${year}`);
}

function lineBudget(plan, line, year) {
  return ofYear(plan.lines[line], year, plan.repeat_last);
}

// The shares of a year: the last ones stated up to it, null where there are none.
function areaShares(plan, line, year) {
  const stated = (plan.areas || {})[line] || {};
  const known = Object.keys(stated).map(Number).filter((first) => first <= year);
  const shares = known.length ? stated[Math.max(...known)] : {};
  return Object.keys(shares).length ? shares : null;
}

// What division between areas makes of a line's relative spending in one area, [table by line]; null where the plan
// divides nothing. Money in proportion to active HTX is the same relative spending everywhere.
function tiltOf(stage, plan, area, years) {
  if (!Object.keys(plan.areas || {}).length) return null;
  const weights = stage.start.weights[area];
  const { code } = stage.payload.areas[area];
  return LINES.map((line) => {
    const shares = years.map((year) => areaShares(plan, line, year));
    if (!shares.some(Boolean)) return null;
    return table(stage, (i, year) => (shares[year] ? Number(shares[year][code] || 0) / weights[i] : 1));
  });
}

// A plan on a stage, into series that are written over.
function project(stage, plan, out) {
  const years = Array.from({ length: stage.years }, (_, at) => stage.payload.base_year + 1 + at);
  const money = LINES.map((line) => Float64Array.from(years, (year) => lineBudget(plan, line, year) / VND_PER_BILLION));
  const per = perBillion(stage, plan.price_basis !== "nominal");
  let clipped = 0;
  stage.areas.forEach((on, area) => {
    effectsOf(stage, on, money, per, tiltOf(stage, plan, area, years), out);
    clipped += flowsOf(stage, on, out.effects, out.areas[area]);
    revenueOf(stage, on, out.effects, out.areas[area]);
    peopleOf(stage, on, out.effects, out.areas[area]);
  });
  return clipped;
}
