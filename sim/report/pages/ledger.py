"""What forecasts frozen earlier said, and what came: figure by figure, overall, and where the errors come from."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from markupsafe import Markup

from sim.domain import MONTHS_PER_YEAR, PERCENT, Province
from sim.evidence import SCORED, Judged, Published, Scored, Skill, skill
from sim.inputs.figures import last_month
from sim.report import print as pr

#: Series a planner asks about first.
_FIRST = ("htx_founded", "htx_registered", "htx_active")
#: Fewer lines are read sooner in their table than in a chart.
_ENOUGH_LINES = 3
#: Figures of fewer years than these prove little.
_ENOUGH_YEARS = 3
_DAY = "%d/%m/%Y"
#: Units that a name tells already.
_COUNTED = ("count", "persons")
_COMMAND = "coopsim ledger add"
_TENTH, _HUNDREDTH = -1, -2


def ledger(judged: Sequence[Judged], province: Province, lang: str = "vi") -> Markup:
    """Every kept forecast of a province against the figures that came in after it, the newest first.

    Parameters
    ----------
    judged : oldest first
    """
    w = pr.Wording(lang)
    newest = sorted(judged, key=lambda one: one.published.data_month, reverse=True)
    told = [one for one in newest if one.met]
    if told:
        finding, lead = _found(w, told[0])
    else:
        finding = w.html("ledger_finding_none" if judged else "ledger_finding_empty")
        command = pr.el("code", _COMMAND)
        lead = w.html("ledger_lead_none") if judged else w.html("ledger_lead_empty", command=command)
    return pr.el(
        "section",
        pr.eyebrow(w, province),
        pr.el("h1", finding),
        pr.el("p", lead, cls="lead"),
        *(_entry(w, one, place) for place, one in enumerate(newest)),
        pr.details(w.text("ledger_how_title"), pr.el("p", w.html("ledger_note"))) if told else None,
        id="ledger",
    )


def _found(w: pr.Wording, one: Judged) -> tuple[Markup, Markup]:
    """What was forecast and what came of the figure asked about first, and how many of all held."""
    first, count = _first_asked(one.met), pr.Figure.counted
    mean, value = _mean(first), pr.Figure.observed(first.observation)
    finding = w.html("ledger_finding", figure=_figure(w, first), forecast=_with_range(w, mean), value=value)
    lines = one.lines or one.behind_breaks
    inside = [line for line in lines if line.inside]
    told = {"inside": count(inside), "lines": count(lines), "p80": pr.p80(w)}
    if how := afterwards(one):
        dates = (frozen_on(one.published), known_to(one.published))
        told |= dict(zip(("vintage", "date"), map(pr.year, dates), strict=True))
    lead = w.html(f"ledger_lead{how}", **told)
    names = pr.join([pr.plain(w.label(found.label)) for found in first.breaks], "; ")
    return finding, pr.join([lead, w.html("ledger_lead_break", breaks=names) if first.breaks else None], " ")


def _entry(w: pr.Wording, one: Judged, place: int) -> Markup:
    """One forecast."""
    published = one.published
    until = pr.year(known_to(published))
    head = w.html("ledger_entry", scenario=pr.planned_words(w.label(published.label)), date=until)
    since = w.html("ledger_data_end", vintage=pr.year(frozen_on(published)), date=until)
    return pr.section(
        f"forecast-{place}",
        head,
        pr.el("p", since, cls="sub"),
        pr.el("p", pr.join(skill_sentences(w, one), " ")) if one.lines else None,
        _chart(w, one, place),
        pr.el("h3", w.text("ledger_lines_title")) if one.lines else None,
        lines_table(w, one.lines).html(w) if one.lines else None,
        *(pr.el("p", sentence, cls="sub") for sentence in mark_sentences(w, one)),
        _apart(w, one) if one.behind_breaks else None,
        _split(w, one) if one.met else None,
        _unscored(w, one),
    )


def afterwards(one: Judged) -> str:
    """Whether a forecast was frozen when the time of figures it is held against was over: a test, no word ahead.

    Returns
    -------
    str
        What the key of a sentence on it ends in: "_afterwards" for all of them, "_partly" for some, "" for none.
    """
    frozen = one.published.frozen_on
    months = [last_month(line.observation.year, line.observation.period) for line in one.met]
    over = [month is not None and month < (frozen.year, frozen.month) for month in months]
    return "_afterwards" if over and all(over) else "_partly" if any(over) else ""


def frozen_on(published: Published) -> str:
    """Date a forecast was frozen."""
    return published.frozen_on.strftime(_DAY)


def known_to(published: Published) -> str:
    """Date of the last figures a forecast could know."""
    return published.known_to.strftime(_DAY)


def _chart(w: pr.Wording, one: Judged, place: int) -> Markup | None:
    """Where each outturn fell beside its forecast's range, all in percent of the forecast; None where few counted."""
    lines = [line for line in one.counted if line.expected > 0.0 and line.quantiles]
    if len(lines) < _ENOUGH_LINES:
        return None
    rows, one_date = [], len({_moment(line) for line in lines}) == 1
    for line in lines:
        assert line.quantiles
        low, high, off = (
            PERCENT * (value / line.expected - 1.0) for value in (line.quantiles[0.1], line.quantiles[0.9], line.value)
        )
        name = w.page_term(line.observation.indicator) if one_date else _figure(w, line).striptags()
        rows.append(pr.RangeRow(name, off, low, high, w.percent(off, signed=True)))
    message, about = w.html("ledger_chart"), w.html("ledger_chart_about", p80=pr.p80(w))
    return pr.chart_figure(w, message, about, pr.range_chart(rows), prefix=f"ledger-{place}")


