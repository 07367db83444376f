"""Tries in words: each by its whole plan, so that it is told the same whatever year is being edited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.domain import LINES, Plan, allocation_of
from sim.planner.state import Tries, Try
from sim.planner.words import Words
from sim.report.print import Figure


@dataclass(frozen=True)
class Whole:
    """A plan's money over the open years it speaks of.

    Attributes
    ----------
    years : those years
    fund, left : together [VND], and what no line has of it
    lines : {line: VND}
    flat : whether every year has the same
    """

    years: tuple[int, ...]
    fund: int
    lines: Mapping[str, int]
    flat: bool
    areas: bool

    @classmethod
    def of(cls, plan: Plan, years: Iterable[int]) -> "Whole":
        """Added up over the years."""
        spoken = tuple(year for year in years if plan.covers(range(year, year + 1)))
        found = [allocation_of(plan, year) for year in spoken]
        lines = {line: sum(one.lines[line] for one in found) for line in LINES}
        flat = len({(one.fund, *one.lines.values()) for one in found}) <= 1
        return cls(spoken, sum(one.fund for one in found), lines, flat, bool(plan.areas))

    @property
    def left(self) -> int:
        """What no line has [VND]."""
        return self.fund - sum(self.lines.values())

    def shares(self, words: Words) -> dict[str, str]:
        """{line: its part of all the money}, whole percents that add up."""
        parts = [self.lines[line] / self.fund if self.fund else 0.0 for line in LINES]
        return dict(zip(LINES, words.shares(parts), strict=True))

    def told(self, words: Words) -> str:
        """The fund of each year where all are alike, else the sum of the years."""
        if not self.years:
            return ""
        between = words.between(str(self.years[0]), str(self.years[-1]))
        fund = self.fund // len(self.years) if self.flat else self.fund
        told = words.say("try_fund" if self.flat else "try_fund_sum", fund=words.money(fund), years=between)
        return told + (words.say("try_areas") if self.areas else "")

    def in_words(self, words: Words) -> str:
        """Fund and split, line by line."""
        named = {words.mention(words.term(f"line_{line}")): self.lines[line] for line in LINES}
        if self.left:
            named[words.mention(words.say("table_left"))] = self.left
        shares = words.shares([vnd / self.fund if self.fund else 0.0 for vnd in named.values()])
        parts = [f"{name} {share}" for name, share in zip(named, shares, strict=True)]
        return f"{self.told(words)}: {'; '.join(parts)}"


def tries_content(
    words: Words, tries: Tries, *, current: str, reference: str, years: Iterable[int]
) -> list[dict[str, Any]]:
    """The strip, newest first, each try told by its whole plan; names and notes are texts, never markup."""
    found, open_years = [], tuple(years)
    for one in reversed(list(tries)):
        whole, rating = Whole.of(one.plan, open_years), tries.ratings.get(one.key)
        shares = whole.shares(words)
        chance, gain = "", words.say("try_stale")
        if rating:
            more = Figure.of_difference(rating.gain, "htx_revenue_total").with_unit()
            gain = words.say("try_gain", gain=more.text(words))
            if rating.chance:
                chance = words.say("try_chance", chance=Figure.of_target_chance(rating.chance).text(words))
        content = {
            "key": one.key,
            "name": try_name(words, one),
            "named": bool(one.name),
            "typed": one.name,
            "note": one.note,
            "split": [(words.term(f"line_{line}"), whole.lines[line], shares[line]) for line in LINES],
            "left": whole.left,
            "fund": whole.told(words),
            "world": words.label(one.world.label),
            "chance": chance,
            "gain": gain,
            "current": one.key == current,
            "reference": one.key == reference,
        }
        found.append(content)
    return found


def try_name(words: Words, one: Try) -> str:
    """Its name, or its number."""
    return one.name or words.say("try_number", number=one.number)


def try_option(words: Words, one: Try, years: Iterable[int]) -> str:
    """A try as one line of a list: what a planner remembers it by."""
    whole = Whole.of(one.plan, years)
    split = " / ".join(whole.shares(words).values())
    return f"{try_name(words, one)}: {whole.told(words)}, {split}, {words.mention(one.world.label)}"
