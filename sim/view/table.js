// Money of every year and line: what is over is locked, the year that the levers set is marked, another is a click away.

function buildTable(parent, ask) {
  const box = node("div", "cs-table", parent);
  const title = node("h3", "", box);
  const frame = node("div", "cs-table-frame", box);
  const table = node("table", "", frame);
  const head = node("tr", "", node("thead", "", table));
  return { title, table, head, body: node("tbody", "", table), rows: [], ask };
}

function fillCells(row, texts, tag) {
  texts.forEach((text, place) => setText(row.children[place] || node(tag, "", row), text));
  while (row.children.length > texts.length) row.lastChild.remove();
}

function buildYear(parts) {
  const row = node("tr", "", parts.body);
  const made = { row, year: null, cells: [] };
  const head = node("th", "", row);
  head.scope = "row";
  made.pick = button("cs-year", head, () => parts.ask("year", made.year));
  made.over = node("span", "cs-year", head);
  return made;
}

function showTable(parts, content) {
  setText(parts.title, content.title);
  setAttribute(parts.table, "aria-label", content.title);
  fillCells(parts.head, content.heads, "th");
  for (const cell of parts.head.children) cell.scope = "col";
  parts.body.toggleAttribute("data-all", !content.rows.some((row) => row.kind === "open"));
  content.rows.forEach((wanted, place) => {
    const made = (parts.rows[place] ||= buildYear(parts));
    made.year = wanted.year;
    setAttribute(made.row, "data-kind", wanted.kind);
    setAttribute(made.row, "data-year", wanted.year);
    setAttribute(made.row, "title", wanted.note);
    const past = wanted.kind === "past";
    made.pick.toggleAttribute("hidden", past);
    made.over.toggleAttribute("hidden", !past);
    setText(made.pick, wanted.text);
    setAttribute(made.pick, "aria-label", wanted.note);
    setAttribute(made.pick, "aria-pressed", wanted.kind === "edited");
    setText(made.over, wanted.text);
    setAttribute(made.over, "aria-label", wanted.note);
    wanted.cells.forEach((text, cell) => setText((made.cells[cell] ||= node("td", "", made.row)), text));
    while (made.cells.length > wanted.cells.length) made.cells.pop().remove();
  });
  while (parts.rows.length > content.rows.length) parts.rows.pop().row.remove();
}