# -- The lines ------------------------------------------------------------------------------------


def lines_table(w: pr.Wording, lines: Sequence[Scored]) -> pr.Table:
    """Outturn, forecast, whether it holds, and the scores of ours and of both naive rules."""
    heads = ("figure", "value", "forecast", "inside", "score", "no_change", "growth")
    words = ("figure", "inside")
    columns = [
        pr.Column(w.text(f"ledger_{head}"), numeric=head not in words, inline=head == "value") for head in heads
    ]
    rows = [
        (
            _figure(w, one, marks=True),
            pr.Figure.observed(one.observation) if one.observation.value == one.value else _in_our_unit(one),
            _mean(one),
            w.text("ledger_yes" if one.inside else "ledger_no"),
            *(_score(w, score) for score in (one.score, one.no_change, one.last_growth)),
        )
        for one in lines
    ]
    return pr.Table(columns, rows, cls="wordy")


def split_table(w: pr.Wording, lines: Sequence[Scored]) -> pr.Table:
    """The error of each line and its parts, which add up as they are printed."""
    spent = any(one.policy is not None for one in lines)
    heads = ("figure", "mean", "error", *(("policy",) if spent else ()), "one_off", "underlying")
    columns = [pr.Column(w.text(f"ledger_{head}"), numeric=head != "figure") for head in heads]
    rows = []
    for one in lines:
        error, parts = _error_in_parts(one)
        told = [w.text("missing") if part is None else part for part in (parts if spent else parts[1:])]
        rows.append((_figure(w, one), _mean(one).alone, error, *told))
    return pr.Table(columns, rows, cls="wordy")


def _figure(w: pr.Wording, one: Scored, *, marks: bool = False) -> Markup:
    """What a line is of and when; its unit, and whether it was derived or repeats the one before."""
    name = pr.join([w.page_term(one.observation.indicator), pr.year(pr.period_name(w, one.observation))], ", ")
    unit = [] if one.observation.unit in _COUNTED else [w.unit_of(one.indicator)]
    told = [*unit, *(w.text(f"ledger_{mark}") for mark in ("derived", "copied") if getattr(one, mark))] if marks else []
    return pr.join([name, pr.el("small", f"({', '.join(told)})")], " ") if told else name


def _in_our_unit(one: Scored) -> pr.Figure:
    return replace(pr.Figure.observed(one.observation), value=one.value)


def _mean(one: Scored) -> pr.Figure:
    """The mean of the forecast with its 80 % range."""
    assert one.quantiles is not None
    low, high = one.quantiles[0.1], one.quantiles[0.9]
    place = pr.level_place(one.indicator, max(abs(one.expected), abs(one.value)), 0.0)
    ends = pr.level_place(one.indicator, high, 0.0)
    return replace(pr.Figure.of_level(one.indicator, one.expected), place=place, low=low, high=high, ends_place=ends)


def _with_range(w: pr.Wording, figure: pr.Figure) -> Markup:
    return Markup("{} ({})").format(figure.alone.html(w), figure.ends.html(w))


def _score(w: pr.Wording, value: float | None) -> object:
    return w.text("nothing") if value is None else pr.Figure.computed(value, max(_HUNDREDTH, pr.last_place(value, 0.0)))


def _error_in_parts(one: Scored) -> tuple[pr.Figure, list[pr.Figure | None]]:
    """The error as the printed mean and outturn subtract, and its parts so that they add up to it in print."""
    mean = _mean(one)
    assert mean.place is not None
    error = pr.Figure.computed(one.error, mean.place, signed=True)
    error = replace(error, shown=pr.rounded(one.value, mean.place) - mean.as_printed())
    parts = [
        None if part is None else pr.Figure.computed(part, mean.place, signed=True)
        for part in (one.policy, one.one_off, one.underlying)
    ]
    if one.underlying is None:
        return error, parts
    whole = replace(error, value=error.as_printed())
    shown = iter(pr.together([part for part in parts if part], whole))
    return error, [part and next(shown) for part in parts]


# -- All of them together ---------------------------------------------------------------------------


