// The left-hand side as plain data: what every lever shows. Twin of sim/planner/levers.py.

const EVERY_YEAR = 0;
const EDITED = "";
// What this engine can do beside moving money; the view shows no control for anything else.
const CAN = ["save", "export_yaml", "export_csv", "asked", "assumptions", "program"];
const PRICE_BASES = [NOMINAL, REAL];
const VND_PER_MILLION = 1e6;
const BOX_PLACE = -3;

function leversContent(state, words, shown) {
  const { allocation } = state;
  const { settings } = words.known;
  const rest = allocation.unallocated;
  const { lines: boxes, unspent, fund } = addedUp(allocation);
  const told = { lines: words.exact(boxes.reduce(plus)), rest: words.exact(unspent), fund: words.exact(fund) };
  const title = state.year === null ? words.say("fund") : words.say("fund_of_year", { year: state.year });
  const top = Math.max(settings.fund_top * 1e9, allocation.fund);
  const shares = sharesOf(words, allocation);
  const bound = (vnd) => (vnd === undefined ? "" : written(scaled(vnd, -9), words));
  return {
    lang: words.lang,
    can: CAN,
    ...textsOf(words),
    choosers: choosersOf(state, words, shown),
    world_about: words.label(state.scenario.world.description),
    fund: { label: title, note: words.say("billion"), ...moneyContent(allocation.fund, top, settings.fund_step, words) },
    lines: LINES.map((line, at) => ({
      id: line,
      label: words.term(`line_${line}`),
      note: words.say("of_fund", { share: shares[at] }),
      locked: allocation.isLocked(line),
      floor: bound(allocation.limits.floors[line]),
      cap: bound(allocation.limits.caps[line]),
      ...moneyContent(allocation.lines[line], allocation.fund, settings.line_step, words),
      text: written(boxes[at], words),
    })),
    table: tableContent(state, words),
    warnings: warningsContent(state, words, shown),
    past: pastMoney(state, words),
    asked: askedContent(words),
    program: words.say("program_only", { pack: shown.pack, year: state.present }),
    assumptions: shown.assumptions,
    targets: targetsContent(state, words, shown),
    ...(Object.keys(shown.areas).length ? { areas: areasContent(state, words, shown) } : {}),
    sum_html: words.rich("sum", told).html,
    buttons: { same: !state.flat, spread: Boolean(rest), undo: shown.undo, redo: shown.redo, reset: shown.undo },
  };
}

// Money of every year: what is over, locked, and which year the levers set.
function tableContent(state, words) {
  const years = [...state.past, ...state.years];
  const allocations = years.map((year) => allocationOf(state.plan, year));
  const left = allocations.some((one) => one.unallocated);
  const rows = years.map((year, at) => {
    const one = allocations[at];
    const edited = state.years.includes(year) && (state.year === null || state.year === year);
    const kind = state.past.includes(year) ? "past" : edited ? "edited" : "open";
    const { lines, unspent, fund } = addedUp(one);
    const money = [...lines, ...(left ? [unspent] : []), fund];
    const told = { text: String(year), kind, note: words.say(`table_${kind}`, { year }) };
    return { year, ...told, cells: money.map((one) => written(one, words)) };
  });
  const heads = [...LINES.map((line) => words.say(`table_${line}`)), ...(left ? [words.say("table_left")] : [])];
  const title = words.say("table_title", { basis: words.basis(state.plan.price_basis) });
  return { title, heads: [words.say("chart_year"), ...heads, words.say("table_fund")], rows };
}

// What lies beyond experience, said where it is set; empty texts where nothing does.
function warningsContent(state, words, shown) {
  const { settings, reference_fund: reference, fund_large: large } = words.known;
  const far = settings.far_horizon;
  const lines = byLine((line) => {
    const outside = shown.outside[line] || [];
    if (!outside.length) return "";
    return words.say("warning_line", { years: words.between(String(outside[0]), String(outside[outside.length - 1])) });
  });
  const spent = sum(Object.values(state.allocation.lines)) / 1e9;
  const isLarge = reference && spent > large * reference;
  return {
    fund_html: isLarge ? words.html("fund_large", { times: Figure.computed(spent / reference, -1) }).html : "",
    horizon: state.scenario.horizon - state.baseYear > far ? words.say("warning_horizon", { years: far }) : "",
    lines,
  };
}

