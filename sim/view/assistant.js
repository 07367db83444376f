// The import assistant: an office's workbook, shown as it is understood; what is not sure is asked. All of it is text.

addPiece({
  name: "assist",
  place: "figures",
  build(box, ask) {
    const hint = node("p", "cs-quiet", box);
    const bringIn = async (file) => ask("assist_open", { file: file.name }, false, [await file.arrayBuffer()]);
    const upload = buildUpload(box, ".xlsx", bringIn);
    const levers = ({ assist }) => {
      setText(hint, assist.hint);
      setText(upload.text, assist.choose);
    };
    return { levers };
  },
});

addPiece({
  name: "assist",
  place: "over",
  build(box, ask) {
    const panel = node("section", "cs-assist", box);
    panel.hidden = true;
    const say = (value) => ask("assist_say", value);
    let seen = "";

    function status({ assist }) {
      const now = assist ? JSON.stringify(assist) : "";
      if (now === seen) return;
      const opening = !seen && now;
      seen = now;
      panel.hidden = !assist;
      const made = node("div");
      if (assist) fillAssistant(made, assist, say, ask);
      replaceAround(panel, made);
      if (opening) offerFocus(panel.querySelector("h3"));
    }
    return { status };
  },
});

function fillAssistant(panel, assist, say, ask) {
  const { texts } = assist;
  const head = node("h3", "", panel, `${texts.title}: ${assist.file}`);
  head.tabIndex = -1;
  const where = node("div", "cs-assist-where", panel);
  where.dataset.key = "where";
  fillAssistantChoices(where, assist, say);
  for (const sentence of assist.refused) node("p", "cs-problem", panel, sentence);
  for (const sentence of assist.problems || []) node("p", "cs-problem", panel, sentence);
  const questions = assist.questions || [];
  if (assist.kinds) {
    node("h4", "", panel, questions.length ? `${texts.asked} (${questions.length})` : texts.nothing_asked);
    for (const question of questions) fillQuestion(node("div", "cs-assist-ask", panel), question, assist, say);
  }
  for (const kind of assist.kinds || []) fillLabels(panel, kind, assist, say);
  fillTexts(panel, texts.sums, (assist.sums || []).map((sum) => [sum.text, sum.agrees ? "" : "cs-problem"]));
  fillTexts(panel, texts.left, (assist.left || []).map((text) => [text, ""]));
  fillTexts(panel, texts.first, (assist.first || []).map((text) => [text, ""]));
  const steps = node("div", "cs-steps", panel);
  const read = button("cs-main", steps, () => ask("assist_read"));
  setText(read, texts.read);
  read.disabled = !assist.settled;
  if (assist.unknown) setText(button("", steps, () => say({ leave_out: true })), texts.leave_rest);
  setText(button("", steps, () => ask("assist_close")), texts.close);
}

// Which sheet, and on which row its heading begins.
function fillAssistantChoices(box, assist, say) {
  const { texts } = assist;
  if (assist.sheets.length > 1) {
    const label = node("label", "", box, texts.sheet);
    const select = node("select", "", box);
    select.id = label.htmlFor = freshId("assist-sheet");
    select.dataset.focus = "sheet";
    fillSelect(select, [[texts.choose, ""], ...assist.sheets]);
    select.value = assist.sheet;
    select.addEventListener("change", () => say({ sheet: select.value }));
  }
  const label = node("label", "", box, texts.heading_row);
  const row = node("input", "", box);
  row.type = "text";
  row.inputMode = "numeric";
  row.id = label.htmlFor = freshId("assist-heading");
  row.dataset.focus = "heading";
  row.value = assist.heading;
  row.addEventListener("change", () => say({ heading: row.value }));
}

// A question with its answers; a label nobody knows may be any indicator, and any answer may be typed.
function fillQuestion(box, question, assist, say) {
  const { texts } = assist;
  box.dataset.key = question.name;
  const label = node("label", "", box, `${question.place}: ${question.text}`);
  const select = node("select", "", box);
  select.id = label.htmlFor = freshId("assist-ask");
  select.dataset.focus = `answer ${question.name}`;
  const given = question.options.map((option) => [option.text, option.answer]);
  const more = ["column", "row"].includes(question.key) ? assist.terms : [];
  fillSelect(select, [[texts.choose, ""], ...given, ...more]);
  select.addEventListener("change", () => { if (select.value) say({ name: question.name, answer: select.value }); });
  const other = node("input", "", box);
  other.type = "text";
  other.placeholder = texts.other;
  other.dataset.focus = `other ${question.name}`;
  setAttribute(other, "aria-label", `${texts.other}: ${question.text}`);
  other.addEventListener("change", () => { if (other.value) say({ name: question.name, answer: other.value }); });
}

// What every label stands for and why; each can be said to be something else.
function fillLabels(panel, kind, assist, say) {
  const { texts } = assist;
  const opened = node("details", "", panel);
  opened.open = kind.lines.length < 13;
  node("summary", "", opened, `${kind.title} (${kind.lines.length})`);
  const frame = node("div", "cs-table-frame", opened);
  const table = node("table", "", frame);
  const heads = node("tr", "", node("thead", "", table));
  for (const key of ["label", "means", "because", "change"]) {
    const head = node("th", "", heads, texts[key]);
    head.scope = "col";
  }
  const body = node("tbody", "", table);
  for (const line of kind.lines) {
    const row = node("tr", "", body);
    node("td", "", row, line.name ? `${line.place} \u201c${line.name}\u201d` : line.place);
    node("td", "", row, line.meaning);
    node("td", "cs-quiet", row, line.reason);
    const cell = node("td", "", row);
    if (!line.answer) continue;
    const select = node("select", "", cell);
    setAttribute(select, "aria-label", `${texts.change}: ${line.name}`);
    select.dataset.focus = `change ${line.place} ${line.name}`;
    fillSelect(select, [[texts.keep_as_is, ""], ...line.options.map((one) => [one.text, one.answer]), ...assist.terms]);
    select.addEventListener("change", () => {
      if (select.value) say({ name: line.answer, answer: select.value, again: true });
    });
  }
}

function fillTexts(panel, title, lines) {
  if (!lines.length) return;
  node("h4", "", panel, title);
  const list = node("ul", "", panel);
  for (const [text, name] of lines) node("li", name, list, text);
}
