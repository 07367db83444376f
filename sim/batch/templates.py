"""Which notebook makes which page."""

from __future__ import annotations

from pathlib import Path

#: Where the notebooks lie; git keeps them without outputs.
TEMPLATES = Path(__file__).resolve().parents[2] / "notebooks"
SCENARIO = "02_scenario_report"
#: Pages over all scenarios and their notebooks, in the order of the navigation.
OVERVIEWS = {
    "index": "00_start_here",
    "compare": "03_compare",
    "decisions": "04_allocation",
    "uncertainty": "05_uncertainty",
    "data": "01_data",
    "credibility": "06_credibility",
}
#: Those of them that stand for themselves, whatever the scenarios.
ABOUT = ("data", "credibility")


def template(name: str) -> Path:
    """The notebook of that name."""
    return TEMPLATES / f"{name}.ipynb"
