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

// What is being typed of a try stays while the strip is made anew.
const drafts = new Map();

function trySays(card, one, texts, ask) {
  if (one.note) node("p", "cs-try-note", card, one.note);
  const fold = node("details", "cs-try-say", card);
  node("summary", "", fold, texts.try_say);
  const form = node("form", "", fold);
  const draft = drafts.get(one.key);
  const fields = {};
  for (const [name, value] of [["name", one.typed], ["note", one.note]]) {
    const label = node("label", "", form, texts[`try_${name}`]);
    const field = fields[name] = node(name === "note" ? "textarea" : "input", "", form);
    if (name === "name") field.type = "text";
    field.id = label.htmlFor = freshId(`try-${name}`);
    field.value = draft ? draft[name] : value;
    field.dataset.focus = `${name}-${one.key}`;
    field.addEventListener("input", () => drafts.set(one.key, { name: fields.name.value, note: fields.note.value }));
  }
  fold.open = Boolean(draft);
  fold.addEventListener("toggle", () => {
    if (fold.open) drafts.set(one.key, { name: fields.name.value, note: fields.note.value });
    else drafts.delete(one.key);
  });
  const keep = node("button", "", form, texts.try_keep);
  keep.type = "submit";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    drafts.delete(one.key);
    ask("say", { key: one.key, name: fields.name.value, note: fields.note.value });
  });
}
