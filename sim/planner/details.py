"""Behind the answer: details of the page."""

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from sim.analysis.compare import Difference
from sim.domain import INDICATOR, LEADING, LINES, REAL
from sim.planner.words import Words
from sim.report.print import Figure, Palette, el, listing, plain

#: Colours of a small picture, as the view names them.
COLOURS = Palette(
    ink="var(--cs-ink)", quiet="var(--cs-muted)", faint="var(--cs-grid)", rule="var(--cs-grid)",
    paper="var(--cs-paper)", accent="var(--cs-accent)", band_80="var(--cs-band80)", band_50="var(--cs-band50)",
    contrast="var(--cs-ink)",
)  # fmt: skip


def margins_html(words: Words, margins: Mapping[str, Mapping[str, Difference]], year: int) -> Markup:
    """What one more tỷ a year does, line by line."""
    heads = [words.say("margins_line")]
    for indicator in LEADING:
        money = {"unit": words.unit_of(indicator), "basis": words.basis(REAL)} if INDICATOR[indicator].money else {}
        heads.append(words.say(f"margin_{indicator}", **money))
    rows = []
    for line in LINES:
        cells = [el("th", words.term(f"line_{line}"), scope="row")]
        for indicator, head in zip(LEADING, heads[1:], strict=True):
            figure = Figure.of_difference(margins[line][indicator], indicator)
            span = el("small", words.rich("range", span=figure.ends)) if figure.low is not None else None
            shown = el("span", figure.html(words), " ", span, cls=None if figure.apart else "cs-quiet")
            cells.append(el("td", shown, data_label=head))
        rows.append(el("tr", *cells))
    table = el("table", el("thead", el("tr", *(el("th", head, scope="col") for head in heads))), el("tbody", *rows))
    note = el("p", words.say("margins_note"), cls="cs-quiet")
    return Markup().join((el("h4", words.rich("margins", year=plain(year))), table, note))


def preview_html(words: Words, lines: Iterable[str]) -> Markup:
    """What was understood of a file; its texts stay texts."""
    return Markup().join((el("p", words.say("understood")), listing(line.strip() for line in lines)))