// That the money of years that are over is locked, and what it was.
function pastMoney(state, words) {
  if (!state.past.length) return "";
  const money = state.past.map((year) => `${year}: ${words.money(fundOf(state.plan, year))}`).join("; ");
  return words.say("past_locked", { money, present: state.present });
}

function targetsContent(state, words, shown) {
  const list = state.scenario.targets.map((one) => ({
    text: words.target(one),
    indicator: one.indicator,
    year: one.year,
    level: written(decimal(levelOf(one)), words),
    high: one.high === null || isAtMost(one) ? "" : written(decimal(one.high), words),
    name: Object.values(one.label).some(Boolean) ? words.label(one.label) : "",
  }));
  return { measures: shown.measures, years: state.years, list };
}

// What is the same whatever the state: every text of the planner's that holds no number of it.
function textsOf(words) {
  const own = Object.keys(words.texts).filter((key) => key.startsWith("planner.") && !/\{\w+\}/.test(words.texts[key]));
  words.buttons ||= Object.fromEntries(own.map((key) => [key.slice("planner.".length), words.texts[key]]));
  return { languages: words.known.languages, texts: words.buttons };
}

function choosersOf(state, words, shown) {
  const years = state.years.map((year) => [String(year), year]);
  const ends = { first: state.years[0], last: state.years[state.years.length - 1] };
  if (state.flat) years.unshift([words.say("every_year", ends), EVERY_YEAR]);
  const draws = sorted([...words.known.draw_choices, state.draws]).map((count) => [words.number(count), count]);
  const bases = PRICE_BASES.map((basis) => [words.basis(basis), basis]);
  const values = {
    start: [shown.choosers.start, state.edited ? EDITED : state.scenario.plan.slug],
    year: [years, state.year || EVERY_YEAR],
    basis: [bases, state.plan.price_basis],
    world: [shown.choosers.world, state.scenario.world.slug],
    horizon: [shown.choosers.horizon, state.scenario.horizon],
    draws: [draws, state.draws],
    prices: [bases, shown.prices],
    reference: [shown.choosers.reference, state.reference.key],
  };
  const made = Object.entries(values).map(([name, [options, value]]) => [name, { label: words.say(name), options, value }]);
  return Object.fromEntries(made);
}

// How the shown line's money is divided between areas: a share each, and what that is in money.
function areasContent(state, words, shown) {
  const year = state.year || state.years[0];
  const stated = state.areaShares();
  const lines = state.areaLine ? [state.areaLine] : LINES;
  const own = Object.keys(stated).length > 0;
  const codes = Object.keys(shown.areas);
  const shares = Object.fromEntries(codes.map((code) => [code, own ? stated[code] || "0" : shown.weights[code]]));
  const money = dividedMoney(sum(lines.map((line) => state.allocation.lines[line])), shares);
  const alike = new Set(lines.map((line) => canonical(areaShares(state.plan, line, year)))).size === 1;
  const options = [[words.say("area_every_line"), ""], ...LINES.map((line) => [words.term(`line_${line}`), line])];
  const boxes = addedUp(state.allocation).lines.filter((_, at) => lines.includes(LINES[at]));
  const parts = codes.map((code) => scaled(money[code] || 0, -9));
  const amounts = roundedTogether(parts, boxes.reduce(plus), BOX_PLACE);
  const percents = roundedTogether(codes.map((code) => scaled(shares[code], 2)), PERCENT, -1);
  const rows = codes.map((code, at) => {
    const percent = percents[at];
    const text = written(percent, words);
    const note = words.withUnit(written(amounts[at], words), words.say("billion"));
    return { code, value: toEven(percent), text, label: shown.areas[code], note, exact: words.withUnit(text, "%") };
  });
  const even = !own && alike;
  const note = even ? "areas_even_note" : alike ? "areas_own_note" : "areas_mixed_note";
  const line = { label: words.say("area_line"), options, value: state.areaLine };
  const texts = { areas_title: words.say("areas_title"), areas_even: words.say("areas_even") };
  return { ...texts, note: words.say(note), line, rows, even };
}

// An amount as slider (whole million đồng) and box (tỷ đồng); the exact one as a tip.
function moneyContent(vnd, top, step, words) {
  return {
    value: toEven(scaled(vnd, -6)),
    top: Math.max(step, Math.ceil(top / VND_PER_MILLION)),
    step,
    text: boxed(vnd, words),
    exact: words.withUnit(words.money(vnd), words.say("billion")),
  };
}

