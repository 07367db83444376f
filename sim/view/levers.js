// The left-hand side: fields and sliders of the browser itself, so that keyboard and screen readers work as everywhere.

const CHOOSERS_ABOVE = ["start", "year"];
const CHOOSERS_BELOW = ["world", "horizon", "draws", "prices"];

// The bar above everything: whose page this is, steps back and forth, whether what is shown is current.
function buildBar(parent, ask) {
  const bar = node("header", "cs-mast", parent);
  const title = node("h2", "", bar);
  const steps = node("div", "cs-steps", bar);
  const buttons = Object.fromEntries(["undo", "redo", "reset"].map((name) => [name, button("", steps, () => ask(name))]));
  const status = node("p", "cs-status", bar);
  status.setAttribute("role", "status");
  return { bar, title, buttons, status, languages: node("div", "cs-language", bar) };
}

// The column of levers; on a narrow screen it folds away below the answer.
function buildLevers(bar, parent, ask, places) {
  const section = node("section", "cs-levers", parent);
  const fold = node("details", "cs-fold", section);
  const folded = node("summary", "cs-fold-head", fold);
  const root = node("div", "cs-fold-body", fold);
  fold.open = true;
  const texts = { levers: node("b", "", folded) };
  const parts = { section, fold, folded: node("span", "", folded), title: bar.title, languages: bar.languages, choosers: {}, lines: {}, buttons: { ...bar.buttons }, texts };
  places.put("opening", root);
  buildPlan(parts, node("div", "cs-box cs-plan", root), ask, places);

  const setting = node("div", "cs-box", root);
  for (const name of CHOOSERS_BELOW) parts.choosers[name] = buildChooser(setting, name, ask);
  parts.about = node("p", "cs-quiet cs-about", setting);
  parts.choosers.world.row.after(parts.about);
  parts.far = node("p", "cs-warning", setting);
  parts.choosers.horizon.row.after(parts.far);
  places.put("assumptions", root);

  const compared = node("div", "cs-box", root);
  parts.choosers.reference = buildChooser(compared, "reference", ask);
  parts.buttons.pin = button("cs-wide", compared, () => ask("pin"));
  places.put("asked", compared);

  parts.targets = buildTargets(parts, node("div", "cs-box", root), ask);
  parts.saving = node("div", "cs-box", root);
  buildSaving(parts, parts.saving, ask);
  places.put("keeping", parts.saving);
  const sharing = node("div", "cs-box", root);
  buildSharing(parts, sharing, ask);
  places.put("figures", sharing);
  places.put("handing", sharing);
  const keys = node("details", "cs-keys", root);
  parts.texts.keys_title = node("summary", "", keys);
  parts.texts.keys = node("p", "cs-quiet", keys);
  return parts;
}

// Where the money goes: year, fund and lines first, so that one screen holds them beside the answer.
function buildPlan(parts, box, ask, places) {
  for (const name of CHOOSERS_ABOVE) parts.choosers[name] = buildChooser(box, name, ask);
  parts.buttons.same = button("cs-wide", box, () => ask("same"));
  parts.fund = buildMoney(box, "fund", ask, null);
  parts.rows = node("div", "cs-lines", box);
  parts.sum = node("p", "cs-sum", box);
  parts.buttons.spread = button("cs-wide", box, () => ask("spread"));
  parts.notice = node("p", "cs-problem", box);
  parts.notice.setAttribute("role", "alert");
  parts.resumed = buildResumed(box, ask);
  places.put("split", box);
  parts.areas = buildAreas(box, ask);
  parts.table = buildTable(box, ask);
  parts.past = node("p", "cs-quiet cs-past", box);
  parts.choosers.basis = buildChooser(box, "basis", ask);
}

// What became of the work that was left: it stays until it is put away.
function buildResumed(parent, ask) {
  const root = node("div", "cs-resumed", parent);
  const text = node("p", "cs-problem", root);
  text.setAttribute("role", "alert");
  const away = button("cs-remove", root, () => ask("resumed_away"));
  away.textContent = "×";
  return (told) => {
    root.hidden = !told.text;
    setText(text, told.text || "");
    text.classList.toggle("cs-calm", Boolean(told.calm));
    for (const name of ["aria-label", "title"]) setAttribute(away, name, told.away || "");
  };
}

function buildChooser(parent, name, ask) {
  const { row, label, select } = choiceRow(parent, name);
  select.addEventListener("change", () => ask(name, JSON.parse(select.value)));
  return { row, label, select, options: "" };
}

