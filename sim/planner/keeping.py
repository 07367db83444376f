"""The wishes of a session about work that was kept: taking it up, naming a try, the list of what is saved."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from sim.domain import InputError, Problem, Scenario
from sim.inputs.scenarios import checked_scenario, load_scenario
from sim.planner.desk import Desk
from sim.planner.opening import Opened
from sim.planner.shelf import moment, shelf_rows, take_down
from sim.planner.state import State
from sim.planner.view import PlannerView
from sim.planner.words import Words
from sim.planner.work import Work

#: What a page says by itself once nobody answers it.
_PARTING = ("lost_server", "lost_kernel", "lost_notebook", "lost_slow", "reopen")
_MS = 1000


class Keeping:
    """What a session does with work that is kept; the rest of it is `Session`."""

    opened: Opened
    words: Words
    prices: str
    past: list[State]
    future: list[State]
    state: State
    start: State
    desk: Desk
    work: Work
    view: PlannerView
    _shelf: list[dict[str, Any]] | None = None
    #: Says once more what became of the work that was left, in the language of the moment.
    _standing: Callable[[], None] | None = None

    def _go(self, state: State, *, compute: bool = True) -> None:
        raise NotImplementedError

    def _show_levers(self) -> None:
        raise NotImplementedError

    def _strip(self) -> list[dict[str, Any]]:
        raise NotImplementedError

    def _resume(self, asked: Any) -> None:
        """A page is there: it shows again what it showed before it was left, and every try is at hand."""
        try:
            found = self.work.resume(asked, self.state)
        except InputError as refused:
            self._stand(partial(self._why, refused), calm=False)
            return
        if found and found.state != self.state:
            self.past, self.prices = [*self.past, self.state], found.prices
            self._go(found.state)
        else:
            found = None
        self._keep()
        self._show_tries()
        if found:
            self._stand(partial(self._resumed, found.at))

    def _resumed(self, at: float) -> str:
        start = self.words.label(self.start.scenario.label)
        return self.words.say("resumed", when=moment(self.words, at / _MS), plan=start)

    def _why(self, refused: InputError) -> str:
        return "\n".join(self.words.why(refused))

    def _stand(self, said: Callable[[], str] | None, *, calm: bool = True) -> None:
        """Say what became of the work that was left until that is put away; wishes made meanwhile leave it there."""
        self._standing = partial(self._stand, said, calm=calm)
        self.view.tell(resumed={"text": said(), "away": self.words.say("resumed_away"), "calm": calm} if said else {})

    def _keep(self) -> None:
        """Keep what is shown, and give the browser its copy; what cannot be kept is said."""
        if (kept := self.work.keep(self.state, self.prices, self.words.lang)) is None:
            return
        texts = {key: self.words.say(key) for key in _PARTING}
        self.view.parting = {"texts": texts, "kept": kept, "name": self.work.name(self.state)}
        told = self.work.told(self.words)
        if told != self.view.status.get("unkept", ""):
            self.view.tell(unkept=told)

    def _say_of_try(self, asked: Any) -> None:
        key = str(asked["key"])
        self.work.say(key, str(asked["name"]), str(asked["note"]))
        if key == self.state.reference.key:
            self._go(self.desk.changed(self.state, "reference", key))  # it is called by its new name
        self._show_tries()

    def _show_tries(self) -> None:
        self.view.more = {**self.view.more, "tries": self._strip()}

    def _show_shelf(self, shown: Any) -> None:
        """What is saved, looked up when it is asked for; None puts it away."""
        self._shelf = shelf_rows(self.opened, self.words, self.state, self.work.out_of_sight()) if shown else None

    def checked(self, scenario: Scenario | str) -> Scenario:
        """A scenario made elsewhere, or one of the data root by its name, as its file would be read.

        Raises
        ------
        InputError
            With every problem a file of the same content would have.
        """
        if isinstance(scenario, str):
            return load_scenario(scenario, background=self.opened.background)
        if not isinstance(scenario, Scenario):
            problem = Problem("parameter_type", {"name": "scenario"}, place="scenario", value=type(scenario).__name__)
            raise InputError(problem)
        return checked_scenario(scenario, background=self.opened.background)

    def put(self, scenario: Scenario) -> None:
        """Show a scenario, as far as the reference reaches."""
        self.past, self.future = [*self.past, self.state], []
        state = self.state.with_scenario(scenario)
        known = self.desk.plans.get(scenario.plan.slug)
        changed = known is not None and state.with_plan(known).plan != state.plan
        self._go(replace(state, edited=changed))  # a plan of a known name with other money is no longer that plan
        self._show_levers()

    def _take_down(self, name: Any) -> str:
        """Open a saved scenario as it is in its file."""
        scenario = take_down(self.opened, str(name))
        self.put(scenario)
        return self.words.say("taken_down", name=self.words.label(scenario.label))
