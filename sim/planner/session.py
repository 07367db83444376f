"""One open planner: a wish from the browser → a new state → one run → the answer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup

from sim.analysis.answer import came_in, revision
from sim.analysis.split import without_money
from sim.domain import GOALS, NOMINAL, REAL, InputError, Scenario
from sim.ensemble import Result
from sim.planner.answer import CURRENT, REFERENCE, Answer, Engine, Reader, evidence_of, margin, rating, variants
from sim.planner.assistant import Assist
from sim.planner.assume import Sliders
from sim.planner.desk import Desk, vnd_of
from sim.planner.details import COLOURS, margins_html
from sim.planner.exchange import export, named, read_figures, read_later, read_scenario, save, slug_of
from sim.planner.handing import brief_file
from sim.planner.keeping import Keeping
from sim.planner.levers import VND_PER_MILLION, Shown, levers_content
from sim.planner.opening import Opened
from sim.planner.proposals import Proposal, Proposals, of_later, of_pack, of_scenario
from sim.planner.shelf import report_command
from sim.planner.state import Reference, State
from sim.planner.suggest import proposal, suggest_content
from sim.planner.tries import tries_content
from sim.planner.view import COLUMNS, ERROR, READY, PlannerView, frame
from sim.planner.words import Refusal, SheetNotChosen, Words
from sim.planner.work import Work
from sim.report import print as pr
from sim.report.pages import arrived_beside, funding_lines, revised_beside
from sim.run import LaterFigures, PackImport, funding_of, imports, write_later

#: Wishes after which no number of the answer changes.
_SHOW_ONLY = frozenset({"lock", "year", "area_line"})
#: Wishes whose refusal is said beside the choice of a file.
_FILES_IN = frozenset({"import_scenario", "import_figures", "assist_open"})
#: Wishes that are told of when they were met: nothing is wrong.
_TOLD = frozenset({"take_down"})
_KEPT_STATES = 100
#: Fields of a form that name another province.
_NEW_PACK = ("pack", "name", "area", "base_year")


@dataclass
class Session(Keeping):
    """One open planner.

    Attributes
    ----------
    state : what has been chosen; `past` and `future` are what undo and redo go to
    prices : basis in which the answer's money is shown
    shown : told of every scenario that is shown, with its result
    """

    opened: Opened
    words: Words
    prices: str = NOMINAL
    past: list[State] = field(default_factory=list)
    future: list[State] = field(default_factory=list)
    shown: Callable[[Scenario, Result], None] = lambda scenario, result: None

    def __post_init__(self) -> None:
        asked, province = self.opened.asked, self.opened.province
        plans, own = self.opened.plans, self.opened.scenario.plan
        reference = Reference(asked.reference or own.slug, plans[asked.reference] if asked.reference else own)
        self.engine, self._reader = Engine(self.opened.knowledge, asked.seed), Reader()
        self.start = State.opened(
            self.opened.scenario, reference, base_year=province.base_year, draws=asked.draws,
            present=province.planning_year,
        )  # fmt: skip
        self.state = self.start
        self.desk = Desk(self.opened, self.words)
        self.work = Work(self.opened, self.desk)
        self._rest: Iterator[dict[str, Any]] = iter(())
        self._gesture = ""
        self._outside: dict[str, tuple[int, ...]] = {}
        self.sliders = Sliders(self.opened.knowledge.register)
        self.view = PlannerView(self.wish, self._keep)
        self.proposals = Proposals(self.view.tell)
        self.assist = Assist(province, Path(asked.folder), self.view.tell, self.proposals)
        self._keep()
        self._compute()
        self._show_levers()

    # -- being asked -----------------------------------------------------------------------------

    def wish(self, name: str, value: Any = None, buffers: Sequence[bytes] = (), live: bool = False) -> None:
        """Do what the browser asks for, or say why not.

        Parameters
        ----------
        live : True while a slider is still held; all of one gesture is undone at once
        """
        if name == "more":
            self._more(value)
            return
        calm = name in _TOLD
        try:
            notice = self._done(name, value, buffers, live)
        except Exception as error:  # words, and the levers back where they were
            notice, calm = "\n".join(self.words.why(error)), False
        self.view.tell(notice=notice, of_file=name in _FILES_IN, calm=calm)
        self._show_levers()

    def _aside(self, value: Any, buffers: Sequence[bytes]) -> dict[str, Callable[[], str | None]]:
        """{wish: what meets it} of wishes that move no lever."""
        lying = self.proposals.lying
        return {
            "undo": partial(self._step, self.past, self.future),
            "redo": partial(self._step, self.future, self.past),
            "settled": self._settled,
            "language": partial(self._speak, value),
            "prices": partial(self._price, value),
            "save": partial(self._save, value),
            "export": partial(self._export, value),
            "brief": partial(self._brief, value),
            "suggest": partial(self._suggest, value),
            "assume_more": partial(self._look_at, value),
            "import_scenario": partial(self._take_in, value, buffers),
            "import_figures": partial(self._figures_in, value, buffers),
            **self.assist.wishes(self.words, value, buffers),
            "discard": partial(self._propose, None),
            "resume": partial(self._resume, value),
            "resumed_away": partial(self._stand, None),
            "say": partial(self._say_of_try, value),
            "shelf": partial(self._show_shelf, value),
            "take_down": partial(self._take_down, value),
            **({"accept": partial(self._write, lying.writes)} if lying and lying.writes else {}),
        }

    def _done(self, name: str, value: Any, buffers: Sequence[bytes], live: bool) -> str:
        """What is to be said about a wish that was met; most often nothing."""
        aside = self._aside(value, buffers)
        if name in aside:
            return aside[name]() or ""
        before, lying = self.state, self.proposals.lying
        whole = self.start if name == "reset" else None
        if whole:
            self._stand(None)
        if name == "accept" and lying and lying.makes:
            whole = lying.makes(before)
            self._propose(None)
        after = whole or self.desk.changed(before, name, value)
        if after != before and not (live and self._gesture == name):
            self.past, self.future = [*self.past[-_KEPT_STATES:], before], []
        self._gesture = name if live else ""
        self._go(after, compute=name not in _SHOW_ONLY)
        # What was done otherwise than asked, or moved along without being asked.
        if name == "line" and vnd_of(value[1]) > before.allocation.ceiling(value[0]) + VND_PER_MILLION:
            return self.words.say("problem_line_ceiling", top=self.words.money(before.allocation.ceiling(value[0])))
        if self.state.scenario.horizon < before.scenario.horizon and name != "horizon":
            return self.words.say("horizon_cut", year=self.state.scenario.horizon)
        if name in ("horizon", "start") and len(self.state.scenario.targets) < len(before.scenario.targets):
            return self.words.say("targets_cut", year=self.state.scenario.horizon)
        return ""

    def _go(self, state: State, *, compute: bool = True) -> None:
        if state != self.state:
            self.proposals.moved(self.words)
        self.state = state
        if compute:
            self._compute()

    # -- wishes that move no lever ---------------------------------------------------------------

    def _step(self, back: list[State], forth: list[State]) -> None:
        if back:
            forth.append(self.state)
            self._go(back.pop())

    def _settled(self) -> str:
        """The slider was let go: what comes next is another gesture."""
        self._gesture = ""
        return str(self.view.status.get("notice", ""))

    def _speak(self, lang: str) -> None:
        self.words = self.desk.words = Words(lang)
        self.assist.show(self.words, self.assist.office)
        self.proposals.show(self.words)
        if self._standing:
            self._standing()
        self._show_shelf(self._shelf is not None)
        self._compute()

    def _price(self, basis: str) -> None:
        if basis not in (NOMINAL, REAL):
            raise Refusal("unknown")
        self.prices = basis
        self._compute()

    def _save(self, asked: Any) -> None:
        name, overwrite = str(asked["name"]).strip(), bool(asked["overwrite"])
        try:
            slug, worlds = slug_of(name, self.opened.shipped), self.opened.worlds
            scenario, folder = named(self.state.scenario, slug, name), Path(self.opened.asked.folder)
            path = save(scenario, folder, known_worlds=worlds, overwrite=overwrite)
        except Refusal as refusal:
            self.view.tell(saved="", exists=refusal.key == "exists")
            raise
        self.desk.tries.add(self.state.plan, scenario.world, name=name, keep=self.state.reference.key)
        self._show_tries()
        if self._shelf is not None:
            self._show_shelf(True)
        self.view.tell(saved=self.words.say("saved", command=report_command(self.opened, path)), exists=False)

    def _export(self, kind: str) -> None:
        name, content, mime = export(self.desk.labelled(self.state), kind, self.words.lang)
        self.view.send({"file": name, "type": mime}, buffers=[content])
        self.view.tell(saved=self.words.say("exported", file=name))

    def _brief(self, asked: Any) -> None:
        known, tries = self.opened.knowledge, self.desk.tries
        self.desk.remember(self.state)
        made = brief_file(known, self.state, tries, asked, words=self.words, seed=self.engine.seed)
        self.view.send({"file": made[0], "type": made[2]}, buffers=[made[1]])
        self.view.tell(saved=self.words.say("exported", file=made[0]))

    def _take_in(self, asked: Any, buffers: Sequence[bytes]) -> None:
        """Show what an uploaded scenario was understood as; nothing changes until it is accepted."""
        self._propose(of_scenario(read_scenario(str(asked["file"]), buffers[0])))

    def _figures_in(self, asked: Any, buffers: Sequence[bytes]) -> None:
        """Show what an uploaded table was understood as; a pack is written when that is agreed to."""
        if not asked.get("sheet"):
            self.view.tell(sheets=[])  # another file than the one whose sheets were offered
        typed = {key: str(text) for key, text in asked.items()}
        try:
            if not any(typed[key].strip() for key in _NEW_PACK) and self._later_in(typed, buffers[0]):
                return
            understood = read_figures(typed, buffers)
        except SheetNotChosen as refusal:
            self.view.tell(sheets=list(refusal.sheets))
            raise
        self._propose(of_pack(understood, str(asked["file"])))

    def _later_in(self, typed: dict[str, str], content: bytes) -> bool:
        """Figures of the current year for the province that is open; False where they are another's."""
        try:
            found = read_later(typed, content)
        except InputError as error:
            if any(problem.place == "area_code" for problem in error.problems):
                return False
            raise
        self._propose(of_later(found))
        return True

    def _write(self, figures: LaterFigures | PackImport) -> None:
        if isinstance(figures, LaterFigures):
            told = self.words.say("later_written", count=len(figures.rows), path=write_later(figures))
            self.assist.written(self.words, figures)
        else:
            path = imports.write_pack(figures)
            told = self.words.say("figures_written", path=path, slug=path.name)
        self._propose(None)
        self.view.tell(saved=told, sheets=[])

    def _suggest(self, asked: Any) -> None:
        self._propose(proposal(self.words, self.opened.knowledge, self.state, asked or {}, seed=self.engine.seed))

    def _look_at(self, key: Any) -> None:
        self.sliders.look_at(key)
        self._compute()

    def _propose(self, proposal: Proposal | None) -> None:
        self.proposals.lay(self.words, proposal)

    # -- showing ---------------------------------------------------------------------------------

    def _show_levers(self) -> None:
        province = self.opened.province
        names = {area.code: self.words.label(area.label) for area in province.areas} if self.opened.weights else {}
        steps = bool(self.past), bool(self.future)
        known = self.opened.knowledge
        middles = {one.id: one.distribution.p50 for one in known.register.entries.values()}
        shown = Shown(
            self.desk.choosers(self.state), self.desk.measures(), self.prices, *steps, names, self.opened.weights,
            self._outside, float(province.reference_billion(middles)),
            self.sliders.content(self.words, self.state.scenario.world),
            suggest_content(self.words, province, self.state.scenario),
            self._shelf,
        )  # fmt: skip
        self.view.levers = levers_content(self.state, self.words, shown)

    def _compute(self) -> None:
        """Run what changed and show it; what goes wrong is said and marks the old answer as stale."""
        try:
            reference = self.state.reference.scenario(self.state.scenario)
            result = self.engine.compare(self.state.scenario, reference, self.state.draws)
            found, words, province = self._reader.answer(result, self.prices), self.words, self.opened.province
            content = {
                "top": str(words.top(found, province, words.label(reference.label))),
                "bottom": str(words.bottom(found, province, words.label(reference.label))),
                "panels": words.panels(found),
                "columns": list(COLUMNS),
                "alt": words.alt(found),
            }
            self.view.show(content, frame(found), words.lang)
            ready = words.say("ready", draws=words.number(found.draws))
            self.view.tell(state=READY, message=ready, saved="", exists=False)
            self.answer, self._outside = found, {money.line: money.beyond for money in found.outside}
            self._rest = self._details(result, found)
            self.shown(self.state.scenario, self._named(result))
        except Exception as error:  # the old answer stays and is marked as stale
            self.view.tell(state=ERROR, message=" ".join([*self.words.why(error), self.words.say("stale")]))

    def _named(self, result: Result) -> Result:
        """The result under the names its scenarios go by."""
        ours, theirs = result.run_of(CURRENT), result.run_of(REFERENCE)
        mine, other = self.state.scenario.slug, self.state.reference.key
        other = f"{other}--reference" if other == mine else other
        pairs = ((ours, mine), (theirs, other))
        runs = tuple(replace(run, scenario=replace(run.scenario, slug=slug)) for run, slug in pairs)
        return replace(result, runs=runs)

    # -- what follows a moment later -------------------------------------------------------------

    def _more(self, revision: Any) -> None:
        """One piece of what follows the answer, so that a slider never waits for long."""
        if revision != self.view.revision:
            return
        try:
            self.view.more = {"revision": revision, **next(self._rest), "rest": True}
        except StopIteration:
            self.view.more = {**self.view.more, "revision": revision, "rest": False}
        except Exception as error:  # the answer above stands; only what follows is missing
            self._rest = iter(())
            self.view.tell(notice=self.words.say("failed", detail=type(error).__name__))

    def _details(self, result: Result, answer: Answer) -> Iterator[dict[str, Any]]:
        """Evidence, margins and tries, piece by piece; each piece holds all there is so far."""
        rests_on = evidence_of(result, self.engine.knowledge.posterior)
        meaning = self.words.term(f"grade_{rests_on.grade}")
        alike = all(one.difference.identical for one in answer.figures if one.range.indicator == GOALS[0])
        evidence = self.words.rich("evidence_level" if alike else "evidence", grade=rests_on.grade, meaning=meaning)
        found: dict[str, Any] = {"evidence": str(evidence), "tips": self.words.tips(answer)}
        yield found
        found["evidence"] = str(pr.join([evidence, *self._funding(result)], pr.el("br")))
        yield found
        margins = {}
        for line, scenario in variants(self.state.scenario, self.state.present).items():
            margins[line] = margin(self.engine.beside(result, scenario), line)
            yield found
        found["margins"] = str(margins_html(self.words, margins, result.years[-1]))
        self.desk.remember(self.state)
        self.work.merge()
        yield found | {"tries": self._strip()}
        if self.sliders.decide(rests_on):
            self._show_levers()
        known, scenario, reference = self.engine.knowledge, self.state.scenario, result.run_of(REFERENCE).scenario
        asked = {"draws": result.draws, "seed": self.engine.seed}
        found["thresholds"] = {}
        compared = () if answer.identical else self.sliders.thresholds(self.words, known, scenario, reference, **asked)
        for thresholds in compared:
            found["thresholds"] = thresholds
            yield found | {"tries": self._strip()}
        for one in self.desk.tries.unrated(self.state.years):
            tried = replace(one.scenario(self.state.scenario.horizon), targets=self.state.scenario.targets)
            beside = self.engine.beside(result, tried)
            self.desk.tries.ratings[one.key] = rating(beside, one.key)
            yield found | {"tries": self._strip()}
        known, scenario = self.opened.knowledge, self.state.scenario
        came = came_in(known, scenario, draws=result.draws, seed=self.engine.seed)
        found["arrived"] = str(arrived_beside(self.words, result.province, came, COLOURS)) if came else ""
        yield found | {"tries": self._strip()}
        earlier = self.opened.earlier
        moved = earlier and revision(earlier, known, scenario, draws=result.draws, seed=self.engine.seed)
        found["revised"] = str(revised_beside(self.words, moved)) if moved else ""
        yield found | {"tries": self._strip()}

    def _funding(self, result: Result) -> list[Markup]:
        """What the reference fund is and what the plan does per active HTX, where nobody printed the fund."""
        found = None
        if result.province.assumed_fund:
            scenario = self.state.scenario
            none = replace(without_money(scenario, result.province.open_years(scenario.horizon)), slug="none")
            found = funding_of(self.engine.beside(result, none), none.slug, CURRENT)
        return funding_lines(self.words, result.province, found)

    def _strip(self) -> list[dict[str, Any]]:
        current = self.desk.tries.find(self.state.plan, self.state.scenario.world)
        keys = {"current": current.key if current else "", "reference": self.state.reference.key}
        return tries_content(self.words, self.desk.tries, **keys, years=self.state.years)
