// What comes from outside the page (an address, what a browser kept), read defensively: numbers in their bounds, names
// that are known, texts as texts. Anything else is refused as a whole.

const MOST_OUTSIDE = 20000;

function refuseUnless(sound) {
  if (!sound) throw new Refusal("unknown");
}

const isRecord = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isText = (value, most = LONGEST_TEXT) => typeof value === "string" && value.length <= most;
const cleanText = (text) => text.normalize("NFC").replace(/\p{Cc}/gu, " ").trim();

function readLabel(label) {
  refuseUnless(isRecord(label) && isText(label.vi) && isText(label.en));
  return { vi: cleanText(label.vi), en: cleanText(label.en) };
}

function readSlug(slug) {
  refuseUnless(isText(slug, 120) && SLUG.test(slug));
  return slug;
}

// {year: value}, years of the projection and at most a lifetime of them.
function readYears(series, opened, read) {
  refuseUnless(isRecord(series));
  const first = opened.province.base_year + 1;
  const found = Object.entries(series).map(([year, value]) => {
    const number = Number(year);
    refuseUnless(/^\d{4}$/.test(year) && number >= first && number <= first + 60);
    return [number, read(value)];
  });
  refuseUnless(found.length > 0);
  return Object.fromEntries(found);
}

function readPlan(plan, opened) {
  refuseUnless(isRecord(plan) && isRecord(plan.lines) && PRICE_BASES.includes(plan.price_basis));
  const top = opened.known.settings.annual_fund * 1e9;
  const money = (vnd) => {
    refuseUnless(Number.isSafeInteger(vnd) && vnd >= 0 && vnd <= top);
    return vnd;
  };
  const slug = readSlug(plan.slug);
  const known = opened.plans[slug];
  const found = {
    slug,
    label: known && !plan.label ? known.label : readLabel(plan.label),
    price_basis: plan.price_basis,
    fund: readYears(plan.fund, opened, money),
    lines: byLine((line) => readYears(plan.lines[line], opened, money)),
    repeat_last: plan.repeat_last === true,
    areas: readAreas(plan.areas, opened),
  };
  for (const year of yearsOf(found.fund)) {
    refuseUnless(LINES.every((line) => year in found.lines[line]));
    refuseUnless(sum(LINES.map((line) => found.lines[line][year])) <= found.fund[year]);
  }
  refuseUnless(covers(found, [opened.province.planning_year]));
  return found;
}

function readAreas(areas, opened) {
  if (areas === undefined) return {};
  refuseUnless(isRecord(areas) && Object.keys(areas).every((line) => LINES.includes(line)));
  const one = (shares) => {
    refuseUnless(isRecord(shares) && Object.keys(shares).every((code) => Object.prototype.hasOwnProperty.call(opened.weights, code)));
    const sizes = Object.fromEntries(Object.entries(shares).map(([code, share]) => {
      refuseUnless(isText(share, 20) && /^\d(\.\d+)?$/.test(share));
      return [code, sizeOfShare(share)];
    }));
    const whole = Object.values(sizes).reduce((total, size) => total + size, 0n);
    refuseUnless(!Object.keys(sizes).length || whole === tens(-SHARE_PLACE));
    return wholeShares(sizes);
  };
  return settledAreas(Object.fromEntries(Object.entries(areas).map(([line, years]) => [line, readYears(years, opened, one)])));
}

// A shipped world by its slug, or one that restates some of the assumptions that may be restated here.
function readWorld(world, opened) {
  if (typeof world === "string") {
    refuseUnless(Object.prototype.hasOwnProperty.call(opened.worlds, world));
    return opened.worlds[world];
  }
  refuseUnless(isRecord(world) && isRecord(world.overrides));
  const overrides = {};
  for (const [id, one] of Object.entries(world.overrides)) {
    refuseUnless(Object.prototype.hasOwnProperty.call(opened.known.assumptions, id) && isRecord(one));
    const { bounds } = opened.known.assumptions[id];
    const numbers = [one.p10, one.p50, one.p90];
    refuseUnless(numbers.every((number) => Number.isFinite(number) && number >= bounds[0] && number <= bounds[1]));
    refuseUnless(one.p10 <= one.p50 && one.p50 <= one.p90);
    overrides[id] = { p10: one.p10, p50: one.p50, p90: one.p90, reason: readLabel(one.reason) };
  }
  return { slug: readSlug(world.slug), label: readLabel(world.label), description: readLabel(world.description), overrides };
}

function readTarget(target, opened) {
  refuseUnless(isRecord(target) && opened.known.measures.includes(target.indicator) && Number.isSafeInteger(target.year));
  const ends = [target.low, target.high];
  refuseUnless(ends.every((end) => end === null || (Number.isFinite(end) && Math.abs(end) <= MOST_LEVEL)));
  refuseUnless(ends.some((end) => end !== null) && (target.low !== null || opened.known.indicators[target.indicator].better < 0));
  const { indicator, year, low, high } = target;
  return { id: `${indicator}@${year}`, indicator, year, low, high, label: readLabel(target.label), headline: false, source_id: "" };
}

function readScenario(data, opened) {
  refuseUnless(isRecord(data) && Array.isArray(data.targets) && data.targets.length <= 20);
  const { base_year: base, planning_year: present } = opened.province;
  const last = base + opened.known.settings.horizon_years;
  refuseUnless(Number.isSafeInteger(data.horizon) && data.horizon >= present && data.horizon <= last);
  const plan = readPlan(data.plan, opened);
  refuseUnless(covers(plan, within(present, data.horizon)));
  return {
    slug: readSlug(data.slug),
    label: readLabel(data.label),
    plan,
    world: readWorld(data.world, opened),
    horizon: data.horizon,
    targets: data.targets.map((target) => readTarget(target, opened)),
  };
}

// As short as it can be told: a world of the data root by its slug.
function writeScenario(scenario, opened) {
  const { slug, label, plan, world, horizon, targets } = scenario;
  return { slug, label, plan, world: writeWorld(world, opened), horizon, targets };
}

const writeWorld = (world, opened) => (opened.worlds[world.slug] && same(world, opened.worlds[world.slug]) ? world.slug : world);
