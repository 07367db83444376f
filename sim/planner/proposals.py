"""What is laid before the user and waits for yes or no, in the language of the moment, until it is answered."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sim.planner.details import preview_html
from sim.planner.words import Words
from sim.report.forms import figures_preview, later_preview, scenario_preview
from sim.run import LaterFigures, PackImport, ScenarioImport


@dataclass(frozen=True)
class Proposal:
    """Something that can be accepted or put away.

    Attributes
    ----------
    told : its HTML in the words of a language
    makes : the state it makes of the present one; None where no lever moves
    writes : figures that are written when it is accepted
    bound : whether it was made for the state that is shown, and goes with it
    """

    told: Callable[[Words], str]
    makes: Callable[[Any], Any] | None = None
    writes: LaterFigures | PackImport | None = None
    bound: bool = False


@dataclass
class Proposals:
    """The one proposal that lies before the user, if any.

    Attributes
    ----------
    tell : changes parts of the view's status
    """

    tell: Callable[..., None]
    lying: Proposal | None = None

    def lay(self, words: Words, proposal: Proposal | None) -> None:
        """Lay a proposal in the place of the one there is; None puts that away."""
        self.lying = proposal
        self.show(words)

    def show(self, words: Words) -> None:
        """Tell it in the words of a language."""
        found = self.lying
        self.tell(proposal=found.told(words) if found else "", acceptable=bool(found and (found.makes or found.writes)))

    def moved(self, words: Words) -> None:
        """Another state is shown: what was made for the one before goes, what came from a file stays."""
        if self.lying and self.lying.bound:
            self.lay(words, None)

    def withdraw(self, words: Words, writes: LaterFigures) -> None:
        """These figures are understood otherwise by now; another proposal is left alone."""
        if self.lying and self.lying.writes is writes:
            self.lay(words, None)


def of_scenario(found: ScenarioImport) -> Proposal:
    """An uploaded scenario as it was understood."""

    def told(words: Words) -> str:
        return str(preview_html(words, scenario_preview(found.scenario, found.notes, words.lang)))

    return Proposal(told, makes=lambda state: state.with_scenario(found.scenario))


def of_pack(understood: PackImport, file: str) -> Proposal:
    """An uploaded table as the data pack it would make."""

    def told(words: Words) -> str:
        lines = figures_preview(understood.draft, understood.notes, words.lang, path=file)
        return _preview(words, lines, words.say("figures_target", path=understood.target))

    return Proposal(told, writes=understood)


def of_later(found: LaterFigures) -> Proposal:
    """Figures of the current year for the province that is open."""

    def told(words: Words) -> str:
        lines = later_preview(found.province, found.rows, found.came, found.notes, words.lang)
        return _preview(words, lines, words.say("later_target", path=found.target))

    return Proposal(told, writes=found)


def _preview(words: Words, lines: Iterable[str], target: str) -> str:
    return str(preview_html(words, [*lines, target]))
