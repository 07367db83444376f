"""The document for a decision: the question, the variants side by side, what it rests on, what would reverse it.

An office's own words (number, date, addressee, signature) stay open, as brackets; figures are those of the pages.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from markupsafe import Markup

from sim.analysis.answer import ScenarioAnswer, TargetChance, chance_in, data_end, range_of, sign_assumed
from sim.analysis.compare import Difference, difference
from sim.analysis.unknowns import Robustness, Uncertainty, Worth
from sim.domain import HEADLINE, INDICATOR, LINES, REAL, VND_PER_BILLION, Plan, Scenario
from sim.ensemble import Result
from sim.evidence import Judged
from sim.report import print as pr
from sim.report.pages.basis import used_distribution
from sim.report.pages.decision import lower
from sim.report.pages.ledger import afterwards, known_to
from sim.report.pages.turning import questions_first, turns_of
from sim.report.pages.unknowns import share_of_futures

#: What the variants are judged by, beside the target: one row each.
MEASURES = HEADLINE
#: So many variants fit beside each other on an upright page.
MOST_VARIANTS = 5
_DAY = "%d/%m/%Y"
#: Money of a line is told to a million đồng.
_MILLION = 10**6
#: What a province is, before its name, which keeps its capital letters inside a sentence.
_KINDS = ("Tỉnh ", "Thành phố ")
#: Deciding assumptions and switching values that are named, and questions that are asked.
_NAMED, _ASKED = 3, 2


@dataclass(frozen=True)
class Brief:
    """What a decision document tells.

    Attributes
    ----------
    result : every variant on common draws, the one compared with first
    answer : of the variant that is told of, beside the first
    goal : indicator the variants are put in order by
    wanted : the target every variant is asked about, and its chance in the first one; None where there is none
    unknown : the choice between the variants' plans in the first one's world; None where they are one plan
    fingerprints : {slug: hash} of the variants, as a record holds them
    judged : forecasts of this pack that have met their figures
    """

    result: Result
    answer: ScenarioAnswer
    goal: str
    wanted: TargetChance | None
    unknown: Uncertainty | None
    fingerprints: Mapping[str, str]
    judged: Sequence[Judged] = ()

    @property
    def variants(self) -> list[Scenario]:
        """In the order they were named."""
        return [run.scenario for run in self.result.runs]

    @property
    def worth(self) -> Worth | None:
        """How sure the choice is in the goal."""
        worths = self.unknown.worths if self.unknown else ()
        return next((one for one in worths if one.outcome.indicator == self.goal), None)

    @property
    def robustness(self) -> Robustness | None:
        """The plans across the shipped worlds, in the goal."""
        found = self.unknown.robustness if self.unknown else {}
        return next((one for outcome, one in found.items() if outcome.indicator == self.goal), None)


def brief_title(found: Brief, lang: str) -> str:
    """What the document is about, in one line."""
    year = found.result.province.planning_year
    return pr.Wording(lang).text("brief_title", year=year)


def brief(found: Brief, lang: str = "vi") -> Markup:
    """The whole document, from the letterhead to the place of the signature."""
    w = pr.Wording(lang)
    return pr.join(
        [
            _letterhead(w),
            pr.el("p", w.text("brief_kind"), cls="brief-kind"),
            pr.el("h1", w.text("brief_about", title=lower(brief_title(found, lang))), cls="brief-title plain"),
            pr.el("p", w.text("brief_to"), cls="brief-to"),
            *(
                pr.el("section", pr.el("h2", pr.plain(f"{at}. "), w.text(f"brief_{key}")), *parts, id=f"brief-{key}")
                for at, (key, parts) in enumerate(_sections(w, found), start=1)
            ),
            _small(w.html("brief_annex", names=_annex(w, found))),
            _signature(w),
        ]
    )


def _sections(w: pr.Wording, found: Brief) -> Iterator[tuple[str, list[Markup | None]]]:
    yield "question", [pr.el("p", _question(w, found))]
    yield "variants", [_money(w, found), _results(w, found), _small(_how_read(w, found))]
    yield "proposal", [pr.el("p", _proposal(w, found)), pr.el("p", w.text("brief_own_words")), _chart(w, found)]
    yield "basis", [pr.el("p", sentence) for sentence in _basis(w, found)]
    yield "reversal", list(_reversal(w, found))
    yield "measure", list(_measure(w, found))


def _small(text: object) -> Markup:
    return pr.el("p", text, cls="brief-small")


# -- What an office writes itself ------------------------------------------------------------------


def _letterhead(w: pr.Wording) -> Markup:
    """Office and number on the left, the state's name and its motto on the right, place and date below."""
    left = [
        pr.el("p", w.text("brief_above")),
        pr.el("p", pr.el("b", w.text("brief_office"))),
        pr.el("p", w.text("brief_number")),
    ]
    right = [pr.el("p", pr.el("b", w.text("brief_state"))), pr.el("p", pr.el("b", w.text("brief_motto")))]
    right.append(pr.el("p", pr.el("i", w.text("brief_date"))))
    cells = [pr.el("td", *left), pr.el("td", *right)]
    return pr.el("table", pr.el("tbody", pr.el("tr", *cells)), cls="brief-bare")


