// The planner's page: levers, words and four fans in one Vega view that is made once and fed with numbers.
// Put together by sim/view/sources.py; loads nothing.

const ROWS = "rows";
const CHILD_WIDTH = "child_width";
const MIN_CHILD = 180;
const BESIDE_CHILD = 98; // room for axis labels and the numbers at the end of a fan
const ONE_COLUMN = 560; // below this width the charts stand one under another
const REST = 120; // quiet after a repaint before what follows is asked for [ms]
const SLOW = 150; // an answer that takes longer dims the old one meanwhile [ms]
const PATIENCE = 30000; // without any answer for so long the connection counts as lost [ms]

// One wish at a time is under way; while a slider is held only its newest place waits.
function makeAsker(model, root, lost) {
  const waiting = [];
  let under = false;
  let timer = null;
  let slow = null;

  // Dimming is a style of its own, set late: most answers come sooner, and repainting the page twice would delay them.
  function next() {
    const wish = waiting.shift();
    under = Boolean(wish);
    const busy = under && wish.wish !== "more";
    root.dataset.busy = busy ? "1" : "0";
    clearTimeout(timer);
    clearTimeout(slow);
    if (busy) slow = setTimeout(() => { root.dataset.slow = "1"; }, SLOW);
    else delete root.dataset.slow;
    if (!under) return;
    const { buffers, ...content } = wish;
    model.send(content, undefined, buffers);
    timer = setTimeout(lost, PATIENCE);
  }

  function ask(wish, value = null, live = false, buffers = []) {
    const last = waiting[waiting.length - 1];
    if (last && ((last.live && live && last.wish === wish) || last.wish === "more")) waiting.pop();
    waiting.push({ wish, value, live, buffers });
    if (!under) next();
  }
  model.on("change:done", next);
  ask.idle = () => !under && !waiting.length;
  return ask;
}

function rowsOf(answer, frame) {
  const numbers = new Float64Array(frame.buffer.slice(frame.byteOffset, frame.byteOffset + frame.byteLength));
  const width = answer.columns.length;
  const rows = [];
  for (let start = 0; start < numbers.length; start += width) {
    const row = {};
    answer.columns.forEach((name, place) => {
      const value = numbers[start + place];
      if (!Number.isNaN(value)) row[name] = value;
    });
    rows.push({ ...row, order: row.panel, panel: answer.panels[row.panel].title, at: row.panel });
  }
  rows.forEach((row, place) => {
    const last = place + 1 === rows.length || rows[place + 1].at !== row.at;
    ["end_p10", "end_mean", "end_p90"].forEach((name, end) => { row[name] = last ? answer.panels[row.at].ends[end] : ""; });
  });
  return rows;
}

function makeChart(canvas, model) {
  let view = null;
  let spoken = null;
  let shape = "";

  async function make(answer, rows, columns) {
    if (view) view.finalize();
    const spec = structuredClone(model.get("spec")[columns]);
    spec.data.find((source) => source.name === ROWS).values = rows; // an empty chart would warn and lay out nothing
    const options = { mode: "vega", renderer: "svg", actions: false, hover: false, tooltip: false, defaultStyle: false, logLevel: 1 };
    view = (await vegaEmbed(canvas, spec, { ...options, formatLocale: answer.locale })).view;
    spoken = answer.lang;
  }

  async function show(answer, rows, space) {
    if (!space) return;
    const columns = space < ONE_COLUMN ? 1 : 2;
    const width = Math.max(MIN_CHILD, Math.floor(space / columns) - BESIDE_CHILD);
    const wanted = `${columns} ${width}`;
    const remade = !view || spoken !== answer.lang || shape.split(" ")[0] !== String(columns);
    if (remade) await make(answer, rows, columns);
    else view.data(ROWS, rows);
    if (shape !== wanted || remade) view.signal(CHILD_WIDTH, width).resize();
    shape = wanted;
    await view.runAsync();
  }
  return { show, end: () => view && view.finalize() };
}

