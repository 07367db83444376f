// Vietnamese from before Unicode, recognised by its syllables. Twin of `sim.inputs.text.legacy`.

const OLD_WORD = /[A-Za-z\u0080-\uffff]*[\u0080-\u00ff\u0152-\u0178\u0192\u02c6\u02dc][A-Za-z\u0080-\uffff]*/gu;
const PHRASE = /[A-Za-z0-9\u0080-\uffff]+(?: +[A-Za-z0-9\u0080-\uffff]+)*/gu;
const BETWEEN = /[\u00a0\u2000-\u206f]/;
const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g;
const ASCII = /^[\x00-\x7f]*$/;
const SYLLABLE = new RegExp(
  "^(?:ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnprstvx])?" +
  "(?:iêu|yêu|oai|oao|oay|oeo|uây|uêu|uôi|uya|uyu|ươi|ươu|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|oi|ôi|ơi|ua|ui|uơ|ưa|ưi|ưu" +
  "|uyê[nt]|(?:iê|oă|uâ|uô|ươ|yê|[ăâ])(?:ng|[cmnpt])" +
  "|(?:oa|oe|oo|[aeoôuư])(?:ng|[cmnpt])?|(?:uê|uy|[êiơy])[mnpt]?|(?:oa|uê|uy|[aêiy])(?:nh|ch))$",
);
// Letters from the most to the least used; before stops the voice rises or falls short.
const BY_USE = "đáàưốảôêệóạếớộăãịơợấìầủậểềỉứặíổâựòừởữọỗỏồùằờụỷéúửẫýũỹõắẩẽỳĩèẻẵẹẳễỡỵ";
const STOPS = /(?:c|ch|p|t)$/;
const SHORT = "\u0301\u0323";
// Units, and one letter with a raised sign, that would be syllables.
const NO_WORD = /^(?:µm|N·m|[A-Za-z][ª°²³¹º±])$/;

const OLD_TCVN3 = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§";
const NEW_TCVN3 = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ";
const TCVN3 = new Map([...OLD_TCVN3].map((old, at) => [old, NEW_TCVN3[at]]));
const NEW_VISCII = "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ" +
  "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ";
