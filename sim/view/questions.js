// The questions of every meeting: one line cut or doubled, a start half a year later, less money paid out.

addPiece({
  name: "asked",
  place: "asked",
  build(box, ask) {
    const opened = node("details", "cs-asked", box);
    const title = node("summary", "", opened);
    const { label, select: line } = choiceRow(opened, "asked-line");
    const spread = node("label", "cs-over", opened);
    const ticked = node("input", "", spread);
    ticked.type = "checkbox";
    const said = node("span", "", spread);
    const steps = node("div", "cs-steps", opened);
    const wishes = { cut: () => [line.value, ticked.checked], double: () => line.value, delay: () => null, disburse: () => null };
    const buttons = {};
    for (const [name, value] of Object.entries(wishes)) buttons[name] = button("", steps, () => ask(name, value()));
    for (const [name, made] of Object.entries(buttons)) made.dataset.asked = name;
    const hint = node("p", "cs-quiet", opened);

    function levers({ asked }) {
      setText(title, asked.title);
      setText(label, asked.line);
      fillSelect(line, asked.lines);
      setText(said, asked.spread);
      for (const [name, made] of Object.entries(buttons)) setText(made, asked[name]);
      setText(hint, asked.hint);
    }
    return { levers };
  },
});
