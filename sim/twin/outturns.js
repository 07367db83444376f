// What will be printed: a draw moved by the true figure behind the printed base-year one and by the error of reporting
// (sim/ensemble/outturns.py).

// What moves a series in a place: null, {count: values} to be added, or {factor: table} with the base year first.
function moveOf(frozen, id, place) {
  const key = `${id} ${place}`;
  if (!(key in frozen.moves)) frozen.moves[key] = madeMove(frozen, id, place);
  return frozen.moves[key];
}

function madeMove(frozen, id, place) {
  const { payload } = frozen;
  const row = payload.rows[id];
  if (!row) return null;
  const source = row.moves_with || id;
  const known = source in payload.latent && source in payload.base;
  if (row.count) return known ? { count: miscounted(frozen, id, place) } : null;
  const ratio = known ? misread(frozen, source, place) : null;
  const error = payload.reporting[id];
  if (!error) return known ? { ratio } : null;
  const shape = { draws: frozen.draws, stride: frozen.stride, years: frozen.years + 1 };
  const scores = scoresOf(eventRanks(payload, error.keys[place], shape));
  return { factor: table(shape, (i, _, at) => (ratio ? ratio[i] : 1) * Math.exp(error.spread * scores[at])) };
}

function latentOf(frozen, id) {
  const { whole, areas } = frozen.payload.latent[id];
  const { row } = frozen;
  return whole ? { whole: unpacked(whole, row) } : { areas: areas.map((one) => one && unpacked(one, row)) };
}

// The printed base-year figure of the whole province; averages weigh areas by what is active there.
function printedWhole({ base, rows }, id) {
  const figures = Object.entries(base[id]);
  if (!rows[id].per) return figures.reduce((sum, [, value]) => sum + value, 0);
  const active = base.htx_active || {};
  const weights = figures.map(([area]) => (area in active ? active[area] : 1));
  return figures.reduce((sum, [, value], at) => sum + value * weights[at], 0) / weights.reduce((sum, one) => sum + one, 0);
}

// True over printed base-year figure.
function misread(frozen, id, place) {
  const { payload } = frozen;
  const latent = latentOf(frozen, id);
  if (latent.whole) {
    const whole = printedWhole(payload, id);
    return latent.whole.map((value) => value / whole);
  }
  const ratios = payload.areas.map(({ code }, area) => {
    const printed = payload.base[id][code];
    return latent.areas[area] && printed !== undefined ? latent.areas[area].map((value) => value / printed) : null;
  });
  const one = (area, i) => (ratios[area] ? ratios[area][i] : 1);
  if (place < ratios.length) return column(frozen, (i) => one(place, i));
  const stocks = baseStocks(payload, (key) => Float64Array.of(payload.medians[key]), 1);
  const { per } = payload.rows[id];
  const weights = stocks[id].map((values, area) => values[0] * (per in stocks ? stocks[per][area][0] : 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return column(frozen, (i) => weights.reduce((sum, weight, area) => sum + one(area, i) * weight, 0) / total);
}

// HTX more than were printed; areas share them like the printed ones, each a whole number.
function miscounted(frozen, id, place) {
  const { payload } = frozen;
  const latent = latentOf(frozen, id);
  if (latent.whole) {
    const [whole, code] = [printedWhole(payload, id), payload.places[place]];
    const share = code in payload.base[id] ? payload.base[id][code] / whole : 1;
    return latent.whole.map((value) => rint((value - whole) * share));
  }
  const off = (area, i) => {
    const printed = payload.base[id][payload.areas[area].code];
    return latent.areas[area] && printed !== undefined ? rint(latent.areas[area][i] - printed) : 0;
  };
  if (place < payload.areas.length) return column(frozen, (i) => off(place, i));
  return column(frozen, (i) => payload.areas.reduce((sum, _, area) => sum + off(area, i), 0));
}

// Draws of a series as it will be printed, in one year and place; what is made of others is made of them as printed.
function printedOf(run, id, basis, year, place) {
  const row = rowOf(run.stage.payload, id);
  if (!row.made_of.length) return movedTo(run, id, valuesOf(run, id, basis, year, place), year, place);
  const found = madeOf(row, (part) => movedTo(run, part, valuesOf(run, part, basis, year, place), year, place));
  return row.count ? found.map((value) => Math.max(value, 0)) : found;
}

function movedTo(run, id, values, year, place) {
  const { frozen, draws, stride } = run.stage;
  const move = moveOf(frozen, id, place);
  if (!move) return values;
  const found = new Float64Array(draws);
  if (move.count) for (let i = 0; i < draws; i++) found[i] = Math.max(values[i] + move.count[i], 0);
  else if (move.ratio) for (let i = 0; i < draws; i++) found[i] = values[i] * move.ratio[i];
  else for (let i = 0, at = (year + 1) * stride; i < draws; i++, at++) found[i] = values[i] * move.factor[at];
  return found;
}
