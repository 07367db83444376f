// The answer in words: the finding, cards, chances, parts of growth, what it rests on. Twin of sim/planner/words.py.

const LEADING = ["htx_active", "htx_revenue_total"];
const FOUNDED = "htx_founded";
const AVERAGE = "htx_revenue";
const WHOLE_AND_PARTS = ["like_for_like", "catch_up", "composition", "whole"];

// The chance of the province's headline target, else of one's own for new HTX.
function headlineOf(chances) {
  const own = (one) => isOwn(one.target) && one.target.indicator === FOUNDED && one.target.high === null;
  return chances.find((one) => one.target.headline) || chances.find(own) || null;
}

const isIdentical = (answer) => answer.figures.every((one) => one.difference.identical) && answer.founded_difference.identical;
const indicatorOf = (words, id) => words.known.indicators[id];

function topOf(words, answer, province, reference) {
  const place = words.rich("place", { province: words.label(province.label), boundary: words.label(province.boundary) });
  const founded = Figure.ofRange(answer.founded, indicatorOf(words, FOUNDED));
  const found = { year: answer.founded.year, founded, range: words.rich("range", { span: founded.ends }) };
  const chance = headlineOf(answer.chances);
  const headline = chance === null
    ? words.rich("headline_plain", found)
    : words.rich("headline", { ...found, low: Figure.target(chance.target), chance: Figure.ofTargetChance(chance) });
  return joined([
    el("p", { class: "cs-place" }, place),
    presentOf(words, province),
    el("h3", { class: "cs-headline" }, headline),
    el("p", { class: "cs-lead" }, isIdentical(answer) ? words.rich("lead_same", { reference }) : leadOf(words, answer, reference)),
    el("p", { "data-more": "evidence", class: "cs-grade" }),
    el("div", { class: "cs-cards" }, ...answer.figures.map((figure) => cardOf(words, figure, answer))),
  ]);
}

function leadOf(words, answer, reference) {
  const [active, total] = answer.figures;
  const gains = { active: gainOf(words, active), revenue: gainOf(words, total), basis: words.basis(REAL) };
  return words.rich("lead", { reference, year: active.range.year, ...gains });
}

function bottomOf(words, answer, province, reference) {
  const keys = { 80: {}, 50: {}, mean: {}, seen: {}, reference: { reference } };
  const order = ["80", "50", "mean", "seen", "reference"];
  const entries = order.map((name) => joined([el("i", { class: `k${name}` }), words.rich(`key_${name}`, keys[name])]));
  const more = (name) => el("div", { "data-more": name, class: "cs-money" });
  return joined([
    el("p", { class: "cs-key" }, ...entries, " · ", words.say("key_basis", { basis: words.basis(answer.basis) })),
    answer.assumed && !isIdentical(answer) ? el("p", { class: "cs-quiet" }, words.html("sign_assumed")) : null,
    el("div", { class: "cs-two" }, chancesOf(words, answer), partsOf(words, answer)),
    pastOf(words, answer, province),
    more("margins"),
    more("arrived"),
    more("revised"),
    footOf(words, answer, province),
  ]);
}

function panelsOf(words, answer) {
  return answer.panels.map((panel) => {
    const last = lastOf(words, panel);
    return { id: panel.fan.indicator, title: panelTitle(words, panel), ends: [last.bottom, last, last.top].map((figure) => figure.text(words)) };
  });
}

// Columns of the numbers of the charts; a panel is a chart by its place.
const COLUMNS = ["panel", "year", "seen", "mean", "p10", "p25", "p75", "p90", "gmean", "g10", "g90"];

// History, base year, projected years, one row of `COLUMNS` each; NaN for none.
function frameOf(answer) {
  const rows = [];
  const put = (told) => rows.push(...COLUMNS.map((name) => (name in told ? told[name] : NaN)));
  answer.panels.forEach(({ fan, ghost, base_year: year, base }, panel) => {
    for (const point of fan.history) put({ panel, year: point.year, seen: point.value });
    put({ ...Object.fromEntries(COLUMNS.slice(3).map((name) => [name, base])), panel, year });
    fan.ranges.forEach((ours, at) => {
      const theirs = ghost.ranges[at];
      put({ ...ours, panel, gmean: theirs.mean, g10: theirs.p10, g90: theirs.p90 });
    });
  });
  return Float64Array.from(rows);
}

