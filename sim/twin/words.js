// Sentences of the label files: placeholders, **emphasis**, escaping; and numbers in the way of a language.

const MINUS = "\u2212";
const EN_DASH = "\u2013";
const NO_BREAK = "\u00a0";
const JOINER = "\u2060";
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", '"': "&#34;" };
const HELD = /\{(\w+)\}/g;
const PERCENT = 100;

class Markup {
  constructor(html) { this.html = html; }

  toString() { return this.html; }
}

const markup = (html) => new Markup(html);

// Text that markup can hold; what is markup already stays.
function escaped(part) {
  return part instanceof Markup ? part.html : String(part).replace(/[&<>'"]/g, (sign) => ESCAPES[sign]);
}

// One element; attributes that are null or false are left out, children that are null too.
function el(tag, attributes, ...children) {
  const written = Object.entries(attributes || {})
    .filter(([, value]) => value !== null && value !== false && value !== undefined)
    .map(([name, value]) => (value === true ? ` ${name}` : ` ${name}="${escaped(value)}"`));
  const start = `<${tag}${written.join("")}>`;
  if (tag === "br") return markup(start);
  return markup(`${start}${joined(children).html}</${tag}>`);
}

function joined(parts, between = "") {
  return markup(parts.filter((part) => part !== null && part !== undefined).map(escaped).join(escaped(between)));
}

const listing = (items) => el("ul", {}, ...items.map((item) => el("li", {}, item)));
const foldedUp = (summary, ...children) => el("details", {}, el("summary", {}, summary), ...children);
const plainly = (text) => el("span", { class: "plain" }, text);

// Text without its tags, in one line: what a plain sentence takes of markup.
function stripped(part) {
  const text = part.html.replace(/<[^>]*>/g, "");
  return text.replace(/&(amp|lt|gt|#39|#34);/g, (sign) => Object.keys(ESCAPES).find((key) => ESCAPES[key] === sign))
    .split(/\s+/).filter(Boolean).join(" ");
}

class Words {
  // texts: {dotted key: template}; signs: {group, decimal}; known: indicators and settings both languages share
  constructor(lang, texts, signs, known) {
    Object.assign(this, { lang, texts, signs, known });
  }

  template(key) {
    if (!Object.prototype.hasOwnProperty.call(this.texts, key)) throw new Error(`no text ${key}`);
    return this.texts[key];
  }

  filled(key, params = {}) {
    return this.template(key).replace(HELD, (_, name) => this.plain(params[name]));
  }

  plain(value) {
    if (value === undefined) throw new Error("a text lacks a value");
    if (value === null) return "";
    if (value instanceof Markup) return stripped(value);
    if (typeof value === "object" && value.text) return value.text(this);
    return typeof value === "number" && !Number.isInteger(value) ? this.exact(value) : String(value);
  }

  say(key, params) { return this.filled(`planner.${key}`, params); }

  text(key, params) { return this.filled(`report.${key}`, params).replaceAll("**", ""); }

  term(key) { return this.template(`terms.${key}`); }

  sentence(key, params = {}) {
    const shape = escaped(this.template(key)).replace(/\*\*(.+?)\*\*/g, "<b>$1</b>");
    return markup(shape.replace(HELD, (_, name) => {
      if (params[name] === undefined) throw new Error(`${key} lacks ${name}`);
      return escaped(this.marked(params[name]));
    }));
  }

  rich(key, params) { return this.sentence(`planner.${key}`, params); }

  html(key, params) { return this.sentence(`report.${key}`, params); }

  marked(value) {
    return value !== null && typeof value === "object" && value.inPage ? value.inPage(this) : value;
  }

  label(texts) {
    if (typeof texts === "string") return texts;
    const text = texts[this.lang] || texts.vi || this.text("missing");
    return text.includes("%") ? text.replace(/(?<=\d)[ \u00a0]%/g, this.text("percent", { value: "" })) : text;
  }

  // A label inside a sentence: lower case first, unless it begins with an abbreviation.
  mention(texts) {
    const label = this.label(texts);
    const second = label.slice(1, 2);
    const small = second !== second.toUpperCase() && second === second.toLowerCase();
    return small || /^\s/.test(second) ? label.slice(0, 1).toLowerCase() + label.slice(1) : label;
  }

  unit(unit) {
    const name = this.known.unitKeys[unit];
    return (name && this.texts[`terms.${name}`]) || unit;
  }

  unitOf(indicator) { return this.unit(this.known.indicators[indicator].unit); }

  basis(basis) { return basis ? this.term(basis === "real_2023" ? "basis_real" : "basis_nominal") : ""; }

  // One sentence: code, place, value, reason, what is allowed. Twin of `Catalogue.describe`.
  problem({ key, place, value, allowed = null, indicator, unit, ...numbers }) {
    const told = (one) => (typeof one === "number" ? this.exact(one) : one);
    const params = { indicator: indicator ? this.mention(this.term(indicator)) : "", unit: this.unit(unit), value: told(value) };
    for (const [name, number] of Object.entries(numbers)) params[name] = told(number);
    const parts = [`${this.filled("errors.part_value", { value: told(value) })}: ${this.filled(`errors.${key}`, params).trim()}`];
    if (allowed) parts.push(this.filled("errors.part_allowed", { allowed: Array.isArray(allowed) ? allowed.map(told).join(" … ") : allowed }));
    return [this.known.codes[key], this.say(`target_${place}`), parts.join("; ")].filter(Boolean).join(": ");
  }

  target(target) {
    if (Object.values(target.label).some(Boolean)) return this.label(target.label);
    const told = { name: this.term(target.indicator), year: target.year, unit: this.unitOf(target.indicator) };
    const level = this.exact(levelOf(target));
    if (target.high === null || isAtMost(target)) {
      return this.text(isAtMost(target) ? "target_at_most" : "target_at_least", { level, ...told });
    }
    return this.text("target_between", { span: this.between(level, this.exact(target.high)), ...told });
  }

  between(low, high) {
    if (low === high) return low;
    if (/^\d/.test(low) && /^\d/.test(high)) return `${low}${EN_DASH}${high}`;
    return this.text("from_to", { low, high });
  }

  grouped(number, decimals) {
    const [whole, part = ""] = spelled(number).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, this.signs.group);
    return decimals ? `${grouped}${this.signs.decimal}${part.padEnd(decimals, "0").slice(0, decimals)}` : grouped;
  }

  number(value, place = 0, signed = false) {
    if (place === null) return this.exact(value);
    const number = rounded(value, place);
    const text = this.grouped({ ...number, digits: sizeOf(number.digits) }, Math.max(0, -place));
    return number.digits < 0n ? MINUS + text : signed && number.digits > 0n ? `+${text}` : text;
  }

  exact(value) {
    const number = decimal(value);
    const part = shortest(number).split(".")[1] || "";
    const text = this.grouped({ ...number, digits: sizeOf(number.digits) }, part.length);
    return number.digits < 0n ? MINUS + text : text;
  }

  money(vnd) { return this.exact(scaled(vnd, -9)); }

  withUnit(number, unit) {
    if (unit.startsWith("%")) return this.text("percent", { value: number }) + unit.slice(1).replaceAll(" ", NO_BREAK);
    return number + NO_BREAK + unit.replaceAll(" ", NO_BREAK);
  }

  percent(value, place = 0, signed = false) {
    if (value > 0 && !signed && isZero(rounded(value, place))) {
      return this.text("chance_rare", { bound: this.percent(asDouble({ digits: 1n, place }), place) });
    }
    return this.text("percent", { value: this.number(value, place, signed) });
  }

  // Shares of one whole as whole percent that add up to theirs; what is there is never nothing.
  shares(values) {
    const parts = values.map((value) => PERCENT * value);
    const whole = PERCENT * values.reduce((sum, value) => sum + value, 0);
    return roundedTogether(parts, whole, 0).map((shown, at) => {
      const least = isZero(shown) ? (values[at] ? Number.MIN_VALUE : 0) : asDouble(shown);
      return this.percent(least);
    });
  }
}

// Targets: a level that has to be reached, or, where less is better, not exceeded; of one's own where no page printed it.
const isOwn = (target) => !target.source_id;
const isAtMost = (target) => isOwn(target) && target.low === null;
const levelOf = (target) => (isAtMost(target) && target.high !== null ? target.high : target.low);
