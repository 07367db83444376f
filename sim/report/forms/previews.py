"""What was understood of a file that comes in, in plain sentences, before anything is written."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from sim import domain
from sim.analysis.answer import CameIn
from sim.inputs.figures import PxTable
from sim.inputs.pack import MERGER, Draft
from sim.inputs.text import exact_text
from sim.inputs.yaml import Catalogue, load_catalogue
from sim.report.pages import arrived_notes, arrived_sentences
from sim.report.print import EN_DASH, Wording, period_name, spoken


def scenario_preview(scenario: domain.Scenario, notes: Sequence[domain.Problem], lang: str) -> Iterator[str]:
    """Sentences about a scenario: its name, its world, and the money of every year."""
    words, w = load_catalogue(lang), Wording(lang)
    label = scenario.label[lang]
    yield words.text("exchange.preview_name", label=label, slug=scenario.slug, horizon=scenario.horizon)
    yield words.text("exchange.preview_world", world=scenario.world.label[lang])
    plan = scenario.plan

    def money(year: int) -> dict[str, str]:
        amounts = {line: plan.line_budget(line, year) for line in domain.LINES}
        amounts |= {"fund": plan.annual_budget(year), "left": plan.unallocated(year)}
        told = {name: exact_text(domain.billion_from_vnd(vnd), lang) for name, vnd in amounts.items()}
        lines = "; ".join(f"{words.text(f'terms.line_{line}')}: {told[line]}" for line in domain.LINES)
        return {"lines": lines, "fund": told["fund"], "left": told["left"]}

    for same, run in groupby(sorted(plan.fund), key=money):
        first, *more = run
        yield words.text("exchange.preview_money", year=f"{first}{EN_DASH}{more[-1]}" if more else str(first), **same)
    one = next(iter(plan.areas.values()), None)
    alike = all(plan.areas.get(line) == one for line in domain.LINES)
    for line in list(plan.areas)[: 1 if alike else None]:
        name = words.text("planner.area_every_line" if alike else f"terms.line_{line}")
        for year, shares in plan.areas[line].items():
            parts = {area: exact_text(share * domain.PERCENT, lang) for area, share in shares.items()}
            told = "; ".join(f"{area} {w.with_unit(part, '%')}" for area, part in parts.items())
            about = {"year": year, "line": name, "areas": told}
            yield words.text("exchange.preview_areas" if shares else "exchange.preview_even", **about)
    if plan.repeat_last:
        yield words.text("exchange.preview_repeat", year=max(plan.fund))
    yield from _notices(notes, words)


def figures_preview(draft: Draft, notes: Sequence[domain.Problem], lang: str, *, path: str) -> Iterator[str]:
    """Sentences about a table of figures: where every indicator would start, and what is left aside."""
    words = load_catalogue(lang)
    others = sorted({row.area_code for row in draft.figures} - {draft.asked.area})
    yield words.text("figures.read", path=path, count=len(draft.figures), areas=len(others) + 1)
    side = "boundary_from" if draft.asked.merged else "boundary_before"
    yield words.text("figures.vintage", boundary=words.text(f"figures.{side}", date=MERGER.strftime("%d/%m/%Y")))
    yield words.text("figures.base", year=draft.asked.base_year)
    for indicator, how in draft.base.items():
        name = words.text(f"terms.{indicator}")
        if "assumption" in how:
            grade = draft.grades[how["assumption"]]
            yield words.text("figures.base_assumed", name=name, id=how["assumption"], grade=grade)
        elif "missing" in how:
            yield words.text("figures.base_missing", name=name)
        else:
            row = draft.printed[indicator]
            value, unit = exact_text(row.value, lang), Wording(lang).unit(row.unit)
            yield words.text("figures.base_printed", name=name, value=value, unit=unit, line=row.line)
    for id, count in draft.peers.items():
        label = {**draft.assumptions, **draft.rates}[id]["label"]
        yield words.text("figures.peers_rest", name=label[lang], count=count)
    if others:
        yield words.text("figures.other_areas", areas=", ".join(others))
    if draft.unmapped:
        terms = [words.texts.get(f"terms.page_{term}", term) for term in draft.unmapped]
        yield words.text("figures.unmapped", terms="; ".join(terms))
    yield from _notices(notes, words)


def px_preview(table: PxTable, lang: str, *, path: str) -> Iterator[str]:
    """Sentences about a table of the statistics office: what it counts, of whom, and that it joins nothing."""
    words = load_catalogue(lang)
    areas = len({figure.area_code for figure in table.figures})
    yield words.text("figures.px_read", path=path, title=table.title)
    span = f"{table.years[0]}–{table.years[-1]}" if len(table.years) > 1 else str(table.years[0])
    yield words.text("figures.px_counts", count=len(table.figures), areas=areas, years=span, missing=table.missing)
    yield words.text("figures.px_concept")
    yield words.text(f"figures.px_side_{table.side}")
    if table.left_out:
        yield words.text("figures.px_left_out", names="; ".join(table.left_out))


def later_preview(
    province: domain.Province, rows: Sequence[domain.Observation], came: CameIn | None,
    notes: Sequence[domain.Problem], lang: str,
) -> Iterator[str]:  # fmt: skip
    """Sentences about figures of the current year: what came in, and what it makes of the plan in force."""
    words, w = load_catalogue(lang), Wording(lang)
    for row in rows:
        value = w.with_unit(exact_text(row.value, lang), w.unit(row.unit))
        yield words.text("figures.later_row", name=w.page_term(row.indicator), when=period_name(w, row), value=value)
    told = [*arrived_sentences(w, province, came), *arrived_notes(w, province, came)] if came else []
    yield from (spoken(sentence) for sentence in told)
    yield from _notices(notes, words)


def _notices(notes: Sequence[domain.Problem], words: Catalogue) -> Iterator[str]:
    """Notices, one a line."""
    for note in notes:
        yield f"  {words.describe(note)}"
