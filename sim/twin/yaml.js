// A scenario as YAML, byte for byte as sim/inputs/yaml/writer.py writes it, so that its hash is the same.

const QUOTED = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\u0085": "\\N", "\u2028": "\\L", "\u2029": "\\P", "\ufeff": "\\uFEFF" };

function quoted(text) {
  const inner = [...text].map((sign) => {
    if (QUOTED[sign]) return QUOTED[sign];
    const code = sign.codePointAt(0);
    return code < 32 || code === 127 ? `\\x${code.toString(16).toUpperCase().padStart(2, "0")}` : sign;
  });
  return `"${inner.join("")}"`;
}

const amountText = (vnd) => shortest(scaled(vnd, -9));
const plainNumber = (number) => shortest(decimal(number));

function oneLine(series, write) {
  return `{${Object.entries(series).map(([year, value]) => `${year}: ${write(value)}`).join(", ")}}`;
}

function labelLines(name, texts, indent) {
  return [`${indent}${name}:`, ...Object.entries(texts).map(([lang, text]) => `${indent}  ${lang}: ${quoted(text)}`)];
}

function areaLines(areas) {
  const stated = LINES.filter((line) => areas[line]);
  const first = areas[stated[0]];
  const alike = LINES.every((line) => areas[line] && same(areas[line], first));
  const shown = alike ? [["all", first]] : stated.map((line) => [line, areas[line]]);
  const lines = ["  areas:", "    shares:"];
  for (const [line, years] of shown) {
    const codes = [...new Set(Object.values(years).flatMap((shares) => Object.keys(shares)))].sort();
    lines.push(codes.length ? `      ${line}:` : `      ${line}: {}`);
    for (const code of codes) {
      const row = Object.fromEntries(Object.entries(years).map(([year, shares]) => [year, shares[code] || "0"]));
      lines.push(`        ${keyText(code)}: ${oneLine(row, plainNumber)}`);
    }
  }
  return lines;
}

const keyText = (key) => (/^[A-Za-z_][\w-]*$/.test(key) ? key : quoted(key));

function planLines(plan) {
  return [
    "plan:",
    `  slug: ${quoted(plan.slug)}`,
    ...labelLines("label", plan.label, "  "),
    `  price_basis: ${quoted(plan.price_basis)}`,
    `  fund: ${oneLine(plan.fund, amountText)}`,
    "  lines:",
    ...LINES.map((line) => `    ${line}: ${oneLine(plan.lines[line], amountText)}`),
    `  repeat_last: ${plan.repeat_last}`,
    ...(Object.keys(plan.areas).length ? areaLines(plan.areas) : []),
  ];
}

function worldLines(world) {
  const overrides = Object.entries(world.overrides);
  const told = Object.values(world.description || {}).some(Boolean);
  return [
    "world:",
    `  slug: ${quoted(world.slug)}`,
    ...labelLines("label", world.label, "  "),
    ...(told ? labelLines("description", world.description, "  ") : []),
    overrides.length ? "  overrides:" : "  overrides: {}",
    ...overrides.flatMap(([key, one]) => [`    ${key}:`, ...overrideLines(one)]),
  ];
}

function overrideLines(one) {
  const fixed = one.p10 === one.p50 && one.p50 === one.p90;
  const names = fixed ? [["value", one.p50]] : ["p10", "p50", "p90"].map((name) => [name, one[name]]);
  return [...names.map(([name, value]) => `      ${name}: ${plainNumber(value)}`), ...labelLines("reason", one.reason, "      ")];
}

function targetLines(target) {
  const band = target.high === null || isAtMost(target) ? [] : [`  high: ${plainNumber(target.high)}`];
  const named = Object.values(target.label).some(Boolean) ? labelLines("label", target.label, "  ") : [];
  return [
    `- indicator: ${quoted(target.indicator)}`,
    `  year: ${target.year}`,
    `  level: ${plainNumber(levelOf(target))}`,
    ...band,
    ...named,
  ];
}

// `known`: plans and worlds of the data root by slug; the scenario's own is named where it is one of these.
function scenarioText(scenario, known) {
  const { plan, world, targets } = scenario;
  const named = (one, others) => others[one.slug] && same(one, others[one.slug]);
  const lines = [
    `slug: ${quoted(scenario.slug)}`,
    ...labelLines("label", scenario.label, ""),
    ...(named(plan, known.plans) ? [`plan: ${quoted(plan.slug)}`] : planLines(plan)),
    ...(named(world, known.worlds) ? [`world: ${quoted(world.slug)}`] : worldLines(world)),
    `horizon: ${scenario.horizon}`,
    ...(targets.length ? ["targets:", ...targets.flatMap(targetLines)] : []),
  ];
  return `${lines.join("\n")}\n`;
}
