// Wishes on their way to the engine.

const SLOW = 150; // an answer that takes longer dims the old one meanwhile [ms]
const PATIENCE = 30000; // without any answer for so long the connection counts as lost [ms]

// One wish at a time is under way; while a slider is held only its newest place waits.
function makeAsker(model, root, lost) {
  const waiting = [];
  let under = null;
  let timer = null;
  let slow = null;

  // Dimming is a style of its own, set late: most answers come sooner, and repainting the page twice would delay them.
  function next() {
    under = waiting.shift() || null;
    const busy = under && under.wish !== "more";
    root.dataset.busy = busy ? "1" : "0";
    clearTimeout(timer);
    clearTimeout(slow);
    if (busy) slow = setTimeout(() => { root.dataset.slow = "1"; }, SLOW);
    else delete root.dataset.slow;
    if (!under) return;
    const { buffers, ...content } = under;
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
  ask.open = () => [...(under ? [under] : []), ...waiting];
  return ask;
}
