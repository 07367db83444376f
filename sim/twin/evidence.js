// What a figure rests on, as the grade that is told of it (sim/analysis/answer/drivers.py).
// Where Python draws a part of the futures anew, here the same draws take one another's: a random order of them.

const GRADES = ["A", "B", "C", "D", "E"];
const WEAK_GRADES = ["D", "E"];
const DECISIVE = 0.8;
const BINS = 32;
const EVENT_SIZES = [
  "founding_lumpiness", "dissolution_lumpiness", "revenue_volatility", "disaster_probability", "disaster_loss",
  "discrepancy_revenue", "discrepancy_income",
];
const ORDER_KEY = [0x6f726465, 0x72206f66, 0x20647261, 0x77730000];

function worse(a, b) {
  return GRADES.indexOf(a) >= GRADES.indexOf(b) ? a : b;
}

// Assumptions graded D or E; shares of one whole go together, by the worst of them.
function weakIds({ assumptions }) {
  const ids = Object.keys(assumptions);
  const weak = ids.filter((id) => WEAK_GRADES.includes(assumptions[id].grade));
  const wholes = weak.map((id) => assumptions[id].simplex).filter(Boolean);
  return new Set(ids.filter((id) => weak.includes(id) || wholes.includes(assumptions[id].simplex)));
}

// -- Other futures made of the same draws ---------------------------------------------------------------------

// A random order of so many draws.
function randomOrder(draws) {
  const ranks = new Float64Array(draws);
  philoxRanks(ORDER_KEY, ranks, { rows: 1, block: draws, first: 0, size: draws, stride: draws });
  return Uint32Array.from(ranks.keys()).sort((a, b) => ranks[a] - ranks[b]);
}

function reordered(values, order) {
  const found = Float64Array.from(values);
  for (let i = 0; i < order.length; i++) found[i] = values[order[i]];
  return found;
}

// The luck of every event in another order, years kept together.
function otherEvents(frozen, order) {
  const moved = (values) => {
    const found = new Float64Array(values.length);
    for (let first = 0; first < values.length; first += frozen.stride) {
      for (let i = 0; i < order.length; i++) found[first + i] = values[first + order[i]];
    }
    return found;
  };
  const every = (of) => Object.fromEntries(Object.entries(of).map(([name, scopes]) => [name, scopes.map(moved)]));
  return { rank: every(frozen.rank), score: every(frozen.score) };
}

// A sample's values in order and each draw's normal score by the middle of its ranks.
function margin(values) {
  const ordered_ = Float64Array.from(values).sort();
  const scores = new Map();
  for (let first = 0, size = ordered_.length; first < size; ) {
    let last = first;
    while (last + 1 < size && ordered_[last + 1] === ordered_[first]) last++;
    scores.set(ordered_[first], normalScore((first + last + 1) / 2 / size));
    first = last + 1;
  }
  return { ordered: ordered_, scores: Float64Array.from(values, (value) => scores.get(value)) };
}

// The value of a rank between the middles of a sample's ranks.
function atRank(ordered_, rank) {
  const place = Math.min(Math.max(rank * ordered_.length - 0.5, 0), ordered_.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, ordered_.length - 1);
  return ordered_[below] + (place - below) * (ordered_[above] - ordered_[below]);
}

function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

// The solution x of a x = b for several right-hand sides (rows of b), by elimination with pivots.
function solved(a, b) {
  const size = a.length;
  const rows = a.map((row, at) => Float64Array.from([...row, ...b.map((side) => side[at])]));
  for (let column_ = 0; column_ < size; column_++) {
    let pivot = column_;
    for (let row = column_ + 1; row < size; row++) if (Math.abs(rows[row][column_]) > Math.abs(rows[pivot][column_])) pivot = row;
    [rows[column_], rows[pivot]] = [rows[pivot], rows[column_]];
    for (let row = 0; row < size; row++) {
      if (row === column_) continue;
      const factor = rows[row][column_] / rows[column_][column_];
      if (factor) for (let at = column_; at < rows[row].length; at++) rows[row][at] -= factor * rows[column_][at];
    }
  }
  return b.map((_, side) => Float64Array.from(rows, (row, at) => row[size + side] / row[at]));
}

// Conditioned assumptions `ids` drawn anew beside the `given` ones, which stay: a Gaussian copula of the sample.
function drawnBeside(frozen, ids, given, order) {
  if (!ids.length) return {};
  frozen.margins = frozen.margins || {};
  for (const id of [...ids, ...given]) frozen.margins[id] = frozen.margins[id] || margin(frozen.calibrated[id]);
  const score = (id) => frozen.margins[id].scores;
  const moments = (rows) => rows.map((one) => given.map((other) => dot(score(one), score(other))));
  const slopes = given.length ? solved(moments(given), moments(ids)) : ids.map(() => []);
  return Object.fromEntries(ids.map((id, which) => {
    const found = Float64Array.from(frozen.calibrated[id]);
    for (let i = 0; i < order.length; i++) {
      let sum = score(id)[order[i]];
      for (let k = 0; k < given.length; k++) sum += slopes[which][k] * (score(given[k])[i] - score(given[k])[order[i]]);
      found[i] = Math.fround(atRank(frozen.margins[id].ordered, rankOf(sum)));
    }
    return [id, found];
  }));
}

