// Targets of one's own: a list, each to be edited or removed, and a form for one more.

function buildTargets(parts, box, ask) {
  const made = { box, list: null, rows: "", fields: {} };
  parts.texts.targets_title = node("h3", "", box);
  parts.texts.targets_hint = node("p", "cs-quiet", box);
  made.list = node("ul", "cs-targets", box);
  const form = node("form", "cs-target", box);
  for (const name of ["indicator", "year", "level", "high", "name"]) {
    const row = node("div", "cs-choice", form);
    const label = node("label", "", row);
    const field = node(name === "indicator" || name === "year" ? "select" : "input", "", row);
    if (field.tagName === "INPUT") field.type = "text";
    if (name === "level" || name === "high") field.inputMode = "decimal";
    if (name === "name") field.maxLength = 400;
    field.id = label.htmlFor = freshId(`target-${name}`);
    field.dataset.target = name;
    parts.texts[`target_${name}`] = label;
    made.fields[name] = field;
  }
  parts.texts.target_add = node("button", "cs-main", form);
  parts.texts.target_add.type = "submit";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = (name) => made.fields[name].value;
    ask("target", { indicator: value("indicator"), year: Number(value("year")), level: value("level"), high: value("high"), name: value("name") });
  });
  return made;
}

function showTargets(made, content, texts, ask) {
  fillSelect(made.fields.indicator, content.measures);
  fillSelect(made.fields.year, content.years.map((year) => [String(year), year]));
  const rows = JSON.stringify([content.list, texts.target_edit, texts.target_remove]);
  if (made.rows === rows) return;
  made.rows = rows;
  made.list.replaceChildren(...content.list.map((one) => {
    const item = node("li");
    node("span", "", item, one.text);
    const edit = button("", item, () => {
      for (const name of ["indicator", "year", "level", "high", "name"]) made.fields[name].value = String(one[name]);
      made.fields.level.focus();
    });
    const remove = button("", item, () => ask("target_remove", [one.indicator, one.year]));
    for (const [control, text] of [[edit, texts.target_edit], [remove, texts.target_remove]]) {
      control.textContent = text;
      control.setAttribute("aria-label", `${text}: ${one.text}`);
    }
    return item;
  }));
}

function fillSelect(select, options) {
  const wanted = JSON.stringify(options);
  if (select.dataset.options === wanted) return;
  const { value } = select;
  select.dataset.options = wanted;
  select.replaceChildren(...options.map(([text, key]) => {
    const option = node("option", "", null, text);
    option.value = String(key);
    return option;
  }));
  if (options.some(([, key]) => String(key) === value)) select.value = value;
}
