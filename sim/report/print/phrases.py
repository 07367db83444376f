"""Words that have a source, and several figures printed as one."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from sim.analysis.answer import Parts, ScenarioAnswer
from sim.analysis.compare import Difference, Rank
from sim.domain import INDICATOR, Distribution
from sim.ensemble import monte_carlo_error
from sim.report.print.figure import Figure, in_its_unit, in_percent
from sim.report.print.marks import DIGIT, Mark, number
from sim.report.print.markup import el, join
from sim.report.print.words import Wording, last_place, rounded, told_apart


class Printed:
    """Anything with a source that a page, a terminal or a file prints.

    Put into a sentence (``w.html(key, n=figure)``) it prints itself with its mark; under the marked head of a
    `Table`'s column without.
    """

    if TYPE_CHECKING:

        @property
        def mark(self) -> Mark:
            """Where it comes from."""

    def text(self, w: Wording) -> str:
        """Words and numbers only."""
        raise NotImplementedError

    def html(self, w: Wording, *, cls: str = "n") -> Markup:
        """With its mark."""
        return number(self.text(w), self.mark, cls=cls)

    def cell(self, w: Wording) -> Markup | str:
        """Under a head that carries the mark."""
        return self.text(w)


@dataclass(frozen=True)
class Said(Printed):
    """Words of the data files in one language: marked as a whole when they hold figures, otherwise as they are.

    Attributes
    ----------
    always : whether they carry their mark also under a head that does
    """

    words: str
    mark: Mark
    always: bool = False

    def text(self, w: Wording) -> str:
        """The words."""
        return self.words

    def html(self, w: Wording | None = None, *, cls: str = "said") -> Markup:
        """The words with their mark."""
        return number(self.words, self.mark, cls="said") if DIGIT.search(self.words) else escape(self.words)

    def cell(self, w: Wording) -> Markup | str:
        """The words; the head has the mark."""
        return self.html() if self.always else self.words

    def __html__(self) -> str:
        return self.html()

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True)
class Together(Printed):
    """Several things printed as one, of one source as a whole.

    Attributes
    ----------
    parts : figures, words with a source, markup
    wrap : how they stand on a page, given one piece of markup each; default one after another
    between : what stands between them as text
    whole : mark of all of it, printed once; by default each part has its own
    """

    parts: Sequence[object]
    wrap: Callable[[list[object]], Markup] | None = None
    between: str = " "
    whole: Mark | None = None

    @property
    def mark(self) -> Mark:
        """The one all its parts share."""
        if self.whole is not None:
            return self.whole
        marks = {part.mark for part in self.parts if isinstance(part, Printed)}
        if len(marks) != 1:
            raise TypeError(f"parts of {len(marks)} sources have no common mark")
        return marks.pop()

    def _join(self, pieces: list[object]) -> Markup:
        return self.wrap(pieces) if self.wrap else join(pieces, self.between)

    def text(self, w: Wording) -> str:
        """Its parts as text."""
        texts = (plain_text(part, w) for part in self.parts if part is not None)
        return self.between.join(text for text in texts if text)

    def html(self, w: Wording, *, cls: str = "n") -> Markup:
        """Each part with its mark, or all with one."""
        if self.whole is not None:
            return number(self.cell(w), self.whole, cls=cls)
        return self._join([part.html(w) if isinstance(part, Printed) else part for part in self.parts])

    def cell(self, w: Wording) -> Markup:
        """Each part as under a marked head."""
        return self._join([part.cell(w) if isinstance(part, Printed) else part for part in self.parts])


def strong(part: object, bold: bool = True) -> Any:
    """In bold letters."""
    return Together((part,), wrap=lambda pieces: el("b", *pieces)) if bold else part


@dataclass(frozen=True)
class Phrase(Printed):
    """Figures in words of the catalogue: ``from {first} to {last}``."""

    key: str
    figures: Mapping[str, Printed]

    @property
    def mark(self) -> Mark:
        """The one all its figures share."""
        return Together(tuple(self.figures.values())).mark

    def text(self, w: Wording) -> str:
        """The sentence."""
        return w.text(self.key, **{name: figure.text(w) for name, figure in self.figures.items()})

    def cell(self, w: Wording) -> Markup:
        """The sentence, with what is bold in its figures."""
        return w.html(self.key, **{name: figure.cell(w) for name, figure in self.figures.items()})


def named(w: Wording, thing: Any, *, inside: bool = False, quoted: bool = False) -> Said:
    """The name of a plan, scenario, world, assumption or target; figures in it are theirs.

    Parameters
    ----------
    inside : inside a sentence, in lower case
    quoted : in quotation marks
    """
    label = (w.mention if inside else w.label)(thing.label)
    return Said(w.text("quoted", name=label) if quoted else label, Mark.of(thing))


def said(text: str, source: object) -> Said:
    """Other words that came with a thing: its reason, its question, its text."""
    return Said(text, Mark.of(source))


def reported(text: str) -> Said:
    """A sentence the program made about its own simulation."""
    return Said(text, Mark.MODEL)


def cited(text: str) -> Said:
    """Words of the pack's context, whose figures come from printed pages."""
    return Said(text, Mark.ACTUAL)


