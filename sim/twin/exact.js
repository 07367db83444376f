// Exact decimal numbers: digits × 10^place. A double is taken by its shortest spelling, as Python's repr gives it.

const SPELLING = /^([-+]?)(\d+)(?:\.(\d+))?(?:e([-+]?\d+))?$/i;
const tens = (count) => 10n ** BigInt(count);
const sizeOf = (digits) => (digits < 0n ? -digits : digits);

function decimal(value) {
  if (typeof value === "object") return value;
  const found = SPELLING.exec(String(value));
  if (!found) throw new RangeError("not a finite number");
  const [, sign, whole, part = "", power = "0"] = found;
  const digits = BigInt(whole + part);
  return { digits: sign === "-" ? -digits : digits, place: Number(power) - part.length };
}

// The same number written with digits down to a finer place.
function finerDigits(number, place) {
  return number.digits * tens(number.place - place);
}

function onOnePlace(one, other) {
  const place = Math.min(one.place, other.place);
  return { place, ours: finerDigits(one, place), theirs: finerDigits(other, place) };
}

function plus(one, other) {
  const { place, ours, theirs } = onOnePlace(decimal(one), decimal(other));
  return { digits: ours + theirs, place };
}

function minus(one, other) {
  const { place, ours, theirs } = onOnePlace(decimal(one), decimal(other));
  return { digits: ours - theirs, place };
}

function scaled(number, power) {
  const exact = decimal(number);
  return { digits: exact.digits, place: exact.place + power };
}

function compared(one, other) {
  const { ours, theirs } = onOnePlace(decimal(one), decimal(other));
  return ours < theirs ? -1 : ours > theirs ? 1 : 0;
}

const isZero = (number) => decimal(number).digits === 0n;

function isWhole(number) {
  return number.place >= 0 || number.digits % tens(-number.place) === 0n;
}

// To one power of ten, halves away from zero as on paper.
function rounded(value, place) {
  const number = decimal(value);
  if (number.place >= place) return { digits: finerDigits(number, place), place };
  const unit = tens(place - number.place);
  const size = (2n * sizeOf(number.digits) + unit) / (2n * unit);
  return { digits: number.digits < 0n ? -size : size, place };
}

// A quotient to one power of ten, halves to the even digit: how shares are kept.
function quotientToEven(over, under, place) {
  const top = over * (place < 0 ? tens(-place) : 1n);
  const bottom = under * (place > 0 ? tens(place) : 1n);
  const size = sizeOf(top);
  let found = size / bottom;
  const twice = 2n * (size % bottom);
  if (twice > bottom || (twice === bottom && found % 2n === 1n)) found += 1n;
  return { digits: top < 0n ? -found : found, place };
}

// Largest remainder: parts to one power of ten that add up to their rounded whole.
function roundedTogether(parts, whole, place) {
  const exact = parts.map(decimal);
  const found = exact.map((part) => rounded(part, place));
  const sum = found.reduce((total, part) => total + part.digits, 0n);
  const missing = rounded(whole, place).digits - sum;
  const step = missing > 0n ? 1n : -1n;
  const behind = (at) => {
    const gap = minus(found[at], exact[at]);
    return { digits: gap.digits * step, place: gap.place };
  };
  const order = found.map((_, at) => at).sort((one, other) => compared(behind(one), behind(other)));
  for (const at of order.slice(0, Number(sizeOf(missing)))) found[at] = { digits: found[at].digits + step, place };
  return found;
}

// Every digit, no exponent, no group signs: what is after the point stays as long as it is.
function spelled(number) {
  const { digits, place } = decimal(number);
  const sign = digits < 0n ? "-" : "";
  const text = String(sizeOf(digits));
  if (place >= 0) return sign + (digits === 0n ? "0" : text + "0".repeat(place));
  const padded = text.padStart(1 - place, "0");
  return `${sign}${padded.slice(0, place)}.${padded.slice(place)}`;
}

// The same without zeros behind the last digit after the point.
function shortest(number) {
  const text = spelled(number);
  return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}

const asDouble = (number) => Number(spelled(number));
