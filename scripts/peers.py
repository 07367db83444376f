"""Fit the priors of other provinces anew: ``python scripts/peers.py`` writes data/peers/priors.yaml."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sim.evidence import Pooled, load_peers, pool
from sim.inputs.text import PEERS, source_data
from sim.inputs.yaml import LANGUAGES, load_catalogue, yaml_text

QUANTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
HEAD = (
    "# Written by `python scripts/peers.py` from the tables and rules beside it; a test fits it again.\n"
)
#: Digits kept: finer than the grid tells apart.
DIGITS = 3


def triple(values: Iterable[float]) -> dict[str, Decimal]:
    """The three quantiles as they are written."""
    return {name: Decimal(f"{value:.{DIGITS}g}") for name, value in zip(QUANTILES, values, strict=True)}


def entry(found: Pooled) -> dict[str, object]:
    """What priors.yaml says of one quantity."""
    quantity, levels = found.quantity, list(QUANTILES.values())
    words = {"provinces": len(quantity.areas), "rows": quantity.rows}
    return {
        **triple(found.quantiles(levels)),
        "year": triple(found.year_quantiles(levels)),
        "unit": quantity.unit,
        **words,
        "grade": "B",
        "source": PEERS,
        "reason": {lang: load_catalogue(lang).text("figures.peers_fitted", **words) for lang in LANGUAGES},
        "without": {area: triple(found.quantiles(levels, area)) for area in quantity.areas},
    }


def priors() -> dict[str, dict[str, object]]:
    """The content of priors.yaml, fitted now."""
    return {quantity.id: entry(pool(quantity)) for quantity in load_peers(source_data())}


if __name__ == "__main__":
    path = source_data() / PEERS / "priors.yaml"
    path.write_text(HEAD + yaml_text(priors()), encoding="utf-8", newline="\n")
    print(path.relative_to(source_data().parent))
