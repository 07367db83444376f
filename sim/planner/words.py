"""The planner in words: its answer, and what it refuses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from markupsafe import Markup, escape

from sim.analysis.answer import Range
from sim.domain import INDICATOR, REAL, CoopsimError, Problem, Province
from sim.inputs.yaml import load_catalogue
from sim.planner.answer import Answer, Figure, Panel
from sim.report.print import (
    Figure as Printable,
    Wording,
    details,
    direction,
    el,
    join,
    listing,
    plain,
    told_apart,
    traps_of,
)


class Refusal(Exception):
    """Something the planner's user asked for that cannot be done, with the reason as data.

    Attributes
    ----------
    key : ``planner.problem_<key>`` of the catalogue
    params : values for its placeholders
    """

    def __init__(self, key: str, /, **params: object) -> None:
        self.key = key
        self.params = params
        super().__init__(key, params)


class SheetNotChosen(Refusal):
    """A workbook with several sheets, of which the user has to choose one.

    Attributes
    ----------
    sheets : their names
    """

    def __init__(self, file: str, sheets: tuple[str, ...]) -> None:
        self.sheets = sheets
        super().__init__("sheet", file=file)


#: Options of the command line, which readers name as the place of a problem, and the label of the same field here.
_FIELDS = {
    "--pack": "figures_pack",
    "--name": "figures_name",
    "--area": "figures_area",
    "--base-year": "figures_base_year",
}
_HELD = re.compile(r"\{(\w+)\}")
_PARTS = ("like_for_like", "catch_up", "composition", "whole")
#: Which ends of a fan are printed beside it.
END_LABELS = ("p10", "p50", "p90")
#: Growth is printed to a tenth of a percent, as the sector's pages do.
_TENTH = -1


class Words(Wording):
    """Everything the planner says in one language."""

    def say(self, key: str, /, **params: object) -> str:
        """A plain text of the planner's section of the catalogue."""
        return self._catalogue.text(f"planner.{key}", **params)

    def rich(self, key: str, /, **params: object) -> Markup:
        """The same as markup: text and plain parameters are escaped, ``**…**`` is emphasis."""
        held = {name: f"{{{name}}}" for name in params}
        sentence = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", str(escape(self.say(key, **held))))
        return Markup(_HELD.sub(lambda found: str(escape(self.marked(params[found.group(1)]))), sentence))

    def refused(self, error: CoopsimError) -> list[str]:
        """Problems of an input, one sentence each; fields of the form are called by their labels."""
        problems: list[Problem] = []
        for problem in error.problems:
            if problem.place in _FIELDS:
                problem = replace(problem, place=self.say(_FIELDS[problem.place]))
                if problem.key == "missing_key":
                    problem = replace(problem, key="field_empty", params={})
            problems.append(problem)
        return [load_catalogue(self.lang).describe(problem) for problem in problems]

    def refusal(self, refusal: Refusal) -> str:
        """Why the planner does not do something."""
        return self.say(f"problem_{refusal.key}", **refusal.params)

    def top(self, answer: Answer, province: Province, reference: str) -> Markup:
        """The finding, its difference from the reference, and the four figures."""
        place = self.rich("place", province=self.label(province.label), boundary=self.label(province.boundary))
        return join(
            [
                el("p", place, cls="cs-place"),
                el("h3", self._headline(answer), cls="cs-headline"),
                el("p", self._lead(answer, reference), cls="cs-lead"),
                el("p", data_more="evidence", cls="cs-grade"),
                el("div", *(self._card(figure) for figure in answer.figures), cls="cs-cards"),
            ]
        )

    def bottom(self, answer: Answer, province: Province, reference: str) -> Markup:
        """Key of the charts, chances of the targets, like-for-like beside composition, what it rests on."""
        return join(
            [
                self._key(answer, reference),
                el("div", self._chances(answer), self._parts(answer), cls="cs-two"),
                el("div", data_more="margins", cls="cs-money"),
                self._foot(answer, province),
            ]
        )

    def panels(self, answer: Answer) -> list[dict[str, Any]]:
        """Title of each chart and the texts at the end of its fan, in the order of `END_LABELS`."""
        found = []
        for panel in answer.panels:
            last = panel.fan.ranges[-1]
            place = Printable.of_range(last).place or 0
            ends = [self.number(getattr(last, name), place) for name in END_LABELS]
            found.append({"title": self._panel_title(panel), "ends": ends})
        return found

    def alt(self, answer: Answer) -> str:
        """What the charts say, for those who do not see them."""
        said = []
        for panel in answer.panels:
            last, title = Printable.of_range(panel.fan.ranges[-1]), self._panel_title(panel)
            params = {"median": last.text(self), "year": panel.fan.ranges[-1].year, "span": last.ends.text(self)}
            said.append(self.say("chart_alt", panel=title, **params))
        return ". ".join(said)

    # -- parts -----------------------------------------------------------------------------------

    def _headline(self, answer: Answer) -> Markup:
        founded = answer.founded
        params = {"year": founded.year, "founded": Printable.of_range(founded), "range": self._range(founded)}
        chance = next((chance for chance in answer.chances if chance.target.headline), None)
        if chance is None:
            return self.rich("headline_plain", **params)
        low, reach = Printable.target(chance.target), Printable.of_target_chance(chance)
        return self.rich("headline", **params, low=low, chance=reach)

    def _lead(self, answer: Answer, reference: str) -> Markup:
        if answer.identical:
            return self.rich("lead_same", reference=reference)
        active, total = answer.figures[0], answer.figures[1]
        return self.rich(
            "lead",
            reference=reference,
            year=active.range.year,
            active=self._gain(active),
            revenue=self._gain(total),
            basis=self.basis(REAL),
        )

    def _gain(self, figure: Figure) -> Markup:
        """A difference as a marked figure, or the words that say there is none to tell."""
        gain = Printable.of_difference(figure.difference, figure.range.indicator).with_unit()
        if not gain.apart:
            return gain.html(self)
        better = gain.value * INDICATOR[figure.range.indicator].better > 0
        return el("span", gain.html(self), cls="cs-up" if better else "cs-down")

    def _card(self, figure: Figure) -> Markup:
        shown = figure.range
        unit = None if counted(shown.indicator) else join([" ", el("small", self.unit_of(shown.indicator))])
        return el(
            "div",
            el("h4", self.say("in_year", name=self.term(f"card_{shown.indicator}"), year=shown.year)),
            el("div", Printable.of_range(shown).html(self), unit, cls="cs-number"),
            el("div", self._range(shown), cls="cs-range"),
            el("div", self._card_gain(figure), cls="cs-gain"),
            cls="cs-card",
            data_indicator=shown.indicator,
        )

    def _card_gain(self, figure: Figure) -> Markup:
        indicator, shown = figure.range.indicator, self._gain(figure)
        money = INDICATOR[indicator].money
        gain = self.rich("gain_real", gain=shown, basis=self.basis(REAL)) if money else self.rich("gain", gain=shown)
        if not told_apart(figure.difference):
            return gain
        span = Printable.of_difference(figure.difference, indicator).ends
        higher = direction(figure.difference, indicator)
        key, params = ("gain_span", {"direction": higher.text(self)}) if higher else ("range", {})
        return join([gain, el("br"), self.rich(key, span=span, **params)])

    def _range(self, shown: Range) -> Markup:
        return self.rich("range", span=Printable.of_range(shown).ends)

    def _key(self, answer: Answer, reference: str) -> Markup:
        named = {"80": {}, "50": {}, "median": {}, "seen": {}, "reference": {"reference": reference}}
        entries = [
            join([el("i", cls=f"k{name}"), self.rich(f"key_{name}", **params)]) for name, params in named.items()
        ]
        basis = self.say("key_basis", basis=self.basis(answer.basis))
        return el("p", *entries, " · ", basis, cls="cs-key")

    def _chances(self, answer: Answer) -> Markup:
        rows = []
        for chance in answer.chances:
            share = el("span", style=f"--cs-share:{chance.probability:.3f}")
            rows += [
                el("span", self.label(chance.target.label)),
                el("span", share, cls="cs-bar", aria_hidden="true"),
                el("b", Printable.of_target_chance(chance).html(self), data_target=chance.target.id),
            ]
        return el("div", el("h4", self.say("chances")), el("div", *rows, cls="cs-bars"), cls="cs-chances")

    def _parts(self, answer: Answer) -> Markup:
        heads = [el("td"), *(el("th", plain(parts.year), scope="col") for parts in answer.parts)]
        rows = []
        for name in _PARTS:
            cells = [el("th", self.term(f"part_{name}"), scope="row")]
            for part in answer.parts:
                share = Printable.computed(getattr(part, name), _TENTH, unit="%", signed=True)
                cells.append(el("td", share.html(self), data_part=f"{name}-{part.year}"))
            rows.append(el("tr", *cells))
        table = el("table", el("thead", el("tr", *heads)), el("tbody", *rows))
        return el("div", el("h4", self.say("parts")), table, cls="cs-parts")

    def _foot(self, answer: Answer, province: Province) -> Markup:
        lines = ", ".join(self.mention(self.term(f"line_{money.line}")) for money in answer.outside)
        not_levers = cast("Sequence[Mapping[str, Any]]", province.context.get("not_levers", ()))
        things = "; ".join(self.label(item["label"]) for item in not_levers)
        digits = self.rich("digits", draws=self.number(answer.draws), seed=answer.seed)
        known = [trap for panel in answer.panels for trap in traps_of(province, panel.fan.indicator)]
        traps = dict.fromkeys(self.label(trap.text) for trap in known)
        return el(
            "div",
            el("p", self.rich("outside", lines=lines), cls="cs-review") if lines else None,
            el("p", digits),
            el("p", self.rich("not_levers", things=things)) if things else None,
            details(self.say("traps"), listing(traps)) if traps else None,
            cls="cs-foot",
        )

    def _panel_title(self, panel: Panel) -> str:
        indicator = panel.fan.indicator
        name = self.term(f"short_{indicator}")
        return name if counted(indicator) else self.say("with_unit", name=name, unit=self.unit_of(indicator))


def counted(indicator: str) -> bool:
    """Whether an indicator counts what its own name says, so that a unit would say it twice."""
    return INDICATOR[indicator].count
