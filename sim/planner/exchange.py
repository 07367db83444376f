"""The planner's doors to files: what is saved, taken away and brought back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.domain.scenario import Scenario
from sim.planner.opening import Opened
from sim.planner.refusals import Refusal
from sim.planner.save import named, save, scenario_text, slug_of

_YAML = "application/yaml"


@dataclass(frozen=True)
class Exchange:
    """Scenarios to and from files.

    Attributes
    ----------
    folder : where scenarios are saved
    """

    opened: Opened
    folder: str

    def save(self, scenario: Scenario, name: str, *, overwrite: bool) -> tuple[Scenario, Path]:
        """Save a scenario under a name; returns it as saved, and its file.

        Raises
        ------
        Refusal
            When the name gives no file, or the file is there and may not be replaced.
        """
        found = named(scenario, slug_of(name, self.opened.shipped), name)
        path = save(found, Path(self.folder), known_worlds=self.opened.worlds, overwrite=overwrite)
        return found, path

    def export(self, scenario: Scenario, kind: str, lang: str) -> tuple[str, bytes, str]:
        """A scenario as a file to take away: its name, its bytes and its MIME type."""
        if kind != "yaml":
            raise Refusal("unknown")
        return f"{scenario.slug}.yaml", scenario_text(scenario, self.opened.worlds).encode(), _YAML
