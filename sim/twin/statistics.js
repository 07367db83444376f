// Statistics of draws: means, quantiles, Monte Carlo errors and paired differences (sim/ensemble/statistics.py,
// sim/analysis/compare/paired.py).

const QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9];
const ROUNDING = 1e-9;
const CRITICAL_VALUE = 3;
const CLEAR_SHARE = 0.6;
const BUCKETS = 1024;

// How many independent draws a sample is worth.
function sampleWorth(draws, effective) {
  return 1 / (1 / draws + 1 / effective);
}

function meanOf(values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

// Monte Carlo error of the mean.
function monteCarloError(values, mean, effective) {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) * (values[i] - mean);
  return Math.sqrt(squares / values.length) / Math.sqrt(sampleWorth(values.length, effective));
}

function endsOf(values) {
  let [low, high] = [values[0], values[0]];
  for (let i = 1; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return [low, high];
}

const HELD = new Uint32Array(BUCKETS);

// The values at some places of their order, ascending places: counted into buckets, of which those asked for are sorted.
function ordered(values, places) {
  const [low, high] = endsOf(values);
  if (low === high) return places.map(() => low);
  const scale = (BUCKETS - 1) / (high - low);
  if (!Number.isFinite(scale)) return sortedPlaces(values, places);
  HELD.fill(0);
  for (let i = 0; i < values.length; i++) HELD[Math.floor((values[i] - low) * scale)]++;
  const wanted = new Map();
  const found = places.map((place) => {
    let [bucket, before] = [0, 0];
    while (before + HELD[bucket] <= place) before += HELD[bucket++];
    wanted.set(bucket, []);
    return [bucket, place - before];
  });
  const marked = new Uint8Array(BUCKETS);
  for (const bucket of wanted.keys()) marked[bucket] = 1;
  for (let i = 0; i < values.length; i++) {
    const bucket = Math.floor((values[i] - low) * scale);
    if (marked[bucket]) wanted.get(bucket).push(values[i]);
  }
  for (const [bucket, inside] of wanted) wanted.set(bucket, Float64Array.from(inside).sort());
  return found.map(([bucket, place]) => wanted.get(bucket)[place]);
}

function sortedPlaces(values, places) {
  const whole = Float64Array.from(values).sort();
  return places.map((place) => whole[place]);
}

// NumPy's linear quantiles.
function quantilesOf(values, shares = QUANTILES) {
  const last = values.length - 1;
  const places = shares.flatMap((share) => {
    const below = Math.floor(share * last);
    return [below, Math.min(below + 1, last)];
  });
  const found = ordered(values, places);
  return shares.map((share, at) => {
    const [low, high] = [found[2 * at], found[2 * at + 1]];
    const part = share * last - Math.floor(share * last);
    return part >= 0.5 ? high - (high - low) * (1 - part) : low + (high - low) * part;
  });
}

// Mean and error of the model's draws, range of the figure as it will be printed.
function described(values, printed, effective) {
  const [p10, p25, p50, p75, p90] = quantilesOf(printed);
  const [low, high] = endsOf(values);
  const mean = low === high ? low : meanOf(values);
  return { mean, p10, p25, p50, p75, p90, mcse: low === high ? 0 : monteCarloError(values, mean, effective) };
}

// Ours minus theirs draw by draw; exactly zero where only rounding tells them apart.
function apart(ours, theirs) {
  const found = new Float64Array(ours.length);
  for (let i = 0; i < found.length; i++) {
    const [a, b] = [ours[i], theirs[i]];
    const size = Math.max(Math.abs(a), Math.abs(b), 1);
    found[i] = Math.abs(a - b) <= ROUNDING * size ? 0 : a - b;
  }
  return found;
}

// Paired difference of draws as `apart` gives it; `better` 1 where more is better, -1 where less is, 0 where neither.
function pairedDifference(difference, better, effective) {
  const [p10, p50, p90] = quantilesOf(difference, [0.1, 0.5, 0.9]);
  const draws = difference.length;
  let [above, equal] = [0, 0];
  for (let i = 0; i < draws; i++) {
    if (difference[i] > 0) above++;
    else if (difference[i] === 0) equal++;
  }
  const mean = meanOf(difference);
  const mcse = monteCarloError(difference, mean, effective);
  const higher = above / draws + 0.5 * (equal / draws);
  const onItsSide = mean > 0 ? higher : 1 - higher;
  let pBetter = null;
  if (better) pBetter = better > 0 ? higher : 1 - higher;
  return {
    mean, p10, p50, p90, mcse, p_better: pBetter, identical: equal === draws,
    distinguished: Math.abs(mean) > CRITICAL_VALUE * mcse && onItsSide > CLEAR_SHARE,
  };
}

// Monte Carlo error of a share of draws.
function shareError(share, draws, effective) {
  return Math.sqrt((share * (1 - share)) / sampleWorth(draws, effective));
}
