// Puts the page's own session together from what the page carries.

function openedOf(face) {
  const opened = { ...face, scenario: face.start };
  return { ...opened, known: { ...face.known, files: { plans: { ...face.plans, ...face.written }, worlds: face.worlds } } };
}

function speakerOf(opened) {
  const made = {};
  return (lang) => {
    if (!Object.prototype.hasOwnProperty.call(opened.words, lang)) throw new Refusal("unknown");
    const { texts, signs } = opened.words[lang];
    made[lang] ||= new Words(lang, texts, signs, opened.known);
    return made[lang];
  };
}

function openSession(face, engine, { storage = null, address = null, held = 0 } = {}) {
  const opened = openedOf(face);
  const keeper = address ? new Keeper(opened, storage, address) : null;
  return new Session({ opened, engine, speak: speakerOf(opened), lang: face.lang, keeper, held });
}
