// The answer side of the planner: words as HTML, four fans in one Vega view that is made once and fed with rows.
// Bundled with Vega by sim/planner/chart.py; loads nothing.

const ROWS = "rows";
const CHILD_WIDTH = "child_width";
const MIN_CHILD = 180;
const BESIDE_CHILD = 98; // room for axis labels and the numbers at the end of a fan

function part(parent, name, tag = "div") {
  const node = document.createElement(tag);
  node.className = name;
  parent.appendChild(node);
  return node;
}

function childWidth(space) {
  return Math.max(MIN_CHILD, Math.floor(space / 2) - BESIDE_CHILD);
}

function render({ model, el }) {
  const root = part(el, "cs-view");
  const status = part(root, "cs-status");
  status.setAttribute("role", "status");
  status.setAttribute("aria-live", "polite");
  const body = part(root, "cs-body");
  const top = part(body, "cs-top");
  const chart = part(body, "cs-chart");
  chart.setAttribute("role", "img");
  const canvas = part(chart, "cs-canvas");
  const bottom = part(body, "cs-bottom");
  let view = null;
  let spoken = null;

  async function makeView(answer) {
    if (view) view.finalize();
    const spec = structuredClone(model.get("spec"));
    spec.data.find((source) => source.name === ROWS).values = answer.rows; // an empty chart would warn and lay out nothing
    const options = { mode: "vega", renderer: "svg", actions: false, hover: false, tooltip: false, defaultStyle: false, logLevel: 1 };
    view = (await vegaEmbed(canvas, spec, { ...options, formatLocale: answer.locale })).view;
    spoken = answer.lang;
  }

  async function show() {
    const answer = model.get("answer");
    if (!answer || !answer.rows) return;
    root.lang = answer.lang;
    top.innerHTML = answer.top;
    const open = bottom.querySelector("details[open]") !== null;
    bottom.innerHTML = answer.bottom;
    bottom.querySelectorAll("details").forEach((node) => { node.open = open; });
    chart.setAttribute("aria-label", answer.alt);
    if (spoken !== answer.lang) await makeView(answer);
    view.signal(CHILD_WIDTH, childWidth(chart.clientWidth)).data(ROWS, answer.rows);
    await view.resize().runAsync();
    requestAnimationFrame(() => { root.dataset.painted = answer.revision; });
  }

  function tell() {
    root.dataset.state = model.get("state");
    status.textContent = model.get("message");
  }

  const queue = { last: Promise.resolve() };
  const enqueue = () => { queue.last = queue.last.then(show).catch((error) => {
    root.dataset.state = "error";
    status.textContent = String(error && error.message ? error.message : error);
  }); };
  const observer = new ResizeObserver(() => {
    if (view && chart.clientWidth) view.signal(CHILD_WIDTH, childWidth(chart.clientWidth)).resize().runAsync();
  });
  observer.observe(chart);
  model.on("change:answer", enqueue);
  model.on("change:state", tell);
  model.on("change:message", tell);
  tell();
  enqueue();
  return () => {
    observer.disconnect();
    if (view) view.finalize();
  };
}

export default { render };
