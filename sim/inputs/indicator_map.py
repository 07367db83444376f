"""Which of our indicators a term of the printed pages stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.domain.indicators import INDICATOR
from sim.inputs.cache import remembered
from sim.inputs.document import nearest, refuse
from sim.inputs.limits import limit
from sim.inputs.roots import data_root, shown_path
from sim.inputs.text import read_file

FILE = "indicator_map.yaml"


@dataclass(frozen=True)
class Mapped:
    """Our indicator for a printed term, what the printed value is multiplied by [1], and its plausible range."""

    indicator: str
    factor: float
    plausible: tuple[float, float] | None = None


def load_indicator_map(root: Path | None = None) -> Mapping[str, Mapped]:
    """{printed term: our indicator}; a term that is not in it is listed by importers, not refused.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    path = (root or data_root()) / FILE
    raw = read_file(path, max_bytes=limit("yaml_bytes"))
    content = remembered("indicator map", [raw], lambda: _read(raw, shown_path(path)))
    return {
        term: Mapped(entry["indicator"], entry["factor"], tuple(entry["plausible"]) if entry["plausible"] else None)
        for term, entry in content.items()
    }


def _read(raw: bytes, file: str) -> dict[str, Any]:
    from sim.inputs.pack_models import IndicatorMapShape
    from sim.inputs.validation import check_shape
    from sim.inputs.yaml_reader import parse_yaml

    document = parse_yaml(raw, file=file)
    value, problems = check_shape(IndicatorMapShape, document)
    for term, entry in document.data.items():
        indicator = entry.get("indicator") if isinstance(entry, dict) else None
        if isinstance(indicator, str) and indicator not in INDICATOR and not document.spoilt((term, "indicator")):
            near = nearest(indicator, INDICATOR)
            problems.append(
                document.problem("unknown_indicator", (term, "indicator"), value=indicator, suggestion=near)
            )
    refuse(problems)
    return {
        term: {**entry, "factor": float(entry["factor"]), "plausible": [float(end) for end in entry["plausible"] or ()]}
        for term, entry in value.items()
    }