def _signature(w: pr.Wording) -> Markup:
    left = [pr.el("p", pr.el("b", pr.el("i", w.text("brief_receivers")))), pr.el("p", w.text("brief_receivers_list"))]
    right = [pr.el("p", pr.el("b", w.text("brief_post"))), pr.el("p", pr.NO_BREAK), pr.el("p", pr.NO_BREAK)]
    right.append(pr.el("p", w.text("brief_signed")))
    cells = [pr.el("td", *left), pr.el("td", *right)]
    return pr.el("table", pr.el("tbody", pr.el("tr", *cells)), cls="brief-bare brief-sign")


# -- The question and the variants -----------------------------------------------------------------


def _question(w: pr.Wording, found: Brief) -> Markup:
    """How much money, for which years, how many variants, on how many common draws."""
    first, province = found.variants[0], found.result.province
    year, last = province.planning_year, found.result.years[-1]
    funds = {one.plan.annual_budget(year) for one in found.variants}
    told = {"year": pr.year(year), "last": pr.year(last), "place": pr.plain(_place(w.label(province.label)))}
    count = pr.Figure.counted(found.variants)
    draws = pr.Figure.counted(found.result.draws)
    if len(funds) == 1:
        money = pr.Figure.planned(funds.pop()).with_unit(w.text("brief_billion"))
        return w.html("brief_question_same", fund=money, count=count, draws=draws, **told)
    ends = [pr.Figure.planned(vnd).with_unit(w.text("brief_billion")) for vnd in (min(funds), max(funds))]
    own = pr.Figure.planned(first.plan.annual_budget(year)).with_unit(w.text("brief_billion"))
    return w.html("brief_question_ways", low=ends[0], high=ends[1], own=own, count=count, draws=draws, **told)


def _place(name: str) -> str:
    """A province inside a sentence: ``tỉnh Lào Cai``, but ``Lào Cai province``."""
    return name[:1].lower() + name[1:] if name.startswith(_KINDS) else name


def letter(place: int) -> str:
    """What a variant is called in the text: A is what is compared with."""
    return ascii_uppercase[place]


def _heads(w: pr.Wording, found: Brief, first: object) -> list[pr.Column]:
    names = [
        pr.Column(pr.join([pr.el("b", f"{letter(place)}. "), pr.planned_words(w.label(one.label)).html(w)]))
        for place, one in enumerate(found.variants)
    ]
    return [pr.Column(first, numeric=False), *names]


def _money(w: pr.Wording, found: Brief) -> Markup:
    """Money by line in the planning year, its sum, and the sum of all years that are planned."""
    year, years = found.result.province.planning_year, found.result.province.open_years(found.result.years[-1])
    plans = [one.plan for one in found.variants]
    columns = [amounts_of(plan, year) for plan in plans]
    lines, whole = [w.term(f"line_{line}") for line in LINES], w.text("brief_sum_year", year=year)
    heads = [*lines, w.text("row_unallocated"), whole]
    rows: list[list[object]] = [[head, *row] for head, row in zip(heads, zip(*columns, strict=True), strict=True)]
    if not any(plan.unallocated(year) for plan in plans):
        del rows[len(LINES)]
    if len(years) > 1:
        sums = [_to_million(sum(plan.annual_budget(when) for when in years)) for plan in plans]
        span = w.between(str(years[0]), str(years[-1]))
        rows.append([pr.plain(w.text("brief_sum_years", years=span)), *sums])
    rows = [[pr.plain(row[0]), *row[1:]] for row in rows]
    head = w.text("brief_money", year=year)
    return pr.Table(_heads(w, found, pr.plain(head)), rows, cls="brief-table").html(w)


def amounts_of(plan: Plan, year: int) -> list[pr.Figure]:
    """Money of each line, what no line has, and the fund, to a million đồng at most and adding up."""
    money, fund = [plan.line_budget(line, year) for line in LINES], plan.annual_budget(year)
    if all(vnd % _MILLION == 0 for vnd in (*money, fund)):
        return [pr.Figure.planned(vnd) for vnd in (*money, fund - sum(money), fund)]
    *lines, rest, _ = (int(amount * VND_PER_BILLION) for amount in pr.money_together(money, fund))
    return [*(pr.Figure.planned(vnd, pr.MILLION_PLACE) for vnd in lines), pr.Figure.planned(rest), _to_million(fund)]


