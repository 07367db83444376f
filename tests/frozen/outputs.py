"""Every output as plain text: jobs that ask the program through its doors and read what it leaves behind."""

from __future__ import annotations

import json
import shlex
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.frozen import cases, doors, plain
from tests.frozen.plain import Mask

#: Files of a folder that are the program's own business.
_HIDDEN = (".lock", ".holder.json", ".work", ".own")
#: The other forms of a report, beside its pages.
_FORMS = (".pdf", ".docx", ".xlsx")
#: Kept in ``.records`` for a run that resumes; the workbook and the tables say the same.
_FOR_RESUMING = (".jsonl", ".csv")

Texts = dict[str, str]


@dataclass(frozen=True)
class Job:
    """One thing to ask.

    Attributes
    ----------
    name : language / pack / form / what; the names of its outputs begin so
    make : (an empty folder, what is masked) → outputs by the rest of their names
    """

    name: str
    make: Callable[[Path, Mask], Texts]
    quick: bool
    pdf: bool = False


def jobs() -> list[Job]:
    """Everything there is to ask, slowest first."""
    found = []
    for lang in cases.LANGUAGES:
        for pack in cases.PACKS:
            at = f"{lang}/{pack}"
            for report in cases.REPORTS[pack]:
                quick = report.quick and lang == cases.LANGUAGES[0]
                found.append(Job(f"{at}/report/{report.name}", partial(_report, report, lang, pack), quick, report.pdf))
            for question in cases.QUESTIONS[pack]:
                quick = question.quick and lang == cases.LANGUAGES[0]
                found.append(Job(f"{at}/terminal/{question.name}", partial(_question, question, lang, pack), quick))
            quick = (lang, pack) == (cases.LANGUAGES[0], cases.SHIPPED)
            found.append(Job(f"{at}/planner/move", partial(_planner, cases.QUICK_WISHES, lang, pack), quick))
        at = f"{lang}/{cases.SHIPPED}/planner/day"
        found.append(Job(at, partial(_planner, cases.WISHES, lang, cases.SHIPPED), False))
    return sorted(found, key=lambda job: ("/report/" not in job.name, "/all" not in job.name, job.name))


def make(
    chosen: list[Job], *, tell: Callable[[str], None] = lambda name: None, at_once: int = 2, fresh: bool = False
) -> Texts:
    """Outputs of the jobs, by name.

    Parameters
    ----------
    fresh : True to compute everything again; False to take what the user's cache holds of this code

    Raises
    ------
    doors.NoBrowser
        Before anything is asked, when a PDF is among the outputs and there is nothing to print it with.
    """
    if any(job.pdf for job in chosen):
        doors.browser()
    with tempfile.TemporaryDirectory(prefix="coopsim-frozen-") as place:
        root = Path(place).resolve()
        record = root / "record"
        record.mkdir()
        if fresh:
            (root / doors.CACHE).mkdir()
        made = doors.command(record, ("project", "no-support", "--draws", "1", "-o", "out"))
        if made.code:
            raise RuntimeError(made.err)
        kept = json.loads((record / "out" / "record.json").read_text(encoding="utf-8"))

        def run(numbered: tuple[int, Job]) -> Texts:
            order, job = numbered
            folder = root / str(order)
            folder.mkdir()
            names = {str(folder): "‹folder›", str(doors.ROOT): "‹program›", place: "‹temp›"}
            texts = job.make(folder, Mask.of_record(kept, names))
            tell(job.name)
            return {f"{job.name}/{name}" if name else job.name: text for name, text in texts.items()}

        with ThreadPoolExecutor(at_once) as pool:
            return {name: text for texts in pool.map(run, enumerate(chosen)) for name, text in texts.items()}


def _report(report: cases.Report, lang: str, pack: str, folder: Path, mask: Mask) -> Texts:
    argv = ("report", *report.argv, "--lang", lang, "--province", pack, "-o", "out", "--jobs", "2")
    answer = doors.command(folder, argv, pdf=report.pdf)
    texts = {"said": _said(argv, answer, mask, in_order=False)}
    for name, path in _files(folder / "out"):
        if report.pages or path.suffix in _FORMS or "explorer" in path.name:
            texts[name] = plain.of_file(path, mask)
    return texts


def _question(question: cases.Question, lang: str, pack: str, folder: Path, mask: Mask) -> Texts:
    cases.write_files(folder)
    given = {path.name: path.read_bytes() for path in folder.iterdir()}
    said = []
    for command in question.commands:
        argv = _argv(command, lang, pack)
        answer = doors.command(folder, argv)
        said.append(_said(argv, answer, mask, in_order=argv[:1] not in (["batch"], ["report"])))
    texts = {"": "\n".join(said)}
    for name, path in _files(folder):
        if given.get(name) != path.read_bytes() and path.suffix not in (".html", ".ipynb"):
            texts[name] = plain.of_file(path, mask)
    return texts


def _argv(command: str, lang: str, pack: str) -> list[str]:
    """A command as typed, with the pack and the language where it can be told them."""
    argv = [part.format(root=doors.ROOT, pack=pack) for part in shlex.split(command)]
    if argv and not argv[0].startswith("-") and "--province" not in argv:
        argv += ["--province", pack]
    return [*argv, "--lang", lang] if argv and argv[0] != "--version" else argv


def _planner(wishes: Sequence[Mapping[str, object]], lang: str, pack: str, folder: Path, mask: Mask) -> Texts:
    asked = {**cases.OPENED, "lang": lang, "folder": str(folder / "scenarios")}
    answers = doors.planner(folder, asked, wishes, pack)
    texts = {}
    for order, (wish, answer) in enumerate(zip([None, *wishes], answers, strict=True)):
        name = "opened" if wish is None else str(wish["wish"])
        told = f"wish: {json.dumps(wish, ensure_ascii=False)}\n"
        texts[f"{order:02d}-{name}"] = told + plain.structure(json.loads(mask(json.dumps(answer, ensure_ascii=False))))
    return texts


def _said(argv: list[str] | tuple[str, ...], answer: doors.Answer, mask: Mask, *, in_order: bool) -> str:
    """What a terminal shows; parts that finish in the order of the moment are sorted."""
    err = answer.err if in_order else "".join(sorted(answer.err.splitlines(keepends=True)))
    out = answer.out if in_order else "".join(sorted(answer.out.splitlines(keepends=True)))
    out, err = (plain.text(mask(told)) for told in (out, err))
    return mask(f"$ coopsim {shlex.join(argv)}\nexit {answer.code}\n") + f"{out}-- stderr\n{err}"


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        resuming = name.parts[0] == ".records" and path.suffix in _FOR_RESUMING
        if path.is_file() and not resuming and not any(part in _HIDDEN for part in name.parts):
            yield name.as_posix(), path
