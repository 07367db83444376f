"""Words and numbers of a language: texts, units, ranges, chances and differences, never finer than their error."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from sim.domain import (
    COUNT_UNITS,
    GROWTH,
    INDICATOR,
    PART,
    PERCENT,
    REAL,
    VND_PER_BILLION,
    Match,
    Observation,
    Target,
)
from sim.inputs.text import MINUS, exact_text, grouped
from sim.inputs.yaml import Catalogue, load_catalogue, note_words, unit_key

if TYPE_CHECKING:
    from sim.analysis.compare import Difference

#: Significant digits of a figure without an error: more would read as knowledge nobody has.
_SIGNIFICANT = 3
PLUS, EN_DASH, NO_BREAK = "+", "\u2013", "\u00a0"
_SPACED_PERCENT = re.compile(r"(?<=\d)[ \u00a0]%")
#: Chances beyond these are told in words: simulation says too little about its own tails.
RARE, NEARLY_ALWAYS = 0.05, 0.95
#: Units of whole things: a level has no decimals.
WHOLE = frozenset({*COUNT_UNITS, "persons"})
#: A difference has at most two decimals.
_FINEST_CHANGE = -2
_PLACE_OF_PERCENT = 2
#: Money of lines is told in tỷ đồng with million đồng as the last digit; the amount behind may be finer.
MILLION_PLACE = -3
#: Between the parts of a source's note, its figures, and how their separators change.
_NEXT_NOTE, _NOTED, _SEPARATORS = "; ", re.compile(r"\d(?:[\d.,]*\d)?"), str.maketrans(".,", ",.")


def last_place(value: float, mcse: float, *, finest: int | None = None) -> int:
    """Power of ten of the last digit worth printing.

    Parameters
    ----------
    value, mcse : a figure and its Monte Carlo error, in one unit
    finest : place below which the quantity itself has no digits (0 for whole things)

    Returns
    -------
    int
        The coarsest at which rounding moves the figure by at most one Monte Carlo error; without
        an error its third significant digit; `finest` where that is coarser.
    """
    if mcse > 0.0:
        place = math.floor(math.log10(2.0 * mcse))  # half a unit of it is the most that rounding adds
    else:
        place = math.floor(math.log10(abs(value))) - _SIGNIFICANT + 1 if value else finest or 0
    return place if finest is None else max(place, finest)


def rounded(value: float | Decimal, place: int) -> Decimal:
    """The value to one power of ten, halves away from zero as on paper."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    unit = Decimal(1).scaleb(place)
    return (exact / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP) * unit


def rounded_together(parts: Sequence[float | Decimal], whole: float | Decimal, place: int) -> list[Decimal]:
    """Largest remainder: parts to one power of ten that add up to their rounded whole.

    Parameters
    ----------
    parts : they add up to `whole` before rounding
    place : power of ten of the last digit

    Returns
    -------
    list of Decimal
        Each less than one unit of the last place from its part: those nearest the middle between two
        units are told to the other one.
    """
    unit = Decimal(1).scaleb(place)
    exact = [part if isinstance(part, Decimal) else Decimal(repr(float(part))) for part in parts]
    found = [rounded(part, place) for part in exact]
    missing = int((rounded(whole, place) - sum(found)) / unit)
    step = unit if missing > 0 else -unit
    by_remainder = sorted(range(len(found)), key=lambda at: (found[at] - exact[at]) * step)
    for at in by_remainder[: abs(missing)]:
        found[at] += step
    return found


def money_together(lines: Sequence[int], fund: int) -> list[Decimal]:
    """Lines, what no line has, and the fund, in whole million đồng and adding up [billion VND].

    Parameters
    ----------
    lines, fund : [VND]; the lines are rounded together, what no line has is the rest of the rounded fund
    """
    exact = [Decimal(vnd) / VND_PER_BILLION for vnd in lines]
    shown = rounded_together(exact, sum(exact), MILLION_PLACE)
    whole = rounded(Decimal(fund) / VND_PER_BILLION, MILLION_PLACE)
    return [*shown, whole - sum(shown), whole]


def shared_place(values: Iterable[Decimal], place: int) -> int:
    """`place`, or 0 where all values are whole: whole things have no decimals to show."""
    return place if any(value % 1 for value in values) else max(place, 0)



def level_place(indicator: str, value: float, mcse: float) -> int:
    """The last place worth printing of a level of an indicator."""
    return last_place(value, mcse, finest=0 if INDICATOR[indicator].unit in WHOLE else -1)