def _to_million(vnd: int) -> pr.Figure:
    """A sum of money, to a million đồng at most."""
    return pr.Figure.planned(vnd, None if vnd % _MILLION == 0 else pr.MILLION_PLACE)


def _results(w: pr.Wording, found: Brief) -> Markup:
    """Last year's figures: the first variant's levels, the others' differences from it; the chance of the target."""
    slugs, last = found.result.scenarios, found.result.years[-1]
    rows: list[list[object]] = []
    for name in MEASURES:
        basis = REAL if INDICATOR[name].money else ""
        unit = w.unit_with_basis(name, basis)
        label = w.term(f"card_{name}") if INDICATOR[name].count else f"{w.term(f'card_{name}')} ({unit})"
        level = pr.Figure.of_range(range_of(found.result, slugs[0], name, last, basis))
        changes = (pr.Figure.of_difference(_change(found, slug, name), name) for slug in slugs[1:])
        rows.append([pr.plain(label), level, *changes])
    if found.wanted:
        chances = [pr.Figure.of_target_chance(chance_in(found.result, slug, found.wanted.target)) for slug in slugs]
        rows.append([pr.plain(w.text("brief_chance", target=w.target(found.wanted.target))), *chances])
    if found.robustness:
        won = _worlds_won(found)
        firsts = [pr.Figure.computed(won[one.slug]) for one in found.variants]
        worlds = len(found.robustness.by_world)
        rows.append([pr.plain(w.text("brief_worlds", goal=_goal(w, found), worlds=worlds)), *firsts])
    head = pr.plain(w.text("brief_results", year=last))
    return pr.Table(_heads(w, found, head), rows, cls="brief-table").html(w)


def _worlds_won(found: Brief) -> dict[str, int]:
    """{plan: in how many worlds its mean is the best}; a shared first place counts for each."""
    assert found.robustness
    worlds = found.robustness.by_world.values()
    return {one.slug: sum(means[one.slug] == max(means.values()) for means in worlds) for one in found.variants}


def _change(found: Brief, slug: str, name: str) -> Difference:
    basis, last = REAL if INDICATOR[name].money else "", found.result.years[-1]
    return difference(found.result, found.result.scenarios[0], slug, name, year=last, price_basis=basis)


def _goal(w: pr.Wording, found: Brief) -> str:
    return lower(w.term(f"short_{found.goal}"))


def _how_read(w: pr.Wording, found: Brief) -> Markup:
    sentences = [w.html("brief_how_read", p80=pr.p80(w))]
    if any(one.world != found.variants[0].world for one in found.variants):
        named = (f"{letter(place)}: {w.mention(one.world.label)}" for place, one in enumerate(found.variants))
        sentences.append(w.html("brief_other_worlds", worlds=pr.plain("; ".join(named))))
    return pr.join(sentences, " ")


def _chart(w: pr.Wording, found: Brief) -> Markup:
    """Differences from the first variant in the goal, with their ranges, on one zero line."""
    rows = []
    for place, one in enumerate(found.variants[1:], start=1):
        change = _change(found, one.slug, found.goal)
        verdict = pr.Figure.of_difference(change, found.goal).text(w)
        rows.append(pr.RangeRow(f"{letter(place)}. {w.label(one.label)}", change.mean, change.p10, change.p90, verdict))
    basis = REAL if INDICATOR[found.goal].money else ""
    unit = w.unit_with_basis(found.goal, basis)
    message = w.html("brief_chart", goal=_goal(w, found), year=pr.year(found.result.years[-1]))
    about = w.html("brief_chart_about", unit=pr.plain(unit), p80=pr.p80(w))
    return pr.chart_figure(w, message, about, pr.range_chart(rows), prefix="brief", cls="sub plain")


# -- What follows ----------------------------------------------------------------------------------


def _named(found: Brief, slug: str) -> Markup:
    place = next(at for at, one in enumerate(found.variants) if one.slug == slug)
    return pr.el("b", letter(place))


