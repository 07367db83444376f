// Four fans as SVG, made once and moved in place: history, 80 % and 50 % ranges, mean, and the reference as a ghost.
// Colours are the variables of view.css, so that light, dark and paper are one drawing.

const SVG = "http://www.w3.org/2000/svg";
const SMALL = 11; // letters of axes [px]
const LETTER = 6.4; // width of one of them, at most [px]
const ABOVE = 7; // room above the highest tick [px]
const BELOW = 20; // room for the years [px]
const LINE = 12.5; // from one end label to the next [px]
const TURN = 30; // room of one year on the axis [px]
const DOT = 2.6;
const FAN_BANDS = [["p10", "p90", "var(--cs-band80)"], ["p25", "p75", "var(--cs-band50)"]];
const GHOST = { stroke: "var(--cs-ghost)", "stroke-dasharray": "4 3" };
const FAN_LINES = [
  ["g10", { ...GHOST, "stroke-width": 1 }],
  ["g90", { ...GHOST, "stroke-width": 1 }],
  ["gmean", { ...GHOST, "stroke-width": 2 }],
  ["mean", { stroke: "var(--cs-accent)", "stroke-width": 2.2 }],
  ["seen", { stroke: "var(--cs-ink)", "stroke-width": 1.6 }],
];
const FAN_ENDS = ["p10", "mean", "p90"];

function shape(tag, parent, attributes = {}) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (parent) parent.appendChild(made);
  return made;
}

// Numbers of the answer, panel by panel: {title, ends, rows: [{year, seen, mean, …}]}; what is not there is left out.
function panelsOf(answer, frame) {
  const numbers = new Float64Array(frame.buffer.slice(frame.byteOffset, frame.byteOffset + frame.byteLength));
  const width = answer.columns.length;
  const panels = answer.panels.map((panel) => ({ ...panel, rows: [] }));
  for (let start = 0; start < numbers.length; start += width) {
    const row = {};
    answer.columns.forEach((name, place) => {
      const value = numbers[start + place];
      if (!Number.isNaN(value)) row[name] = value;
    });
    panels[row.panel].rows.push(row);
  }
  return panels;
}

// What all fans share, so that their years stand below each other.
function layOut(panels, lang, width, height) {
  const years = panels.flatMap((panel) => panel.rows.map((row) => row.year));
  const [first, last] = [Math.min(...years), Math.max(...years)];
  const axes = panels.map(({ rows }) => {
    const values = rows.flatMap((row) => Object.entries(row).filter(([name]) => name !== "year" && name !== "panel").map(([, value]) => value));
    const axis = axisOf(Math.min(...values), Math.max(...values), height < 110 ? 3 : TICKS);
    return { ...axis, texts: axis.ticks.map((tick) => plainNumber(tick, axis.digits, lang)) };
  });
  const longest = (texts) => Math.max(0, ...texts.map((text) => text.length));
  const left = longest(axes.flatMap((axis) => axis.texts)) * LETTER + 8;
  const right = longest(panels.flatMap((panel) => panel.ends)) * (LETTER + 0.9) + 10;
  const inner = Math.max(40, width - left - right);
  const x = (year) => left + (last > first ? (year - first) / (last - first) : 1) * inner;
  return { axes, first, last, left, inner, width, height, x };
}

