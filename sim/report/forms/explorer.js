// The explorer: four lines of money, a world, a last year; every figure comes from the lattice on this page.
// Bundled with Vega by sim/report/forms/explorer.py; loads nothing, and puts data into the page as text only.

const data = JSON.parse(document.getElementById("lattice").textContent);
const words = data.words;
const STATISTICS = 5; // mean, p10, p25, p75, p90 of a level; mean, p10, p40, p60, p90 of a difference
const PLUS = "+", MINUS = "\u2212", DASH = "\u2013", NO_BREAK = "\u00a0";
const RARE = 0.05, NEARLY_ALWAYS = 0.95, SIGNIFICANT = 3, FINEST_CHANGE = -2;
const format = new Map();

function byId(id) { return document.getElementById(id); }

function unpacked(text) {
  const raw = atob(text);
  const values = new Float64Array(raw.length / 2);
  for (let i = 0; i < values.length; i++) values[i] = raw.charCodeAt(2 * i) + 256 * raw.charCodeAt(2 * i + 1);
  return values;
}

for (const world of data.worlds) world.values = unpacked(world.packed);

// ---- numbers as the report prints them -----------------------------------------------------

function written(value, place) {
  const unit = 10 ** place;
  const rounded = Math.sign(value) * Math.floor(Math.abs(value) / unit + 0.5 + 1e-9) * unit;
  const decimals = Math.max(0, -place);
  if (!format.has(decimals)) {
    format.set(decimals, new Intl.NumberFormat(data.lang, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
  }
  const text = format.get(decimals).format(Math.abs(rounded));
  return rounded < 0 ? MINUS + text : text;
}

const billions = new Intl.NumberFormat(data.lang, { maximumFractionDigits: 3 });

function exact(amount) { return billions.format(amount); }

function lastPlace(value, error, finest) {
  if (error > 0) return Math.max(finest, Math.floor(Math.log10(2 * error)));
  return value ? Math.max(finest, Math.floor(Math.log10(Math.abs(value))) - SIGNIFICANT + 1) : finest;
}

function level(series, value, error) { return written(value, lastPlace(value, error, series.finest)); }

function span(series, low, high, errors) {
  const place = lastPlace(high, Math.max(...errors), series.finest); // both ends as the less certain one
  const ends = [written(low, place), written(high, place)];
  return ends[0] === ends[1] ? ends[0] : ends.join(DASH);
}

function signed(value, place) {
  const text = written(value, place);
  return /[1-9]/.test(text) && value > 0 ? PLUS + text : text;
}

// Each end to its own place: as coarse as the less certain one, an end clear of zero could read 0.
function signedSpan(low, high, places) {
  const ends = [signed(low, places[0]), signed(high, places[1])];
  if (ends[0] === ends[1]) return ends[0];
  if (low >= 0) return [written(low, places[0]), written(high, places[1])].join(DASH);
  return words.from_to.replace("{low}", ends[0]).replace("{high}", ends[1]);
}

function chance(probability) {
  if (probability < RARE) return words.rare;
  if (probability > NEARLY_ALWAYS) return words.nearly_always;
  return written(100 * probability, data.chance_place) + NO_BREAK + "%";
}

// ---- the lattice ---------------------------------------------------------------------------

function polynomials(at) {
  return data.nodes.map((here, place) => data.nodes.reduce(
    (product, other, index) => (index === place ? product : product * (at - other) / (here - other)), 1));
}

function weights(world, money) {
  let whole = [1];
  money.forEach((amount, line) => {
    const scale = world.scales[line];
    const along = polynomials(Math.expm1(-amount / scale) / Math.expm1(-data.top / scale));
    whole = whole.flatMap((before) => along.map((next) => before * next));
  });
  return whole;
}

function dot(world, offset, low, step, weighted) {
  let sum = 0;
  for (let node = 0; node < weighted.length; node++) sum += weighted[node] * world.values[offset + node];
  return low + step * sum;
}

function statistics(world, ends, outcome, weighted, first) {
  const count = weighted.length;
  const found = Array.from({ length: STATISTICS }, (_, statistic) =>
    dot(world, first + (outcome * STATISTICS + statistic) * count, ends.low[outcome], ends.step[outcome], weighted));
  const [mean, ...quantiles] = found;
  return [mean, ...quantiles.sort((a, b) => a - b)]; // between the nodes quantiles may cross
}

function range(world, outcome, weighted) { return statistics(world, world, outcome, weighted, 0); }

// Against no support on the same draws; a difference that its own errors could make is told in words.
function gain(series, now, weighted) {
  const ends = now.world.gains;
  const row = series.gain + (now.horizon - data.first_year);
  const [mean, p10, p40, p60, p90] = statistics(now.world, ends, row, weighted, ends.first);
  const [error, e10, , , e90] = ends.digits[row], worst = ends.errors[row];
  const found = { worst, reading: "none", change: words.gain_none, span: "" };
  if (now.money.every((amount) => amount === 0)) return found;
  const mixed = mean > 0 ? p40 <= ends.step[row] : p60 >= -ends.step[row]; // too many draws on the other side
  const unclear = Math.abs(mean) <= ends.doubt[row] || mixed;
  const places = [lastPlace(p10, e10, FINEST_CHANGE), lastPlace(p90, e90, FINEST_CHANGE)];
  const vanishes = (end, place) => !/[1-9]/.test(written(end, place)); // what reads 0 is not said to lie beyond it
  const open = (p10 <= worst || vanishes(p10, places[0])) && (p90 >= -worst || vanishes(p90, places[1]));
  found.reading = unclear ? "unclear" : open ? "open" : mean > 0 ? "more" : "less";
  found.change = unclear ? words.gain_unclear : signed(mean, lastPlace(mean, error, FINEST_CHANGE));
  found.span = signedSpan(p10, p90, places);
  return found;
}

// ---- what is asked -------------------------------------------------------------------------

const money = [...data.plans[0].money]; // exact: a slider in whole steps only shows it, until it is moved

function asked() {
  return { money, world: data.worlds[Number(byId("world").value)], horizon: Number(byId("horizon").value) };
}

function outcomeOf(series, year) { return series.first + (year - data.first_year); }

function cell(row, tag, text, label = "", name = "num") {
  const node = document.createElement(tag);
  node.textContent = text;
  if (tag === "th") node.scope = "row";
  else {
    node.className = name;
    node.dataset.label = label;
  }
  row.appendChild(node);
}

function fillTable(now, weighted) {
  const body = byId("figures").tBodies[0];
  const heads = [...byId("figures").tHead.rows[0].cells].map((head) => head.textContent);
  body.replaceChildren();
  data.series.forEach((series) => {
    const outcome = outcomeOf(series, now.horizon);
    const [mean, p10, p25, p75, p90] = range(now.world, outcome, weighted);
    const row = document.createElement("tr");
    row.dataset.indicator = series.id;
    const [error, e10, e25, e75, e90] = now.world.digits[outcome];
    cell(row, "th", `${series.label}, ${series.unit}`);
    cell(row, "td", level(series, mean, error), heads[1]);
    cell(row, "td", span(series, p25, p75, [e25, e75]), heads[2]);
    cell(row, "td", span(series, p10, p90, [e10, e90]), heads[3]);
    const worst = now.world.errors[outcome];
    cell(row, "td", "\u00b1" + NO_BREAK + written(worst, lastPlace(worst, 0, -2) + 1), heads[4]);
    cell(row, "td", now.world.grades[series.id] || "", heads[5], "grade");
    body.appendChild(row);
  });
}

function fillGains(now, weighted) {
  const body = byId("gains").tBodies[0];
  const heads = [...byId("gains").tHead.rows[0].cells].map((head) => head.textContent);
  body.replaceChildren();
  data.series.filter((series) => series.gain !== null).forEach((series) => {
    const found = gain(series, now, weighted);
    const row = document.createElement("tr");
    row.dataset.indicator = series.id;
    row.dataset.reading = found.reading;
    cell(row, "th", `${series.label}, ${series.unit}`);
    cell(row, "td", found.change, heads[1]);
    cell(row, "td", found.span, heads[2]);
    cell(row, "td", "\u00b1" + NO_BREAK + written(found.worst, lastPlace(found.worst, 0, -2) + 1), heads[3]);
    cell(row, "td", now.world.gains.grades[series.id] || "", heads[4], "grade");
    cell(row, "td", words[`reading_${found.reading}`], heads[5], "reading");
    body.appendChild(row);
  });
}

function gainTold(now, weighted) {
  const series = data.series.find((one) => one.id === data.headline.gain);
  const found = gain(series, now, weighted);
  const told = { none: words.gain_headline_none, unclear: words.gain_headline_unclear }[found.reading] || words.gain_headline;
  return told.replace("{year}", now.horizon).replace("{what}", series.short).replace("{n}", found.change).replace("{span}", found.span);
}

function tellHeadline(now, weighted) {
  const founded = data.series.find((series) => series.id === data.headline.indicator);
  const outcome = outcomeOf(founded, data.headline.year);
  const [mean, p10, , , p90] = range(now.world, outcome, weighted);
  const [error, e10, , , e90] = now.world.digits[outcome];
  const count = weighted.length;
  const shares = data.headline.targets.map((_, target) =>
    dot(now.world, now.world.chance_first + target * count, 0, 1 / 65535, weighted));
  const told = [words.headline.replace("{year}", data.headline.year).replace("{n}", level(founded, mean, error)).replace("{span}", span(founded, p10, p90, [e10, e90]))];
  data.headline.targets.forEach((target, place) => told.push(target.words.replace("{chance}", chance(Math.min(1, Math.max(0, shares[place]))))));
  told.push(gainTold(now, weighted));
  byId("headline").textContent = told.join(" ");
  const beyond = data.lines.filter((line, place) => now.money[place] > now.world.limits[place]);
  const review = byId("review");
  review.hidden = beyond.length === 0;
  review.textContent = beyond.length ? words.review.replace("{limit}", exact(data.limit)).replace("{lines}", beyond.map((line) => line.label).join("; ")) : "";
}

function tellMoney(now) {
  data.lines.forEach((line, place) => {
    const text = exact(now.money[place]) + NO_BREAK + words.billion;
    byId(`money-${line.id}`).textContent = text;
    byId(`line-${line.id}`).setAttribute("aria-valuetext", text);
  });
  const fund = now.money.reduce((sum, amount) => sum + amount, 0);
  byId("fund").textContent = words.fund.replace("{fund}", exact(fund));
  byId("horizon-value").textContent = String(now.horizon);
  byId("world-about").textContent = now.world.about;
  document.querySelectorAll(".last-year").forEach((node) => { node.textContent = String(now.horizon); });
}

// ---- charts --------------------------------------------------------------------------------

const views = new Map();
const NONE = data.lines.map(() => 0);

function rows(series, now, weighted, without) {
  const found = [];
  if (series.base !== null) {
    found.push({ year: data.first_year - 1, p10: series.base, p25: series.base, mean: series.base, p75: series.base, p90: series.base, ghost: series.base, last: false });
  }
  for (let year = data.first_year; year <= now.horizon; year++) {
    const outcome = outcomeOf(series, year);
    const [mean, p10, p25, p75, p90] = range(now.world, outcome, weighted);
    const [error, e10, , , e90] = now.world.digits[outcome];
    const place = lastPlace(p90, Math.max(e10, e90), series.finest);
    found.push({
      year, mean, p10, p25, p75, p90, ghost: range(now.world, outcome, without)[0], last: year === now.horizon,
      p10_label: written(p10, place), mean_label: level(series, mean, error), p90_label: written(p90, place),
    });
  }
  return found;
}

async function makeViews() {
  for (const series of data.series.filter((one) => one.chart)) {
    const options = { mode: "vega", renderer: "svg", ast: true, actions: false, hover: false, tooltip: false, defaultStyle: false, formatLocale: data.locale, logLevel: 1 };
    series.chart.data.find((one) => one.name === "past").values = series.past;
    series.chart.data.find((one) => one.name === "rows").values = rows(series, asked(), weights(asked().world, asked().money), weights(asked().world, NONE));
    const made = await vegaEmbed(byId(`chart-${series.id}`), series.chart, options);
    const drawing = byId(`chart-${series.id}`).querySelector("svg"); // the element around it carries the words
    drawing.removeAttribute("role");
    drawing.setAttribute("aria-hidden", "true");
    views.set(series.id, made.view);
  }
}

function draw(now, weighted, without) {
  for (const series of data.series) {
    const view = views.get(series.id);
    if (!view) continue;
    const shown = rows(series, now, weighted, without);
    const last = shown[shown.length - 1];
    view.data("rows", shown).run();
    byId(`chart-${series.id}`).setAttribute("aria-label",
      words.chart.replace("{what}", series.label).replace("{value}", `${last.mean_label} ${series.unit}`)
        .replace("{low}", last.p10_label).replace("{high}", last.p90_label).replace("{year}", now.horizon));
  }
}

function update() {
  const now = asked();
  const weighted = weights(now.world, now.money);
  tellMoney(now);
  tellHeadline(now, weighted);
  fillGains(now, weighted);
  fillTable(now, weighted);
  draw(now, weighted, weights(now.world, NONE));
  document.body.dataset.answered = String(Number(document.body.dataset.answered || 0) + 1);
}

function startFrom(place) {
  const plan = data.plans[place];
  if (!plan) return;
  data.lines.forEach((line, index) => {
    money[index] = plan.money[index];
    byId(`line-${line.id}`).value = String(Math.round(plan.money[index] / data.line_step));
  });
}

document.querySelectorAll("#levers input, #levers select").forEach((lever) => lever.addEventListener("input", () => {
  if (lever.id === "plan") startFrom(Number(lever.value));
  const line = data.lines.findIndex((one) => lever.id === `line-${one.id}`);
  if (line >= 0) {
    money[line] = Number(lever.value) * data.line_step;
    byId("plan").value = "";
  }
  update();
}));
makeViews().then(update);
