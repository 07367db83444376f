// Plans: money per line and year, and what areas get of it. Twin of sim/domain/plan.py and areas.py.

const SHARE_PLACE = -15;
const REAL = "real_2023";
const NOMINAL = "nominal";
const yearsOf = (series) => Object.keys(series).map(Number);
const within = (first, last) => Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
const sorted = (years) => [...new Set(years)].sort((one, other) => one - other);
const same = (one, other) => canonical(one) === canonical(other);

// One text for equal data, whatever the order of keys.
function canonical(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value) || "null";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

function moneyOf(plan, series, year) {
  if (year in series) return series[year];
  const years = yearsOf(series);
  if (plan.repeat_last && years.length && year > Math.max(...years)) return series[Math.max(...years)];
  throw new RangeError(`${plan.slug} has no money for ${year}`);
}

const fundOf = (plan, year) => moneyOf(plan, plan.fund, year);
const lineOf = (plan, line, year) => moneyOf(plan, plan.lines[line], year);

function covers(plan, years) {
  return [plan.fund, ...Object.values(plan.lines)].every((series) => {
    const written = yearsOf(series);
    const end = plan.repeat_last && written.length ? Math.max(...written) : Infinity;
    return years.every((year) => year in series || year > end);
  });
}

function spelledOut(plan, years) {
  const fund = { ...plan.fund, ...Object.fromEntries(years.map((year) => [year, fundOf(plan, year)])) };
  const lines = byLine((line) => ({ ...plan.lines[line], ...Object.fromEntries(years.map((year) => [year, lineOf(plan, line, year)])) }));
  return { ...plan, fund, lines };
}

// Whether fund, lines and what areas get of them are equal in all years written down, from one on.
function sameEveryYear(plan, first) {
  const start = Math.max(first, Math.min(...yearsOf(plan.fund)));
  const alike = Object.values(plan.areas).every((stated) => yearsOf(stated).every((year) => year <= start));
  const level = (series) => new Set(yearsOf(series).filter((year) => year >= first).map((year) => series[year])).size <= 1;
  return alike && [plan.fund, ...Object.values(plan.lines)].every(level);
}

function allocationOf(plan, year, limits = NO_LIMITS) {
  return new Allocation(fundOf(plan, year), byLine((line) => lineOf(plan, line, year)), limits);
}

function withAllocation(plan, years, allocation) {
  const put = (series, money) => ({ ...series, ...Object.fromEntries(years.map((year) => [year, money])) });
  return { ...plan, fund: put(plan.fund, allocation.fund), lines: byLine((line) => put(plan.lines[line], allocation.lines[line])) };
}

// -- areas: shares as texts of exact decimals, adding up to one; none stated: by active HTX ----------

const sizeOfShare = (share) => rounded(share, SHARE_PLACE).digits;

// Shares kept to fifteen decimals, without those that are nothing; what they miss of the whole goes to the largest.
function wholeShares(stated) {
  const kept = Object.keys(stated).sort()
    .map((area) => [area, stated[area]]).filter(([, size]) => size !== 0n);
  if (kept.length) {
    const largest = kept.reduce((best, one) => (one[1] > best[1] ? one : best));
    largest[1] += tens(-SHARE_PLACE) - kept.reduce((total, [, size]) => total + size, 0n);
  }
  return Object.fromEntries(kept.map(([area, size]) => [area, shortest({ digits: size, place: SHARE_PLACE })]));
}

// One area's share [decimal] set; the others keep their proportions, or are equal where they had nothing.
function movedShares(shares, area, share) {
  const others = Object.entries(shares).filter(([code]) => code !== area).map(([code, part]) => [code, decimal(part)]);
  const place = Math.min(share.place, ...others.map(([, part]) => part.place), 0);
  const at = (number) => finerDigits(number, place);
  const held = others.reduce((total, [, part]) => total + at(part), 0n);
  const rest = at({ digits: 1n, place: 0 }) - at(share);
  const one = tens(-place);
  const found = { [area]: quotientToEven(at(share), one, SHARE_PLACE).digits };
  for (const [code, part] of others) {
    const [over, under] = held ? [rest * at(part), held * one] : [rest, one * BigInt(others.length)];
    found[code] = quotientToEven(over, under, SHARE_PLACE).digits;
  }
  return wholeShares(found);
}

function inForce(stated, year) {
  const known = yearsOf(stated || {}).filter((first) => first <= year);
  return known.length ? stated[Math.max(...known)] : {};
}

const areaShares = (plan, line, year) => inForce(plan.areas[line], year);

// Whole đồng of some money by area.
function dividedMoney(money, shares) {
  const weights = Object.entries(shares).map(([area, share]) => [area, truncatedShare(share)]);
  return weights.length ? shareOut(money, weights) : {};
}

function truncatedShare(share) {
  const number = decimal(share);
  return number.place >= SHARE_PLACE ? finerDigits(number, SHARE_PLACE) : number.digits / tens(SHARE_PLACE - number.place);
}

// The shortest way to say the same: years that repeat the one before go, and lines of which nothing is said.
function settledAreas(areas) {
  const found = {};
  for (const line of LINES) {
    const kept = {};
    for (const year of sorted(yearsOf(areas[line] || {}))) {
      if (!same(areas[line][year], inForce(kept, year))) kept[year] = areas[line][year];
    }
    if (Object.keys(kept).length) found[line] = kept;
  }
  return found;
}

// Some lines' money divided by other shares in one year, the year after going on as before.
function withAreas(plan, shares, lines, year) {
  const areas = { ...plan.areas };
  for (const line of lines) {
    const stated = plan.areas[line] || {};
    areas[line] = { [year + 1]: inForce(stated, year + 1), ...stated, [year]: shares };
  }
  return { ...plan, areas: settledAreas(areas) };
}

const moneyAlike = ({ price_basis, fund, lines, repeat_last, areas }) => ({ price_basis, fund, lines, repeat_last, areas });
