// The random numbers of a seed, as sim/ensemble/draws.py has them: Philox streams, Sobol columns, normal scores.
// A name fixes its numbers; the keys and direction numbers come with the payload.

const SMALLEST_RANK = 2 ** -25;
const LARGEST_RANK = 1 - 2 ** -24;
const WORD = 2 ** 32;

// A uniform as it is kept: in single precision, inside (0, 1).
function openUnit(value) {
  return Math.min(Math.max(Math.fround(value), SMALLEST_RANK), LARGEST_RANK);
}

// The high word of a product whose low word is known: the rest is off by less than a thousandth.
function highWord(a, b, low) {
  return ((a * b - low) / WORD + 0.5) >>> 0;
}

// The product of two 64-bit numbers, given as high and low words: four words, most significant first.
const PRODUCT = new Uint32Array(4);
function multiplied(aHigh, aLow, bHigh, bLow) {
  const low = Math.imul(aLow, bLow) >>> 0;
  const left = Math.imul(aLow, bHigh) >>> 0;
  const right = Math.imul(aHigh, bLow) >>> 0;
  const high = Math.imul(aHigh, bHigh) >>> 0;
  const middle = highWord(aLow, bLow, low) + left + right;
  const upper = high + highWord(aLow, bHigh, left) + highWord(aHigh, bLow, right) + ((middle / WORD) | 0);
  PRODUCT[0] = highWord(aHigh, bHigh, high) + ((upper / WORD) | 0);
  PRODUCT[1] = upper >>> 0;
  PRODUCT[2] = middle >>> 0;
  PRODUCT[3] = low;
}

const ROUNDS = 10;

// The keys of the ten rounds, four words each: both numbers of the key go on by a constant.
function roundKeys(key) {
  const keys = Uint32Array.from({ length: 4 * ROUNDS }, (_, at) => key[at % 4]);
  const add = (at, high, low) => {
    const sum = keys[at - 3] + low;
    keys[at + 1] = sum;
    keys[at] = keys[at - 4] + high + (sum >= WORD ? 1 : 0);
  };
  for (let at = 4; at < keys.length; at += 4) {
    add(at, 0x9e3779b9, 0x7f4a7c15);
    add(at + 2, 0xbb67ae85, 0x84caa73b);
  }
  return keys;
}

// Philox 4x64-10 of a counter below 2^32, into the words of `c`: high and low of each of four numbers.
function philox(counter, keys, c) {
  c.fill(0);
  c[1] = counter;
  for (let at = 0; at < 4 * ROUNDS; at += 4) {
    multiplied(0xd2e7470e, 0xe14c6c93, c[0], c[1]);
    const [high, highLow, low, end] = [PRODUCT[0], PRODUCT[1], PRODUCT[2], PRODUCT[3]];
    multiplied(0xca5a8263, 0x95121157, c[4], c[5]);
    c[0] = PRODUCT[0] ^ c[2] ^ keys[at];
    c[1] = PRODUCT[1] ^ c[3] ^ keys[at + 1];
    c[2] = PRODUCT[2];
    c[3] = PRODUCT[3];
    c[4] = high ^ c[6] ^ keys[at + 2];
    c[5] = highLow ^ c[7] ^ keys[at + 3];
    c[6] = low;
    c[7] = end;
  }
}

// Ranks of a stream as NumPy runs it: `rows` × `block`, the first `size` of each row into [first + row · stride].
function philoxRanks(key, into, { rows, block, first, size, stride }) {
  const [c, keys] = [new Uint32Array(8), roundKeys(key)];
  for (let row = 0; row < rows; row++) {
    for (let at = 0; at < size; at += 4) {
      philox((row * block + at) / 4 + 1, keys, c);
      for (let part = 0, most = Math.min(4, size - at); part < most; part++) {
        const whole = c[2 * part] * 2097152 + (c[2 * part + 1] >>> 11);
        into[first + row * stride + at + part] = openUnit(whole * 2 ** -53);
      }
    }
  }
}

