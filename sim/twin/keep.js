// What stays: the try that is shown in the address, so that a colleague opens the same; tries and their names in the
// browser. Both say which version of this page wrote them, and what cannot be read is left aside.

const KEPT_AS = "coopsim-planner-file";
const KEPT_VERSION = 1;
const MOST_TRIES = 60;

// Text as a fragment of an address can hold it, and back.
function toAddress(text) {
  const bytes = new TextEncoder().encode(text);
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function fromAddress(text) {
  refuseUnless(/^[\w-]+$/.test(text) && text.length <= MOST_OUTSIDE);
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
}

class Keeper {
  // storage: of the browser, or null where it keeps nothing; address: {read(), write(fragment)}
  constructor(opened, storage, address) { Object.assign(this, { opened, storage, address, written: "" }); }

  get name() { return `${KEPT_AS}:${this.opened.province.slug}`; }

  keep(session) {
    const { state, words, prices } = session;
    const reference = this.plainReference(session);
    const shown = { scenario: writeScenario(state.scenario, this.opened), edited: state.edited, year: state.year, reference };
    const told = `${KEPT_VERSION}.${toAddress(JSON.stringify({ province: this.opened.province.slug, ...shown, prices, lang: words.lang }))}`;
    if (this.address.read() || stateText(state) !== stateText(session.start)) {
      this.written = told.length <= MOST_OUTSIDE ? told : ""; // an older try must not stand for this one
      this.address.write(this.written);
    }
    const tries = session.desk.tries.list.map((one) => this.plainTry(one));
    const others = this.stored().filter((one) => !tries.some((mine) => same(mine.plan, one.plan) && same(mine.world, one.world)));
    this.store({ version: KEPT_VERSION, tries: [...others, ...tries].slice(-MOST_TRIES), last: session.desk.tries.last, shown });
  }

  plainTry({ number, name, plan, world, ...more }) {
    return { ...more, number, name, plan, world: writeWorld(world, this.opened) };
  }

  // A plan by its slug; a try whole, as its number means another one elsewhere.
  plainReference({ state, desk }) {
    const one = desk.tries.get(state.reference.key);
    return one ? { name: one.name, plan: one.plan, world: writeWorld(one.world, this.opened) } : state.reference.key;
  }

  referenceKey(told, session) {
    if (!isRecord(told)) return Object.prototype.hasOwnProperty.call(session.desk.plans, told) ? told : "";
    const [plan, world] = [readPlan(told.plan, this.opened), readWorld(told.world, this.opened)];
    const { tries } = session.desk;
    const name = isText(told.name) ? cleanText(told.name) : "";
    return (tries.find(plan, world) || tries.add(plan, world, { name })).key;
  }

  store(data) {
    try {
      if (this.storage) this.storage.setItem(this.name, JSON.stringify(data));
    } catch { /* a browser that keeps nothing, or no more */ }
  }

  load() {
    try {
      const data = JSON.parse(this.storage.getItem(this.name));
      return isRecord(data) && data.version === KEPT_VERSION ? data : {};
    } catch { return {}; }
  }

  stored() { return Array.isArray(this.load().tries) ? this.load().tries.filter(isRecord) : []; }

  // Tries that were kept, then what the address shows, else what was shown last.
  bringBack(session) {
    const { tries } = session.desk;
    for (const one of this.stored().slice(-MOST_TRIES)) {
      try {
        refuseUnless(Number.isSafeInteger(one.number) && one.number > 0 && one.number < 1e6 && isText(one.name));
        const plain = { plan: readPlan(one.plan, this.opened), world: readWorld(one.world, this.opened) };
        const number = tries.get(`try-${one.number}`) ? tries.last + 1 : one.number;
        tries.list.push({ ...plain, number, key: `try-${number}`, name: cleanText(one.name), note: isText(one.note, this.opened.known.settings.text_characters) ? cleanText(one.note) : "" });
        tries.last = Math.max(tries.last, number);
      } catch { /* not readable any more */ }
    }
    const told = this.told();
    if (told) this.show(session, told);
  }

  // What the address says, or null where it says nothing that can be read.
  told() {
    const [version, text = ""] = this.address.read().split(".");
    if (!text) return this.load().shown || null;
    try {
      refuseUnless(Number(version) === KEPT_VERSION);
      const told = fromAddress(text);
      refuseUnless(isRecord(told) && told.province === this.opened.province.slug);
      return told;
    } catch { return null; }
  }

  show(session, told) {
    try {
      const scenario = readScenario(told.scenario, this.opened);
      let state = session.state.withScenario(scenario).but({ edited: told.edited === true });
      for (const [name, read] of [["reference", () => this.referenceKey(told.reference, session)], ["year", () => told.year]]) {
        try {
          const value = read();
          if (value) state = session.desk.changed(state, name, value);
        } catch { /* what cannot be read: the plan opened with stays the reference */ }
      }
      session.state = state;
      if (PRICE_BASES.includes(told.prices)) session.prices = told.prices;
      if (Object.prototype.hasOwnProperty.call(this.opened.words, told.lang)) session.desk.words = session.words = session.speak(told.lang);
    } catch { /* what cannot be read is left aside */ }
  }
}
