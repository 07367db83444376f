"""An office's table as it was understood, in words: lines for a terminal and plain data for the planner."""

from collections.abc import Iterator, Mapping
from typing import Any

from sim.domain import Observation
from sim.inputs.office import COLUMN, OUT, ROW, WHOLE, Line, Question, Reading, Said, Unit, unit_of
from sim.inputs.text import exact_text, shown
from sim.inputs.yaml import load_catalogue, unit_key
from sim.report.print import Wording, period_name

#: How many figures are shown before they are read, and how many labels of each kind.
_FIRST, _MOST = 8, 60


def reading_content(reading: Reading, lang: str) -> dict[str, Any]:
    """What was matched, asked, left out and read, as texts and answers.

    Returns
    -------
    {title, kinds: [{title, lines: [{place, name, meaning, reason, answer, options}]}], questions: [{name,
    place, text, options: [{answer, text}]}], problems, left, sums: [{text, agrees}], first, count}
    """
    told = _Told(lang, reading.areas)
    kinds = [
        {
            "title": told.say(f"kind_{'whole' if kind == WHOLE else kind}"),
            "lines": [told.line(line) for line in reading.lines if line.kind == kind][:_MOST],
        }
        for kind in (WHOLE, COLUMN, ROW)
        if any(line.kind == kind for line in reading.lines)
    ]  # fmt: skip
    return {
        "title": told.say("title", file=reading.file, sheet=", ".join(reading.sheets), rows=_span(reading.heads)),
        "kinds": kinds,
        "questions": [told.question(question) for question in reading.questions],
        "problems": [told.words.describe(problem) for problem in reading.problems],
        "left": [told.say("left_line", place=place, text=shown(text), why=told.say(f"left_{_why(reason)}"))
                 for place, text, reason in reading.left][:_MOST],
        "sums": [told.sum(one) for one in reading.sums],
        "first": list(told.figures(reading)),
        "count": len(reading.table.rows) if reading.table else 0,
    }  # fmt: skip


def question_content(question: Question, areas: Mapping[str, str], lang: str) -> dict[str, Any]:
    """A question with its answers: {name, place, key, text, options: [{answer, text}]}."""
    return _Told(lang, areas).question(question)


def reading_lines(content: dict[str, Any], lang: str) -> Iterator[str]:
    """The same, line by line; questions with the answer one would type."""
    told = _Told(lang)
    yield content["title"]
    for kind in content["kinds"]:
        yield kind["title"] + ":"
        for line in kind["lines"]:
            yield "  " + told.say("line", **{key: line[key] for key in ("place", "name", "meaning", "reason")})
    if content["left"]:
        yield told.say("left")
        yield from ("  " + text for text in content["left"])
    yield from ("  " + one["text"] for one in content["sums"])
    if content["first"]:
        yield told.say("first", count=content["count"])
        yield from ("  " + text for text in content["first"])
    yield from ("  " + text for text in content["problems"])
    if content["questions"]:
        yield told.say("open", count=len(content["questions"]))
    for question in content["questions"]:
        yield f"  {question['place']}: {question['text']}"
        options = " | ".join(one["answer"] for one in question["options"])
        yield "    " + told.say("hint", name=question["name"], options=options)


def _why(reason: str) -> str:
    known = ("section", "total", "out", "compared", "below", "earlier", "ended", "second")
    return reason if reason in known else "out"


def _span(rows: tuple[int, int]) -> str:
    return str(rows[0]) if rows[0] == rows[1] else f"{rows[0]}–{rows[1]}"