// Futures with the weak assumptions kept, and futures with all assumptions kept; all else is another draw's.
function keptDraws(frozen, overrides, draws) {
  const { payload } = frozen;
  const order = randomOrder(draws);
  const weak = weakIds(payload);
  const events = otherEvents(frozen, order);
  const strong = Object.keys(payload.assumptions).filter((id) => !weak.has(id));
  const stated = (id) => id in overrides || payload.assumptions[id].of in overrides;
  const learnt = payload.conditioned.filter((id) => !stated(id));
  const [ids, given] = [learnt.filter((id) => !weak.has(id)), learnt.filter((id) => weak.has(id))];
  const others = Object.fromEntries(strong.map((id) => [id, reordered(frozen.calibrated[id], order)]));
  const calibrated = { ...frozen.calibrated, ...others, ...drawnBeside(frozen, ids, given, order) };
  return {
    weak: { ...frozen, ...events, calibrated, order, reordered: new Set(strong), tables: {} },
    assumptions: { ...frozen, ...events, tables: {} },
  };
}

// -- Shares of the variance -----------------------------------------------------------------------------------

// Which equally filled bin each draw of an assumption lies in; null where all draws are one. Kept with the stage.
function binsOf(stage, id) {
  stage.bins = stage.bins || {};
  if (id in stage.bins) return stage.bins[id];
  const values = stage.parameters[id].subarray(0, stage.draws);
  const sorted = Float64Array.from(values).sort();
  const last = sorted.length - 1;
  const edges = [...new Set(yearsOf(0, BINS - 1).map((bin) => sorted[Math.floor(bin * (last / BINS))]).concat(sorted[last]))];
  stage.bins[id] = edges.length < 2 ? null : Uint8Array.from(values, (value) => {
    let at = 0;
    while (edges[at] < value) at++;
    return at;
  });
  return stage.bins[id];
}

// First-order share of an assumption (epsilon squared): the variance between bins less what noise alone would give.
function firstOrder(around, squares, bins) {
  if (!bins || squares === 0) return 0;
  const [counts, sums] = [new Float64Array(BINS + 2), new Float64Array(BINS + 2)];
  for (let i = 0; i < bins.length; i++) {
    counts[bins[i]]++;
    sums[bins[i]] += around[i];
  }
  const between = sums.reduce((all, sum, at) => all + (sum * sum) / Math.max(counts[at], 1), 0);
  const groups = counts.filter(Boolean).length;
  const noise = ((groups - 1) * (squares - between)) / Math.max(bins.length - groups, 1);
  return Math.max(0, (between - noise) / squares);
}

// Closed index: what of the variance would go if the kept part were known.
function closedIndex(output, again) {
  const middle = 0.5 * (meanOf(output) + meanOf(again));
  let [squares, products] = [0, 0];
  for (let i = 0; i < output.length; i++) {
    const [ours, theirs] = [output[i] - middle, again[i] - middle];
    squares += 0.5 * (ours * ours + theirs * theirs);
    products += ours * theirs;
  }
  return squares ? products / squares : 0;
}

// The worst grade among the largest parts of the variance.
function gradeOf(payload, drivers, weakShare, assumedShare) {
  const assumed = Math.min(Math.max(assumedShare, 0), 1);
  const weak = Math.min(Math.max(weakShare, 0), assumed);
  const sizes = EVENT_SIZES.filter((id) => id in payload.assumptions).map((id) => payload.assumptions[id].grade);
  const parts = [[1 - assumed, sizes.length ? sizes.reduce(worse) : "E"]];
  const among = weakIds(payload);
  for (const [whole, inside] of [[weak, true], [assumed - weak, false]]) {
    const members = drivers.filter((one) => among.has(one.id) === inside);
    const alone = members.reduce((sum, one) => sum + one.share, 0);
    if (alone) parts.push(...members.map((one) => [(whole * one.share) / alone, one.grade]));
    else if (members.length) parts.push([whole, members.map((one) => one.grade).reduce(worse)]);
  }
  parts.sort(([a], [b]) => b - a);
  const wanted = DECISIVE * parts.reduce((sum, [share]) => sum + share, 0);
  let [found, covered] = ["A", 0];
  for (const [share, grade] of parts) {
    if (share === 0 || covered >= wanted) break;
    found = worse(found, grade);
    covered += share;
  }
  return found;
}

// What the difference in total revenue rests on, or total revenue itself where there is none.
function evidenceOf(keeper, { current: ours, reference: theirs, horizon }) {
  const { stage } = ours;
  const { payload } = stage;
  const whole = wholePlace(payload);
  const of = (run) => valuesOf(run, TOTAL, REAL, place(run, horizon), whole);
  const more = apart(of(ours), of(theirs));
  const differs = more.some(Boolean);
  const output = differs ? more : of(ours);
  const kept = keeper.kept(stage, ours.scenario);
  const again = (part) => {
    const found = [ours, theirs].map((run) => keeper.runOn(kept[part], run.scenario));
    const values = found.map(of);
    const result = Float64Array.from(differs ? apart(values[0], values[1]) : values[0]);
    found.forEach((run) => keeper.done(run));
    return result;
  };
  const variance = (values) => monteCarloError(values, meanOf(values), Infinity) ** 2;
  const printed = differs ? null : printedOf(ours, TOTAL, REAL, place(ours, horizon), whole);
  const inside = printed ? Math.min(1, variance(output) / variance(printed)) : 1;
  const mean = meanOf(output);
  const around = output.map((value) => value - mean);
  const squares = dot(around, around);
  const drivers = Object.entries(payload.assumptions).map(([id, { grade }]) => (
    { id, grade, share: inside * firstOrder(around, squares, binsOf(stage, id)) }));
  const [weak, assumed] = ["weak", "assumptions"].map((part) => inside * closedIndex(output, again(part)));
  drivers.sort((a, b) => b.share - a.share);
  return { grade: gradeOf(payload, drivers, weak, assumed), weak, assumed, drivers };
}