// What cp1252 shows for the bytes that ISO 8859-1 leaves to control characters.
const SHOWN_BYTES = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";
const capitalized = (word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();
const VNI = vniLetters();
const VNI_LETTER = new RegExp([...VNI.keys()].sort((one, other) => other.length - one.length).join("|"), "g");

// Letters with the mark behind them; longer ones come first.
function vniLetters() {
  const tones = { ø: "\u0300", ù: "\u0301", õ: "\u0303", û: "\u0309", ï: "\u0323" };
  const hats = { â: "", à: "\u0300", á: "\u0301", ã: "\u0303", å: "\u0309", ä: "\u0323" };
  const bows = { ê: "", è: "\u0300", é: "\u0301", ü: "\u0303", ú: "\u0309", ë: "\u0323" };
  const lower = new Map();
  const put = (letters, marks, hat) => {
    for (const letter of letters) for (const [mark, tone] of Object.entries(marks)) lower.set(letter + mark, letter + hat + tone);
  };
  put("aeouy", tones, "");
  put("aeo", hats, "\u0302");
  put("a", bows, "\u0306");
  for (const [letter, horned] of [["ô", "ơ"], ["ö", "ư"]]) {
    for (const [mark, tone] of Object.entries(tones)) lower.set(letter + mark, horned + tone);
    lower.set(letter, horned);
  }
  for (const [old, now] of Object.entries({ æ: "ỉ", ó: "ĩ", ò: "ị", î: "ỵ", ñ: "đ" })) lower.set(old, now);
  const found = new Map([...lower].map(([old, now]) => [old, now.normalize("NFC")]));
  for (const [old, now] of [...found]) found.set(old.toUpperCase(), now.toUpperCase());
  for (const old of lower.keys()) if (old.length > 1) found.set(capitalized(old), found.get(old).toUpperCase());
  return found;
}

// Capitals with a tone are small letters set in a font of capitals: what stands around them tells.
function fromTcvn3(text) {
  return text.replace(/[A-Za-z\u0080-\uffff]+/gu, (word) => {
    const now = [...word].map((sign) => TCVN3.get(sign) || sign).join("");
    const plain = [...word].filter((sign) => ASCII.test(sign)).join("");
    return /^[A-Z]+$/.test(plain) && (plain.length > 1 || word.length === 1) ? now.toUpperCase() : now;
  });
}

function fromVni(text) { return text.replace(VNI_LETTER, (letter) => VNI.get(letter)); }

// The byte a sign stands for where bytes were read one by one.
function byteShown(sign) { return SHOWN_BYTES.includes(sign) ? 0x80 + SHOWN_BYTES.indexOf(sign) : sign.codePointAt(0); }

// A dash or a blank that does not break is rather one of today than a capital.
function fromViscii(text) {
  return [...text].map((sign) => (BETWEEN.test(sign) ? sign : NEW_VISCII[byteShown(sign) - 0x80] || sign)).join("");
}

// UTF-8 whose bytes were read one by one; the second byte of à is a no-break blank, often turned into a blank.
function fromLatin1(text) {
  const byteOf = (sign) => byteShown(sign) & 0xff;
  const signs = new RegExp(`[\u0080-\u00ff${SHOWN_BYTES}]+`, "g");
  return text.replace(/Ã (?=[ a-z]|$)|Ã(?= |$)/g, "Ã\u00a0").replace(signs, (found) => {
    try {
      return decodeURIComponent([...found].map((sign) => `%${byteOf(sign).toString(16)}`).join(""));
    } catch {
      return found;
    }
  });
}

const OLD_ENCODINGS = { TCVN3: fromTcvn3, VNI: fromVni, "UTF-8": fromLatin1, VISCII: fromViscii };
// What of a word each of them knows: any other sign speaks against it.
const KNOWN_SIGNS = {
  TCVN3: new RegExp(`^[A-Za-z${OLD_TCVN3}]+$`),
  VNI: new RegExp(`^(?:[A-Za-z]|${VNI_LETTER.source})+$`),
  VISCII: new RegExp(`^[A-Za-z\u0080-\u00ff${SHOWN_BYTES}]+$`),
};

// Whether a word is spelt as a Vietnamese syllable: at most one tone, capitals first or throughout.
function isSyllable(word, alone = false) {
  if (![word.toLowerCase(), word.toUpperCase(), capitalized(word)].includes(word) || (alone && word.length < 2)) return false;
  const spelt = word.toLowerCase().replaceAll("ð", "đ").normalize("NFD");
  const tones = spelt.match(TONES) || [];
  const letters = spelt.replace(TONES, "").normalize("NFC");
  if (tones.length > 1 || (tones.length && STOPS.test(letters) && !SHORT.includes(tones[0]))) return false;
  return SYLLABLE.test(letters);
}

// The encodings in which a word that is no syllable as it stands is one.
function encodingsOf(word) {
  const parts = word.split(BETWEEN).filter((part) => !ASCII.test(part));
  if (NO_WORD.test(word) || parts.every((part) => isSyllable(part)) || !/[\x00-\x7f]/.test(word)) return [];
  return Object.keys(OLD_ENCODINGS).filter((name) => {
    const meant = OLD_ENCODINGS[name](word).trim();
    return meant !== word && !ASCII.test(meant) && isSyllable(meant);
  });
}

// How many words an encoding makes syllables of, and how common their letters are.
function fitOf(encoding, words) {
  const known = KNOWN_SIGNS[encoding];
  const read = words.filter((word) => !known || known.test(word)).map(OLD_ENCODINGS[encoding]).filter((word) => isSyllable(word.trim()));
  const rank = (word) => [...word.toLowerCase()].reduce((sum, letter) => sum + BY_USE.indexOf(letter) + 1, 0);
  return [read.length, -read.reduce((sum, word) => sum + rank(word), 0)];
}

// Where a word was torn apart by the blank that stands for the second byte of à.
function brokenWords(text) {
  return [...text.matchAll(/([A-Za-z]*)Ã[ \u00a0]([a-z]{1,3})(?![A-Za-z\u0080-\uffff])/gu)]
    .filter((found) => !isSyllable(found[2], true) && isSyllable(`${found[1]}à${found[2]}`))
    .map((found) => found.index);
}

// The first words of a text that stand in an old encoding, or null.
function legacyIn(said) {
  if (ASCII.test(said)) return null;
  const text = said.normalize("NFC");
  const found = new Map();
  const put = (name, start) => found.set(name, [...(found.get(name) || []), start]);
  for (const word of text.matchAll(OLD_WORD)) for (const name of encodingsOf(word[0])) put(name, word.index);
  for (const start of brokenWords(text)) put("UTF-8", start);
  if (!found.size) return null;
  const words = [...text.matchAll(OLD_WORD)].map(([word]) => word);
  const fits = [...found].map(([name, starts]) => ({ name, starts, fit: fitOf(name, words) }));
  const better = ({ fit: one }, { fit: other }) => one[0] > other[0] || (one[0] === other[0] && one[1] > other[1]);
  const { name: encoding, starts } = fits.reduce((best, one) => (better(one, best) ? one : best));
  const start = Math.min(...starts);
  const [value] = [...text.matchAll(PHRASE)].find((one) => one.index <= start && start < one.index + one[0].length);
  return { value, encoding, meant: OLD_ENCODINGS[encoding](value) };
}