function makeFan(parent, tools) {
  const figure = node("figure", "cs-fan", parent);
  const head = node("figcaption", "cs-fan-head", figure);
  const title = node("span", "cs-fan-title", head);
  const drawing = shape("svg", figure, { role: "slider", tabindex: 0 });
  const grid = shape("path", drawing, { fill: "none", stroke: "var(--cs-grid)", "stroke-width": 1 });
  const labels = shape("g", drawing, { fill: "var(--cs-muted)", "font-family": "var(--cs-font)", "font-size": SMALL });
  const bands = FAN_BANDS.map(([, , fill]) => shape("path", drawing, { fill }));
  const lines = FAN_LINES.map(([, look]) => shape("path", drawing, { fill: "none", ...look }));
  const dots = shape("path", drawing, { fill: "var(--cs-ink)" });
  const cursor = shape("path", drawing, { stroke: "var(--cs-muted)", "stroke-width": 1, visibility: "hidden" });
  const ends = FAN_ENDS.map((name) => shape("text", drawing, {
    "font-family": "var(--cs-font)", "dominant-baseline": "middle",
    ...(name === "mean" ? { fill: "var(--cs-accent)", "font-weight": 700, "font-size": 12 } : { fill: "var(--cs-muted)", "font-size": SMALL }),
  }));
  const tip = node("div", "cs-tip", figure);
  tip.hidden = true;
  const fan = { figure, title, drawing, grid, labels, bands, lines, dots, ends, cursor, tip, panel: null, place: null, year: null, told: new Map() };
  fan.menu = buildChartMenu(head, fan, tools);
  listenToFan(fan);
  return fan;
}

function writeLabels(group, wanted) {
  wanted.forEach(([text, x, y, anchor], place) => {
    const made = group.children[place] || shape("text", group);
    for (const [name, value] of Object.entries({ x, y, "text-anchor": anchor })) setAttribute(made, name, value);
    setText(made, text);
  });
  while (group.children.length > wanted.length) group.lastChild.remove();
}

function drawFan(fan, panel, axis, laid) {
  const { x, left, inner, width, height } = laid;
  const { low, high } = axis;
  const foot = height - BELOW;
  const y = (value) => foot - ((value - low) / (high - low)) * (foot - ABOVE);
  const at = (row, name) => `${x(row.year).toFixed(1)},${y(row[name]).toFixed(1)}`;
  const having = (name) => panel.rows.filter((row) => name in row);
  const path = (rows, name) => (rows.length ? `M${rows.map((row) => at(row, name)).join("L")}` : "");
  setAttribute(fan.drawing, "viewBox", `0 0 ${width} ${height}`);
  setAttribute(fan.grid, "d", axis.ticks.map((tick) => `M${left},${y(tick).toFixed(1)}h${inner}`).join(""));
  const years = yearTicks(laid.first, laid.last, inner / TURN);
  writeLabels(fan.labels, [
    ...axis.texts.map((text, place) => [text, left - 5, (y(axis.ticks[place]) + SMALL / 3).toFixed(1), "end"]),
    ...years.map((year) => [String(year), x(year).toFixed(1), height - 3, "middle"]),
  ]);
  FAN_BANDS.forEach(([bottom, top], place) => {
    const rows = having(bottom);
    const back = [...rows].reverse().map((row) => at(row, top)).join("L");
    setAttribute(fan.bands[place], "d", rows.length ? `${path(rows, bottom)}L${back}Z` : "");
  });
  FAN_LINES.forEach(([name], place) => setAttribute(fan.lines[place], "d", path(having(name), name)));
  setAttribute(fan.dots, "d", having("seen").map((row) => `M${at(row, "seen")}m${-DOT},0a${DOT},${DOT} 0 1,0 ${2 * DOT},0a${DOT},${DOT} 0 1,0 ${-2 * DOT},0`).join(""));
  const last = panel.rows[panel.rows.length - 1];
  const places = apart(FAN_ENDS.map((name) => y(last[name])), LINE, ABOVE, foot + 2);
  fan.ends.forEach((end, place) => {
    setAttribute(end, "x", (x(last.year) + 5).toFixed(1));
    setAttribute(end, "y", places[place].toFixed(1));
    setText(end, panel.ends[place]);
  });
  setText(fan.title, panel.title);
  setAttribute(fan.drawing, "aria-label", panel.title);
  Object.assign(fan, { panel, place: { ...laid, foot, y }, years: [...new Set(panel.rows.map((row) => row.year))].sort() });
  setAttribute(fan.drawing, "aria-valuemin", fan.years[0]);
  setAttribute(fan.drawing, "aria-valuemax", fan.years[fan.years.length - 1]);
  pointFan(fan, fan.year);
}

