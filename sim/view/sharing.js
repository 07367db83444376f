// Files in and out: scenarios to take away and bring back, and a province's own figures.

const FIGURE_FIELDS = ["pack", "name", "area", "base_year"];

function buildSharing(parts, box, ask) {
  parts.texts.share_title = node("h3", "", box);
  const row = node("div", "cs-steps", box);
  for (const kind of ["excel", "yaml", "csv"]) parts.buttons[`export_${kind}`] = button("", row, () => ask("export", kind));
  const bringIn = async (file) => ask("import_scenario", { file: file.name }, false, [await file.arrayBuffer()]);
  const upload = buildUpload(box, ".xlsx,.yaml,.yml", bringIn);
  parts.texts.import_scenario = upload.text;
  parts.bringIn = upload.label;
  parts.figures = node("details", "cs-figures", box);
  buildFigures(parts, parts.figures, ask);
  parts.fileNotice = node("p", "cs-problem", box);
  parts.fileNotice.setAttribute("role", "alert");
}

// The table is sent when it is chosen; a sheet chosen afterwards sends the same table again. One that waits because its
// sources changed is sent once those were chosen again or taken away.
function buildFigures(parts, box, ask) {
  parts.texts.import_figures = node("summary", "", box);
  const form = node("div", "cs-form", box);
  const fields = {};
  for (const name of FIGURE_FIELDS) {
    parts.texts[`figures_${name}`] = node("label", "", form);
    fields[name] = node("input", "", form);
    fields[name].type = "text";
    fields[name].id = parts.texts[`figures_${name}`].htmlFor = freshId(name);
  }
  const sources = parts.sources = buildSources(parts, form);
  let table = null;
  let waiting = null;
  const send = async (sheet) => {
    waiting = null;
    const typedIn = Object.fromEntries(FIGURE_FIELDS.map((name) => [name, fields[name].value]));
    const cited = await sources.read();
    if (sources.changed) {
      waiting = sheet;
      setText(parts.fileNotice, sources.texts.figures_sources_refused);
      return;
    }
    const buffers = [table.bytes, ...(cited ? [cited] : [])];
    ask("import_figures", { ...typedIn, file: table.name, sheet, sources: cited ? sources.file.name : "" }, false, buffers);
  };
  const bringIn = async (file) => {
    table = { name: file.name, bytes: await file.arrayBuffer() };
    parts.sheets.select.value = ""; // of the table before: a sheet that stayed chosen could not be chosen again
    await send("");
  };
  sources.settled = () => { if (waiting !== null) send(waiting); };
  parts.texts.figures_file = buildUpload(box, ".xlsx,.csv", bringIn).text;
  parts.sheets = buildSheets(parts, box, send);
}

// Where the figures were printed: a second file, put beside the table when that is sent.
function buildSources(parts, form) {
  parts.texts.figures_sources = node("span", "", form);
  const row = node("div", "cs-cited", form);
  const made = { file: null, changed: false, texts: {} };
  const put = (file, changed = false) => {
    Object.assign(made, { file, changed });
    made.show(made.texts);
    if (!changed) made.settled();
  };
  const upload = buildUpload(row, ".csv", (file) => put(file));
  const remove = button("cs-remove", row, () => { put(null); upload.field.focus(); });
  remove.textContent = "×";
  made.show = (texts) => {
    made.texts = texts;
    const name = made.file ? made.file.name : texts.figures_sources_file;
    setText(upload.text, made.changed ? `${name}: ${texts.figures_sources_changed}` : name);
    upload.field.setAttribute("aria-label", `${texts.figures_sources}: ${upload.text.textContent}`);
    remove.hidden = !made.file;
    remove.setAttribute("aria-label", texts.figures_sources_remove);
    remove.title = texts.figures_sources_remove;
  };
  // Browsers refuse to read a file that was saved again since it was chosen: it has to be chosen anew.
  made.read = async () => {
    try {
      return made.file && await made.file.arrayBuffer();
    } catch {
      put(made.file, true); // still named, so that it can be told which, and taken away
      return null;
    }
  };
  return made;
}

// Only there while a workbook with several sheets waits for the one to read.
function buildSheets(parts, box, send) {
  const row = node("div", "cs-form", box);
  const label = parts.texts.figures_sheet = node("label", "", row);
  const select = node("select", "", row);
  select.id = label.htmlFor = freshId("sheet");
  select.addEventListener("change", () => { if (select.value) send(select.value); });
  row.hidden = true;
  return { row, select };
}

function showSheets({ row, select }, names, texts) {
  const options = JSON.stringify(names);
  if (select.dataset.options !== options) {
    select.dataset.options = options;
    const first = node("option", "", null, texts.figures_sheet_choose);
    first.value = "";
    select.replaceChildren(first, ...names.map((name) => {
      const option = node("option", "", null, name);
      option.value = name;
      return option;
    }));
    row.hidden = !names.length;
    if (names.length) offerFocus(select);
  }
  if (select.options.length) setText(select.options[0], texts.figures_sheet_choose);
}

function buildUpload(parent, types, take) {
  const label = node("label", "cs-file", parent);
  const text = node("span", "", label);
  const field = node("input", "", label);
  field.type = "file";
  field.accept = types;
  field.addEventListener("change", () => {
    const file = field.files[0];
    field.focus({ preventScroll: true }); // whoever chooses a file is no longer typing
    field.value = "";
    if (file) take(file);
  });
  return { label, text, field };
}
