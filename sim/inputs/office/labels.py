"""The columns and rows of a block: what each is, what is asked about it, and the figures where they cross."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sim.inputs import text as texts
from sim.inputs.excel import Address, Value, letters
from sim.inputs.office.asked import COLUMN, ROW, UNIT, Answers, Line, Question
from sim.inputs.office.grid import Block
from sim.inputs.office.vocabulary import (
    CHOSEN,
    COMPARED,
    OUT,
    REMEMBERED,
    TOTAL,
    Moment,
    Said,
    Unit,
    Vocabulary,
    is_missing,
    unit_of,
)

#: Columns that say what the figures of a row are of.
_LABELS = ("indicator", "area", "unit", "year", "period", "status", "note")
#: Columns of which nothing is read.
_LEFT = ("number", "code", COMPARED, TOTAL, OUT)
_BODY = "body"
#: How many first cells of a column are shown.
_FIRST = 3
_SOME = 2


@dataclass(frozen=True)
class Crossing:
    """A figure where a row and a column cross, with what both say of it.

    Attributes
    ----------
    row, column : names of the labels it stands at
    of_row : whether the row says which indicator it is
    note : of its row
    """

    at: Address
    value: Value
    said: Said
    row: str
    column: str
    of_row: bool
    note: str = ""


@dataclass
class Found:
    """What was found on a block so far.

    Attributes
    ----------
    totals, aside : figures of rows of totals, whatever they are taken for, and of rows that were left out
    left : what was left out: (place, text, reason)
    unread : rows and columns of which nothing is read
    """

    lines: list[Line] = field(default_factory=list)
    questions: dict[tuple[str, str], Question] = field(default_factory=dict)
    crossings: list[Crossing] = field(default_factory=list)
    totals: list[Crossing] = field(default_factory=list)
    aside: list[Crossing] = field(default_factory=list)
    left: list[tuple[str, str, str]] = field(default_factory=list)
    unread: tuple[set[int], set[int]] = field(default_factory=lambda: (set(), set()))

    def ask(self, question: Question) -> None:
        """Ask once for each label."""
        self.questions.setdefault((question.key, question.name), question)


def crossings(block: Block, vocabulary: Vocabulary, answers: Answers) -> Found:
    """The figures of a block, each with what its row and its column say."""
    found = Found()
    columns = _columns(block, vocabulary, answers, found)
    by_role: dict[str, list[int]] = {}
    for column, line in columns.items():
        by_role.setdefault(line.said.role if line.said.role in (*_LABELS, *_LEFT) else "", []).append(column)
    found.unread[1].update(column for role in (*_LEFT, *_LABELS) for column in by_role.get(role, []))
    values = [column for column in by_role.get("", []) if columns[column].said.sure or columns[column].said.role]
    section, parent = Said(), ""
    titles = [""]
    for row in block.rows:
        filled = [column for column in values if not is_missing(block.text((row, column)))]
        label = next((text for role in ("indicator", "area") for column in by_role.get(role, [])
                      if (text := block.text((row, column)))), "")  # fmt: skip
        if not filled:
            if label and not any(block.text((row, column)) for column in values):
                said = vocabulary.read([label])
                found.unread[0].update([row] * bool(said.role))
                section, titles, parent = (said if said.area else Said()), ["" if said.area else label], ""
                found.left.append((block.sheet.address((row, _first(by_role))), label, "section"))
            continue
        dashed = label.lstrip()[:1] in ("-", "–", "+", "•", "*") or label.casefold().startswith("trong đó")
        above = [title for title in (*titles, parent if dashed else "") if title]
        facts = _row(block, row, by_role, above, _Row(vocabulary, answers, found, section))
        parent = parent if dashed else label
        _cross(block, row, [columns[column] for column in filled], filled, facts, found)
    return found


def _first(by_role: Mapping[str, Sequence[int]]) -> int:
    return min(column for role in ("indicator", "area", "") for column in by_role.get(role, []) or [1])


# -- columns -----------------------------------------------------------------------------------------


def _columns(block: Block, vocabulary: Vocabulary, answers: Answers, found: Found) -> dict[int, Line]:
    """Every column with what it is; one that is not sure is asked about."""
    made: dict[int, Line] = {}
    spelt = [path for path in block.paths.values() if path]
    for column, headed in block.paths.items():
        cells = [text for row in block.rows if (text := block.text((row, column)))]
        if not cells:
            continue
        again = f" [{letters(column)}]" if spelt.count(headed) > 1 else ""
        path = (*headed[:-1], headed[-1] + again) if headed else (letters(column),)
        said, reason = answers.applied(vocabulary.read(headed) if headed else Said(rest="-"), path)
        inferred = "" if said.sure or said.role else _by_body(cells, vocabulary)
        if inferred:
            said, reason = Said(role=inferred), _BODY
        place = block.sheet.address((block.heads[1], column))
        made[column] = Line(COLUMN, " / ".join(path), place, said, reason, tuple(cells[:_FIRST]))
    roles = {line.said.role for line in made.values()}
    others = [line for line in made.values() if line.said.role not in (*_LABELS, *_LEFT)]
    for column, line in made.items():
        if line.said.role == TOTAL and not others:
            made[column] = line = replace(line, said=Said(rest=line.name))
        made[column] = _asked(line, answers, found, ("value",) if "indicator" in roles else ("indicator", "area"))
    found.lines += made.values()
    return made


def _by_body(cells: Sequence[str], vocabulary: Vocabulary) -> str:
    """What a column without a heading that is known holds, where at least half of its cells are known names."""
    distinct = list(dict.fromkeys(cells))[:100]
    said = [vocabulary.read([text]) for text in distinct]
    for role, known in (
        ("indicator", sum(len(one.terms) == 1 for one in said)),
        ("area", sum(bool(one.area) for one in said)),
    ):
        if known and _SOME * known >= len(distinct):
            return role
    return ""


def _asked(line: Line, answers: Answers, found: Found, offered: Sequence[str]) -> Line:
    """A line as it stands, a question about it noted where it is not sure.

    Parameters
    ----------
    offered : what a label nobody knows may be, beside an indicator
    """
    said = line.said
    if said.role or said.sure:
        return line
    unknown = not said.terms
    if unknown and answers.leave_out:
        return replace(line, said=Said(role=OUT), reason=CHOSEN)
    key = line.kind if unknown else "narrower" if said.narrower else "several"
    options = said.terms or tuple(offered)
    params = {"above": said.narrower} if said.narrower else {}
    found.ask(Question(key, line.name, line.place, (*options, OUT), params))
    return line


# -- rows --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Row:
    vocabulary: Vocabulary
    answers: Answers
    found: Found
    section: Said


def _row(
    block: Block, row: int, by_role: Mapping[str, Sequence[int]], above: Sequence[str], reads: _Row
) -> tuple[Said, str, str]:
    """What the labels of a row say together, its name and its note; a role where nothing of it is read."""
    said, named, name, areas = reads.section, "", "", reads.vocabulary.areas
    for role, column, text in _filled(block, row, by_role, ("indicator", "area", "year", "period", "status")):
        if role in ("indicator", "area"):
            path = (*above, text) if role == "indicator" else (text,)
            line = _row_line(block, (row, column), path, reads, offered=tuple(areas) if role == "area" else ())
            one, name = line.said, line.name if role == "indicator" else name
        else:
            one = _facet(role, text, reads.vocabulary)
            if one.rest or one.terms or one.role:
                one = _row_line(block, (row, column), (text,), reads, facet=True).said
        if one.role:
            return Said(role=one.role), text, ""
        said, named = _joined(said, one), named or text
    stated = [text for _, _, text in _filled(block, row, by_role, ("unit",)) if not is_missing(text)]
    if stated and UNIT not in said.marks:
        said = replace(said, unit=unit_of(stated[0]) or Unit(stated[0]))
    note = "; ".join(text for _, _, text in _filled(block, row, by_role, ("note",)))
    return said, name or named, note


def _filled(
    block: Block, row: int, by_role: Mapping[str, Sequence[int]], roles: Sequence[str]
) -> Iterator[tuple[str, int, str]]:
    """The labels of a row that are filled in, by what their columns hold: (role, column, text)."""
    for role in roles:
        for column in by_role.get(role, []):
            if text := block.text((row, column)):
                yield role, column, text


def _facet(role: str, text: str, vocabulary: Vocabulary) -> Said:
    """A cell of a column of years, periods or states; a bare number of a month is one under that heading."""
    if role == "period" and (coded := Moment.coded(text)):
        return Said(moment=coded)
    bare_number = role == "period" and text.isdecimal()
    return vocabulary.read([f"tháng {text}" if bare_number else text])


def _row_line(
    block: Block, at: Address, path: Sequence[str], reads: _Row, *, facet: bool = False, offered: Sequence[str] = ()
) -> Line:
    """A label of a row, shown once and asked about where it is not sure."""
    name, place = " / ".join(path), block.sheet.address(at)
    found = reads.vocabulary.read(path)
    said, reason = reads.answers.applied(found, path)
    if found.role == TOTAL:  # whatever it is taken for, its rows are held against it
        said = replace(said, marks=said.marks | {TOTAL})
    if facet and said.role != TOTAL and reason not in (CHOSEN, REMEMBERED):
        said = replace(said, terms=(), rest=said.rest or path[-1])
    line = Line(ROW, name, place, said, reason)
    if not any(one.kind == ROW and one.name == name for one in reads.found.lines[-_RECENT:]):
        line = _asked(line, reads.answers, reads.found, offered)
        reads.found.lines.append(line)
    elif not (said.role or said.sure):
        line = _asked(line, reads.answers, reads.found, offered)
    return line


#: How many labels back a repeated one is looked for, so that it is shown once.
_RECENT = 200


def _joined(first: Said, more: Said) -> Said:
    """What two labels of a row say together; the later one counts where both speak."""
    return replace(
        first, terms=more.terms or first.terms, unit=more.unit or first.unit, moment=more.moment.also(first.moment),
        status=more.status or first.status, area=more.area or first.area, rest=first.rest or more.rest,
        narrower=first.narrower or more.narrower, marks=first.marks | more.marks,
    )  # fmt: skip


# -- where they cross --------------------------------------------------------------------------------


def _cross(
    block: Block, row: int, lines: Sequence[Line], columns: Sequence[int], facts: tuple[Said, str, str], found: Found
) -> None:
    """The figures of one row; a row of totals is kept aside for its sums."""
    said, name, note = facts
    if said.role:
        reason = said.role
        found.unread[0].add(row)
        found.left.append((block.sheet.address((row, columns[0])), texts.shown(name), reason))
    for column, line in zip(columns, lines, strict=True):
        both = _joined(line.said, replace(said, role=""))
        clash = bool(said.terms and line.said.terms and said.terms != line.said.terms)
        if clash and not said.role:
            found.ask(Question("clash", line.name, line.place, (OUT,), {"row": name}))
        made = Crossing((row, column), block.sheet.cells.get((row, column), block.text((row, column))),
                        both, name, line.name, bool(said.terms), note)  # fmt: skip
        if not said.role:
            found.crossings.append(made)
        if said.role == TOTAL or TOTAL in said.marks:
            found.totals.append(made)
        elif said.role:
            found.aside.append(made)


def labels_of(block: Block) -> Iterator[tuple[Address, str]]:
    """Headings and labels of a block with their cells, as they are typed."""
    for at, value in block.sheet.cells.items():
        if isinstance(value, str) and at[0] >= block.heads[0]:
            yield at, value
