// The planner's page: levers, words and four fans. Put together by sim/view/sources.py; loads nothing.

const REST = 120; // quiet after a repaint before what follows is asked for [ms]
const NARROW = 800; // below this width the answer comes first and the levers fold [px]

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
    const { target } = event;
    const noted = target.closest(".cs-try-say form");
    const own = isText(target) && !(target.dataset.plan && !target.dataset.typing); // keys are the text's
    if (key === "s" && noted) noted.requestSubmit();
    else if (key === "s") {
      if (levers.name.value.trim()) levers.buttons.save.click();
      else levers.name.focus();
    } else if (own) return;
    else if (key === "z" && event.shiftKey) ask("redo");
    else if (key in keys) ask(keys[key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

function render({ model, el }) {
  const root = node("div", "cs-view", el);
  root.dataset.lmSuppressShortcuts = "true"; // JupyterLab's single-letter shortcuts are not meant here
  const ask = makeAsker(model, root, () => { if (!unheard) say("lost_slow"); });
  const bar = buildBar(root, ask);
  const columns = node("div", "cs-columns", root);
  const places = makePlaces();
  const levers = buildLevers(bar, columns, ask, places);
  const main = node("section", "cs-answer", columns);
  const { status } = bar;
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
  const figure = node("div", "cs-charts", body);
  figure.setAttribute("role", "group"); // its label says what the charts show
  const charts = makeCharts(figure, { root, texts: () => model.get("levers").texts });
  const bottom = node("div", "cs-bottom", body);
  places.put("behind", main);
  const strip = node("section", "cs-strip", main);
  const showStrip = buildStrip(strip, ask);
  places.put("tries", main);
  places.build(ask, { root, model });
  let shown = null;
  let stripped = null;
  let restTimer = null;
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
    charts.tell(current ? more.tips : null, model.get("levers").texts);
    if (more !== stripped) places.tell("more", more);
    if (more.tries && more !== stripped) showStrip(more.tries, model.get("levers").texts);
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

  function show() {
    const answer = model.get("answer");
    const frame = model.get("frame");
    if (!answer.columns || !frame.byteLength) return;
    if (shown && shown.answer.revision === answer.revision) return;
    setAttribute(root, "lang", answer.lang);
    shown = { answer };
    patchHtml(top, answer.top);
    patchHtml(bottom, answer.bottom);
    for (const bar of bottom.querySelectorAll("[data-share]")) bar.style.setProperty("--cs-share", bar.dataset.share);
    charts.show(answer, frame);
    fillMore();
    places.tell("answer", answer);
    setAttribute(figure, "aria-label", answer.alt);
    setAttribute(main, "aria-label", model.get("levers").texts.answer);
    requestAnimationFrame(() => { root.dataset.painted = answer.revision; });
    later();
  }

  // Nothing comes from the other end: the answer is stale at once, and the work is kept in the browser.
  function say(gone) {
    unheard = gone;
    wayBack.hidden = !gone || !inApplication();
    if (!gone) {
      tell();
      goOn();
      return;
    }
    const { texts } = model.get("parting");
    root.dataset.state = "error";
    setText(status, texts[gone === "lost_kernel" && !inApplication() ? "lost_notebook" : gone]);
    setText(wayBack, texts.reopen);
  }

  function tryShow() {
    try {
      show();
    } catch (error) {
      root.dataset.state = "error";
      setText(status, String(error && error.message ? error.message : error));
    }
  }

  function tell() {
    const told = model.get("status");
    if (unheard) return;
    root.dataset.state = told.state;
    setText(status, told.message || "");
    setText(levers.notice, told.of_file ? "" : told.notice || "");
    levers.notice.classList.toggle("cs-calm", Boolean(told.calm));
    setText(levers.fileNotice, told.of_file ? told.notice || "" : "");
    setText(levers.saved, told.saved || "");
    setText(levers.unkept, told.unkept || "");
    levers.resumed(told.resumed || {});
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
      offerFocus(told.acceptable ? accept : discard);
    }
    if (closing && inside) (root.contains(cameFrom) ? cameFrom : root).focus();
  }

  const move = () => {
    showLevers(levers, model.get("levers"), ask);
    places.tell("levers", model.get("levers"));
  };
  let narrow = null;
  const observer = new ResizeObserver(() => {
    const now = root.clientWidth < NARROW;
    if (now !== narrow) levers.fold.open = !now;
    narrow = now;
  });
  observer.observe(root);
  model.on("change:answer", tryShow);
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
  tryShow();
  const stopWatching = watchLine(model, say);
  const stopKeeping = keepSaved(model, ask, () => unheard);
  return () => {
    stopWatching();
    stopKeeping();
    observer.disconnect();
    clearTimeout(restTimer);
    charts.end();
  };
}

