"""Papermill's engine with an end to what a cell may print: a runaway loop fills neither memory nor disk."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines
from traitlets import Unicode

from sim.batch.job import END_MARKER
from sim.report.mime import FRAGMENT

ENGINE = "coopsim"
#: What one cell may show [characters]; fragments of a report page, which hold charts, may be larger.
MOST_TEXT, MOST_FRAGMENT = 1_000_000, 16_000_000
#: How many outputs one cell may show.
MOST_OUTPUTS = 1_000


class CappedClient(PapermillNotebookClient):
    """Runs cells; leaves out what one of them shows beyond the limits, says so once, and goes on."""

    cut_notice = Unicode().tag(config=True)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._shown: Counter[tuple[int, bool]] = Counter()
        self._cut: set[int] = set()

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Keep an output, its beginning, or nothing of it."""
        content = msg["content"]
        data = content.get("data", {})
        if msg["msg_type"] == "error" or END_MARKER in data:
            return super().output(outs, msg, display_id, cell_index)
        which = cell_index, FRAGMENT in data
        room = (MOST_FRAGMENT if which[1] else MOST_TEXT) - self._shown[which]
        size = _size(content)
        self._shown[which] += size
        if size <= room and len(outs) < MOST_OUTPUTS:
            return super().output(outs, msg, display_id, cell_index)
        if cell_index not in self._cut:
            self._cut.add(cell_index)
            begun = content["text"][: max(room, 0)] if "text" in content else ""
            outs.append(new_output("stream", name="stderr", text=f"{begun}\n{self.cut_notice}\n"))
        return None


def _size(content: dict[str, Any]) -> int:
    if "text" in content:
        return len(content["text"])
    return sum(len(one) if isinstance(one, str) else len(json.dumps(one)) for one in content.get("data", {}).values())


class CappedEngine(Engine):
    """What `papermill.execute_notebook` calls to run the cells."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, start_timeout: int, execution_timeout: int, cut_notice: str, **_: Any
    ) -> None:
        """Run a notebook that Papermill manages."""
        CappedClient(
            nb_man, kernel_name=kernel_name, startup_timeout=start_timeout, timeout=execution_timeout,
            iopub_timeout=execution_timeout, cut_notice=cut_notice,
        ).execute()  # fmt: skip


papermill_engines.register(ENGINE, CappedEngine)
