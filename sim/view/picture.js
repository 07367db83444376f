// A chart is taken away as a picture or as its numbers.

const SCALE = 3; // pixels of a saved picture for one on the screen
const PAPER = { padding: 14, title: 22, line: 16 };
const TAKEN = ["seen", "mean", "p10", "p25", "p75", "p90", "gmean", "g10", "g90"];

function buildChartMenu(parent, fan, tools) {
  const menu = node("details", "cs-take", parent);
  const summary = node("summary", "", menu, "\u2913");
  const list = node("div", "cs-take-list", menu);
  const close = () => { menu.open = false; };
  const made = {};
  const ways = { png: () => takePng(fan, tools), svg: () => takeSvg(fan, tools), csv: () => takeCsv(fan, tools) };
  for (const [kind, act] of Object.entries(ways)) made[kind] = button("", list, () => { close(); summary.focus(); act(); });
  menu.addEventListener("focusout", (event) => { if (!menu.contains(event.relatedTarget)) close(); });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    close();
    summary.focus();
    event.stopPropagation();
  });
  function show(texts) {
    const label = `${texts.chart_save}: ${fan.title.textContent}`;
    setAttribute(summary, "aria-label", label);
    setAttribute(summary, "title", texts.chart_save);
    for (const [kind, target] of Object.entries(made)) setText(target, texts[`chart_${kind}`]);
  }
  return { show };
}

function nameOfFile(fan, ending) {
  return `${fan.panel.id || "chart"}.${ending}`;
}

function handOut(name, content, type) {
  keepFile({ file: name, type }, [content]);
}

// Entries of the key below the charts: what each look means, in the words of the page.
function keyEntries(root) {
  const entries = [];
  for (const one of root.querySelector(".cs-key")?.childNodes || []) {
    if (one.nodeName === "I") entries.push({ look: one.className, text: "" });
    else if (entries.length) entries[entries.length - 1].text += one.textContent;
  }
  return entries.map((entry) => ({ ...entry, text: entry.text.replace(/[\u25cf\u25d0\u25cb\u2060]/g, "").replace(/\s+/g, " ").trim() }));
}

const LOOKS = {
  k80: { tag: "rect", height: 9, fill: "var(--cs-band80)" },
  k50: { tag: "rect", height: 9, fill: "var(--cs-band50)" },
  kmean: { tag: "rect", height: 3, fill: "var(--cs-accent)" },
  kseen: { tag: "circle", fill: "var(--cs-ink)" },
  kreference: { tag: "path", stroke: "var(--cs-ghost)", "stroke-width": 2, "stroke-dasharray": "4 3" },
};

function drawKey(sheet, entries, width, top) {
  let [x, y] = [PAPER.padding, top];
  for (const { look, text } of entries) {
    const room = 20 + text.length * LETTER + 12;
    if (x > PAPER.padding && x + room > width - PAPER.padding) [x, y] = [PAPER.padding, y + PAPER.line];
    const { tag, height, ...paint } = LOOKS[look] || LOOKS.kmean;
    if (tag === "rect") shape("rect", sheet, { x, y: y - 4 - height / 2, width: 15, height, ...paint });
    else if (tag === "circle") shape("circle", sheet, { cx: x + 7, cy: y - 4, r: 3.5, ...paint });
    else shape("path", sheet, { d: `M${x},${y - 4}h15`, ...paint });
    const words = shape("text", sheet, { x: x + 20, y, fill: "var(--cs-muted)", "font-family": "var(--cs-font)", "font-size": SMALL });
    words.textContent = text;
    x += room;
  }
  return y + PAPER.padding;
}

// The drawing with its title, its place and its key, every colour written out: it stands by itself.
function sheetOf(fan, { root }) {
  const { width, height } = fan.place;
  const whole = Math.max(420, width + 2 * PAPER.padding);
  const sheet = shape("svg", null, { xmlns: SVG, width: whole });
  const ground = shape("rect", sheet, { width: whole, fill: "var(--cs-paper)" });
  const say = (text, y, look) => { shape("text", sheet, { x: PAPER.padding, y, "font-family": "var(--cs-font)", ...look }).textContent = text; };
  say(fan.panel.title, PAPER.title, { fill: "var(--cs-ink)", "font-size": 14, "font-weight": 650 });
  const place = root.querySelector(".cs-place")?.textContent;
  const head = PAPER.title + (place ? PAPER.line : 0) + 6;
  if (place) say(place, PAPER.title + PAPER.line, { fill: "var(--cs-muted)", "font-size": SMALL });
  const drawn = shape("g", sheet, { transform: `translate(${PAPER.padding},${head})` });
  for (const part of fan.drawing.children) if (part !== fan.cursor) drawn.appendChild(part.cloneNode(true));
  const foot = drawKey(sheet, keyEntries(root), whole, head + height + PAPER.line);
  for (const one of [sheet, ground]) one.setAttribute("height", foot);
  sheet.setAttribute("viewBox", `0 0 ${whole} ${foot}`);
  const looks = getComputedStyle(root);
  const text = new XMLSerializer().serializeToString(sheet);
  const written = text.replace(/var\((--cs-[a-z0-9]+)\)/g, (_, name) => looks.getPropertyValue(name).trim().replaceAll('"', "'"));
  return { text: written, width: whole, height: foot };
}

function takeSvg(fan, tools) {
  handOut(nameOfFile(fan, "svg"), sheetOf(fan, tools).text, "image/svg+xml");
}

function takePng(fan, tools) {
  const sheet = sheetOf(fan, tools);
  const picture = new Image();
  picture.onload = () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [sheet.width * SCALE, sheet.height * SCALE];
    const pen = canvas.getContext("2d");
    pen.scale(SCALE, SCALE);
    pen.drawImage(picture, 0, 0, sheet.width, sheet.height);
    canvas.toBlob((made) => handOut(nameOfFile(fan, "png"), made, "image/png"), "image/png");
  };
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(sheet.text)}`;
}

// As spreadsheets of the language read it at a double click: Vietnamese ones separate by semicolons.
function takeCsv(fan, { root, texts }) {
  const vietnamese = root.lang === "vi";
  const [between, decimal] = vietnamese ? [";", ","] : [",", "."];
  const words = texts();
  const named = { seen: words.chart_seen, mean: words.chart_mean, gmean: `${words.chart_reference}: ${words.chart_mean}`, g10: `${words.chart_reference}: p10`, g90: `${words.chart_reference}: p90` };
  const cell = (text) => `"${String(text).replaceAll('"', '""')}"`;
  const number = (value) => (value === undefined ? "" : String(Number(value.toPrecision(12))).replace(".", decimal));
  const heads = [words.chart_year, ...TAKEN.map((name) => named[name] || name)];
  const byYear = new Map();
  for (const { year, ...row } of fan.panel.rows) byYear.set(year, { ...byYear.get(year), ...row });
  const lines = [[cell(fan.panel.title)], heads.map(cell), ...[...byYear].sort(([one], [other]) => one - other).map(([year, row]) => [year, ...TAKEN.map((name) => number(row[name]))])];
  handOut(nameOfFile(fan, "csv"), `\uFEFF${lines.map((line) => line.join(between)).join("\r\n")}\r\n`, "text/csv;charset=utf-8");
}
