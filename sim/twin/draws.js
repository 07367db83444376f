// The frozen draws of a run: assumptions as calibrated and one rank for every event (sim/ensemble/draws.py).
// What history updated stands in the payload; all else is made again from keys and direction numbers.

// Letters of packed numbers, and what each stands for (sim/twin/packing.py: ALPHABET); two hold 13 bits.
const LETTERS = Array.from({ length: 94 }, (_, at) => 33 + at).filter((code) => !'"\\<'.includes(String.fromCharCode(code)));
const LETTER = new Uint8Array(128);
LETTERS.forEach((code, at) => { LETTER[code] = at; });
const PAIR = 13;
const Z90 = 1.2815515655446004;
const HALF = 0.5;

// Whole numbers packed by sim/twin/packing.py in so many bits each, most significant first.
function wholeNumbers({ bits, size, data }) {
  const codes = new Float64Array(size);
  let held = 0; // bits read and not yet used, as a number: at most bits + 12 of them, which a double holds
  let count = 0;
  for (let i = 0, at = 0; i < size; i++) {
    while (count < bits) {
      held = held * 2 ** PAIR + LETTER[data.charCodeAt(at)] * LETTERS.length + LETTER[data.charCodeAt(at + 1)];
      at += 2;
      count += PAIR;
    }
    const unit = 2 ** (count - bits);
    codes[i] = Math.floor(held / unit);
    held -= codes[i] * unit;
    count -= bits;
  }
  return codes;
}

// Single-precision numbers by their places in order. What the posterior holds stands there once for all draws that
// took the same row of it, and `row` says which.
function unpacked(packed, row) {
  const codes = wholeNumbers(packed);
  const { low, zeros } = packed;
  const place = new Uint32Array(1);
  const single = new Float32Array(place.buffer);
  for (let i = 0; i < codes.length; i++) {
    const ordered = codes[i] + low - zeros;
    place[0] = ordered >= 2 ** 31 ? ordered - 2 ** 31 : ~ordered;
    codes[i] = zeros && codes[i] === 0 ? 0 : single[0];
  }
  return row ? Float64Array.from(row, (at) => codes[at]) : codes;
}

// Values of a split normal through p10, p50 and p90, clipped to the bounds, at ranks.
function splitNormal({ p10, p50, p90 }, [least, most], ranks) {
  const values = new Float64Array(ranks.length);
  if (p10 === p50 && p50 === p90) return values.fill(p50);
  const below = p50 - p10;
  const above = p90 - p50;
  for (let i = 0; i < values.length; i++) {
    const score = normalScore(ranks[i]);
    const value = p50 + (score / Z90) * (score < 0 ? below : above);
    values[i] = Math.fround(Math.min(Math.max(value, least), most));
  }
  return values;
}

// One event in one area, or in all: scores and, where asked for, ranks, at [year · stride + draw].
function eventRanks(payload, keys, { draws, stride, years }) {
  const ranks = new Float64Array(years * stride).fill(HALF);
  keys.forEach((key, index) => {
    const first = index * payload.block;
    const size = Math.min(payload.block, draws - first);
    if (size > 0) philoxRanks(key, ranks, { rows: years, block: payload.block, first, size, stride });
  });
  return ranks;
}

function scoresOf(ranks) {
  const scores = new Float64Array(ranks.length);
  for (let i = 0; i < ranks.length; i++) scores[i] = normalScore(ranks[i]);
  return scores;
}

// Scores of years whose figures are known take the place of those drawn, with their ranks.
function learn(known, row, ranks, scores, { draws, stride, years }) {
  known.slice(0, years).forEach((packed, year) => {
    const values = unpacked(packed, row);
    for (let i = 0; i < draws; i++) {
      const at = year * stride + i;
      scores[at] = values[i];
      ranks[at] = rankOf(values[i]);
    }
  });
}

// The luck of every event: {score, rank}[name][scope], scope an area or the one place all areas share.
function eventsOf(payload, shape, row) {
  const found = { score: {}, rank: {} };
  for (const [name, event] of Object.entries(payload.events)) {
    const ranks = event.keys.map((keys) => eventRanks(payload, keys, shape));
    const scores = ranks.map(scoresOf);
    if (event.known) event.known.forEach((years, scope) => learn(years, row, ranks[scope], scores[scope], shape));
    found.score[name] = scores;
    if (event.both) found.rank[name] = ranks;
  }
  return found;
}

// Assumptions as calibrated, {id: values of all draws}.
function calibratedOf(payload, draws, row) {
  const found = {};
  const learnt = new Set(payload.conditioned);
  for (const [id, entry] of Object.entries(payload.assumptions)) {
    const packed = payload.stored[id];
    found[id] = packed ? unpacked(packed, learnt.has(id) ? row : null) : splitNormal(entry, entry.bounds, sobolRanks(entry.sobol, draws));
  }
  return found;
}

// Draws for so many years. The stride is no power of two: the years of a draw would share places in the cache.
function frozenDraws(payload, years) {
  const shape = { draws: payload.draws, stride: payload.draws + 8, years };
  const row = payload.rows_of_draws && wholeNumbers(payload.rows_of_draws);
  const calibrated = calibratedOf(payload, payload.draws, row);
  return { ...shape, payload, row, calibrated, ...eventsOf(payload, shape, row), moves: {}, tables: {} };
}

// What was worked out last under a name, where what it is made of is the same; made and kept otherwise.
const KEPT_EACH = 3;
function remembered(store, name, inputs, make) {
  const kept = store[name] || [];
  const found = kept.find((one) => one.inputs.every((value, at) => value === inputs[at])) || { inputs, value: make() };
  store[name] = [found, ...kept.filter((one) => one !== found)].slice(0, KEPT_EACH);
  return found.value;
}

// One assumption as a world states it, through its own unchanged rank.
function restated(frozen, id, { p10, p50, p90 }) {
  return remembered(frozen.tables, `stated ${id}`, [p10, p50, p90], () => {
    const { sobol, bounds } = frozen.payload.assumptions[id];
    const values = splitNormal({ p10, p50, p90 }, bounds, sobolRanks(sobol, frozen.draws));
    return frozen.reordered && frozen.reordered.has(id) ? reordered(values, frozen.order) : values;
  });
}

// Assumptions under a world; one stated by a common id stands in every area that states nothing of its own.
function under(frozen, overrides) {
  const { assumptions } = frozen.payload;
  const found = { ...frozen.calibrated };
  for (const [key, stated] of Object.entries(overrides)) {
    const versions = assumptions[key] ? [key] : Object.keys(assumptions).filter((id) => assumptions[id].of === key);
    for (const id of versions) if (id === key || !overrides[id]) found[id] = restated(frozen, id, stated);
  }
  return found;
}
