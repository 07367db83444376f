"""Behind the answer: details of the page, and the suggestion of a split."""

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from sim.analysis.answer import CameIn, Revision
from sim.analysis.compare import Difference
from sim.domain import (
    HEADLINE,
    INDICATOR,
    LEADING,
    LINES,
    REAL,
    Province,
    allocation_of,
)
from sim.planner.state import Tries, Try
from sim.planner.words import Words
from sim.report.pages import (
    arrived_notes,
    arrived_pictures,
    arrived_sentences,
    arrived_table,
    revised_sentence,
    revised_table,
)  # fmt: skip
from sim.report.print import Figure, Palette, el, join, listing, plain

#: Colours of a small picture, as the view names them.
_COLOURS = Palette(
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


def arrived_html(words: Words, province: Province, found: CameIn) -> Markup:
    """What figures of the year make of the targets: a sentence, a small picture and the table of steps."""
    parts = [el("p", sentence) for sentence in arrived_sentences(words, province, found)]
    pictures = arrived_pictures(words, found, _COLOURS) if len(found.steps) > 1 else ()
    notes = (el("p", note, cls="cs-quiet") for note in arrived_notes(words, province, found))
    title = el("h4", words.html("arrived_title", year=plain(found.year)))
    return join([title, *parts, *pictures, arrived_table(words, found).html(words), *notes])


def revised_html(words: Words, found: Revision) -> Markup:
    """What moved since the forecast of the pack that this one goes on from, and why."""
    title = words.html("revised_title", before=plain(found.before), after=plain(found.after))
    lead, table = revised_sentence(words, found.of(HEADLINE[0])[0]), revised_table(words, found, found.after + 1)
    return join([el("h4", title), el("p", lead), table.html(words), el("p", words.html("revised_how"), cls="cs-quiet")])


def preview_html(words: Words, lines: Iterable[str]) -> Markup:
    """What was understood of a file; its texts stay texts."""
    return Markup().join((el("p", words.say("understood")), listing(line.strip() for line in lines)))


def tries_content(words: Words, tries: Tries, *, current: str, reference: str, year: int) -> list[dict[str, Any]]:
    """The strip, newest first; names are texts, never markup."""
    found = []
    for one in reversed(list(tries)):
        allocation, rating = allocation_of(one.plan, year), tries.ratings.get(one.key)
        shares = dict(zip(LINES, words.shares([allocation.share(line) for line in LINES]), strict=True))
        chance, gain = "", words.say("try_stale")
        if rating:
            more = Figure.of_difference(rating.gain, "htx_revenue_total").with_unit()
            gain = words.say("try_gain", gain=more.text(words))
            if rating.chance:
                chance = words.say("try_chance", chance=Figure.of_target_chance(rating.chance).text(words))
        content = {
            "key": one.key,
            "name": try_name(words, one),
            "named": bool(one.name),
            "split": [(words.term(f"line_{line}"), allocation.lines[line], shares[line]) for line in LINES],
            "left": allocation.unallocated,
            "fund": words.say("try_fund", fund=words.money(allocation.fund)),
            "world": words.label(one.world.label),
            "chance": chance,
            "gain": gain,
            "current": one.key == current,
            "reference": one.key == reference,
        }
        found.append(content)
    return found


def try_name(words: Words, one: Try) -> str:
    """Its name, or its number."""
    return one.name or words.say("try_number", number=one.number)


def try_option(words: Words, one: Try, year: int) -> str:
    """A try as one line of a list: what a planner remembers it by."""
    allocation = allocation_of(one.plan, year)
    split = " / ".join(words.shares([allocation.share(line) for line in LINES]))
    fund = words.say("try_fund", fund=words.money(allocation.fund))
    return f"{try_name(words, one)}: {fund}, {split}, {words.mention(one.world.label)}"