function altOf(words, answer) {
  return answer.panels.map((panel) => {
    const last = lastOf(words, panel);
    const { year } = panel.fan.ranges[panel.fan.ranges.length - 1];
    return words.say("chart_alt", { panel: panelTitle(words, panel), mean: last.text(words), year, span: last.ends.text(words) });
  }).join(". ");
}

// What each chart says of each of its years: seen, expected with its range, the reference.
function tipsOf(words, answer) {
  return answer.panels.map((panel) => {
    const row = indicatorOf(words, panel.fan.indicator);
    const told = {};
    for (const point of panel.fan.history) told[point.year] = [words.say("tip_seen", { value: Figure.observed(point).text(words) })];
    told[panel.base_year] ||= [words.say("tip_base", { value: Figure.ofLevel(row, panel.base, 0).text(words) })];
    panel.fan.ranges.forEach((ours, at) => {
      const [shown, ghost] = [ours, panel.ghost.ranges[at]].map((range) => Figure.ofRange(range, row));
      const lines = [words.say("tip_mean", { mean: shown.text(words), span: shown.ends.text(words) })];
      if (!isIdentical(answer)) lines.push(words.say("tip_reference", { mean: ghost.text(words), span: ghost.ends.text(words) }));
      told[ours.year] = [...(told[ours.year] || []), ...lines];
    });
    return Object.entries(told).map(([year, lines]) => [Number(year), lines]);
  });
}

// -- parts -----------------------------------------------------------------------------------------

function lastOf(words, panel) {
  return Figure.ofRange(panel.fan.ranges[panel.fan.ranges.length - 1], indicatorOf(words, panel.fan.indicator));
}

function presentOf(words, province) {
  const past = province.past_years;
  if (!past.length) return null;
  const years = words.between(String(past[0]), String(past[past.length - 1]));
  return el("p", { class: "cs-quiet cs-present" }, words.say("present", { year: province.planning_year, years }));
}

// What was printed of years that are over, and what is estimated of them where nothing was.
function pastOf(words, answer, province) {
  const past = province.past_years;
  if (!past.length) return null;
  const head = el("tr", {}, el("td", {}), ...past.map((year) => el("th", { scope: "col" }, plainly(year))));
  const rows = answer.panels.map((panel) => {
    const cells = past.map((year) => {
      const seen = panel.fan.history.find((point) => point.year === year);
      if (seen) return words.rich("past_seen", { value: Figure.observed(seen) });
      const estimate = panel.fan.ranges.find((range) => range.year === year);
      return words.rich("past_estimated", { value: Figure.ofRange(estimate, indicatorOf(words, panel.fan.indicator)) });
    });
    const name = el("th", { scope: "row" }, panelTitle(words, panel));
    return el("tr", {}, name, ...cells.map((cell) => el("td", {}, cell)));
  });
  const title = words.say("past", { years: words.between(String(past[0]), String(past[past.length - 1])) });
  return foldedUp(title, el("table", {}, el("tbody", {}, head, ...rows)));
}

function gainOf(words, { range, difference }) {
  const indicator = indicatorOf(words, range.indicator);
  const gain = Figure.ofDifference(difference, indicator).withUnit();
  if (!gain.apart) return gain.inPage(words);
  return el("span", { class: gain.value * indicator.better > 0 ? "cs-up" : "cs-down" }, gain.inPage(words));
}