def change_place(value: float, mcse: float) -> int:
    """The last place worth printing of a difference."""
    return last_place(value, mcse, finest=_FINEST_CHANGE)


def chance_place(probability: float, mcse: float = 0.0) -> int | None:
    """The last place worth printing of a probability in percent; None where words stand for the figure."""
    place = last_place(probability, mcse, finest=-_PLACE_OF_PERCENT) + _PLACE_OF_PERCENT
    told = RARE <= probability <= NEARLY_ALWAYS and rounded(PERCENT * probability, place) not in (0, PERCENT)
    return place if told else None


def distinguishable(difference: "Difference") -> bool:
    """Whether a difference may be told as higher or lower, on every page, in every form and door."""
    return difference.distinguished and not difference.identical


def vanishes(difference: "Difference") -> bool:
    """Whether a difference, though it can be told apart, is too small for any digit worth printing."""
    return not rounded(difference.mean, change_place(difference.mean, difference.mcse))


# -- Words and numbers of a language ---------------------------------------------------------------

LANGUAGES = ("vi", "en")


class Wording:
    """Everything a page says, in one language.

    Parameters
    ----------
    lang : ``vi`` or ``en``
    catalogue : texts; the shipped ones when left out
    """

    def __init__(self, lang: str = "vi", catalogue: Catalogue | None = None) -> None:
        self.lang = lang
        self._catalogue = catalogue if catalogue is not None else load_catalogue(lang)

    # -- texts ---------------------------------------------------------------------------------

    def text(self, key: str, **params: object) -> str:
        """A plain sentence of the catalogue, for places that hold no markup."""
        plain = {name: self._plain(value) for name, value in params.items()}
        return self._catalogue.text(f"report.{key}", **plain).replace("**", "")

    def html(self, key: str, **params: object) -> Markup:
        """A sentence as markup: the text and plain parameters are escaped, ``**…**`` is emphasis."""
        template = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", str(escape(self._catalogue.texts[f"report.{key}"])))
        return Markup(template).format(**{name: self.marked(value) for name, value in params.items()})

    def marked(self, value: Any) -> Any:
        """What is put into a sentence: a figure in this language with its mark, anything else as it is."""
        return value.html(self) if hasattr(value, "html") else value

    def _plain(self, value: Any) -> object:
        if hasattr(value, "html"):
            return value.text(self)
        return value.striptags() if isinstance(value, Markup) else value

    def term(self, key: str) -> str:
        """The name of an indicator, a line, a grade …"""
        return self._catalogue.text(f"terms.{key}")

    def label(self, texts: Mapping[str, str] | str) -> str:
        """A text the data files carry in both languages (a bare string is taken as it is)."""
        if isinstance(texts, str):
            return texts
        text = texts.get(self.lang) or texts.get(LANGUAGES[0]) or self.text("missing")
        return _SPACED_PERCENT.sub(self.text("percent", value=""), text) if "%" in text else text

    def target(self, target: Target) -> str:
        """What a target is called: its name, or what one of one's own without a name asks for."""
        if any(target.label.values()):
            return self.label(target.label)
        told = {"name": self.term(target.indicator), "year": target.year, "unit": self.unit_of(target.indicator)}
        level = self.exact(target.level)
        if target.high is None or target.at_most:
            return self.text("target_at_most" if target.at_most else "target_at_least", level=level, **told)
        return self.text("target_between", span=self.between(level, self.exact(target.high)), **told)

    def mention(self, texts: Mapping[str, str] | str) -> str:
        """A label inside a sentence: lower case first, unless it begins with an abbreviation."""
        label = self.label(texts)
        return label[:1].lower() + label[1:] if label[1:2].islower() or label[1:2].isspace() else label

    def note(self, text: str) -> str:
        """What a source's page notes, part by part; a part nobody has put into this language stays as it is."""
        parts, known = [], note_words(self.lang)
        for part in text.split(_NEXT_NOTE):
            said = known.get(_NOTED.sub("#", part))
            if said is not None:
                figures = (figure.translate(_SEPARATORS) for figure in _NOTED.findall(part))
                part = re.sub("#", lambda _, figures=figures: next(figures), said)  # type: ignore[misc]
            parts.append(re.sub(r"(?<=\d)%", self.text("percent", value=""), part))
        return _NEXT_NOTE.join(parts)

    def unit(self, unit: str) -> str:
        """A unit as printed; one nobody has named is shown as it is."""
        return self._catalogue.texts.get(f"terms.{unit_key(unit)}", unit)

    def page_term(self, term: str) -> str:
        """The name of a term of the printed pages; one nobody has named is shown as it is."""
        return self._catalogue.texts.get(f"terms.page_{term}", term)

    def hash_name(self, name: str) -> str:
        """What a hash or a version is of; one nobody has named is shown as it is."""
        return self._catalogue.texts.get("report." + f"hash_{name}", name)

    def unit_of(self, indicator: str) -> str:
        """The printed unit of an indicator."""
        return self.unit(INDICATOR[indicator].unit)

    def unit_with_basis(self, indicator: str, price_basis: str) -> str:
        """The unit of an indicator, with its prices where it is money."""
        return ", ".join(part for part in (self.unit_of(indicator), self.basis(price_basis)) if part)

    # -- numbers -------------------------------------------------------------------------------

    def between(self, low: str, high: str) -> str:
        """``26–53``; in words where a sign would stand beside the dash; once where both are equal."""
        if low == high:
            return low
        if low[:1].isdigit() and high[:1].isdigit():
            return f"{low}{EN_DASH}{high}"
        return self._catalogue.text("report.from_to", low=low, high=high)

    def number(self, value: float | Decimal, place: int | None = 0, *, signed: bool = False) -> str:
        """A number to a power of ten, or with the digits it has; a true minus sign, and a plus where asked for."""
        if place is None:
            return self.exact(value)
        number = rounded(value, place)
        text = grouped(abs(number), max(0, -place), self.lang)
        return MINUS + text if number < 0 else PLUS + text if signed and number > 0 else text

    def exact(self, value: float | Decimal) -> str:
        """A printed figure with the digits it was printed with."""
        return exact_text(value, self.lang)

    def money(self, vnd: int) -> str:
        """Whole đồng as exact tỷ đồng, without the unit."""
        return self.exact(Decimal(vnd) / VND_PER_BILLION)

    def with_unit(self, number: str, unit: str) -> str:
        """A number and its unit, never broken apart."""
        if unit.startswith("%"):
            return self.text("percent", value=number) + unit[1:].replace(" ", NO_BREAK)
        return number + NO_BREAK + unit.replace(" ", NO_BREAK)

    def percent(self, value: float, place: int = 0, *, signed: bool = False) -> str:
        """Percent of a figure already in percent; something too small for any digit is said to be below the first."""
        if value > 0 and not signed and not rounded(value, place):
            first = self.percent(float(Decimal(1).scaleb(place)), place)
            return self._catalogue.text("report.chance_rare", bound=first)
        return self._catalogue.text("report.percent", value=self.number(value, place, signed=signed))

    def share(self, value: float) -> str:
        """A share in [0, 1] as whole percent."""
        return self.percent(PERCENT * value)

    def shares(self, values: Sequence[float]) -> list[str]:
        """Shares of one whole as whole percent that add up to theirs."""
        together = rounded_together([PERCENT * value for value in values], PERCENT * sum(values), 0)
        # What is there is never nothing: less than one stands below the first digit.
        least = (float(shown or (value and math.ulp(0.0))) for shown, value in zip(together, values, strict=True))
        return [self.percent(value) for value in least]

    def basis(self, price_basis: str) -> str:
        """How money is valued, for captions; empty for what is no money."""
        return self.term("basis_real" if price_basis == REAL else "basis_nominal") if price_basis else ""


# -- A printed figure in words: what it is about, and how it was used to update the assumptions ----

def match_name(match: Match, lang: str) -> str:
    """What the figure counts or measures, and when, as the table of figures says it."""
    w = Wording(lang)
    return f"{w.page_term(match.observation.indicator)}, {period_name(w, match.observation)}"


def period_name(w: Wording, row: Observation) -> str:
    """The time a printed figure is about."""
    base, _, month = row.period.partition("-")
    if base in ("to", "month") and month.isdigit():
        return w.text(f"period_{base}", month=month, year=row.year)
    return w.text("period_" + row.period.replace("-", "_"), year=row.year)


def match_note(match: Match, lang: str) -> str:
    """What the figure was matched with, and the error of measurement it was given."""
    w = Wording(lang)
    if match.kind == PART:
        return w.text("match_part")
    if match.relative or match.kind == GROWTH:
        return w.text(
            "match_relative" if match.relative else "match_points",
            error=w.percent(100 * match.error, -1 if match.kind == GROWTH else 0),
        )
    return w.text("match_absolute", error=w.number(match.error))
