// What was tried: one card each, with its split as a bar. Names are texts, whatever was typed. A card stays as long as its
// try does and only what changed is written anew, so that nobody is interrupted while typing in it.

function buildStrip(parent, ask) {
  const title = node("h3", "", parent);
  const hint = node("p", "cs-quiet", parent);
  const list = node("ul", "cs-tries", parent);
  const cards = new Map();
  const isTyped = ({ card }) => isText(document.activeElement) && card.contains(document.activeElement);

  return function show(tries, texts) {
    parent.hidden = !tries.length;
    setText(title, texts.tries);
    setText(hint, texts.tries_hint);
    const wanted = new Set(tries.map((one) => one.key));
    for (const [key, made] of cards) {
      if (wanted.has(key) || isTyped(made)) continue;
      made.card.remove();
      cards.delete(key);
    }
    tries.forEach((one, place) => {
      if (!cards.has(one.key)) cards.set(one.key, buildTry(one.key, ask));
      const { card, tell } = cards.get(one.key);
      tell(one, texts);
      if (list.children[place] !== card) list.insertBefore(card, list.children[place] || null);
    });
  };
}

function buildTry(key, ask) {
  const card = node("li", "cs-try");
  card.dataset.try = key;
  const head = node("div", "cs-try-head", card);
  const name = node("b", "", head);
  const badge = node("span", "cs-badge", head);
  const about = node("span", "cs-quiet", card);
  const bar = node("div", "cs-split", card);
  bar.setAttribute("role", "img");
  const chance = node("span", "cs-try-chance", card);
  const gain = node("span", "cs-try-gain", card);
  const say = trySays(card, key, ask);
  const row = node("div", "cs-steps", card);
  const buttons = Object.fromEntries(["open", "reference"].map((wish) => [wish, button("", row, () => ask(wish, key))]));

  function tell(one, texts) {
    card.classList.toggle("cs-current", one.current);
    card.classList.toggle("cs-named", one.named);
    setText(name, one.name);
    setText(badge, one.reference ? texts.is_reference : one.current ? texts.is_current : "");
    badge.hidden = !badge.textContent;
    setText(about, `${one.fund} · ${one.world}`);
    showSplit(bar, one);
    setText(chance, one.chance);
    chance.hidden = !one.chance;
    setText(gain, one.gain);
    say(one, texts);
    for (const [wish, text, off] of [["open", texts.open_try, one.current], ["reference", texts.compare_try, one.reference]]) {
      setText(buttons[wish], text);
      buttons[wish].disabled = off;
      setAttribute(buttons[wish], "aria-label", `${text}: ${one.name}`);
    }
  }
  return { card, tell };
}

function showSplit(bar, one) {
  setAttribute(bar, "aria-label", one.split.map(([name, , text]) => `${name}: ${text}`).join("; "));
  one.split.forEach(([name, money, text], place) => {
    const piece = bar.children[place] || node("span", `cs-piece${place}`, bar);
    piece.style.flexGrow = money;
    setAttribute(piece, "title", `${name}: ${text}`);
  });
  const rest = bar.children[one.split.length] || node("span", "cs-rest", bar);
  rest.style.flexGrow = one.left; // what is unallocated keeps its place, unfilled
}
