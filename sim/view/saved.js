// Work that is not lost: who this page is, the copy this browser keeps, what is saved, names and notes of tries.

const COPY = "coopsim-planner";
const COPIED_FOR = 30 * 24 * 3600 * 1000; // an older copy is not brought back [ms]
const NAME_BYTES = 8;
// Wishes that mean the same when they are made twice: a page that is left before they were answered makes them anew.
const AGAIN = [
  "line", "line_text", "fund", "fund_text", "limits", "lock", "spread", "year", "same", "basis", "horizon", "draws", "world",
  "start", "reference", "open", "take_down", "target", "target_remove", "area", "area_text", "area_line", "areas_even", "say",
];

// A page's own random name: the same after a reload, another one in a tab beside it, also in one that was duplicated.
// With it goes what was wished and not answered when the page was left.
function pageName(name, ask) {
  const place = `${COPY} page ${name}`;
  let held = {};
  try {
    held = JSON.parse(sessionStorage.getItem(place)) || {};
    sessionStorage.removeItem(place);
  } catch { /* a browser that keeps nothing */ }
  const bytes = crypto.getRandomValues(new Uint8Array(NAME_BYTES));
  const tab = held.tab || [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const leave = () => {
    const open = ask.open().filter((one) => AGAIN.includes(one.wish)).map(({ wish, value }) => [wish, value]);
    try { sessionStorage.setItem(place, JSON.stringify({ tab, open })); } catch { /* the same */ }
  };
  window.addEventListener("pagehide", leave);
  return { tab, open: held.open || [], end: () => window.removeEventListener("pagehide", leave) };
}

// A copy for each page, so that tabs side by side do not write over each other's only one.
const copyPlace = (name, tab) => `${COPY} ${name} ${tab}`;

function writeCopy(parting, tab) {
  try {
    if (!parting.kept || !parting.kept.works) return false;
    copiesOf(parting.name); // old ones go, so that there is room
    localStorage.setItem(copyPlace(parting.name, tab), JSON.stringify({ at: Date.now(), kept: JSON.stringify(parting.kept) }));
    return true;
  } catch { return false; }
}

// Copies of all pages that showed this, newest first; those that are too old are dropped.
function copiesOf(name) {
  const found = [];
  for (const place of Object.keys(localStorage).filter((key) => key.startsWith(copyPlace(name, "")))) {
    let copy = null;
    try { copy = JSON.parse(localStorage.getItem(place)); } catch { /* not ours any more */ }
    if (copy && Date.now() - copy.at < COPIED_FOR) found.push({ ...copy, place });
    else localStorage.removeItem(place);
  }
  return found.sort((one, other) => other.at - one.at);
}

// The page's own copy, or the newest there is.
function readCopy(name, tab) {
  try {
    const copies = copiesOf(name);
    const copy = copies.find(({ place }) => place === copyPlace(name, tab)) || copies[0];
    return copy ? copy.kept : null;
  } catch { return null; }
}

// Says that a page is here, so that it gets back what it showed; keeps the copy; warns only of what nobody could keep.
function keepSaved(model, ask, gone) {
  const { name } = model.get("parting");
  if (!name) return () => {};
  const page = pageName(name, ask);
  let copied = true;
  const copy = () => { copied = writeCopy(model.get("parting"), page.tab); };
  const warn = (event) => {
    const unkept = model.get("status").unkept && !copied;
    if (unkept || (gone() && !ask.idle())) event.preventDefault();
  };
  model.on("change:parting", copy);
  window.addEventListener("beforeunload", warn);
  ask("resume", { tab: page.tab, kept: readCopy(name, page.tab) });
  for (const [wish, value] of page.open) ask(wish, value);
  return () => {
    page.end();
    window.removeEventListener("beforeunload", warn);
  };
}

// What is saved, looked up when it is opened.
addPiece({
  name: "shelf",
  place: "opening",
  build(box, ask) {
    const root = node("details", "cs-shelf", box);
    const title = node("summary", "", root);
    const list = node("ul", "", root);
    let rows = "";
    root.addEventListener("toggle", () => ask("shelf", root.open));

    function levers({ shelf, texts }) {
      setText(title, texts.shelf_title);
      const wanted = JSON.stringify([shelf || [], texts.shelf_open]);
      if (rows === wanted) return;
      rows = wanted;
      const items = (shelf || []).map((one) => shelfRow(one, texts, ask));
      list.replaceChildren(...(shelf && !shelf.length ? [node("li", "cs-quiet", null, texts.shelf_empty)] : items));
    }
    return { levers };
  },
});

function shelfRow(one, texts, ask) {
  const item = node("li");
  const head = node("div", "cs-try-head", item);
  node("b", "", head, one.name);
  node("span", "cs-quiet", head, one.when);
  node("p", one.problem ? "cs-problem" : "cs-quiet", item, one.problem || one.told);
  if (one.problem) return item;
  const open = button("", item, () => (one.key ? ask("open", one.key) : ask("take_down", one.file)));
  open.textContent = texts.shelf_open;
  open.setAttribute("aria-label", `${texts.shelf_title}: ${one.name}`);
  return item;
}

// A try's name and note. A field shows what is kept, unless something else was typed there; the form closes when what was
// sent is kept, and stays as it is when that was refused.
function trySays(card, key, ask) {
  const noted = node("p", "cs-try-note", card);
  const fold = node("details", "cs-try-say", card);
  const title = node("summary", "", fold);
  const form = node("form", "", fold);
  const labels = {};
  const fields = {};
  for (const name of ["name", "note"]) {
    labels[name] = node("label", "", form);
    fields[name] = node(name === "note" ? "textarea" : "input", "", form);
    if (name === "name") fields[name].type = "text";
    fields[name].id = labels[name].htmlFor = freshId(`try-${name}`);
  }
  const keep = node("button", "", form);
  keep.type = "submit";
  let kept = { name: "", note: "" };
  let sent = false;

  function settle() {
    const asKept = (text) => text.normalize("NFC").replace(/\s+/g, " ").trim();
    if (!sent || Object.keys(fields).some((name) => asKept(fields[name].value) !== kept[name])) return;
    sent = false;
    fold.open = false;
    for (const [name, field] of Object.entries(fields)) field.value = kept[name];
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sent = true;
    ask("say", { key, name: fields.name.value, note: fields.note.value });
    settle(); // nothing new was typed
  });
  return function show(one, texts) {
    setText(noted, one.note);
    noted.hidden = !one.note;
    setText(title, texts.try_say);
    setText(keep, texts.try_keep);
    const told = { name: one.typed, note: one.note };
    for (const [name, field] of Object.entries(fields)) {
      setText(labels[name], texts[`try_${name}`]);
      if (field.value === kept[name] && field.value !== told[name]) field.value = told[name];
    }
    kept = told;
    settle();
  };
}
