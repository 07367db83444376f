"""What is shown before a file is imported, and scores of the ledger, as lines of text."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from sim.domain import LINES, Problem, Scenario, billion_from_vnd
from sim.evidence import SCORED, Published, Scored
from sim.inputs.pack import MERGER, Draft
from sim.inputs.text import exact_text
from sim.inputs.yaml import Catalogue, load_catalogue
from sim.report.forms.terminal import Parts, titled
from sim.report.print import EN_DASH, Figure, Wording, last_place

# -- What was understood of a file that comes in, in plain sentences, before anything is written ---

def scenario_preview(scenario: Scenario, notes: Sequence[Problem], lang: str) -> Iterator[str]:
    """Sentences about a scenario: its name, its world, and the money of every year."""
    words = load_catalogue(lang)
    label = scenario.label[lang]
    yield words.text("exchange.preview_name", label=label, slug=scenario.slug, horizon=scenario.horizon)
    yield words.text("exchange.preview_world", world=scenario.world.label[lang])
    plan = scenario.plan

    def money(year: int) -> dict[str, str]:
        amounts = {line: plan.line_budget(line, year) for line in LINES}
        amounts |= {"fund": plan.annual_budget(year), "left": plan.unallocated(year)}
        told = {name: exact_text(billion_from_vnd(vnd), lang) for name, vnd in amounts.items()}
        lines = "; ".join(f"{words.text(f'terms.line_{line}')}: {told[line]}" for line in LINES)
        return {"lines": lines, "fund": told["fund"], "left": told["left"]}

    for same, run in groupby(sorted(plan.fund), key=money):
        first, *more = run
        yield words.text("exchange.preview_money", year=f"{first}{EN_DASH}{more[-1]}" if more else str(first), **same)
    if plan.repeat_last:
        yield words.text("exchange.preview_repeat", year=max(plan.fund))
    yield from _notices(notes, words)


def figures_preview(draft: Draft, notes: Sequence[Problem], lang: str, *, path: str) -> Iterator[str]:
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
    if others:
        yield words.text("figures.other_areas", areas=", ".join(others))
    if draft.unmapped:
        terms = [words.texts.get(f"terms.page_{term}", term) for term in draft.unmapped]
        yield words.text("figures.unmapped", terms="; ".join(terms))
    yield from _notices(notes, words)


def _notices(notes: Sequence[Problem], words: Catalogue) -> Iterator[str]:
    """Notices, one a line."""
    for note in notes:
        yield f"  {words.describe(note)}"


# -- Scores of a published forecast as a table for the terminal ------------------------------------

def scores(w: Wording, published: Published, scored: Sequence[Scored]) -> Parts:
    """One forecast's scores, and what could not be scored with the reason."""
    rows: list[tuple[object, ...]] = []
    for one in (one for one in scored if one.outcome == SCORED):
        assert one.quantiles is not None
        low, median, high = (_level(one.quantiles[share]) for share in (0.1, 0.5, 0.9))
        rows.append((
            f"{w.term(one.indicator)}, {one.observation.year} {one.observation.period}",
            w.exact(one.value),
            f"{median.text(w)} ({w.between(low.text(w), high.text(w))})",
            _level(one.error, signed=True),
            w.text("ledger_yes" if one.inside else "ledger_no"),
            _level(one.score),
            *(w.text("nothing") if skill is None else _level(skill) for skill in (one.no_change, one.last_growth)),
            _level(one.policy, signed=True) if one.policy is not None else w.text("missing"),
            _level(one.one_off, signed=True),
            _level(one.underlying, signed=True),
        ))  # fmt: skip
    heads = "figure value forecast error inside score no_change growth policy one_off underlying".split()
    title = w.text("ledger_title", scenario=w.label(published.label), vintage=published.vintage)
    yield titled(title, [w.text(f"ledger_{head}") for head in heads], rows)
    for one in scored:
        figure = one.observation
        where = f"{figure.indicator} {figure.year} {figure.period}"
        if one.outcome != SCORED:
            yield w.text("ledger_not_scored", figure=where, reason=w.text(f"ledger_{one.outcome}"))
        elif one.law_break:
            yield w.text("ledger_law_break", figure=where)
    yield w.text("ledger_note")


def _level(value: float, *, signed: bool = False) -> Figure:
    return Figure.computed(value, last_place(value, 0.0), signed=signed)