// Lines, what is not allocated and fund in tỷ đồng, to whole million đồng and adding up as in the document.
function addedUp(allocation) {
  const exact = LINES.map((line) => scaled(allocation.lines[line], -9));
  const whole = exact.reduce(plus);
  const fund = rounded(scaled(allocation.fund, -9), BOX_PLACE);
  return { lines: roundedTogether(exact, whole, BOX_PLACE), unspent: minus(fund, rounded(whole, BOX_PLACE)), fund };
}

// An amount that stands alone, as a box shows it: whole million đồng, in tỷ đồng.
const boxed = (vnd, words) => written(rounded(scaled(vnd, -9), BOX_PLACE), words);

// A whole number, halves to the even one.
function toEven(number) {
  if (number.place >= 0) return asDouble(number);
  return Number(quotientToEven(number.digits, tens(-number.place), 0).digits);
}

// A number as a typed one is read: ungrouped and without trailing zeros, as "12,300" would pass for thousands.
const written = (number, words) => shortest(number).replace(".", words.signs.decimal);

// -- what was typed, read strictly --------------------------------------------------------------------

class Refusal extends Error {
  constructor(key, params = {}) {
    super(key);
    Object.assign(this, { key, params });
  }
}

// What a file of the same content would be refused for: {key, place, value, allowed, what the sentence names}.
class Refused extends Error {
  constructor(problems) {
    super("refused");
    this.problems = problems;
  }
}

const SPACED = /^[-+]?[0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3})+(?:[.,][0-9]+)?$/;
const TYPED = { ".": /^[-+]?[0-9]+(?:\.[0-9]+)?$/, ",": /^[-+]?[0-9]+(?:,[0-9]+)?$/ };
const GROUPED = { ".": /^[-+]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?$/, ",": /^[-+]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?$/ };
const OTHER_SIGN = { ".": ",", ",": "." };
const MOST_DIGITS = 40;

// A number in the language's way: {value} or {hint}, the right spelling where there is one.
function readNumber(text, sign, mostDigits = MOST_DIGITS) {
  let body = text.replaceAll(MINUS, "-");
  if (body.endsWith("%") || /[^\x20-\x7e\u00a0\u2009\u202f]/.test(body) || body.includes("_")) return { hint: "" };
  const inside = /^\(([0-9.,\s]+)\)$/.exec(body);
  if (inside) return { hint: `-${inside[1]}` };
  if (/^[0-9]{1,4}:[0-5][0-9](?::[0-5][0-9])?$/.test(body)) return { hint: body.split(":").slice(0, 2).join(sign) };
  if (SPACED.test(body)) body = body.replace(/[ \u00a0\u2009\u202f]/g, "");
  if (!TYPED[sign].test(body)) {
    const swapped = body.replaceAll(OTHER_SIGN[sign], sign);
    return { hint: TYPED[sign].test(swapped) ? swapped : "" };
  }
  if (body.replace(/[^0-9]/g, "").length > mostDigits) return { hint: "" };
  return { value: decimal(body.replace(",", ".").replace("+", "")), hint: "" };
}

function numberOf(text, words) {
  const [body, sign, most] = [text.trim(), words.signs.decimal, words.known.settings.number_digits];
  const reading = readNumber(body, sign, most);
  if (reading.value && reading.value.digits >= 0n) return reading.value;
  const whole = GROUPED[sign].test(body) ? readNumber(body.replaceAll(OTHER_SIGN[sign], ""), sign, most).value : null;
  if (!whole || whole.digits < 0n) refuseNumber(text, reading.hint);
  if (!reading.hint) refuseNumber(text, written(whole, words));
  throw new Refusal("number_two", { value: text, whole: written(whole, words), hint: reading.hint }); // "1.500"
}

function refuseNumber(text, hint) {
  throw new Refusal(hint ? "number_hint" : "number", { value: text, hint });
}

// Whole đồng of a typed number of tỷ đồng; finer than one đồng is refused.
function amountOf(text, words) {
  const vnd = scaled(numberOf(text, words), 9);
  if (!isWhole(vnd)) refuseNumber(text, "");
  return asDouble(vnd);
}

// A share of a whole typed in per cent, with or without the sign.
function partOf(text, words) {
  const reading = readNumber(text.trim().replace(/%$/, "").trim(), words.signs.decimal);
  if (!reading.value) refuseNumber(text, reading.hint);
  if (compared(reading.value, 0) < 0 || compared(reading.value, PERCENT) > 0) throw new Refusal("area_share");
  return scaled(reading.value, -2);
}
