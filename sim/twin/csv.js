// Money and figures as one table: dot decimals, every digit; no words that a spreadsheet would take for a formula.

const CSV_COLUMNS = ["what", "year", "unit", "price_basis", "mean", "p10", "p25", "p75", "p90", "reference_mean", "reference_p10", "reference_p90"];

function csvCell(value) {
  if (value === null || value === undefined) return "";
  const text = String(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

// The plan's money by line and year, then the four figures and the reference's, to the horizon.
function figuresText(scenario, answer, words) {
  const rows = [CSV_COLUMNS];
  const years = within(Math.min(...yearsOf(scenario.plan.fund)), scenario.horizon);
  const unit = words.unit("billion VND/yr");
  for (const line of LINES) {
    for (const year of years) rows.push([words.term(`line_${line}`), year, unit, scenario.plan.price_basis, shortest(scaled(lineOf(scenario.plan, line, year), -9))]);
  }
  for (const { fan, ghost } of answer.panels) {
    fan.ranges.forEach((ours, at) => {
      const theirs = ghost.ranges[at];
      const mine = [ours.mean, ours.p10, ours.p25, ours.p75, ours.p90];
      rows.push([words.term(fan.indicator), ours.year, words.unitOf(fan.indicator), ours.price_basis, ...mine, theirs.mean, theirs.p10, theirs.p90]);
    });
  }
  return `\ufeff${rows.map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;
}