function keepFile(content, buffers) {
  const bytes = buffers[0];
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: content.type }));
  link.download = content.file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function listenToKeys(root, levers, ask) {
  const keys = { z: "undo", y: "redo", b: "pin", enter: "previous" };
  root.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const typing = event.target.matches("input[type=text]") && event.target.dataset.typing;
    if (key === "s") {
      if (levers.name.value.trim()) levers.buttons.save.click();
      else levers.name.focus();
    } else if (key === "z" && event.shiftKey) ask("redo");
    else if (key in keys && !(typing && key !== "b")) ask(keys[key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

function render({ model, el }) {
  const root = node("div", "cs-view", el);
  root.dataset.lmSuppressShortcuts = "true"; // JupyterLab's single-letter shortcuts are not meant here
  const ask = makeAsker(model, root, () => { if (!unheard) say("lost_slow"); });
  const columns = node("div", "cs-columns", root);
  const places = makePlaces();
  const levers = buildLevers(columns, ask, places);
  const main = node("section", "cs-answer", columns);
  const status = node("p", "cs-status", main);
  status.setAttribute("role", "status");
  const wayBack = button("cs-main cs-way-back", main, reopen);
  wayBack.hidden = true;
  places.put("over", main);
  const proposal = node("section", "cs-proposal", main);
  const proposed = node("div", "", proposal);
  const choice = node("div", "cs-steps", proposal);
  const accept = button("cs-main", choice, () => ask("accept"));
  const discard = button("", choice, () => ask("discard"));
  const body = node("div", "cs-body", main);
  const top = node("div", "cs-top", body);
  const figure = node("div", "cs-chart", body);
  figure.setAttribute("role", "img");
  const canvas = node("div", "cs-canvas", figure);
  canvas.setAttribute("aria-hidden", "true"); // the figure's own label says what it shows
  const chart = makeChart(canvas, model);
  const bottom = node("div", "cs-bottom", body);
  places.put("behind", main);
  const strip = node("section", "cs-strip", main);
  places.put("tries", main);
  places.build(ask, { root, model });
  let shown = null;
  let stripped = null;
  let restTimer = null;
  let width = 0;
  let cameFrom = null;
  let unheard = null;
  root.tabIndex = -1;
  proposal.hidden = true;

  function fillMore() {
    const more = model.get("more");
    const current = shown && more.revision === shown.answer.revision;
    for (const place of body.querySelectorAll("[data-more]")) {
      const html = more[place.dataset.more];
      if (html !== undefined) setHtml(place, html);
      place.classList.toggle("cs-old", !current || html === undefined);
    }
    if (more !== stripped) places.tell("more", more);
    if (more.tries && more !== stripped) showStrip(strip, more.tries, model.get("levers").texts, ask);
    stripped = more;
    strip.classList.toggle("cs-old", !current);
    root.dataset.more = current && !more.rest ? more.revision : "";
  }

  function askMore() {
    clearTimeout(restTimer);
    if (shown && ask.idle() && root.dataset.state !== "error") ask("more", shown.answer.revision);
  }

  function later() {
    clearTimeout(restTimer);
    restTimer = setTimeout(askMore, REST);
  }

  // One piece came, a wish came between, or the line is back: what is still missing is asked for.
  function goOn() {
    const more = model.get("more");
    if (!shown || !ask.idle() || (more.revision === shown.answer.revision && !more.rest)) return;
    if (more.revision === shown.answer.revision) askMore();
    else later();
  }

  async function show() {
    const answer = model.get("answer");
    const frame = model.get("frame");
    if (!answer.columns || !frame.byteLength) return;
    if (shown && shown.answer.revision === answer.revision) return;
    setAttribute(root, "lang", answer.lang);
    shown = { answer, rows: rowsOf(answer, frame) };
    patchHtml(top, answer.top);
    patchHtml(bottom, answer.bottom);
    fillMore();
    places.tell("answer", answer);
    setAttribute(figure, "aria-label", answer.alt);
    setAttribute(main, "aria-label", model.get("levers").texts.answer);
    width = width || figure.clientWidth; // asking for it lays the whole page out; afterwards the observer tells
    await chart.show(answer, shown.rows, width);
    requestAnimationFrame(() => { root.dataset.painted = answer.revision; });
    later();
  }

  // Nothing comes from the other end: the answer is stale at once, and the work is kept in the browser.
  function say(gone) {
    unheard = gone;
    wayBack.hidden = !gone || !inApplication();
    if (!gone) {
      dropKept();
      tell();
      goOn();
      return;
    }
    const { texts } = model.get("parting");
    root.dataset.state = "error";
    setText(status, texts[gone === "lost_kernel" && !inApplication() ? "lost_notebook" : gone]);
    setText(wayBack, texts.reopen);
    keepWork(model);
  }

  const queue = { last: Promise.resolve() };
  const enqueue = () => { queue.last = queue.last.then(show).catch((error) => {
    root.dataset.state = "error";
    setText(status, String(error && error.message ? error.message : error));
  }); };

  function tell() {
    const told = model.get("status");
    if (unheard) return;
    root.dataset.state = told.state;
    setText(status, told.message || "");
    setText(levers.notice, told.of_file ? "" : told.notice || "");
    setText(levers.fileNotice, told.of_file ? told.notice || "" : "");
    setText(levers.saved, told.saved || "");
    showSheets(levers.sheets, told.sheets || [], model.get("levers").texts);
    levers.over.hidden = !told.exists;
    if (!told.exists) levers.overwrite.checked = false;
    lay(told);
    places.tell("status", told);
  }

  // Something is laid before the planner: the focus goes there and afterwards back to where it was.
  function lay(told) {
    const opening = proposal.hidden && told.proposal;
    const closing = !proposal.hidden && !told.proposal;
    const inside = proposal.contains(document.activeElement);
    setHtml(proposed, told.proposal || "");
    accept.hidden = !told.acceptable;
    setText(accept, model.get("levers").texts.accept);
    setText(discard, model.get("levers").texts.discard);
    proposal.hidden = !told.proposal;
    if (opening) {
      cameFrom = document.activeElement;
      (told.acceptable ? accept : discard).focus();
    }
    if (closing && inside) (root.contains(cameFrom) ? cameFrom : root).focus();
  }

  const move = () => {
    showLevers(levers, model.get("levers"), ask);
    places.tell("levers", model.get("levers"));
  };
  const observer = new ResizeObserver(() => {
    if (shown && figure.clientWidth !== width) {
      width = figure.clientWidth;
      queue.last = queue.last.then(() => chart.show(shown.answer, shown.rows, width)).catch(() => {});
    }
  });
  observer.observe(figure);
  model.on("change:answer", enqueue);
  model.on("change:status", tell);
  model.on("change:more", fillMore);
  model.on("change:done", () => { if (unheard === "lost_slow") say(null); });
  model.on("change:done", move); // levers change with a wish alone; a field whose text was refused shows again what holds
  model.on("change:done", goOn);
  model.on("msg:custom", (content, buffers) => {
    if (content.file) keepFile(content, buffers);
    else places.tell("message", content, buffers);
  });
  listenToKeys(root, levers, ask);
  move();
  tell();
  fillMore();
  enqueue();
  const stopWatching = watchLine(model, say);
  const kept = inApplication() && takeKept();
  if (kept) ask("restore", kept);
  return () => {
    stopWatching();
    observer.disconnect();
    clearTimeout(restTimer);
    chart.end();
  };
}

