"""Which of our indicators a term of the printed pages stands for."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.domain import INDICATOR
from sim.inputs import yaml
from sim.inputs.text import INDICATOR_MAP, File, bare, data_root, nearest
from sim.inputs.yaml import LANGUAGES, Checked, Loader, load_catalogue

#: Begins the keys of the names that printed terms have.
_PAGE = "page_"


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
    content = _MAPS.load(File.at((root or data_root()) / INDICATOR_MAP))
    return {
        term: Mapped(entry["indicator"], entry["factor"], tuple(entry["plausible"]) if entry["plausible"] else None)
        for term, entry in content.items()
    }


def term_called(name: str) -> str:
    """The printed term that has this name in one of our languages, accents and capitals apart, or "".

    A name that the pages and our indicators share stands for the printed term; one that several terms share
    for none of them.
    """
    mapped = load_indicator_map()
    ours = {term.indicator for term in mapped.values()}
    found: dict[str, set[str]] = {"page": set(), "ours": set()}
    for language in LANGUAGES:
        terms = load_catalogue(language).section("terms")
        named = {key for key, text in terms.items() if _bare(text) == _bare(name)}
        found["page"] |= {key.removeprefix(_PAGE) for key in named if key.startswith(_PAGE)}
        found["ours"] |= {next(term for term in mapped if mapped[term].indicator == key) for key in named & ours}
    meant = found["page"] & set(mapped) or found["page"] or found["ours"]
    return min(meant) if len(meant) == 1 else ""


def _bare(text: str) -> str:
    """Small letters without accents, and single blanks."""
    return " ".join(bare(text).split())


def _check_indicators(found: Checked) -> None:
    for term, entry in found.document.data.items():
        indicator = entry.get("indicator") if isinstance(entry, dict) else None
        place = (term, "indicator")
        if isinstance(indicator, str) and indicator not in INDICATOR and not found.document.spoilt(place):
            found.tell("unknown_indicator", place, value=indicator, suggestion=nearest(indicator, INDICATOR))


def _content(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        term: {**entry, "factor": float(entry["factor"]), "plausible": [float(end) for end in entry["plausible"] or ()]}
        for term, entry in value.items()
    }


_MAPS = Loader("indicator map", lambda: yaml.IndicatorMapShape, _check_indicators, _content)
