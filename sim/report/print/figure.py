"""A printed figure as a value: where it comes from, how finely it may be printed, and how it reads in every form."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

from sim.analysis.answer import Range, TargetChance
from sim.analysis.compare import Difference, Estimate
from sim.domain import INDICATOR, PERCENT, VND_PER_BILLION, Subject, Target
from sim.report.print import words
from sim.report.print.marks import Mark, Told, note, number, plain
from sim.report.print.phrases import Printed

#: Units whose values are read more easily in percent.
_SHARES = frozenset({"share", "1/yr", "real 1/yr"})
#: What an assumption, or a value found by search, is known to at best: another seed moves it by about as much.
FOUND = 0.05
#: Last place worth printing of a value, and of a share in percent.
_FINEST, _FINEST_SHARE = -2, -1
#: Shares below this are not given in figures.
_LEAST = 0.01
#: Words that stand where there is no figure to tell, and so no mark.
_NO_FIGURE = frozenset({"no_difference", "not_distinguished", "unknowns_zero", "unknowns_nearly_zero"})


@dataclass(frozen=True)
class Figure(Printed):
    """One number.

    Attributes
    ----------
    value : in `unit`
    mark : where it comes from; without one no figure can be made
    place : power of ten of the last digit worth printing; None: the digits it has
    error : Monte Carlo error, in `unit`
    low, high : ends of its 80 % range
    ends_place : last place of both ends
    inner : whether they are those of its 50 % range instead
    unit : of the domain, as ``HTX``; ``%`` is always printed with the number
    signed : True for a difference, whose plus is printed
    instead : key of the words that stand where the figure may not
    bounds : (name, figure) of what those words name
    beside : unit printed beside the number; empty for none
    shown : what is printed for its value, where it was rounded together with what it adds up with
    subject : the question it answers, where it is one that may be asked elsewhere too
    """

    value: float | Decimal
    mark: Mark
    place: int | None = 0
    error: float = 0.0
    low: float | Decimal | None = None
    high: float | Decimal | None = None
    ends_place: int | None = 0
    inner: bool = False
    unit: str = ""
    signed: bool = False
    instead: str = ""
    bounds: tuple[tuple[str, Figure], ...] = ()
    beside: str = ""
    shown: Decimal | None = None
    subject: Subject | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.mark, Mark):
            raise TypeError(f"a figure needs to know where it comes from, not {self.mark!r}")

    # -- figures by where they come from -----------------------------------------------------------

    @classmethod
    def of_range(cls, found: Range, *, inner: bool = False) -> Figure:
        """The mean of simulated levels with its 80 % range.

        Parameters
        ----------
        inner : with its 50 % range instead
        """
        low, high = (found.p25, found.p75) if inner else (found.p10, found.p90)
        figure = cls.of_level(found.indicator, found.mean, found.mcse)
        place = words.level_place(found.indicator, high, found.mcse)
        return replace(figure, low=low, high=high, ends_place=place, inner=inner, subject=found.subject)

    @classmethod
    def of_level(cls, indicator: str, value: float, error: float = 0.0) -> Figure:
        """A simulated level of an indicator, without a range."""
        place = words.level_place(indicator, value, error)
        return cls(value, Mark.MODEL, place, error, unit=INDICATOR[indicator].unit)

    @classmethod
    def of_difference(cls, difference: Difference, indicator: str) -> Figure:
        """A paired difference with its 80 % range; words before the range where nothing can be told apart."""
        figure = cls.of_draws(difference, indicator)
        if not words.distinguishable(difference):
            return figure.alone.worded("no_difference") if difference.identical else figure.worded("not_distinguished")
        return replace(figure, instead="nearly_equal") if words.vanishes(difference) else figure

    @classmethod
    def of_draws(cls, difference: Difference, indicator: str) -> Figure:
        """A paired difference with its 80 % range that is printed as a figure whatever it is."""
        place = words.change_place(max(abs(difference.p10), abs(difference.p90)), difference.mcse)
        figure = cls.of_change(difference.mean, difference.mcse, indicator)
        return replace(figure, low=difference.p10, high=difference.p90, ends_place=place, subject=difference.subject)

    @classmethod
    def of_change(cls, value: float, error: float, indicator: str = "") -> Figure:
        """A simulated change without a range that is printed as a figure whatever it is."""
        unit = INDICATOR[indicator].unit if indicator else ""
        return cls(value, Mark.MODEL, words.change_place(value, error), error, unit=unit, signed=True)

    @classmethod
    def of_relative(cls, difference: Difference, level: float) -> Figure:
        """A paired difference in percent of the reference's mean, no finer than its error and a tenth."""
        share, error = PERCENT * difference.mean / level, PERCENT * difference.mcse / level
        place = max(words.change_place(share, error), 0 if abs(share) >= 1 else -1)
        return cls(share, Mark.MODEL, place, error, unit="%", signed=True)

    @classmethod
    def of_chance(cls, probability: float, error: float = 0.0) -> Figure:
        """A probability, in percent to what its Monte Carlo error allows; words beyond 5 and 95 %."""
        figure = cls(PERCENT * probability, Mark.MODEL, unit="%", error=PERCENT * error)
        if probability < words.RARE:
            return figure.worded("chance_rare", bound=cls.portion(words.RARE))
        if probability > words.NEARLY_ALWAYS:
            return figure.worded("chance_near_all", bound=cls.portion(words.NEARLY_ALWAYS))
        place = words.chance_place(probability, error)
        return replace(figure, instead="chance_too_coarse") if place is None else replace(figure, place=place)

    @classmethod
    def of_target_chance(cls, found: TargetChance) -> Figure:
        """The probability of a target."""
        return replace(cls.of_chance(found.probability, found.mcse), subject=found.subject)

    @classmethod
    def of_share(cls, estimate: Estimate) -> Figure:
        """An estimated share of a whole with its 80 % range; words where no figure can be told.

        Whole percent for both, since the interval says how sure the share is: rounded to its error, it could leave it.
        """
        figure = cls.computed(PERCENT * estimate.value, unit="%")
        if not estimate.distinguished:
            return replace(figure, instead="unknowns_zero")
        if estimate.value < _LEAST:
            return figure.worded("chance_rare", bound=cls.portion(_LEAST))
        return replace(figure, low=PERCENT * estimate.low, high=PERCENT * estimate.high)

    @classmethod
    def of_part(cls, estimate: Estimate) -> Figure:
        """The share of the variance a group of the unknowns has, with its 80 % range; below which bound if little."""
        figure = cls.of_share(estimate)
        if not estimate.distinguished:
            bound = max(_LEAST, math.ceil(PERCENT * estimate.high) / PERCENT)
            return replace(figure, instead="").worded("chance_rare", bound=cls.portion(bound))
        return replace(figure, high=min(PERCENT, figure.high)) if figure.high is not None else figure

    @classmethod
    def of_worth(cls, worth: Estimate, indicator: str) -> Figure:
        """What knowing something is worth, without a sign; words where no digit is worth printing."""
        figure = cls.of_change(worth.value, worth.error, indicator).size
        if not worth.distinguished:
            return replace(figure, instead="unknowns_zero")
        return (
            figure if words.rounded(worth.value, figure.place or 0) else replace(figure, instead="unknowns_nearly_zero")
        )

    @classmethod
    def computed(cls, value: float, place: int = 0, *, unit: str = "", signed: bool = False) -> Figure:
        """Any other number of the simulation: a count of draws or splits, a ratio, a share [%]."""
        return cls(value, Mark.MODEL, place, unit=unit, signed=signed)

    @classmethod
    def portion(cls, share: float) -> Figure:
        """A share of a whole in [0, 1], in percent: of the variance, of the futures."""
        return cls(PERCENT * share, Mark.MODEL, 0, unit="%")

    @classmethod
    def observed(cls, row: Any, *, unit: str = "") -> Figure:
        """A printed figure of the pack with the digits it was printed with, marked by its status."""
        return cls(row.value, Mark.of(row), None, unit=unit or getattr(row, "unit", ""))

    @classmethod
    def counted(cls, things: Sequence[object] | int) -> Figure:
        """How many there are of what was listed, chosen or run: nobody needs to doubt it, so no mark stands beside it.

        Parameters
        ----------
        things : or how many: rows, plans, worlds, draws, splits tried
        """
        return cls(things if isinstance(things, int) else len(things), Mark.COUNT)

    @classmethod
    def planned(cls, vnd: int, place: int | None = None, *, signed: bool = False) -> Figure:
        """Money of a plan [VND] as tỷ đồng a year, exact unless a place is given."""
        return cls(Decimal(vnd) / VND_PER_BILLION, Mark.PLAN, place, unit="billion VND/yr", signed=signed)

    @classmethod
    def planned_billion(cls, billion: float, place: int) -> Figure:
        """Money on the way between two plans [tỷ đồng]."""
        return cls(billion, Mark.PLAN, place, unit="billion VND/yr")

    @classmethod
    def planned_share(cls, share: float, place: int = 0) -> Figure:
        """A line's share of a plan's fund [0, 1], in percent."""
        return cls(PERCENT * share, Mark.PLAN, place, unit="%")

    @classmethod
    def target(cls, target: Target, high: float | None = None) -> Figure:
        """What a target must reach; with the end of its band as range."""
        return cls(target.level, Mark.TARGET, None, low=target.level, high=high, ends_place=None)

    @classmethod
    def stated(cls, value: float, place: int | None = None, *, unit: str = "") -> Figure:
        """A bound or a level that was chosen, not found: the share looked for, the limit of a shift."""
        return cls(value, Mark.ASSUMPTION, place, unit=unit)

    @classmethod
    def stated_share(cls, share: float) -> Figure:
        """A chosen share [0, 1], in whole percent."""
        return cls(PERCENT * share, Mark.ASSUMPTION, unit="%")

    @classmethod
    def stated_about(cls, value: float) -> Figure:
        """What follows from an assumption, about: two digits."""
        return cls(value, Mark.ASSUMPTION, words.last_place(value, 0.0) + 1)

    @classmethod
    def found(cls, value: float, unit: str) -> Figure:
        """The value of an assumption that a search over the simulation gave, no finer than another seed would."""
        return cls._of_assumption(value, unit, Mark.MODEL)

    @classmethod
    def assumed(cls, value: float, unit: str) -> Figure:
        """One value of an assumption."""
        return cls._of_assumption(value, unit, Mark.ASSUMPTION)

    @classmethod
    def _of_assumption(cls, value: float, unit: str, mark: Mark) -> Figure:
        exact = float(in_its_unit(value, unit))
        if not in_percent(unit):
            return cls(exact, mark, words.last_place(exact, abs(exact) * FOUND, finest=_FINEST))
        place = words.last_place(exact, abs(exact) * FOUND, finest=_FINEST_SHARE)
        if exact > 0 and not words.rounded(exact, place):
            return cls(exact, mark, place, unit="%")  # says that it is below the first digit
        return cls(exact, mark, place, beside="%")

    # -- other readings of the same figure ---------------------------------------------------------

    @property
    def apart(self) -> bool:
        """Whether there is something to tell: words that say there is no figure carry no mark."""
        return self.instead not in _NO_FIGURE

    @property
    def clear(self) -> bool:
        """Whether it is printed as a number, not in words."""
        return not self.instead

    @property
    def size(self) -> Figure:
        """Without its sign, for sentences that say more or less in words."""
        value, shown = -self.value if self.value < 0 else self.value, None if self.shown is None else abs(self.shown)
        return replace(self, value=value, shown=shown, signed=False)

    @property
    def alone(self) -> Figure:
        """Without its range."""
        return replace(self, low=None, high=None)

    @property
    def ends(self) -> Ends:
        """Its range."""
        return Ends(self)

    @property
    def bottom(self) -> Figure | None:
        """The low end of its range as a figure, for cells that hold one number each."""
        return None if self.low is None else self._end(self.low, "low")

    @property
    def top(self) -> Figure | None:
        """The high end of its range as a figure."""
        return None if self.high is None else self._end(self.high, "high")

    def _end(self, value: float | Decimal, which: str) -> Figure:
        subject = self.subject and self.subject.told(f"inner {which}" if self.inner else which)
        return replace(
            self, value=value, place=self.ends_place, low=None, high=None, instead="", shown=None, subject=subject
        )

    def worded(self, instead: str, **bounds: Figure) -> Figure:
        """In words of the catalogue, with the figures these name."""
        return replace(self, instead=instead, bounds=tuple(bounds.items()))

    def with_unit(self, unit: str = "") -> Figure:
        """With its unit beside it, or another that says more."""
        return replace(self, beside=unit or self.unit)

    # -- how it is printed -------------------------------------------------------------------------

    def text(self, w: words.Wording) -> str:
        """The number, or the words that stand for it."""
        return self.noted(self._text(w), None if self.instead else self.place, w.lang)

    def noted(self, text: str, place: int | None, lang: str = "") -> str:
        """A text of it as it is printed, kept where answers are being kept."""
        subject, value = self.subject, self.value
        if subject:
            note(lambda: Told(subject, float(value), text, place, self.signed, lang))
        return text

    def _text(self, w: words.Wording) -> str:
        if self.instead:
            return w.text(self.instead, **{name: bound.text(w) for name, bound in self.bounds})
        value = self.value if self.shown is None else self.shown
        if self.unit == "%" and self.place is not None:
            return w.percent(float(value), self.place, signed=self.signed)
        text = w.number(value, self.place, signed=self.signed)
        return w.with_unit(text, w.unit(self.beside)) if self.beside else text

    def html(self, w: words.Wording, *, cls: str = "n") -> Markup:
        """With its mark; words that say there is no figure go without."""
        return number(self.text(w), self.mark, cls=cls) if self.apart else escape(self.text(w))

    def cell(self, w: words.Wording) -> Markup | str:
        """The number and, smaller, its range."""
        if self.low is None:
            return plain(self.text(w)) if self.instead and self.signed else self.text(w)
        return Markup("{} <small>({})</small>").format(self.text(w), self.ends.text(w))

    @property
    def finer(self) -> Figure:
        """With one digit more, for lists whose levels a reader subtracts: else two roundings stand in what he gets."""
        return self if self.place is None else replace(self, place=self.place - 1)

    def short(self, place: int) -> Figure:
        """With the digits it has down to a power of ten."""
        return replace(self, value=words.rounded(self.value, place), place=None)

    def as_printed(self) -> Decimal:
        """The value with the digits it is printed with, for cells that hold numbers."""
        if self.shown is not None:
            exact = self.shown
        elif self.place is not None:
            exact = words.rounded(self.value, self.place)
        else:
            exact = self.value if isinstance(self.value, Decimal) else Decimal(repr(float(self.value)))
        self.noted(f"{exact:f}", self.place)
        return exact


