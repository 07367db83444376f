"""The page as a Word document: pandoc, the styles of a Vietnamese office, real tables, charts as pictures."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from sim.domain.errors import Problem, RunError
from sim.report.export.archive import repack
from sim.report.export.manuscript import manuscript

#: Names the path of a pandoc that is to be used instead of a found one.
VARIABLE = "COOPSIM_PANDOC"
#: Styles and page of the document, built by scripts/reference_docx.py.
REFERENCE = Path(__file__).with_name("reference.docx")
_SECONDS = 180


@cache
def find_pandoc() -> str:
    """The pandoc that came with the set-up, or one that is installed.

    Raises
    ------
    RunError
        When there is none.
    """
    named = os.environ.get(VARIABLE)
    found = shutil.which(named) if named else _bundled() or shutil.which("pandoc")
    if not found:
        raise RunError(Problem("pandoc_missing", {"variable": VARIABLE}, value=named))
    return found


def _bundled() -> str | None:
    try:
        import pypandoc

        return str(pypandoc.get_pandoc_path())
    except (ImportError, OSError):
        return None


def docx(fragments: Sequence[str], *, title: str, lang: str) -> bytes:
    """The Word document of a scenario's sections.

    Parameters
    ----------
    fragments : sections as they stand on the page, checked
    title : plain text; the title of the document

    Raises
    ------
    RunError
        When there is no pandoc, or it refuses.
    """
    pandoc = find_pandoc()
    with tempfile.TemporaryDirectory(prefix="coopsim-word-") as folder:
        source, out = Path(folder, "page.html"), Path(folder, "page.docx")
        source.write_text(manuscript(fragments, title=title, lang=lang), encoding="utf-8")
        command = [pandoc, "--sandbox", "--from=html", "--to=docx", f"--reference-doc={REFERENCE}"]
        try:
            done = subprocess.run(
                [*command, f"--output={out}", str(source)], capture_output=True, timeout=_SECONDS, check=False,
                text=True, encoding="utf-8", env={**os.environ, "SOURCE_DATE_EPOCH": "0"},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise RunError(Problem("pandoc_failed", {"detail": f"> {_SECONDS} s"})) from None
        if done.returncode or not out.is_file():
            raise RunError(Problem("pandoc_failed", {"detail": " ".join(done.stderr.split())[:200]}))
        return repack(out.read_bytes(), title=title, lang=lang)
