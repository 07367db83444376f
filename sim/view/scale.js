// Axes of a chart: round steps, and numbers in the language's own way of writing them.

const TICKS = 4;
const AROUND = 0.04; // room around the values, of their span
const ROUND = [1, 2, 5, 10];

// An axis from a little below the lowest value to a little above the highest, and the round values on it.
function axisOf(lowest, highest, count = TICKS) {
  const span = highest > lowest ? highest - lowest : Math.abs(highest) || 1;
  const [low, high] = [lowest - AROUND * span, Math.max(highest, lowest + span) + AROUND * span];
  for (let wanted = count; ; wanted += 1) {
    const rough = span / wanted;
    const ten = 10 ** Math.floor(Math.log10(rough));
    const step = ten * ROUND.find((one) => one * ten >= rough * 0.999999);
    const ticks = [];
    for (let place = Math.ceil(low / step - 1e-9); place * step <= high + 1e-9 * step; place += 1) {
      ticks.push(Number((place * step).toPrecision(12)));
    }
    if (ticks.length >= Math.min(count - 1, TICKS - 1)) return { low, high, ticks, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
  }
}

// Years that have room beside each other, the last one always.
function yearTicks(first, last, room) {
  const every = Math.max(1, Math.ceil((last - first + 1) / Math.max(2, Math.floor(room))));
  const years = [];
  for (let year = last; year >= first; year -= every) years.unshift(year);
  return years;
}

function plainNumber(value, digits, lang) {
  const [whole, part] = Math.abs(value).toFixed(digits).split(".");
  const [thousands, decimal] = lang === "vi" ? [".", ","] : [",", "."];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, thousands);
  return (value < 0 ? "\u2212" : "") + grouped + (part ? decimal + part : "");
}

// Labels of one column, moved apart until none lies on another.
function apart(wanted, gap, low, high) {
  const order = wanted.map((at, place) => [at, place]).sort((one, other) => one[0] - other[0]);
  const found = order.map(([at]) => at);
  for (let place = 1; place < found.length; place += 1) found[place] = Math.max(found[place], found[place - 1] + gap);
  let over = found.length ? Math.max(0, found[found.length - 1] - high) : 0;
  for (let place = found.length - 1; place >= 0 && over > 0; place -= 1) {
    const most = place + 1 < found.length ? found[place + 1] - gap : high;
    over = found[place] - most;
    if (over > 0) found[place] = Math.max(low, most);
  }
  const back = [];
  order.forEach(([, place], rank) => { back[place] = found[rank]; });
  return back;
}