def _proposal(w: pr.Wording, found: Brief) -> Markup:
    """The variant that comes first by the goal, how surely, and what it costs in the other measures."""
    slugs = found.result.scenarios
    changes = {slug: _change(found, slug, found.goal) for slug in slugs[1:]}
    sign, told = INDICATOR[found.goal].better, {"goal": _goal(w, found)}
    ahead = {slug: one for slug, one in changes.items() if pr.distinguishable(one) and one.mean * sign > 0}
    if not ahead:
        behind = all(pr.distinguishable(one) for one in changes.values())
        return w.html("brief_first_stays" if behind else "brief_first_unclear", **told)
    best = max(ahead, key=lambda slug: ahead[slug].mean * sign)
    gain = pr.Figure.of_difference(ahead[best], found.goal).with_unit()
    sentences = [w.html("brief_first", best=_named(found, best), gain=gain, span=gain.ends, **told)]
    worth = found.worth
    if worth and found.unknown and best == worth.best:
        sentences.append(w.html("brief_often", share=share_of_futures(found.unknown, worth.often)))
    sentences += _more_money(w, found, best)
    costs = []
    for name in MEASURES:
        change = _change(found, best, name)
        if name != found.goal and pr.distinguishable(change) and change.mean * INDICATOR[name].better < 0:
            figure = pr.Figure.of_difference(change, name).with_unit()
            costs.append(w.html("brief_cost", what=w.mention(w.term(f"card_{name}")), change=figure))
    sentences.append(w.html("brief_costs", costs=pr.join(costs, "; ")) if costs else w.html("brief_costs_none"))
    return pr.join(sentences, " ")


def _more_money(w: pr.Wording, found: Brief, best: str) -> Iterator[Markup]:
    """What the first variant spends more or less than the one compared with, over all years that are planned."""
    years = found.result.province.open_years(found.result.years[-1])
    spent = (found.result.run_of(slug).scenario.plan for slug in (best, found.result.scenarios[0]))
    more, base = (sum(plan.annual_budget(when) for when in years) for plan in spent)
    if more != base:
        money = pr.Figure.planned(abs(more - base)).with_unit(w.text("brief_billion"))
        span = pr.plain(w.between(str(years[0]), str(years[-1])))
        yield w.html("brief_more_money" if more > base else "brief_less_money", money=money, years=span)


def _basis(w: pr.Wording, found: Brief) -> Iterator[Markup]:
    """The grade, the assumptions that decide, whether the sign is assumed, the last figures, the last forecast."""
    answer = found.answer
    evidence = answer.difference_evidence
    yield w.html("brief_grade", grade=evidence.grade, meaning=w.term(f"grade_{evidence.grade}"))
    deciding = [one for one in evidence.drivers if one.share > 0][:_NAMED]
    if deciding:
        named = []
        for one in deciding:
            entry = answer.register[one.id]
            used = pr.spread(used_distribution(answer, entry), entry.unit)
            label = pr.named(w, entry, inside=True)
            named.append(w.html("brief_assumption", label=label, used=used, grade=entry.grade))
        yield w.html("brief_deciding", names=pr.join(named, "; "))
    if sign_assumed(answer.register, answer.scenario):
        yield w.html("brief_sign")
    yield pr.join([_last_figures(w, found), *_last_forecast(w, found)], " ")


def _last_figures(w: pr.Wording, found: Brief) -> Markup:
    return w.html("brief_data", date=pr.year(data_end(found.result.province).strftime(_DAY)))


def _last_forecast(w: pr.Wording, found: Brief) -> Iterator[Markup]:
    """How the newest forecast that met its figures did."""
    met = [one for one in found.judged if one.met]
    if met:
        newest = max(met, key=lambda one: one.published.data_month)
        lines = newest.lines or newest.behind_breaks
        inside, count = [one for one in lines if one.inside], pr.Figure.counted
        date = pr.year(known_to(newest.published))
        told = {"date": date, "inside": count(inside), "lines": count(lines), "p80": pr.p80(w)}
        yield w.html(f"brief_forecast{afterwards(newest)}", **told)


def _reversal(w: pr.Wording, found: Brief) -> Iterator[Markup]:
    """Values of single assumptions at which another variant comes first."""
    if not found.worth or not found.unknown:
        yield pr.el("p", w.html("brief_one_plan"))
        return
    best = _named(found, found.worth.best)
    turned = turns_of(w, found.unknown, found.worth)[:_NAMED]
    yield pr.el("p", w.html("brief_turns" if turned else "brief_turns_none", best=best, goal=_goal(w, found)))
    if turned:
        yield pr.listing(turned)


def _measure(w: pr.Wording, found: Brief) -> Iterator[Markup]:
    """What to ask before the money is spent."""
    if found.unknown and found.worth:
        yield from questions_first(w, found.unknown, [found.worth], _ASKED)
    else:
        entries = [found.answer.register[one.id] for one in found.answer.difference_evidence.drivers[:_NAMED]]
        yield pr.listing(pr.said(w.label(entry.question), entry) for entry in entries)


def _annex(w: pr.Wording, found: Brief) -> Markup:
    """The variants by letter, name and hash."""
    named = [pr.planned_words(w.label(one.label)).html(w) for one in found.variants]
    codes = [pr.el("code", found.fingerprints[one.slug]) for one in found.variants]
    parts = [f"{letter(place)}: {{}} ({{}})" for place in range(len(named))]
    return pr.join(map(Markup.format, map(Markup, parts), named, codes), "; ")