// Scrambled Sobol coordinates from their shift and direction numbers: point after point changes by one of them.
function sobolRanks([shift, ...directions], draws) {
  const ranks = new Float64Array(draws);
  for (let i = 0, digits = shift; i < draws; i++) {
    ranks[i] = openUnit((digits + 0.5) * 2 ** -30);
    digits ^= directions[31 - Math.clz32((i + 1) & -(i + 1))];
  }
  return ranks;
}

// -- The normal distribution as Cephes has it (scipy.special) ---------------------------------------

function polynomial(x, coefficients) {
  let sum = 0;
  for (let i = 0; i < coefficients.length; i++) sum = sum * x + coefficients[i];
  return sum;
}

const CENTRE_P = [-5.99633501014107895267e1, 9.80010754185999661536e1, -5.66762857469070293439e1, 1.39312609387279679503e1, -1.23916583867381258016];
const CENTRE_Q = [1, 1.95448858338141759834, 4.67627912898881538453, 8.63602421390890590575e1, -2.25462687854119370527e2, 2.00260212380060660359e2, -8.20372256168333339912e1, 1.59056225126211695515e1, -1.1833162112133000314];
const NEAR_P = [4.05544892305962419923, 3.15251094599893866154e1, 5.71628192246421288162e1, 4.408050738932008347e1, 1.46849561928858024014e1, 2.18663306850790267539, -1.40256079171354495875e-1, -3.50424626827848203418e-2, -8.57456785154685413611e-4];
const NEAR_Q = [1, 1.57799883256466749731e1, 4.53907635128879210584e1, 4.1317203825467203044e1, 1.50425385692907503408e1, 2.50464946208309415979, -1.42182922854787788574e-1, -3.80806407691578277194e-2, -9.33259480895457427372e-4];
const EXP_MINUS_2 = 0.13533528323661269189;
const ROOT_TWO_PI = 2.50662827463100050242;

// Standard normal score of a rank (ndtri). No rank here is so near 0 or 1 that Cephes' third branch would be taken.
function normalScore(rank) {
  const upper = rank > 1 - EXP_MINUS_2;
  const y = upper ? 1 - rank : rank;
  if (y > EXP_MINUS_2) {
    const c = y - 0.5;
    const c2 = c * c;
    return (c + c * ((c2 * polynomial(c2, CENTRE_P)) / polynomial(c2, CENTRE_Q))) * ROOT_TWO_PI;
  }
  const x = Math.sqrt(-2 * Math.log(y));
  const z = 1 / x;
  const found = x - Math.log(x) / x - (z * polynomial(z, NEAR_P)) / polynomial(z, NEAR_Q);
  return upper ? found : -found;
}

const ERF_T = [9.60497373987051638749, 9.00260197203842689217e1, 2.23200534594684319226e3, 7.00332514112805075473e3, 5.55923013010394962768e4];
const ERF_U = [1, 3.35617141647503099647e1, 5.21357949780152679795e2, 4.59432382970980127987e3, 2.26290000613890934246e4, 4.92673942608635921086e4];
const ERFC_P = [2.46196981473530512524e-10, 5.64189564831068821977e-1, 7.46321056442269912687, 4.86371970985681366614e1, 1.96520832956077098242e2, 5.26445194995477358631e2, 9.3452852717195760754e2, 1.02755188689515710272e3, 5.57535335369399327526e2];
const ERFC_Q = [1, 1.32281951154744992508e1, 8.67072140885989742329e1, 3.54937778887819891062e2, 9.75708501743205489753e2, 1.82390916687909736289e3, 2.24633760818710981792e3, 1.65666309194161350182e3, 5.57535340817727675546e2];

// The rank of a normal score (ndtr).
function rankOf(score) {
  const x = score * Math.SQRT1_2;
  const z = Math.abs(x);
  if (z < 1) return 0.5 + 0.5 * ((x * polynomial(x * x, ERF_T)) / polynomial(x * x, ERF_U));
  const tail = 0.5 * ((Math.exp(-z * z) * polynomial(z, ERFC_P)) / polynomial(z, ERFC_Q));
  return x > 0 ? 1 - tail : tail;
}