function buildMoney(parent, name, ask, line) {
  const row = node("div", "cs-row", parent);
  const label = node("label", "cs-label", row);
  const note = node("span", "cs-note", row);
  const slider = node("input", "", row);
  const box = node("input", "cs-box-money", row);
  slider.type = "range";
  slider.id = label.htmlFor = freshId(name);
  box.type = "text";
  box.inputMode = "decimal";
  const wish = (value) => (line ? [line, value] : value);
  slider.addEventListener("input", () => ask(name, wish(Number(slider.value)), true));
  slider.addEventListener("change", () => ask("settled"));
  slider.addEventListener("keydown", (event) => stepByKey(slider, event));
  typed(box, (text) => ask(`${name}_text`, wish(text)));
  return { row, label, note, slider, box, warning: node("p", "cs-warning", row) };
}

// JupyterLab takes arrow keys from sliders; these are the browser's own moves, made by hand everywhere.
const LARGE_STEP = 10;
const KEYS = {
  ArrowRight: (slider) => slider.stepUp(),
  ArrowUp: (slider) => slider.stepUp(),
  ArrowLeft: (slider) => slider.stepDown(),
  ArrowDown: (slider) => slider.stepDown(),
  PageUp: (slider) => slider.stepUp(LARGE_STEP),
  PageDown: (slider) => slider.stepDown(LARGE_STEP),
  Home: (slider) => { slider.value = slider.min; },
  End: (slider) => { slider.value = slider.max; },
};

