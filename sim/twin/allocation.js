// One year's fund over the lines while it is moved: whole đồng, locks, floors, caps, a remainder. Twin of
// sim/domain/allocation.py and the sharing out of sim/domain/areas.py. Whole đồng are numbers below 2^53.

const LINES = ["establishment", "capacity", "market", "survey"];
const REMAINDER = "unallocated";
const sum = (values) => values.reduce((total, value) => total + value, 0);
const byLine = (make) => Object.fromEntries(LINES.map((line) => [line, make(line)]));

// Whole đồng in proportion to whole weights [[name, BigInt]], adding up; ties go in the order of the weights.
function shareOut(total, weights) {
  const whole = weights.reduce((added, [, weight]) => added + weight, 0n);
  const money = BigInt(total);
  const parts = weights.map(([name, weight]) => [name, (money * weight) / whole, (money * weight) % whole]);
  const left = Number(money - parts.reduce((added, [, part]) => added + part, 0n));
  const order = parts.map((_, at) => at).sort((one, other) => {
    const [, , ours] = parts[one];
    const [, , theirs] = parts[other];
    return ours > theirs ? -1 : ours < theirs ? 1 : 0;
  });
  const more = new Set(order.slice(0, left));
  return Object.fromEntries(parts.map(([name, part], at) => [name, Number(part) + (more.has(at) ? 1 : 0)]));
}

// In proportion to weights {name: VND}, each part within its bounds {name: [least, most or null]}.
function shareWithin(total, weights, bounds) {
  const fixed = {};
  for (;;) {
    const free = Object.entries(weights).filter(([name]) => !(name in fixed));
    const rest = total - sum(Object.values(fixed));
    const some = free.some(([, weight]) => weight > 0);
    const parts = some ? shareOut(rest, free.map(([name, weight]) => [name, BigInt(weight)])) : Object.fromEntries(free.map(([name]) => [name, 0]));
    const short = Object.keys(parts).filter((name) => parts[name] < bounds[name][0]);
    const over = Object.keys(parts).filter((name) => bounds[name][1] !== null && parts[name] > bounds[name][1]);
    if (!short.length && !over.length) return { ...fixed, ...parts };
    const lacking = sum(short.map((name) => bounds[name][0] - parts[name]));
    const spare = sum(over.map((name) => parts[name] - bounds[name][1]));
    const [held, end] = lacking >= spare ? [short, 0] : [over, 1];
    for (const name of held) fixed[name] = bounds[name][end];
  }
}

const NO_LIMITS = { locked: [], floors: {}, caps: {} };

class Allocation {
  constructor(fund, lines, limits = NO_LIMITS, proportions = {}) {
    Object.assign(this, { fund, lines, limits });
    this.proportions = byLine((line) => lines[line] || proportions[line] || 0);
  }

  but({ fund = this.fund, lines = this.lines, limits = this.limits }) {
    return new Allocation(fund, lines, limits, this.proportions);
  }

  isLocked(line) { return this.limits.locked.includes(line); }

  get unallocated() { return this.fund - sum(Object.values(this.lines)); }

  get least() { return sum(LINES.map((line) => this.leastOf(line))); }

  share(line) { return this.fund ? this.lines[line] / this.fund : 0; }

  // A line that is outside its limits already stays where it is or comes nearer.
  bounds(line) {
    const money = this.lines[line];
    if (this.isLocked(line)) return [money, money];
    const cap = this.limits.caps[line];
    return [Math.min(this.limits.floors[line] || 0, money), cap === undefined ? null : Math.max(cap, money)];
  }

  leastOf(line) { return this.bounds(line)[0]; }

  boundsOf(lines) { return Object.fromEntries(lines.map((line) => [line, this.bounds(line)])); }

  floor(line) { return Math.min(this.limits.floors[line] || 0, this.lines[line]); }

  ceiling(line) {
    const left = this.fund - sum(LINES.filter((other) => other !== line).map((other) => this.leastOf(other)));
    const cap = this.isLocked(line) ? null : this.bounds(line)[1];
    return cap === null ? left : Math.min(left, cap);
  }

  lock(locked) { return this.but({ limits: { ...this.limits, locked } }); }

  // Another floor and cap of one line [VND, null for none]; null where the fund can give it no such money.
  limit(line, floor, cap) {
    const stated = (part, money) => {
      const found = { ...part };
      delete found[line];
      return money === null ? found : { ...found, [line]: money };
    };
    const floors = stated(this.limits.floors, floor);
    const caps = stated(this.limits.caps, cap);
    const found = this.but({ limits: { ...this.limits, floors, caps } });
    if (this.isLocked(line)) return found;
    const others = stated(caps, null);
    const free = found.but({ limits: { ...found.limits, floors: { ...floors, [line]: 0 }, caps: others } });
    const low = floor || 0;
    const high = cap === null ? free.ceiling(line) : cap;
    if (low > high || low > free.ceiling(line)) return null;
    return free.move(line, Math.min(Math.max(this.lines[line], low), high)).but({ limits: found.limits });
  }

  // One line set to an amount within its floor and ceiling; the other unlocked lines make room in proportion.
  move(line, asked) {
    const money = Math.min(Math.max(asked, this.floor(line)), this.ceiling(line));
    const others = LINES.filter((other) => other !== line && !this.isLocked(other));
    const held = sum(LINES.filter((other) => other !== line && this.isLocked(other)).map((other) => this.lines[other]));
    const free = this.fund - held - money;
    const lines = { ...this.lines, [line]: money };
    if (others.length) {
      const least = sum(others.map((other) => this.leastOf(other)));
      const wanted = Math.max(free - this.unallocated, least);
      Object.assign(lines, shareWithin(Math.min(wanted, free), this.weights(others), this.boundsOf(others)));
    }
    return this.but({ lines });
  }

  resize(asked) {
    const fund = Math.max(asked, this.least);
    const unlocked = LINES.filter((line) => !this.isLocked(line));
    const kept = (of) => Object.fromEntries(unlocked.map((line) => [line, of[line]]));
    let weights = { ...kept(this.lines), [REMAINDER]: this.unallocated };
    if (!Object.values(weights).some(Boolean)) weights = kept(this.proportions);
    const held = sum(LINES.filter((line) => this.isLocked(line)).map((line) => this.lines[line]));
    const parts = shareWithin(fund - held, weights, { ...this.boundsOf(unlocked), [REMAINDER]: [0, null] });
    return this.but({ fund, lines: { ...this.lines, ...Object.fromEntries(unlocked.map((line) => [line, parts[line] || 0])) } });
  }

  spread() {
    const unlocked = LINES.filter((line) => !this.isLocked(line));
    let weights = this.weights(unlocked);
    if (!Object.values(weights).some(Boolean)) weights = Object.fromEntries(unlocked.map((line) => [line, 1]));
    const held = sum(LINES.filter((line) => this.isLocked(line)).map((line) => this.lines[line]));
    return this.but({ lines: { ...this.lines, ...shareWithin(this.fund - held, weights, this.boundsOf(unlocked)) } });
  }

  weights(lines) {
    const of = lines.some((line) => this.lines[line]) ? this.lines : this.proportions;
    return Object.fromEntries(lines.map((line) => [line, of[line]]));
  }
}
