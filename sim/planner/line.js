// The line to the calculation: whether it still stands, what is kept of the work, and the way back.

const KEPT = "coopsim-planner-kept";
const LOOK = 1000; // how often the line is looked at [ms]
const KEPT_FOR = 7 * 24 * 3600 * 1000; // what was kept longer ago is not brought back [ms]
const ENDED = ["dead", "restarting", "autorestarting", "terminating"]; // a kernel started again knows nothing of the page

function kernelOf(model) {
  const manager = model.widget_manager;
  return (manager && manager.kernel) || null;
}

// Says the name of a text when the line is gone, and null when it is back. A kernel that ended does not come back.
function watchLine(model, say) {
  let stood = null;
  let told = null;
  let ended = false;
  const timer = setInterval(() => {
    const kernel = kernelOf(model);
    const connected = Boolean(kernel) && kernel.connectionStatus === "connected";
    if (!stood && connected) stood = kernel;
    if (!stood) return;
    ended = ended || !kernel || kernel.id !== stood.id || ENDED.includes(kernel.status);
    const found = ended ? "lost_kernel" : connected ? null : "lost_server";
    if (found !== told) say(found);
    told = found;
  }, LOOK);
  return () => clearInterval(timer);
}

function keepWork(model) {
  const { kept } = model.get("parting");
  try {
    if (kept && kept.yaml) localStorage.setItem(KEPT, JSON.stringify({ ...kept, at: Date.now() }));
  } catch { /* a browser that keeps nothing */ }
}

// What was kept when a line was lost, once.
function takeKept() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT));
    localStorage.removeItem(KEPT);
    return kept && Date.now() - kept.at < KEPT_FOR ? kept : null;
  } catch { return null; }
}

function dropKept() {
  try { localStorage.removeItem(KEPT); } catch { /* the same */ }
}

const inApplication = () => Boolean(document.body.dataset.voila);

// Opens the page anew where somebody answers; a page that is left for nothing could not be had back.
function reopen() {
  fetch("/login", { cache: "no-store" }).catch(() => null).then((found) => {
    if (found) location.reload();
  });
}
