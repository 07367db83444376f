// Behind the answer: what one more tỷ does, the strip of tries. Twin of sim/planner/details.py.

function marginsOf(words, margins, year) {
  const heads = LEADING.map((id) => {
    const money = indicatorOf(words, id).money ? { unit: words.unitOf(id), basis: words.basis(REAL) } : {};
    return words.say(`margin_${id}`, money);
  });
  const rows = LINES.map((line) => {
    const cells = LEADING.map((id, at) => {
      const figure = Figure.ofDifference(margins[line][id], indicatorOf(words, id));
      const span = figure.low === null ? null : el("small", {}, words.rich("range", { span: figure.ends }));
      const shown = el("span", { class: figure.apart ? null : "cs-quiet" }, figure.inPage(words), " ", span);
      return el("td", { "data-label": heads[at] }, shown);
    });
    return el("tr", {}, el("th", { scope: "row" }, words.term(`line_${line}`)), ...cells);
  });
  const names = [words.say("margins_line"), ...heads].map((head) => el("th", { scope: "col" }, head));
  const table = el("table", {}, el("thead", {}, el("tr", {}, ...names)), el("tbody", {}, ...rows));
  return joined([
    el("h4", {}, words.rich("margins", { year: plainly(year) })),
    table,
    el("p", { class: "cs-quiet" }, words.say("margins_note")),
  ]);
}

const tryName = (words, one) => one.name || words.say("try_number", { number: one.number });
const sharesOf = (words, allocation) => words.shares(LINES.map((line) => allocation.share(line)));

// A plan's money over the open years it speaks of. Twin of `Whole` in sim/planner/tries.py.
function wholeMoney(plan, years) {
  const spoken = years.filter((year) => covers(plan, [year]));
  const found = spoken.map((year) => allocationOf(plan, year));
  const sum = (amounts) => amounts.reduce((total, one) => total + one, 0);
  const lines = Object.fromEntries(LINES.map((line) => [line, sum(found.map((one) => one.lines[line]))]));
  const fund = sum(found.map((one) => one.fund));
  const flat = new Set(found.map((one) => canonical([one.fund, LINES.map((line) => one.lines[line])]))).size <= 1;
  return { years: spoken, fund, lines, left: fund - sum(Object.values(lines)), flat, areas: Object.keys(plan.areas || {}).length > 0 };
}

const sharesOfWhole = (words, whole) => words.shares(LINES.map((line) => (whole.fund ? whole.lines[line] / whole.fund : 0)));

function wholeTold(words, whole) {
  if (!whole.years.length) return "";
  const years = words.between(String(whole.years[0]), String(whole.years[whole.years.length - 1]));
  const fund = whole.flat ? whole.fund / whole.years.length : whole.fund;
  const told = words.say(whole.flat ? "try_fund" : "try_fund_sum", { fund: words.money(fund), years });
  return told + (whole.areas ? words.say("try_areas") : "");
}

// A try as one line of a list: what a planner remembers it by.
function tryOption(words, one, years) {
  const whole = wholeMoney(one.plan, years);
  return `${tryName(words, one)}: ${wholeTold(words, whole)}, ${sharesOfWhole(words, whole).join(" / ")}, ${words.mention(one.world.label)}`;
}

// The strip, newest first, each try told by its whole plan; names and notes are texts, never markup.
function triesContent(words, tries, { current, reference, years }) {
  return [...tries.list].reverse().map((one) => {
    const whole = wholeMoney(one.plan, years);
    const rating = tries.ratings[one.key];
    const shares = sharesOfWhole(words, whole);
    const more = rating && Figure.ofDifference(rating.gain, indicatorOf(words, "htx_revenue_total")).withUnit();
    const chance = rating && rating.chance ? Figure.ofTargetChance(rating.chance).text(words) : null;
    return {
      key: one.key,
      name: tryName(words, one),
      named: Boolean(one.name),
      typed: one.name,
      note: one.note || "",
      split: LINES.map((line, at) => [words.term(`line_${line}`), whole.lines[line], shares[at]]),
      left: whole.left,
      fund: wholeTold(words, whole),
      world: words.label(one.world.label),
      chance: chance === null ? "" : words.say("try_chance", { chance }),
      gain: rating ? words.say("try_gain", { gain: more.text(words) }) : words.say("try_stale"),
      current: one.key === current,
      reference: one.key === reference,
    };
  });
}

// What the reference fund is, and what the plan does per active HTX beside the printed fund; or nothing.
const PER_HTX = 100;

function fundingLines(words, province, found) {
  if (!found) {
    const { borrowed } = province;
    return borrowed ? [words.html("fund_borrowed", { fund: Figure.observed(borrowed), area: plainly(borrowed.area_code) })] : [];
  }
  const { fund } = province;
  const { ours, theirs } = found;
  const row = words.known.indicators.htx_active;
  const assumed = (value) => new Figure(value, "assumption", { place: lastPlace(value, Math.abs(value) * 0.05, -2) });
  const active = (one, printed) => (printed ? Figure.observed(printed) : new Figure(one.active, "assumption", { place: 0, unit: row.unit }));
  const billion = (value, place) => new Figure(value, "plan", { place });
  const change = (one) => Figure.ofDifference(one.change, row).inPage(words);
  const place = plainly(words.label(fund.place));
  const lines = [words.html("fund_assumed", {
    fund: assumed(fund.p50), p80: plainly(words.text("range_80")), low: assumed(fund.p10), high: assumed(fund.p90),
    grade: fund.grade, printed: billion(theirs.fund, -1), place, theirs: active(theirs, fund.theirs), ours: active(ours, fund.ours),
  })];
  if (!ours.fund) return lines;
  lines.push(words.html("fund_per_htx", {
    per: Figure.counted(PER_HTX), years: Figure.counted(ours.years), change: change(ours), money: billion(ours.million_per_htx, 0),
    printed: billion(theirs.fund, -1), place, their_change: change(theirs), their_money: billion(theirs.million_per_htx, 0),
  }));
  const size = found.multiple > fund.large ? "fund_large" : found.multiple < fund.small ? "fund_small" : "";
  return size ? [...lines, words.html(size, { times: Figure.computed(found.multiple, -1) })] : lines;
}
