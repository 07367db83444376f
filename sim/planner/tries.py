"""What has been tried: every plan that was looked at, and those that were given a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sim.analysis.answer import TargetChance
from sim.analysis.compare import Difference
from sim.domain import Plan, Scenario, World

#: Unnamed tries that are kept; named ones always are.
_KEPT = 8


@dataclass(frozen=True)
class Try:
    """A plan in a world that was looked at.

    Attributes
    ----------
    name : given by the user as it was typed; empty for one that only has a number
    """

    number: int
    plan: Plan
    world: World
    name: str = ""

    @property
    def key(self) -> str:
        """Tells tries apart, also where names are equal."""
        return f"try-{self.number}"

    def scenario(self, horizon: int) -> Scenario:
        """The try to a horizon."""
        return Scenario(self.key, self.plan.label, self.plan, self.world, horizon)

    def same(self, plan: Plan, world: World) -> bool:
        """Whether this is the same money in the same world."""
        mine, theirs = ((one.price_basis, one.fund, one.lines, one.repeat_last) for one in (self.plan, plan))
        return mine == theirs and self.world == world


@dataclass(frozen=True)
class Rating:
    """What the strip says of a try, on the draws of the moment.

    Attributes
    ----------
    chance : of the province's headline target, None where the horizon ends before it
    gain : total revenue against the reference, last year, base-year đồng
    """

    chance: TargetChance | None
    gain: Difference


@dataclass
class Tries:
    """Tries in the order they were made.

    Attributes
    ----------
    ratings : by key, of the question (reference, horizon, draws) that `asked` names
    """

    _tries: dict[str, Try] = field(default_factory=dict)
    ratings: dict[str, Rating] = field(default_factory=dict)
    _asked: object = None
    _last: int = 0

    def __iter__(self) -> Iterator[Try]:
        return iter(self._tries.values())

    def get(self, key: str) -> Try | None:
        """A try by its key."""
        return self._tries.get(key)

    def find(self, plan: Plan, world: World) -> Try | None:
        """The try with this money in this world."""
        return next((one for one in self if one.same(plan, world)), None)

    def add(self, plan: Plan, world: World, *, name: str = "", keep: str = "") -> Try:
        """Remember a plan in a world; a name given now goes to the try there is.

        Parameters
        ----------
        keep : key of a try that must stay (the reference), however old it is
        """
        found = self.find(plan, world)
        if found is None:
            self._last += 1
            found = Try(self._last, plan, world)
        if name:
            found = replace(found, name=name)
        self._tries[found.key] = found
        nameless = [one.key for one in self if not one.name and one.key != keep]
        for key in nameless[: max(0, len(nameless) - _KEPT)]:
            del self._tries[key]
            self.ratings.pop(key, None)
        return found

    def ask(self, question: object) -> None:
        """Ratings answer one question; another question makes them stale."""
        if question != self._asked:
            self.ratings, self._asked = {}, question

    def unrated(self, years: range) -> list[Try]:
        """Tries that the present question is still open for, newest first."""
        return [one for one in reversed(list(self)) if one.key not in self.ratings and one.plan.covers(years)]