def planned_words(text: str) -> Said:
    """The name of a plan known only by its name."""
    return Said(text, Mark.PLAN)


def assumed_words(text: str) -> Said:
    """The name of a world or of a group of assumptions known only by its name."""
    return Said(text, Mark.ASSUMPTION)


def plain_text(part: object, w: Wording) -> str:
    """Anything a cell holds as words and numbers only."""
    if isinstance(part, Printed):
        return part.text(w)
    if isinstance(part, Markup):
        return part.striptags()
    return "" if part is None else str(part)


#: Growth of an average told apart: grown, caught up, joined and left.
PARTS = ("like_for_like", "catch_up", "composition")
_APART = "\u00a0\u00b7\u00a0"


@dataclass(frozen=True)
class Between(Printed):
    """From one figure to another, each to its own place."""

    low: Figure
    high: Figure

    @property
    def mark(self) -> Mark:
        """That of both."""
        return Together((self.low, self.high)).mark

    def text(self, w: Wording) -> str:
        """``0,2–0,85``."""
        return w.between(self.low.text(w), self.high.text(w))


@dataclass(frozen=True)
class Ranked(Printed):
    """A place among others by their simulated figures, or those shared with what cannot be told from it."""

    rank: Rank

    @property
    def mark(self) -> Mark:
        """Ranks are of simulated figures."""
        return Mark.MODEL

    @property
    def shared(self) -> bool:
        """Whether the draws do not tell it from its neighbours."""
        return self.rank.first != self.rank.last

    def text(self, w: Wording) -> str:
        """``2`` or ``2–4``."""
        return w.between(str(self.rank.first), str(self.rank.last))

    def cell(self, w: Wording) -> Markup | str:
        """With the words that say why it is shared."""
        if not self.shared:
            return self.text(w)
        return Markup("{} <small>{}</small>").format(self.text(w), w.text("not_distinguished"))


@dataclass(frozen=True)
class Spread(Printed):
    """The figures of an assumption beside each other: low, middle, high, or one alone."""

    figures: Sequence[Figure]
    simplex: bool
    percent: bool

    @property
    def mark(self) -> Mark:
        """Assumed."""
        return self.figures[0].mark

    def text(self, w: Wording) -> str:
        """``0,2 · 0,5 · 0,9``, with its unit where that is percent."""
        text = _APART.join(figure.text(w) for figure in self.figures)
        text = w.text("spread_simplex", mean=text) if self.simplex else text
        return w.with_unit(text, w.unit("%")) if self.percent else text


def spread(distribution: Distribution, unit: str) -> Spread:
    """An assumption's p10, p50 and p90, a constant, or the mean of a share of a whole."""
    simplex, constant = distribution.simplex, distribution.constant
    points = (distribution.p10, distribution.p50, distribution.p90)
    values = (distribution.mean,) if simplex else (distribution.p50,) if constant else points
    figures = []
    for value in values:
        exact = in_its_unit(value, unit)
        figures.append(Figure(rounded(exact, last_place(float(exact), 0.0)), Mark.of(distribution), None))
    return Spread(tuple(figures), bool(simplex), in_percent(unit))


def first_to_last(figures: Sequence[Figure]) -> Printed:
    """One figure where all years are equal, else the first and the last."""
    if len({figure.as_printed() for figure in figures}) == 1:
        return figures[0]
    return Phrase("from_first_to_last", {"first": figures[0], "last": figures[-1]})


def direction(difference: Difference, indicator: str, *, draws: float = math.inf) -> Phrase | None:
    """In how many simulated futures the scenario lies higher (or lower) than the reference.

    Parameters
    ----------
    draws : what the sample is worth; it sets the digits of the share
    """
    if not told_apart(difference) or difference.p_better is None:
        return None
    higher = difference.p_better if INDICATOR[indicator].better > 0 else 1 - difference.p_better
    more = higher > 1 - higher
    chance = _share_of_futures(max(higher, 1 - higher), draws)
    return Phrase("in_futures_higher" if more else "in_futures_lower", {"chance": chance})


def share_higher(difference: Difference, *, draws: float = math.inf) -> Figure | None:
    """In how many simulated futures a scenario lies higher, of what is better when higher; None where untold."""
    if not told_apart(difference) or difference.p_better is None:
        return None
    return _share_of_futures(difference.p_better, draws)


def _share_of_futures(share: float, draws: float) -> Figure:
    return Figure.of_chance(share, math.sqrt(share * (1 - share) / draws))


def growth_figures(answer: ScenarioAnswer, parts: Parts) -> dict[str, Figure]:
    """Each part of growth and their whole [%/yr], to what its Monte Carlo error allows, a tenth at most."""
    row = parts.year - answer.province.base_year - 1
    places = {}
    for part in PARTS:
        draws = answer.result.series(answer.scenario.slug, f"htx_{part}")[row, -1]
        error = float(monte_carlo_error(draws, answer.result.effective_draws))
        places[part] = last_place(getattr(parts, part), error, finest=-1)
    places["whole"] = max(places.values())
    return {name: Figure.computed(getattr(parts, name), places[name], unit="%", signed=True) for name in places}
