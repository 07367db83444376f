"""The planner as a notebook shows it."""

import html
from typing import Any

import ipywidgets as widgets

from sim.domain import CoopsimError
from sim.planner.opening import Asked, open_planner, read_parameters
from sim.planner.session import Session
from sim.planner.words import Words


class Planner(widgets.VBox):
    """Levers and answer in a notebook cell.

    Parameters
    ----------
    scenario : name or path
    asked : reference (a plan's name), lang, draws, seed, folder (where scenarios are saved)

    Notes
    -----
    What cannot be opened or done is said in words in its place; no traceback reaches the reader.
    """

    def __init__(self, scenario: str = Asked.scenario, **asked: Any) -> None:
        super().__init__()
        self.add_class("cs-planner")
        words = Words(Asked.lang)
        try:
            checked = read_parameters({"scenario": scenario, **asked})
            words = Words(checked.lang)
            self._session = Session(open_planner(checked), words)
        except Exception as error:  # a planner reads words, whatever went wrong
            lines = [words.say("problem_input")] if isinstance(error, CoopsimError) else []
            lines += words.why(error)
            self.children = [widgets.HTML("".join(f"<p>{html.escape(line)}</p>" for line in lines))]
        else:
            self.children = [self._session.view]
