// The count of a rank: exact inverse distribution functions (sim/model/inversion.py), one draw at a time.
// Above a mean of 40 the expansion is simply rounded, there as here.

const COUNT_UP_BELOW = 2;
const EXACT_UP_TO = 40;
const MISS = 0.03;
const LEAST_VARIANCE = 0.05;
const RARE = 0.5;

function poisson(mean, rank, score) {
  if (mean < COUNT_UP_BELOW) return countedUp(Math.exp(-mean), 0, mean, rank);
  return settled(mean, 1, 0, mean, 0, rank, score);
}

function binomial(trials, probability, rank, score) {
  const mean = trials * probability;
  if (probability <= RARE && mean < COUNT_UP_BELOW) {
    const odds = probability / (1 - probability);
    return Math.min(countedUp(Math.exp(trials * Math.log1p(-probability)), -odds, (trials + 1) * odds, rank), trials);
  }
  const rest = 1 - probability;
  return Math.min(settled(mean, rest, probability, Math.min(mean, trials * rest), trials, rank, score), trials);
}

// Cornish-Fisher expansion, rounded; the distribution decides where a boundary between two counts is near.
function settled(mean, rest, probability, grain, trials, rank, score) {
  const variance = Math.max(mean * rest, LEAST_VARIANCE);
  const spread = Math.sqrt(variance);
  const square = score * score;
  let value = spread * score + mean;
  value += (square - 1) * ((rest - probability) / 6);
  value += (((7 - square) * (probability * rest) - (0.5 * square + 1)) * score) / (spread * 36);
  const count = Math.round(value);
  if (grain > EXACT_UP_TO) return Math.max(count, 0);
  const miss = (square * square * (MISS / 3) + MISS) / variance;
  if (Math.abs(value - count) + miss <= 0.5) return Math.max(count, 0);
  return searched(Math.max(Math.floor(value), 0), miss >= 0.5, mean, trials, probability, rank);
}

// Smallest count whose distribution function reaches the rank; where the guess may miss by more, it is walked to.
function searched(guess, wide, mean, trials, probability, rank) {
  let count = guess;
  if (rank > reached(count, mean, trials, probability)) {
    count++;
    while (wide && rank > reached(count, mean, trials, probability)) count++;
  } else {
    while (wide && count > 0 && rank <= reached(count - 1, mean, trials, probability)) count--;
  }
  return count;
}

// Distribution function; without trials it is Poisson's.
function reached(count, mean, trials, probability) {
  return trials ? reachedOf(count, trials, probability) : summedUp(Math.exp(-mean), 0, mean, count);
}

function reachedOf(count, trials, p) {
  if (count >= trials) return 1;
  if (p > RARE) return 1 - reachedOf(trials - count - 1, trials, 1 - p); // failures, whose mass at zero is not lost
  const odds = p / (1 - p);
  return summedUp(Math.exp(trials * Math.log1p(-p)), -odds, (trials + 1) * odds, count);
}

// Panjer's class: mass[k] = mass[k - 1] (a + b / k).
function summedUp(first, a, b, last) {
  let mass = first;
  let total = first;
  for (let k = 1; k <= last; k++) {
    mass *= Math.max(a + b / k, 0);
    total += mass;
  }
  return total;
}

function countedUp(first, a, b, rank) {
  let mass = first;
  let total = first;
  let count = 0;
  while (rank > total && mass > 0) {
    count++;
    mass *= Math.max(a + b / count, 0);
    total += mass;
  }
  return count;
}
