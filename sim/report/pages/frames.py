"""What pages share: where figures hold, a figure beside text, tables behind charts, heads of columns."""

from markupsafe import Markup

from sim.analysis.answer import Range, ScenarioAnswer, without_largest
from sim.domain import Province
from sim.report.print import PLAIN, Figure, Table, Wording, details, el, section

#: What is said to mean something else where one HTX makes up much of the total.
_AVERAGE = "htx_revenue"


def located(w: Wording, province: Province, key: str) -> Markup:
    """The place a page is about, in a sentence."""
    return el("span", w.html(key, place=el("b", w.label(province.label), cls=PLAIN)))


def beside(identity: str, title: object, figure: Markup | None, *text: object) -> Markup:
    """A section with a figure and, beside it, text and tables."""
    return section(identity, title, el("div", figure, el("div", *text, cls="beside"), cls="figure-and-text"))


def behind(w: Wording, table: Table, *, cls: str | None = None) -> Markup:
    """The table behind a chart, one click away."""
    return details(w.text("table_behind"), table.html(w), cls=cls)


def largest_apart(w: Wording, answer: ScenarioAnswer, found: Range) -> Markup | None:
    """One sentence: an average without the largest HTX, where its revenue was printed; None for other figures."""
    if found.indicator != _AVERAGE:
        return None
    others = without_largest(answer.province, answer.register, found.mean)
    if others is None:
        return None
    return w.html("without_largest", value=Figure.stated_about(others), unit=w.unit_of(_AVERAGE))


#: What the register itself calls unpublished and decisive: to be asked for before anything else.
ASK_FIRST = "prior_funding_ratio"
#: How many years of executed budgets, up to the base year, the calibration history was lived under.
_EXECUTED_YEARS = 3


def asked_first(answer: ScenarioAnswer) -> tuple[int, int] | None:
    """First and last year whose executed budgets should be asked for; None where nothing rests on them."""
    base = answer.province.base_year
    return (base - _EXECUTED_YEARS + 1, base) if ASK_FIRST in answer.register.entries else None


def measure_head(w: Wording, indicator: str) -> str:
    """The head of a column: an indicator's short name and unit."""
    return f"{w.term(f'short_{indicator}')}, {w.unit_of(indicator)}"


def first_middle_last(count: int) -> list[int]:
    """Places of the first, the middle and the last of so many years."""
    return sorted({0, count // 2, count - 1})
