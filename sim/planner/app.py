"""The planner as a notebook shows it, and as one widget among others."""

import html
import os
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
import traitlets

from sim.domain import CoopsimError, Scenario
from sim.ensemble import Result
from sim.planner.opening import Asked, open_planner, read_parameters
from sim.planner.session import Session
from sim.planner.still import still_html
from sim.planner.words import Words

_VIEW, _PAGE = "application/vnd.jupyter.widget-view+json", "text/html"
#: Set by whoever serves the planner to a browser without letting it answer questions, as Voilà does.
SERVED = "COOPSIM_PLANNER"


class Planner(widgets.VBox):
    """Levers and answer in a notebook cell, and a widget that others can be linked to.

    Parameters
    ----------
    scenario : name or path
    results : what `result` is made of the engine's result; as it is by default
    asked : reference (a plan's name), lang, draws, seed, year, folder (where scenarios are saved)

    Attributes
    ----------
    scenario, value : the scenario on the screen; one that is put there is shown
    result : what the screen's figures are read off: the scenario, and the reference it is compared with

    Notes
    -----
    What cannot be opened or done is said in words in its place; no traceback reaches the reader. Where no browser
    answers (nbconvert, Papermill) the cell holds the present answer as a page without script.
    """

    scenario = traitlets.Any(None, help="the scenario on the screen")
    value = traitlets.Any(None, help="the same, under the name that ipywidgets' interactive_output looks for")
    _session: Session | None = None
    _telling = False
    result = traitlets.Any(None, help="what the screen's figures are read off")

    def __init__(
        self, scenario: str = Asked.scenario, *, results: Callable[[Result], Any] = lambda found: found, **asked: Any
    ) -> None:
        super().__init__()
        self.add_class("cs-planner")
        self._results = results
        words = Words(Asked.lang)
        try:
            checked = read_parameters({"scenario": scenario, **asked})
            words = Words(checked.lang)
            self._session = Session(open_planner(checked), words, shown=self._told)
        except Exception as error:  # a planner reads words, whatever went wrong
            lines = [words.say("problem_input")] if isinstance(error, CoopsimError) else []
            lines += words.why(error)
            self.children = [widgets.HTML("".join(f"<p>{html.escape(line)}</p>" for line in lines))]
        else:
            self.children = [self._session.view]

    def _told(self, scenario: Scenario, result: Result) -> None:
        """The screen shows another answer."""
        self._telling = True
        try:
            self.set_trait("result", self._results(result))
            self.set_trait("scenario", scenario)
            self.set_trait("value", scenario)
        finally:
            self._telling = False

    @traitlets.validate("scenario", "value")
    def _checked(self, proposed: Any) -> Any:
        """A scenario, or the name of one, as the planner can show it."""
        given = proposed["value"]
        return given if self._telling or self._session is None else self._session.checked(given)

    @traitlets.observe("scenario", "value")
    def _put(self, change: Any) -> None:
        """A scenario that somebody else put there is shown."""
        if not self._telling and self._session and change["new"] != self._session.state.scenario:
            self._session.put(change["new"])

    def _repr_mimebundle_(self, **options: Any) -> Any:
        made = super()._repr_mimebundle_(**options)
        bundle, *more = made if isinstance(made, tuple) else (made,)
        if self._session is None or bundle is None:
            return made
        if not _answered():
            session = self._session
            page = still_html(session.words, session.state, session.answer, session.view.answer)
            bundle = {kind: data for kind, data in bundle.items() if kind != _VIEW} | {_PAGE: page}
        return (bundle, *more) if more else bundle


def _answered() -> bool:
    """Whether somebody sits before this kernel: a front end that would answer questions, or one that says so."""
    if os.environ.get(SERVED):
        return True
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    kernel = getattr(shell, "kernel", None)
    return kernel is None or bool(getattr(kernel, "_allow_stdin", True))
