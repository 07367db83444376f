"""The planner in words: its answer, and what it refuses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from markupsafe import Markup, escape

from sim.analysis.answer import headline_of
from sim.domain import INDICATOR, REAL, CoopsimError, Problem, Province
from sim.inputs.yaml import load_catalogue
from sim.planner.answer import AVERAGE, Answer, Figure, Panel
from sim.report import print as pr


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
    "--heading-row": "assist_heading_row",
    "indicator": "target_indicator",
    "level": "target_level",
    "high": "target_high",
    "year": "target_year",
}
_HELD = re.compile(r"\{(\w+)\}")
_PARTS = ("like_for_like", "catch_up", "composition", "whole")
#: Growth is printed to a tenth of a percent, as the sector's pages do.


class Words(pr.Wording):
    """Everything the planner says in one language."""

    def say(self, key: str, /, **params: object) -> str:
        """A plain text of the planner's section of the catalogue."""
        return self._catalogue.text(f"planner.{key}", **params)

    def assistant(self, key: str, /, **params: object) -> str:
        """A plain text of the import assistant, which the command line says too."""
        return self._catalogue.text(f"assist.{key}", **params)

    def rich(self, key: str, /, **params: object) -> Markup:
        """The same as markup: text and plain parameters are escaped, ``**…**`` is emphasis."""
        held = {name: f"{{{name}}}" for name in params}
        sentence = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", str(escape(self.say(key, **held))))
        return Markup(_HELD.sub(lambda found: str(escape(self.marked(params[found.group(1)]))), sentence))

    def why(self, error: Exception) -> list[str]:
        """Why something is not done, one sentence each; fields of the form are called by their labels."""
        if isinstance(error, Refusal):
            return [self.say(f"problem_{error.key}", **error.params)]
        if not isinstance(error, CoopsimError):  # a planner reads words, whatever went wrong
            return [self.say("failed", detail=type(error).__name__)]
        problems: list[Problem] = []
        for problem in error.problems:
            if problem.place in _FIELDS:
                problem = replace(problem, place=self.say(_FIELDS[problem.place]))
                if problem.key == "arguments_missing":
                    problem = replace(problem, key="field_empty", params={})
            elif problem.place.startswith("-"):  # an option of a command, which a page has not
                problem = replace(problem, place="")
            problems.append(replace(problem, params=self._named(problem.params)))
        return [load_catalogue(self.lang).describe(problem) for problem in problems]

    def _named(self, params: Mapping[str, object]) -> dict[str, object]:
        """Ids as the page calls what they stand for."""
        found = dict(params)
        if found.get("indicator") in INDICATOR:
            found["indicator"] = self.mention(self.term(str(found["indicator"])))
            if "unit" in found:
                found["unit"] = self.unit(str(found["unit"]))
        return found

    def top(self, answer: Answer, province: Province, reference: str) -> Markup:
        """The finding, its difference from the reference, and the four figures."""
        place = self.rich("place", province=self.label(province.label), boundary=self.label(province.boundary))
        founded = pr.Figure.of_range(answer.founded)
        found = {"year": answer.founded.year, "founded": founded, "range": self.rich("range", span=founded.ends)}
        chance = headline_of(answer.chances)
        if chance is None:
            headline = self.rich("headline_plain", **found)
        else:
            low, reach = pr.Figure.target(chance.target), pr.Figure.of_target_chance(chance)
            headline = self.rich("headline", **found, low=low, chance=reach)
        if answer.identical:
            lead = self.rich("lead_same", reference=reference)
        else:
            active, total = answer.figures[:2]
            gains = {"active": self._gain(active), "revenue": self._gain(total), "basis": self.basis(REAL)}
            lead = self.rich("lead", reference=reference, year=active.range.year, **gains)
        parts = [
            pr.el("p", place, cls="cs-place"),
            self._present(province),
            pr.el("h3", headline, cls="cs-headline"),
            pr.el("p", lead, cls="cs-lead"),
            pr.el("p", data_more="evidence", cls="cs-grade"),
            pr.el("div", *(self._card(figure, answer) for figure in answer.figures), cls="cs-cards"),
        ]
        return pr.join(parts)

    def bottom(self, answer: Answer, province: Province, reference: str) -> Markup:
        """Key of the charts, chances of the targets, like-for-like beside composition, what it rests on."""
        named = {"80": {}, "50": {}, "mean": {}, "seen": {}, "reference": {"reference": reference}}
        entries = [
            pr.join([pr.el("i", cls=f"k{name}"), self.rich(f"key_{name}", **params)]) for name, params in named.items()
        ]
        basis = self.say("key_basis", basis=self.basis(answer.basis))
        parts = [
            pr.el("p", *entries, " · ", basis, cls="cs-key"),
            pr.el("p", self.html("sign_assumed"), cls="cs-quiet") if answer.assumed and not answer.identical else None,
            pr.el("div", self._chances(answer), self._parts(answer), cls="cs-two"),
            self._past(answer, province),
            pr.el("div", data_more="margins", cls="cs-money"),
            pr.el("div", data_more="arrived", cls="cs-money"),
            pr.el("div", data_more="revised", cls="cs-money"),
            self._foot(answer, province),
        ]
        return pr.join(parts)

    def panels(self, answer: Answer) -> list[dict[str, Any]]:
        """Indicator and title of each chart, and the texts at the end of its fan: 10 %, mean and 90 %."""
        found = []
        for panel in answer.panels:
            last = pr.Figure.of_range(panel.fan.ranges[-1])
            ends = [figure.text(self) for figure in (last.bottom, last, last.top) if figure]
            found.append({"id": panel.fan.indicator, "title": self._panel_title(panel), "ends": ends})
        return found

    def alt(self, answer: Answer) -> str:
        """What the charts say, for those who do not see them."""
        sentences = []
        for panel in answer.panels:
            last, title = pr.Figure.of_range(panel.fan.ranges[-1]), self._panel_title(panel)
            params = {"mean": last.text(self), "year": panel.fan.ranges[-1].year, "span": last.ends.text(self)}
            sentences.append(self.say("chart_alt", panel=title, **params))
        return ". ".join(sentences)

    def tips(self, answer: Answer) -> list[list[tuple[int, list[str]]]]:
        """What each chart says of each of its years, beside it: seen, expected with its range, the reference."""
        found = []
        for panel in answer.panels:
            told: dict[int, list[str]] = {}
            for point in panel.fan.history:
                told[point.year] = [self.say("tip_seen", value=pr.Figure.observed(point).text(self))]
            base = pr.Figure.of_level(panel.fan.indicator, panel.base).text(self)
            told.setdefault(panel.base_year, [self.say("tip_base", value=base)])
            for ours, theirs in zip(panel.fan.ranges, panel.ghost.ranges, strict=True):
                shown, ghost = (pr.Figure.of_range(one) for one in (ours, theirs))
                lines = [self.say("tip_mean", mean=shown.text(self), span=shown.ends.text(self))]
                if not answer.identical:
                    lines.append(self.say("tip_reference", mean=ghost.text(self), span=ghost.ends.text(self)))
                told.setdefault(ours.year, []).extend(lines)
            found.append(sorted(told.items()))
        return found

    # -- parts -----------------------------------------------------------------------------------

    def _present(self, province: Province) -> Markup | None:
        """Which year is planned for, where some are over already."""
        past = province.past_years
        if not past:
            return None
        years = self.between(str(past[0]), str(past[-1]))
        return pr.el("p", self.say("present", year=province.planning_year, years=years), cls="cs-quiet cs-present")

    def _past(self, answer: Answer, province: Province) -> Markup | None:
        """What was printed of years that are over, and what is estimated of them where nothing was."""
        past = province.past_years
        if not past:
            return None
        rows = [pr.el("tr", pr.el("td"), *(pr.el("th", pr.plain(year), scope="col") for year in past))]
        for panel in answer.panels:
            seen = {point.year: point for point in panel.fan.history}
            estimates = {found.year: found for found in panel.fan.ranges}
            cells = [
                self.rich("past_seen", value=pr.Figure.observed(seen[year]))
                if year in seen
                else self.rich("past_estimated", value=pr.Figure.of_range(estimates[year]))
                for year in past
            ]
            name = pr.el("th", self._panel_title(panel), scope="row")
            rows.append(pr.el("tr", name, *(pr.el("td", cell) for cell in cells)))
        title = self.say("past", years=self.between(str(past[0]), str(past[-1])))
        return pr.details(title, pr.el("table", pr.el("tbody", *rows)))

    def _gain(self, figure: Figure) -> Markup:
        """A difference as a marked figure, or the words that say there is none to tell."""
        gain = pr.Figure.of_difference(figure.difference, figure.range.indicator).with_unit()
        if not gain.apart:
            return gain.html(self)
        better = gain.value * INDICATOR[figure.range.indicator].better > 0
        return pr.el("span", gain.html(self), cls="cs-up" if better else "cs-down")

    def _card(self, figure: Figure, answer: Answer) -> Markup:
        shown, indicator = pr.Figure.of_range(figure.range), figure.range.indicator
        basis = {"basis": self.basis(REAL)} if INDICATOR[indicator].money else {}
        more = [self.rich("gain_real" if basis else "gain", gain=self._gain(figure), **basis)]
        if not figure.difference.identical:
            span = pr.Figure.of_difference(figure.difference, indicator).ends
            higher = pr.direction(figure.difference, indicator, draws=answer.worth)
            key, params = ("gain_span", {"direction": higher.text(self)}) if higher else ("range", {})
            more += [pr.el("br"), self.rich(key, span=span, **params)]
        unit = None if INDICATOR[indicator].count else pr.join([" ", pr.el("small", self.unit_of(indicator))])
        return pr.el(
            "div",
            pr.el("h4", self.say("in_year", name=self.term(f"card_{indicator}"), year=figure.range.year)),
            pr.el("div", shown.html(self), unit, cls="cs-number"),
            pr.el("div", self.rich("range", span=shown.ends), cls="cs-range"),
            self._largest(answer.others) if indicator == AVERAGE else None,
            pr.el("div", pr.join(more), cls="cs-gain"),
            cls="cs-card",
            data_indicator=indicator,
        )

    def _largest(self, others: float | None) -> Markup | None:
        """What the average is without the largest HTX, where a page tells of one."""
        if others is None:
            return None
        value = pr.Figure.stated_about(others)
        return pr.el("div", self.html("without_largest", value=value, unit=self.unit_of(AVERAGE)), cls="cs-range")

    def _chances(self, answer: Answer) -> Markup:
        rows = []
        for chance in answer.chances:
            share = pr.el("span", data_share=f"{chance.probability:.3f}")
            own = pr.el("small", " ", self.say("target_own")) if chance.target.own else None
            rows += [
                pr.el("span", self.target(chance.target), own),
                pr.el("span", share, cls="cs-bar", aria_hidden="true"),
                pr.el("b", pr.Figure.of_target_chance(chance).html(self), data_target=chance.target.id),
            ]
        shown = pr.el("div", *rows, cls="cs-bars") if rows else pr.el("p", self.say("chances_none"), cls="cs-quiet")
        return pr.el("div", pr.el("h4", self.say("chances")), shown, cls="cs-chances")

    def _parts(self, answer: Answer) -> Markup:
        heads = [pr.el("td"), *(pr.el("th", pr.plain(parts.year), scope="col") for parts in answer.parts)]
        rows, figures = [], [pr.growth_together(answer.scenario, part) for part in answer.parts]
        for name in _PARTS:
            cells = [pr.el("th", self.term(f"part_{name}"), scope="row")]
            for part, shown in zip(answer.parts, figures, strict=True):
                cells.append(pr.el("td", shown[name].html(self), data_part=f"{name}-{part.year}"))
            rows.append(pr.el("tr", *cells))
        table = pr.el("table", pr.el("thead", pr.el("tr", *heads)), pr.el("tbody", *rows))
        return pr.el("div", pr.el("h4", self.say("parts")), table, cls="cs-parts")

    def _foot(self, answer: Answer, province: Province) -> Markup:
        lines = ", ".join(self.mention(self.term(f"line_{money.line}")) for money in answer.outside)
        not_levers = cast("Sequence[Mapping[str, Any]]", province.context.get("not_levers", ()))
        things = "; ".join(self.label(item["label"]) for item in not_levers)
        digits = self.rich("digits", draws=self.number(answer.draws), seed=answer.seed)
        known = [trap for panel in answer.panels for trap in pr.traps_of(province, panel.fan.indicator)]
        traps = dict.fromkeys(self.label(trap.text) for trap in known)
        return pr.el(
            "div",
            pr.el("p", self.rich("outside", lines=lines), cls="cs-review") if lines else None,
            pr.el("p", digits),
            pr.el("p", self.rich("not_levers", things=things)) if things else None,
            pr.details(self.say("traps"), pr.listing(traps)) if traps else None,
            cls="cs-foot",
        )

    def _panel_title(self, panel: Panel) -> str:
        indicator = panel.fan.indicator
        name = self.term(f"short_{indicator}")
        return name if INDICATOR[indicator].count else self.say("with_unit", name=name, unit=self.unit_of(indicator))