// Shows what a fan says of a year, or nothing more of any.
function pointFan(fan, year) {
  const shown = year !== null && fan.years.includes(year);
  fan.year = shown ? year : null;
  fan.cursor.setAttribute("visibility", shown ? "visible" : "hidden");
  const spoken = shown ? year : fan.years[fan.years.length - 1];
  setAttribute(fan.drawing, "aria-valuenow", spoken);
  setAttribute(fan.drawing, "aria-valuetext", [spoken, ...(fan.told.get(spoken) || [])].join("; "));
  const told = fan.told.get(year);
  fan.tip.hidden = !shown || !told;
  if (!shown) return;
  const { x, foot, width } = fan.place;
  setAttribute(fan.cursor, "d", `M${x(year).toFixed(1)},${ABOVE}V${foot}`);
  if (!told) return;
  fan.tip.replaceChildren(node("b", "", null, String(year)), ...told.map((text) => node("span", "", null, text)));
  const rightHalf = x(year) > width / 2;
  fan.tip.style.left = rightHalf ? "auto" : `${x(year) + 8}px`;
  fan.tip.style.right = rightHalf ? `${width - x(year) + 8}px` : "auto";
}

function listenToFan(fan) {
  const { drawing } = fan;
  const nearest = (event) => {
    if (!fan.place) return null;
    const box = drawing.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * fan.place.width;
    const far = (year) => Math.abs(fan.place.x(year) - at);
    return fan.years.reduce((best, year) => (far(year) < far(best) ? year : best));
  };
  drawing.addEventListener("pointermove", (event) => pointFan(fan, nearest(event)));
  drawing.addEventListener("pointerdown", (event) => pointFan(fan, nearest(event)));
  drawing.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") pointFan(fan, null); });
  drawing.addEventListener("focus", () => { if (fan.years && fan.year === null && drawing.matches(":focus-visible")) pointFan(fan, fan.years[fan.years.length - 1]); });
  drawing.addEventListener("blur", () => pointFan(fan, null));
  const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, Home: -Infinity, End: Infinity };
  drawing.addEventListener("keydown", (event) => {
    const { years } = fan;
    if (!years || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && fan.year !== null) pointFan(fan, null);
    else if (event.key in steps) {
      const now = fan.year === null ? years.length - 1 : years.indexOf(fan.year);
      pointFan(fan, years[Math.min(years.length - 1, Math.max(0, now + steps[event.key]))]);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

function makeCharts(parent, tools) {
  const fans = [];
  let shown = null;
  let size = null;

  function draw() {
    if (!shown || !size || !size.width) return;
    const laid = layOut(shown.panels, shown.lang, size.width, size.height);
    shown.panels.forEach((panel, place) => drawFan(fans[place], panel, laid.axes[place], laid));
  }

  function measure() {
    const { drawing } = fans[0];
    const found = { width: drawing.clientWidth, height: drawing.clientHeight };
    if (size && found.width === size.width && found.height === size.height) return;
    size = found;
    draw();
  }
  const observer = new ResizeObserver(() => { if (fans.length) measure(); });
  observer.observe(parent);

  function show(answer, frame) {
    shown = { panels: panelsOf(answer, frame), lang: answer.lang };
    while (fans.length < shown.panels.length) fans.push(makeFan(parent, tools));
    while (fans.length > shown.panels.length) fans.pop().figure.remove();
    if (size) draw();
    else measure();
  }

  // Texts of the years; they come when the answer has come to rest.
  function tell(tips, texts) {
    fans.forEach((fan, place) => {
      fan.told = new Map(tips ? tips[place] : []);
      if (fan.place) pointFan(fan, fan.year);
    });
    for (const fan of fans) fan.menu.show(texts);
  }
  return { show, tell, end: () => observer.disconnect() };
}
