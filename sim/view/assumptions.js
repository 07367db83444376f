// Assumptions as sliders; below each, what must be true of it for the plan to win.

addPiece({
  name: "assumptions",
  place: "assumptions",
  build(box, ask) {
    const opened = node("details", "cs-assumptions", box);
    const title = node("summary", "", opened);
    const hint = node("p", "cs-quiet", opened);
    const list = node("div", "cs-lines", opened);
    const { label, select: more } = choiceRow(opened, "assume-more");
    more.addEventListener("change", () => { if (more.value) ask("assume_more", more.value); });
    const made = {};
    let thresholds = {};

    function slider(id) {
      const one = node("div", "cs-row", list);
      one.dataset.assumption = id;
      const name = node("label", "cs-label", one);
      const value = node("span", "cs-note", one);
      const field = node("input", "", one);
      field.type = "range";
      field.step = 1;
      field.id = name.htmlFor = freshId("assume");
      field.addEventListener("input", () => ask("assume", [id, Number(field.value)], true));
      field.addEventListener("change", () => ask("settled"));
      field.addEventListener("keydown", (event) => stepByKey(field, event));
      const free = button("", one, () => ask("assume_free", id));
      return { one, name, value, field, free, note: node("p", "cs-quiet", one), wins: node("p", "cs-wins", one) };
    }

    function show(told, texts) {
      const parts = (made[told.id] ||= slider(told.id));
      setText(parts.name, told.label);
      setAttribute(parts.name, "title", told.tip);
      setText(parts.value, told.text);
      setAttribute(parts.field, "min", told.low);
      setAttribute(parts.field, "max", told.high);
      setSlider(parts.field, told.value);
      setAttribute(parts.field, "aria-valuetext", told.text);
      setText(parts.note, told.note);
      setText(parts.free, texts.assume_free);
      parts.free.hidden = !told.own;
      parts.one.toggleAttribute("data-own", told.own);
      setText(parts.wins, thresholds[told.id] || "");
    }

    function levers({ assumptions, texts }) {
      setText(title, texts.assume_title);
      setText(hint, texts.assume_hint);
      setText(label, texts.assume_more);
      const shown = assumptions.rows.map((told) => told.id);
      for (const [id, parts] of Object.entries(made)) {
        if (shown.includes(id)) continue;
        parts.one.remove();
        delete made[id];
      }
      for (const told of assumptions.rows) show(told, texts);
      fillSelect(more, assumptions.choices);
      more.value = "";
    }

    function wins(content) {
      if (!content.thresholds) return;
      thresholds = content.thresholds;
      for (const [id, parts] of Object.entries(made)) setText(parts.wins, thresholds[id] || "");
    }
    return { levers, more: wins };
  },
});
