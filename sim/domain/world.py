"""Assumptions with their distribution and evidence, and worlds that restate some of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sim.domain.calls import answering_class
from sim.domain.frozen import freeze
from sim.domain.plan import UNSTATED, Label

GRADES = ("A", "B", "C", "D", "E")
KINDS = ("measured", "published", "judgement", "placeholder")


@dataclass(frozen=True)
class Distribution:
    """How an assumption is uncertain; exactly one of three shapes.

    A split normal through p10, p50, p90 clipped to the bounds; a constant (p10 = p50 = p90);
    or one share of a Dirichlet (`simplex` names its group, `mean` and `concentration` set it).
    """

    p10: float
    p50: float
    p90: float
    simplex: str = ""
    mean: float = 0.0
    concentration: float = 0.0

    @property
    def constant(self) -> bool:
        """True when there is no uncertainty at all."""
        return not self.simplex and self.p10 == self.p50 == self.p90


@dataclass(frozen=True)
class Assumption:
    """One entry of the register (docs/model.md section 6): a number with its evidence.

    Attributes
    ----------
    id : ASCII, no dots
    label, question, reason : text by language
    unit : printed unit
    distribution, bounds : see `Distribution`; hard limits [low, high]
    kind, grade : what sort of knowledge it is; A (measured here) … E (placeholder)
    source : id in sources.csv or effects.csv, or "none"
    owner, date, review_by : a role; ISO dates
    column : the permanent Sobol column of this assumption (docs/decisions)
    conditioned : True when the observed history updates it
    role : "projection", or "measurement" for errors of observation the model never reads
    of, area : where areas have their own: the id it stands for, and the area's code
    """

    id: str
    label: Label
    question: Label
    unit: str
    distribution: Distribution
    bounds: tuple[float, float]
    kind: str
    grade: str
    source: str
    reason: Label
    owner: Label
    date: str
    review_by: str
    column: int
    conditioned: bool = False
    role: str = "projection"
    of: str = field(default="", metadata={UNSTATED: True})
    area: str = field(default="", metadata={UNSTATED: True})


def area_id(key: str, code: str) -> str:
    """The id an assumption stands under in an area that has its own."""
    return f"{key}_{code.lower().replace('-', '_')}"


@dataclass(frozen=True)
class Register:
    """All assumptions, by id, in file order.

    Attributes
    ----------
    common : those that stand by area only, {id: as stated for any area}; what states one by this id states
        it in every area that has its own
    """

    entries: Mapping[str, Assumption]
    common: Mapping[str, Assumption] = field(default_factory=dict)

    def __post_init__(self) -> None:
        freeze(self, "entries", "common")

    def __getitem__(self, key: str) -> Assumption:
        return self.entries[key] if key in self.entries else self.common[key]

    def versions(self, key: str) -> tuple[str, ...]:
        """The ids an assumption stands under: its own, or those of the areas."""
        if key in self.entries:
            return (key,)
        return tuple(entry.id for entry in self.entries.values() if entry.of == key)

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def told(self) -> dict[str, Assumption]:
        """Assumptions as people meet them, by id: one for all areas where theirs are alike, else each area's own."""
        found: dict[str, Assumption] = {}
        for key, entry in self.entries.items():
            alike = {self.entries[one].distribution for one in self.versions(entry.of)} if entry.of else ()
            found |= {entry.of: self[entry.of]} if len(alike) == 1 else {key: entry}
        return found

    def value(self, key: str) -> float:
        """The median of an assumption, for the few that are read as plain constants."""
        return self[key].distribution.p50


@dataclass(frozen=True)
class Override:
    """A world's statement about one assumption: a new distribution (or value) and why."""

    id: str
    distribution: Distribution
    reason: Label


@answering_class()
@dataclass(frozen=True)
class World:
    """A set of stated overrides of assumptions; ``central`` has none."""

    slug: str
    label: Label
    description: Label
    overrides: Mapping[str, Override]

    def __post_init__(self) -> None:
        freeze(self, "overrides")

    def states(self, entry: Assumption) -> Override | None:
        """What it states of an assumption, by its own id or by the one it stands for in an area."""
        return self.overrides.get(entry.id) or self.overrides.get(entry.of)

    def __repr__(self) -> str:
        return f"<World {self.slug}: {', '.join(self.overrides) or 'nothing restated'}>"
