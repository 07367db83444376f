// What was tried: one card each, with its split as a bar. Names are texts, whatever was typed.

function showStrip(parent, tries, texts, ask) {
  parent.hidden = !tries.length;
  const title = node("h3", "", null, texts.tries);
  const hint = node("p", "cs-quiet", null, texts.tries_hint);
  const cards = node("ul", "cs-tries");
  for (const one of tries) cards.appendChild(tryCard(one, texts, ask));
  const focus = parent.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  parent.replaceChildren(title, hint, cards);
  if (focus) [...parent.querySelectorAll("[data-focus]")].find((found) => found.dataset.focus === focus)?.focus();
}

function tryCard(one, texts, ask) {
  const card = node("li", "cs-try");
  card.dataset.try = one.key;
  card.classList.toggle("cs-current", one.current);
  card.classList.toggle("cs-named", one.named);
  const head = node("div", "cs-try-head", card);
  node("b", "", head, one.name);
  const badge = one.reference ? texts.is_reference : one.current ? texts.is_current : "";
  if (badge) node("span", "cs-badge", head, badge);
  node("span", "cs-quiet", card, `${one.fund} · ${one.world}`);
  const bar = node("div", "cs-split", card);
  bar.setAttribute("role", "img");
  bar.setAttribute("aria-label", one.split.map(([name, , text]) => `${name}: ${text}`).join("; "));
  one.split.forEach(([name, money, text], place) => {
    const piece = node("span", `cs-piece${place}`, bar);
    piece.style.flexGrow = money;
    piece.title = `${name}: ${text}`;
  });
  node("span", "cs-rest", bar).style.flexGrow = one.left; // what is unallocated keeps its place, unfilled
  if (one.chance) node("span", "cs-try-chance", card, one.chance);
  node("span", "cs-try-gain", card, one.gain);
  trySays(card, one, texts, ask);
  const row = node("div", "cs-steps", card);
  for (const [wish, text, off] of [["open", texts.open_try, one.current], ["reference", texts.compare_try, one.reference]]) {
    const made = button("", row, () => ask(wish, one.key));
    made.textContent = text;
    made.disabled = off;
    made.dataset.focus = `${wish}-${one.key}`;
    made.setAttribute("aria-label", `${text}: ${one.name}`);
  }
  return card;
}
