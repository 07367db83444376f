// "Send to the leadership": variants that were tried are ticked, and leave as one document.

addPiece({
  name: "brief",
  place: "handing",
  build(box, ask) {
    const opened = node("details", "cs-brief", box);
    const title = node("summary", "", opened);
    const hint = node("p", "cs-quiet", opened);
    const first = node("p", "cs-quiet", opened);
    const list = node("ul", "cs-ticks", opened);
    const { label, select: goal } = choiceRow(opened, "brief-goal");
    const steps = node("div", "cs-steps", opened);
    const kinds = ["docx", "pdf"].map((kind) => [kind, button("cs-main", steps, () => send(kind))]);
    const ticked = new Set();
    let most = 0;
    let listed = "";

    function send(kind) {
      const keys = [...list.querySelectorAll("input:checked")].map((tick) => tick.value);
      ask("brief", { keys, kind, goal: goal.value });
    }

    function limit() {
      const ticks = [...list.querySelectorAll("input")];
      const chosen = ticks.filter((tick) => tick.checked).length;
      for (const tick of ticks) tick.disabled = !tick.checked && chosen >= most;
      for (const [, made] of kinds) made.disabled = !chosen;
    }

    function levers(content) {
      const { texts, brief, choosers } = content;
      most = brief.most;
      setText(title, texts.brief);
      setText(hint, texts.brief_hint);
      setText(label, texts.brief_goal);
      const { options, value } = choosers.reference;
      const found = options.find(([, key]) => key === value);
      setText(first, `A. ${found ? found[0] : ""}`);
      fillSelect(goal, brief.goals);
      if (!goal.dataset.set) goal.value = brief.goal;
      goal.dataset.set = "1";
      for (const [kind, made] of kinds) setText(made, texts[`brief_${kind}`]);
      limit();
    }

    function more({ tries }) {
      if (!tries) return;
      const offered = tries.filter((one) => !one.reference);
      const told = JSON.stringify(offered.map((one) => [one.key, one.name, one.fund]));
      if (told === listed) return; // pieces keep coming, and a box that is about to be ticked keeps the focus
      listed = told;
      const made = node("ul");
      made.append(...offered.map((one) => {
        const item = node("li");
        const named = node("label", "", item);
        const tick = node("input", "", named);
        tick.type = "checkbox";
        tick.value = one.key;
        tick.dataset.focus = one.key;
        tick.checked = ticked.has(one.key);
        tick.addEventListener("change", () => {
          if (tick.checked) ticked.add(one.key);
          else ticked.delete(one.key);
          limit();
        });
        node("span", "", named, ` ${one.name} \u00b7 ${one.fund}`);
        return item;
      }));
      replaceAround(list, made);
      limit();
    }
    return { levers, more };
  },
});
