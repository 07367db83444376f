"""Which other formats stand beside the pages, and the part of a page that leads to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from sim.report.downloads import downloads, files_of

#: Formats with a file of each scenario, in the order they are offered.
PER_SCENARIO = ("pdf", "docx", "xlsx")
INDEX, EXPLORER = "index", "explorer"


@dataclass
class Links:
    """What is offered beside the pages.

    Attributes
    ----------
    formats : that are made in this run and can be made here
    missing : file names that were asked for but could not be made
    scenarios : {stem: label} in the order of the index
    """

    formats: tuple[str, ...] = ()
    missing: set[str] = field(default_factory=set)
    scenarios: Mapping[str, str] = field(default_factory=dict)

    def of(self, stem: str) -> tuple[str, ...]:
        """Formats of one scenario that have a file."""
        return tuple(kind for kind in PER_SCENARIO if kind in self.formats and f"{stem}.{kind}" not in self.missing)

    @property
    def explorer(self) -> bool:
        """Whether there is an explorer page."""
        return EXPLORER in self.formats and f"{EXPLORER}.html" not in self.missing

    def key(self, stem: str) -> str:
        """What the links of a page depend on, for its content key."""
        named: Sequence[str] = (stem,) if stem in self.scenarios else tuple(self.scenarios) if stem == INDEX else ()
        shown = [f"{name}.{kind}" for name in named for kind in self.of(name)]
        return " ".join([*shown, *([EXPLORER] if named and self.explorer else [])])

    def section(self, stem: str, lang: str) -> Markup | None:
        """The last part of a scenario's page or of the index; None where nothing is offered."""
        if stem in self.scenarios:
            return files_of(stem, self.of(stem), lang, explorer=self.explorer)
        if stem == INDEX:
            rows = [(label, name, self.of(name)) for name, label in self.scenarios.items()]
            return downloads(rows, lang, explorer=self.explorer)
        return None
