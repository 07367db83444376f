// The line to the calculation: whether it still stands, and the way back.

const LOOK = 1000; // how often the line is looked at [ms]
const HERE = "/here"; // where the server answers without opening anything
const ANSWERS_IN = 1400; // a probe unanswered for so long has missed [ms]
const MISSES = 2; // in succession, until the server counts as gone: a network that changes fails a probe once
const REOPENS_IN = 10000; // somebody is asked for so long whether a page can be had [ms]
const ENDED = ["dead", "restarting", "autorestarting", "terminating"]; // a kernel started again knows nothing of the page

function kernelOf(model) {
  const manager = model.widget_manager;
  return (manager && manager.kernel) || null;
}

// Whether anybody answers in time.
function answered(within) {
  return fetch(HERE, { cache: "no-store", signal: AbortSignal.timeout(within) }).then(() => true, () => false);
}

// Probes the server for this page alone, one probe at a time; after the first one missed the next follows at once.
function watchServer(tell) {
  let missed = 0;
  let under = false;
  async function look() {
    if (under) return;
    under = true;
    do missed = (await answered(ANSWERS_IN)) ? 0 : missed + 1;
    while (missed && missed < MISSES);
    under = false;
    tell();
  }
  return { look, gone: () => missed >= MISSES };
}

// Says the name of a text when the line is gone, and null when it is back. A kernel that ended does not come back.
// The line is gone when the kernel's connection is down or the server does not answer: either is enough. In a notebook
// the server is not probed, its address is not known there; and a page may lie open that never had a kernel.
function watchLine(model, say) {
  let stood = inApplication() ? kernelOf(model) : null;
  let told = null;
  let ended = false;
  let over = false;
  function tell() {
    if (over) return;
    const kernel = kernelOf(model);
    const connected = Boolean(kernel) && kernel.connectionStatus === "connected";
    if (!stood && connected) stood = kernel;
    if (!stood && !server.gone()) return;
    ended = ended || Boolean(stood && (!kernel || kernel.id !== stood.id || ENDED.includes(kernel.status)));
    const found = ended ? "lost_kernel" : connected && !server.gone() ? null : "lost_server";
    if (found !== told) say(found);
    told = found;
  }
  const server = watchServer(tell);
  function look() {
    tell();
    if (inApplication()) server.look();
  }
  const timer = setInterval(look, LOOK);
  document.addEventListener("visibilitychange", look); // a browser slows the clock of a page behind others
  return () => {
    over = true;
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
  };
}

const inApplication = () => Boolean(document.body.dataset.voila);

// Opens the page anew where somebody answers; a page that is left for nothing could not be had back.
function reopen() {
  if (!inApplication()) return;
  answered(REOPENS_IN).then((found) => {
    if (found) location.reload();
  });
}
