// A better split for a goal of one's choice; several goals have a weight each.

addPiece({
  name: "suggest",
  place: "split",
  build(box, ask) {
    const { label, select: goal } = choiceRow(box, "suggest-goal");
    goal.dataset.suggest = "goal";
    const weights = node("div", "cs-weights", box);
    const fields = {};
    const act = button("cs-wide", box, () => {
      const typed = Object.entries(fields).map(([id, field]) => [id, field.value]);
      ask("suggest", { goal: goal.value, weights: Object.fromEntries(typed) });
    });
    act.dataset.suggest = "ask";
    let several = "";
    const fold = () => { weights.hidden = goal.value !== several; };
    goal.addEventListener("change", fold);

    function weight(id) {
      const one = node("div", "cs-choice", weights);
      const name = node("label", "", one);
      const field = node("input", "cs-box-money", one);
      field.type = "text";
      field.inputMode = "decimal";
      field.value = "1";
      field.id = name.htmlFor = freshId("suggest-weight");
      fields[id] = field;
      return name;
    }
    const names = {};

    function levers({ suggest, texts }) {
      setText(label, suggest.title);
      setText(act, texts.suggest);
      fillSelect(goal, suggest.goals);
      several = suggest.several;
      for (const one of suggest.weights) setText((names[one.id] ||= weight(one.id)), one.label);
      fold();
    }
    return { levers };
  },
});