function stepByKey(slider, event) {
  const move = KEYS[event.key];
  if (!move || slider.disabled || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  const before = slider.value;
  move(slider);
  if (slider.value === before) return;
  slider.dispatchEvent(new Event("input"));
  slider.dispatchEvent(new Event("change"));
}

function buildLine(parts, line, ask) {
  const made = buildMoney(parts.rows, "line", ask, line);
  made.row.dataset.line = line;
  made.lock = button("cs-lock", made.row, () => ask("lock", [line, !made.isLocked]));
  const limits = node("details", "cs-limits", made.row);
  made.limits = node("summary", "", limits);
  made.ends = {};
  const ends = node("div", "cs-ends", limits);
  for (const name of ["floor", "cap"]) {
    const label = node("label", "", ends);
    const field = node("input", "cs-box-money", ends);
    field.type = "text";
    field.inputMode = "decimal";
    field.id = label.htmlFor = freshId(name);
    typed(field, () => ask("limits", [line, made.ends.floor.field.value, made.ends.cap.field.value]));
    made.ends[name] = { label, field };
  }
  return made;
}

// How money is divided between areas: one slider each, in percent; only where a province has several.
function buildAreas(parent, ask) {
  const root = node("fieldset", "cs-areas", parent);
  root.hidden = true;
  const title = node("legend", "", root);
  const chooser = buildChooser(root, "area_line", ask);
  const rows = node("div", "cs-lines", root);
  const note = node("p", "cs-quiet", root);
  const even = button("cs-wide", root, () => ask("areas_even"));
  return { root, title, chooser, rows, note, even, made: {} };
}

function showAreas(parts, content, ask) {
  parts.root.hidden = !content;
  if (!content) return;
  setText(parts.title, content.areas_title);
  showChooser(parts.chooser, content.line);
  for (const area of content.rows) {
    const row = (parts.made[area.code] ||= buildMoney(parts.rows, "area", ask, area.code));
    row.row.dataset.area = area.code;
    showMoney(row, { ...area, top: 100, step: 1 }, `${area.label}, %`);
  }
  setText(parts.note, content.note);
  setText(parts.even, content.areas_even);
  parts.even.hidden = content.even;
}

function buildSaving(parts, box, ask) {
  parts.texts.save_title = node("h3", "", box);
  const row = node("form", "cs-saving", box);
  const label = node("label", "", row);
  parts.name = node("input", "", row);
  parts.name.type = "text";
  parts.name.maxLength = 400;
  parts.name.id = label.htmlFor = freshId("name");
  parts.texts.name = label;
  parts.buttons.save = node("button", "cs-main", row);
  parts.buttons.save.type = "submit";
  const over = node("label", "cs-over", box);
  parts.overwrite = node("input", "", over);
  parts.overwrite.type = "checkbox";
  parts.over = over;
  parts.texts.overwrite = node("span", "", over);
  parts.saved = node("p", "cs-quiet cs-saved", box);
  parts.saved.setAttribute("role", "status");
  parts.unkept = node("p", "cs-problem cs-unkept", box);
  parts.unkept.setAttribute("role", "alert");
  row.addEventListener("submit", (event) => {
    event.preventDefault();
    ask("save", { name: parts.name.value, overwrite: parts.overwrite.checked });
  });
}

function showLevers(parts, content, ask) {
  const { texts, warnings } = content;
  setText(parts.title, texts.title);
  setAttribute(parts.section, "aria-label", texts.levers);
  for (const [name, target] of Object.entries(parts.texts)) setText(target, texts[name]);
  for (const [name, target] of Object.entries(parts.buttons)) setText(target, texts[name] || texts.same_every_year);
  showLanguages(parts.languages, content, ask);
  for (const [name, chooser] of Object.entries(parts.choosers)) showChooser(chooser, content.choosers[name]);
  parts.sources.show(texts);
  setText(parts.about, content.world_about);
  setText(parts.far, warnings.horizon);
  setText(parts.past, content.past);
  showTable(parts.table, content.table);
  showTargets(parts.targets, content.targets, texts, ask);
  showMoney(parts.fund, content.fund, `${content.fund.label}, ${texts.billion}`);
  setHtml(parts.fund.warning, warnings.fund_html);
  for (const line of content.lines) {
    parts.lines[line.id] ||= buildLine(parts, line.id, ask);
    showLine(parts.lines[line.id], line, texts);
    setText(parts.lines[line.id].warning, warnings.lines[line.id]);
  }
  setHtml(parts.sum, content.sum_html);
  setText(parts.folded, `${content.fund.label}: ${content.fund.exact}`);
  showAreas(parts.areas, content.areas, ask);
  for (const name of ["undo", "redo", "reset"]) parts.buttons[name].toggleAttribute("disabled", !content.buttons[name]);
  for (const name of ["same", "spread"]) parts.buttons[name].toggleAttribute("hidden", !content.buttons[name]);
  showAble(parts, content.can);
}

// Controls of what the engine cannot do are not there.
function showAble(parts, can) {
  for (const name of ["export_excel", "export_yaml", "export_csv"]) parts.buttons[name].toggleAttribute("hidden", !can.includes(name));
  parts.saving.toggleAttribute("hidden", !can.includes("save"));
  parts.bringIn.toggleAttribute("hidden", !can.includes("import_scenario"));
  parts.figures.toggleAttribute("hidden", !can.includes("import_figures"));
}

function showLanguages(parent, content, ask) {
  content.languages.forEach(([text, lang], place) => {
    const made = parent.children[place] || button("", parent, () => ask("language", lang));
    setText(made, text);
    setAttribute(made, "lang", lang);
    setAttribute(made, "aria-pressed", lang === content.lang);
  });
}

function showChooser(chooser, content) {
  setText(chooser.label, content.label);
  const options = JSON.stringify(content.options);
  if (chooser.options !== options) {
    chooser.options = options;
    chooser.select.replaceChildren(...content.options.map(([text, value]) => {
      const option = node("option", "", null, text);
      option.value = JSON.stringify(value);
      return option;
    }));
  }
  const value = JSON.stringify(content.value);
  if (chooser.select.value !== value) chooser.select.value = value;
  setAttribute(chooser.select, "title", chooser.select.selectedOptions[0]?.textContent || "");
}

function showMoney(row, content, name) {
  setText(row.label, content.label);
  setText(row.note, content.note);
  for (const [end, value] of Object.entries({ min: 0, max: content.top, step: content.step })) setAttribute(row.slider, end, value);
  setSlider(row.slider, content.value);
  setAttribute(row.slider, "aria-valuetext", content.exact);
  setValue(row.box, content.text);
  setAttribute(row.box, "title", content.exact);
  setAttribute(row.box, "aria-label", name);
}

function showLine(row, content, texts) {
  showMoney(row, content, `${content.label}, ${texts.billion}`);
  row.isLocked = content.locked;
  for (const field of [row.slider, row.box]) field.toggleAttribute("disabled", content.locked);
  setText(row.lock, content.locked ? texts.locked : texts.lock);
  setAttribute(row.lock, "aria-pressed", content.locked);
  setAttribute(row.lock, "title", texts.lock_tip);
  const ends = ["floor", "cap"].filter((name) => content[name]).map((name) => `${texts[name].toLowerCase()} ${content[name]}`);
  setText(row.limits, ends.length ? `${texts.limits}: ${ends.join(", ")}` : texts.limits);
  for (const name of ["floor", "cap"]) {
    setText(row.ends[name].label, texts[name]);
    setValue(row.ends[name].field, content[name]);
  }
}