def skill_sentences(w: pr.Wording, one: Judged) -> Iterator[Markup]:
    """The overall score beside both rules, what one line does to it, and how little few lines prove."""
    found = one.skill
    if found is None:
        yield w.html("ledger_no_skill")
        return
    yield w.html("ledger_skill", lines=pr.Figure.counted(found.lines), **_shares(w, found))
    for key, beside in (("no_change", found.no_change), ("growth", found.last_growth)):
        if beside and beside.lines < found.lines:
            lines, ours = pr.Figure.counted(beside.lines), _share(beside.ours)
            yield w.html(f"ledger_skill_some_{key}", lines=lines, ours=ours)
    deciding = one.deciding
    others = skill([line for line in one.counted if line is not deciding]) if deciding else None
    if deciding and others:
        yield w.html("ledger_without", figure=_figure(w, deciding), **_shares(w, others))
    signs = {line.error > 0.0 for line in one.counted}
    if len(signs) == 1 and len(one.counted) >= _ENOUGH_LINES:
        yield w.html("ledger_all_above" if signs.pop() else "ledger_all_below")
    if len({line.observation.year for line in one.counted}) < _ENOUGH_YEARS:
        yield w.html("ledger_few")


def _shares(w: pr.Wording, found: Skill) -> dict[str, object]:
    rules = {"no_change": found.no_change, "growth": found.last_growth}
    told = {name: _share(beside.rule) if beside else w.text("nothing") for name, beside in rules.items()}
    return {"ours": _share(found.ours), **told}


def _share(percent: float) -> pr.Figure:
    return pr.Figure.computed(percent, _TENTH, unit="%")


def mark_sentences(w: pr.Wording, one: Judged) -> Iterator[Markup]:
    """What the marks beside figures mean, where they stand."""
    for mark in ("derived", "copied"):
        if any(getattr(line, mark) for line in one.lines):
            yield w.html(f"ledger_marks_{mark}")


# -- Errors, breaks and what is not scored -----------------------------------------------------------


def _split(w: pr.Wording, one: Judged) -> Markup:
    """The error of the figure asked about first in words, those of all in a table."""
    return pr.join([
        pr.el("h3", w.text("ledger_split_title")),
        pr.el("p", pr.join(split_sentences(w, _first_asked(one.met)), " ")),
        pr.el("p", w.html("ledger_renewed"), cls="sub") if one.renewed else None,
        pr.details(w.text("ledger_split_table"), split_table(w, one.met).html(w)),
    ])  # fmt: skip


def split_sentences(w: pr.Wording, one: Scored) -> Iterator[Markup]:
    """Where one error comes from, in words."""
    error, (policy, one_off, underlying) = _error_in_parts(one)
    key = "ledger_split_more" if one.error > 0 else "ledger_split_less"
    yield w.html(key, figure=_figure(w, one), size=error.size)
    if one_off and underlying:
        yield w.html("ledger_split_luck", one_off=one_off, underlying=underlying)
    yield w.html("ledger_split_money", policy=policy) if policy else w.html("ledger_split_no_money")


def _apart(w: pr.Wording, one: Judged) -> Markup:
    return pr.join([
        pr.el("h3", w.text("ledger_apart_title")),
        pr.el("p", break_sentence(w, one)),
        lines_table(w, one.behind_breaks).html(w),
    ])  # fmt: skip


def break_sentence(w: pr.Wording, one: Judged) -> Markup:
    """Which breaks the lines apart stand behind, and how well they were met all the same."""
    breaks = {found.id: found for line in one.behind_breaks for found in line.breaks}
    names = pr.join([pr.plain(w.label(found.label)) for found in breaks.values()], "; ")
    told, found = [w.html("ledger_apart", breaks=names)], skill(one.behind_breaks)
    return pr.join([*told, w.html("ledger_apart_skill", **_shares(w, found)) if found else None], " ")


def _unscored(w: pr.Wording, one: Judged) -> Markup | None:
    items = [
        pr.join([w.page_term(line.observation.indicator), ", ", pr.year(pr.period_name(w, line.observation)), ": ",
                 pr.Figure.observed(line.observation).html(w), " – ", w.text(f"ledger_{line.outcome}")])
        for line in one.scored if line.outcome != SCORED
    ]  # fmt: skip
    return pr.details(w.text("ledger_unscored_title"), pr.listing(items)) if items else None


def _first_asked(lines: Sequence[Scored]) -> Scored:
    """The line a planner asks about first: foundings before stocks, a whole year before its part, the latest first."""
    def rank(one: Scored) -> tuple[bool, int, int]:
        place = _FIRST.index(one.indicator) if one.indicator in _FIRST else len(_FIRST)
        return one.derived, place, -_moment(one)

    return min(lines, key=rank)


def _moment(one: Scored) -> int:
    """The last month a figure speaks of, counted on."""
    year, month = last_month(one.observation.year, one.observation.period) or (0, 0)
    return year * MONTHS_PER_YEAR + month
