"""One notebook to run, and how running it ended."""

import ast
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.domain import Problem
from sim.inputs.yaml import LANGUAGES, load_catalogue

if TYPE_CHECKING:
    from sim.run.kernels import Chosen

#: States a run can end in; only `ok` publishes anything.
OK, FAILED, TIMEOUT, KILLED, INVALID, SKIPPED = STATES = ("ok", "failed", "timeout", "killed", "invalid", "skipped")

#: The mime type of the marker that a notebook's last cell shows, and nothing else does.
END_MARKER = "application/vnd.coopsim.end+json"
EXECUTED = "executed.ipynb"
#: Sheets of a scenario as data, for the Excel file made from them.
WORKBOOK = "workbook.jsonl"
_LENGTH = 300
#: The tag of the one cell that declares a notebook's parameters.
TAG = "parameters"
#: Declared by every notebook: JSON that only `coopsim report` fills in.
RUN = "for_report"  # `run` is a magic word of IPython


@dataclass(frozen=True)
class Limits:
    """Seconds a cell and a whole notebook may take, and how long a kernel may need to start."""

    cell: int = 300
    notebook: int = 900
    start: int = 60


@dataclass(frozen=True)
class Job:
    """One notebook with its one parameter.

    Attributes
    ----------
    slug : names the run in messages and files
    parameters : plain JSON data, already validated
    folder : private folder of this run
    kernel : its kernel's name; empty for the fastest where it runs
    prompt : its kernel may be killed once the last cell has run: nothing of it is left to be done as it ends
    token : the end marker has to repeat it, so that an old or foreign marker cannot pass
    """

    slug: str
    notebook: Path
    parameters: Mapping[str, Any]
    folder: Path
    limits: Limits = Limits()
    kernel: str = ""
    prompt: bool = False
    token: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def lang(self) -> str:
        """Language of the report."""
        return str(self.parameters.get("lang", LANGUAGES[0]))

    def reason(self, key: str, **params: object) -> str:
        """A sentence of the catalogue on this notebook in the report's language: code, place, reason, what to do."""
        return load_catalogue(self.lang).describe(Problem(key, params, file=self.notebook.name))

    def words(self, key: str, **params: object) -> str:
        """Words of the catalogue in the report's language."""
        return load_catalogue(self.lang).text(key, **params)

    def slower(self, kernel: "Chosen") -> str:
        """Why a kernel is the ordinary one although the fast one was wanted; empty where that is nobody's loss."""
        return self.words(f"batch.kernel_{kernel.why}", detail=one_line(kernel.detail)) if kernel.why else ""

    def as_json(self) -> str:
        """The job as one line, for a worker in another process."""
        data = asdict(self)
        data |= {"notebook": str(self.notebook), "folder": str(self.folder)}
        return json.dumps(data)

    @classmethod
    def from_json(cls, line: str) -> "Job":
        """The job of `as_json`."""
        data = json.loads(line)
        data |= {"notebook": Path(data["notebook"]), "folder": Path(data["folder"]), "limits": Limits(**data["limits"])}
        return cls(**data)


@dataclass(frozen=True)
class Ending:
    """How a run ended.

    Attributes
    ----------
    state : one of `STATES`
    reason : one line for people; empty when ok
    kept : whether an earlier run still stood and nothing was run
    kernel : it ran in, or was to run in when its worker ended; empty when an earlier run stood
    slower : why that was the ordinary one although the fast one was wanted, in the report's language
    """

    slug: str
    state: str
    reason: str = ""
    seconds: float = 0.0
    kept: bool = False
    kernel: str = ""
    slower: str = ""

    @property
    def ok(self) -> bool:
        """Whether the run reached its end marker with its outputs in place."""
        return self.state == OK


def one_line(error: object) -> str:
    """An error, or words about one, on one line short enough for a table."""
    text = f"{type(error).__name__}: {error}" if isinstance(error, BaseException) else str(error)
    return " ".join(text.split())[:_LENGTH]


# -- What a notebook declares, and what a run fills in: nothing here loads the model, which workers do without --

def parameter_cells(notebook: Path) -> list[str]:
    """Sources of the cells tagged ``parameters`` (one in a notebook that can be run); empty when it cannot be read."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        return ["".join(cell["source"]) for cell in cells if TAG in cell["metadata"].get("tags", ())]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def filled(notebook: Path, asked: Mapping[str, Any], *, token: str, folder: str) -> dict[str, Any]:
    """Papermill's parameters of one run: the declared values that were asked, and the rest as JSON text.

    Parameters
    ----------
    asked : plain JSON data by name, already validated; Papermill writes each value as a literal
    """
    declared = {name for source in parameter_cells(notebook) for name in assigned(source)}
    rest = {key: value for key, value in asked.items() if key not in declared}
    inner = json.dumps({**rest, "token": token, "folder": folder}, ensure_ascii=False)
    return {**{key: value for key, value in asked.items() if key in declared}, RUN: inner}


def assigned(source: str) -> Iterator[str]:
    """Names a cell assigns at its top level; none where it is no Python."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return
    for line in body:
        targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
        yield from (target.id for target in targets if isinstance(target, ast.Name))