class _Told:
    """What a reading says in one language."""

    def __init__(self, lang: str, areas: Mapping[str, str] | None = None) -> None:
        self.lang, self.words, self.w, self.areas = lang, load_catalogue(lang), Wording(lang), areas or {}

    def say(self, key: str, **params: object) -> str:
        """A text of the assistant."""
        return self.words.text(f"assist.{key}", **params)

    def line(self, line: Line) -> dict[str, Any]:
        """A label, what it stands for and why."""
        name = "" if line.name == WHOLE else line.name
        reason = line.reason if line.said.sure or line.said.role else ""
        roles = ("indicator", "area", "value") if line.kind == COLUMN else ()
        options = [{"answer": answer, "text": self.option(answer)} for answer in (*roles, OUT)]
        return {"place": line.place, "name": shown(name), "meaning": self.meaning(line.said),
                "reason": self.say(f"reason_{reason}"), "answer": "" if line.kind == WHOLE else line.name,
                "options": options}  # fmt: skip

    def meaning(self, said: Said) -> str:
        """What a label says, part by part."""
        if said.role:
            return self.say(f"role_{said.role}")
        parts = [self.w.page_term(said.terms[0])] if len(said.terms) == 1 else []
        if len(said.terms) > 1:
            parts.append(self.say("meaning_several", names=", ".join(map(self.w.page_term, said.terms))))
        parts += [self.unit(said.unit)] if said.unit else []
        parts += [self.say(f"status_{said.status}")] if said.status else []
        parts += [self.part(said.moment.part)] if said.moment.part else []
        parts += [str(year) for year in said.moment.years]
        parts += [self.areas.get(said.area, said.area)] if said.area else []
        return ", ".join(parts) or self.say("meaning_none")

    def part(self, part: str) -> str:
        """A part of the year."""
        kind, _, number = part.partition("-")
        return self.say(f"part_{kind}", count=int(number)) if number else self.say(f"part_{part}")

    def unit(self, unit: Unit) -> str:
        """A unit; one nobody knows as it is written."""
        key = f"assist.{unit_key(unit.name)}"
        name = self.words.text(key) if key in self.words else shown(unit.name)
        return self.say(f"per_{unit.per}", unit=name) if unit.per else name

    def question(self, question: Question) -> dict[str, Any]:
        """A question with its answers."""
        params = {**question.params}
        if isinstance(stated := params.get("unit"), str) and (unit := unit_of(stated)):
            params["unit"] = self.unit(unit)
        text = self.say(f"ask_{question.key}", name=shown(question.name), **params)
        options = [{"answer": answer, "text": self.option(answer)} for answer in question.options]
        return {"name": question.name, "place": question.place, "text": text, "options": options,
                "key": question.key}  # fmt: skip

    def option(self, answer: str) -> str:
        """An answer in words."""
        for key in (f"option_{answer.replace('-', '_')}", f"status_{answer}", f"role_{answer}"):
            if f"assist.{key}" in self.words:
                return self.say(key)
        if answer in self.areas:
            return self.areas[answer]
        unit = unit_of(answer)
        return self.unit(unit) if unit else self.w.page_term(answer)

    def sum(self, one: Any) -> dict[str, Any]:
        """A total beside the sum of its parts."""
        total, parts = (exact_text(number, self.lang) for number in (one.total, one.parts))
        key = "sum_agrees" if one.agrees else "sum_differs"
        params = {"place": one.place, "name": shown(one.name), "total": total}
        return {"text": self.say(key, **params, **({} if one.agrees else {"parts": parts})), "agrees": one.agrees}

    def figures(self, reading: Reading) -> Iterator[str]:
        """The first figures, as typed and as they will be kept."""
        for row in reading.table.rows[:_FIRST] if reading.table else ():
            cells: dict[str, Any] = {name: cell.text for name, cell in row.items()}
            figure = Observation(**{**cells, "year": int(cells["year"]), "value": float(cells["value"])}, line=0)
            value = self.w.with_unit(exact_text(row["value"].number or 0, self.lang), self.w.unit(figure.unit))
            typed = shown(reading.typed.get(row["value"].place, ""))
            planned = figure.period == "plan"
            yield self.say(
                "figure_planned" if planned else "figure", place=row["value"].place, typed=typed,
                name=self.w.page_term(figure.indicator),
                when=period_name(self.w, figure), status=self.say(f"status_{figure.status}"), area=figure.area,
                value=value,
            )  # fmt: skip
