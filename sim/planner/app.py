"""The planner as a notebook shows it."""

import html

import ipywidgets as widgets

from sim.domain import CoopsimError
from sim.planner.opening import Asked, open_planner, read_parameters
from sim.planner.session import Session
from sim.planner.words import Refusal, Words


class Planner(widgets.VBox):
    """Levers and answer in a notebook cell.

    Parameters
    ----------
    parameters : one JSON object as text: scenario (name or path), reference (a plan's name), lang,
        draws, seed, folder (where scenarios are saved); all may be left out

    Notes
    -----
    What cannot be opened or done is said in words in its place; no traceback reaches the reader.
    """

    def __init__(self, parameters: str = "{}") -> None:
        super().__init__()
        self.add_class("cs-planner")
        words = Words(Asked.lang)
        try:
            asked = read_parameters(parameters)
            words = Words(asked.lang)
            self._session = Session(open_planner(asked), words)
        except Refusal as refusal:
            self.children = [_told(words.refusal(refusal))]
        except CoopsimError as error:
            self.children = [_told(words.say("problem_input"), *words.refused(error))]
        except Exception as error:  # a planner reads words, whatever went wrong
            self.children = [_told(words.say("failed", detail=type(error).__name__))]
        else:
            self.children = [self._session.view]


def _told(*lines: str) -> widgets.HTML:
    return widgets.HTML("".join(f"<p>{html.escape(line)}</p>" for line in lines))