@dataclass(frozen=True)
class Ends(Printed):
    """The range of a figure, both ends to one place; signs where a difference reaches below zero."""

    figure: Figure

    @property
    def mark(self) -> Mark:
        """That of its figure."""
        return self.figure.mark

    def text(self, w: words.Wording) -> str:
        """``26–53``; in words where a sign would stand beside the dash; empty where there is none."""
        low, high, place = self.figure.low, self.figure.high, self.figure.ends_place
        if low is None:
            return ""
        if high is None:
            return w.number(low, place)
        if math.isinf(high):
            return w.text("cost_from", low=w.number(low, place))
        signed = False
        if self.figure.signed and place is not None:
            low, high = words.rounded(low, place), words.rounded(high, place)
            place, signed = words.shared_place((low, high), place), low < 0
        bottom, top = (w.number(end, place, signed=signed) for end in (low, high))
        for end, text in ((self.figure.bottom, bottom), (self.figure.top, top)):
            if end:
                end.noted(text, place, w.lang)
        text = w.between(bottom, top)
        return w.text("percent", value=text) if self.figure.unit == "%" else text


def in_percent(unit: str) -> bool:
    """Whether an assumption in this unit is shown in percent."""
    return unit in _SHARES


def in_its_unit(value: float, unit: str) -> Decimal:
    """A value of an assumption as it is printed: shares in percent."""
    exact = Decimal(repr(float(value)))
    return exact * PERCENT if in_percent(unit) else exact