function cardOf(words, figure, answer) {
  const { range, difference } = figure;
  const indicator = indicatorOf(words, range.indicator);
  const shown = Figure.ofRange(range, indicator);
  const gain = { gain: gainOf(words, figure) };
  const more = [indicator.money ? words.rich("gain_real", { ...gain, basis: words.basis(REAL) }) : words.rich("gain", gain)];
  if (!difference.identical) {
    const span = Figure.ofDifference(difference, indicator).ends;
    const higher = direction(difference, indicator, answer.worth);
    more.push(el("br"), higher ? words.rich("gain_span", { span, direction: higher.text(words) }) : words.rich("range", { span }));
  }
  const unit = indicator.count ? null : joined([" ", el("small", {}, words.unitOf(range.indicator))]);
  return el(
    "div", { class: "cs-card", "data-indicator": range.indicator },
    el("h4", {}, words.say("in_year", { name: words.term(`card_${range.indicator}`), year: range.year })),
    el("div", { class: "cs-number" }, shown.inPage(words), unit),
    el("div", { class: "cs-range" }, words.rich("range", { span: shown.ends })),
    range.indicator === AVERAGE ? largestOf(words, answer.others) : null,
    el("div", { class: "cs-gain" }, joined(more)),
  );
}

// A share to three decimals, halves to the even digit: the length of a bar.
function toThird(share) {
  const number = decimal(share);
  const known = number.place >= -3;
  const digits = known ? finerDigits(number, -3) : quotientToEven(number.digits, tens(-3 - number.place), 0).digits;
  return spelled({ digits, place: -3 });
}

function largestOf(words, others) {
  if (others === null) return null;
  const told = { value: Figure.statedAbout(others), unit: words.unitOf(AVERAGE) };
  return el("div", { class: "cs-range" }, words.html("without_largest", told));
}

function chancesOf(words, answer) {
  const rows = answer.chances.flatMap((chance) => {
    const share = el("span", { "data-share": toThird(chance.probability) });
    const own = isOwn(chance.target) ? el("small", {}, " ", words.say("target_own")) : null;
    return [
      el("span", {}, words.target(chance.target), own),
      el("span", { class: "cs-bar", "aria-hidden": "true" }, share),
      el("b", { "data-target": chance.target.id }, Figure.ofTargetChance(chance).inPage(words)),
    ];
  });
  const shown = rows.length ? el("div", { class: "cs-bars" }, ...rows) : el("p", { class: "cs-quiet" }, words.say("chances_none"));
  return el("div", { class: "cs-chances" }, el("h4", {}, words.say("chances")), shown);
}

function partsOf(words, answer) {
  const heads = answer.parts.map((parts) => el("th", { scope: "col" }, plainly(parts.year)));
  const figures = answer.parts.map(growthTogether);
  const rows = WHOLE_AND_PARTS.map((name) => {
    const cells = answer.parts.map((parts, at) => el("td", { "data-part": `${name}-${parts.year}` }, figures[at][name].inPage(words)));
    return el("tr", {}, el("th", { scope: "row" }, words.term(`part_${name}`)), ...cells);
  });
  const table = el("table", {}, el("thead", {}, el("tr", {}, el("td", {}), ...heads)), el("tbody", {}, ...rows));
  return el("div", { class: "cs-parts" }, el("h4", {}, words.say("parts")), table);
}

function footOf(words, answer, province) {
  const lines = answer.outside.map((money) => words.mention(words.term(`line_${money.line}`))).join(", ");
  const things = province.not_levers.map((label) => words.label(label)).join("; ");
  const traps = answer.panels.flatMap((panel) => province.traps[panel.fan.indicator] || []);
  const known = [...new Set(traps.map((at) => words.label(province.trap_texts[at])))];
  return el(
    "div", { class: "cs-foot" },
    lines ? el("p", { class: "cs-review" }, words.rich("outside", { lines })) : null,
    el("p", {}, words.rich("digits", { draws: words.number(answer.draws), seed: answer.seed })),
    things ? el("p", {}, words.rich("not_levers", { things })) : null,
    known.length ? foldedUp(words.say("traps"), listing(known)) : null,
  );
}

function panelTitle(words, panel) {
  const { indicator } = panel.fan;
  const name = words.term(`short_${indicator}`);
  return indicatorOf(words, indicator).count ? name : words.say("with_unit", { name, unit: words.unitOf(indicator) });
}
