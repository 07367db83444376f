"""Plans: money per line and year that always adds up, to the đồng."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from numbers import Real

from sim.domain.areas import (
    AreaShares,
    Shares,
    areas_problems,
    divided,
    in_force,
    line_share_problems,
    settled,
    share_problems,
    shares_of,
)
from sim.domain.calls import answering_class, likest
from sim.domain.errors import InputError, Numbers, Problem
from sim.domain.frozen import Frozen, freeze
from sim.domain.indicators import billion_from_vnd, vnd_from_billion


@dataclass(frozen=True)
class Line:
    """One budget line of the fund.

    Attributes
    ----------
    id : as in plans, tables and the names of its assumptions
    purpose : what the source document gives it for, English | Vietnamese
    acts_on : the rates and levels of the model its money moves
    inquiry : assumptions that one inquiry into how the line works would find out together
    """

    id: str
    purpose: str
    acts_on: tuple[str, ...]
    inquiry: tuple[str, ...]


#: The four lines of the 2024 fund, in the order of the source document (and of `sim.model.LINE_IDS`).
BUDGET_LINES = (
    Line(
        "establishment", "Founding and consolidation | Thành lập mới, củng cố tổ chức",
        acts_on=("founding", "reactivation"),
        inquiry=(
            "phi_establishment_founding", "phi_establishment_reactivation", "persistence_founding",
            "persistence_reactivation", "doubling_return_establishment",
        ),
    ),
    Line(
        "capacity", "Capacity and awareness | Nâng cao năng lực, nhận thức",
        acts_on=("stopping", "revenue"),
        inquiry=(
            "phi_capacity_stopping", "coverage_capacity_revenue", "effect_capacity_revenue", "persistence_capacity",
            "doubling_return_capacity",
        ),
    ),
    Line(
        "market", "Trade promotion, markets | Xúc tiến thương mại, mở rộng thị trường",
        acts_on=("revenue",),
        inquiry=(
            "coverage_market_revenue", "effect_market_revenue", "persistence_market", "doubling_return_market",
        ),
    ),
    Line(
        "survey", "Survey and other support | Khảo sát tình hình hoạt động và hỗ trợ khác",
        acts_on=("dissolution", "targeting"),
        inquiry=("phi_survey_dissolution", "targeting_gain", "doubling_return_survey"),
    ),
)  # fmt: skip
LINES = tuple(line.id for line in BUDGET_LINES)
#: The line that pays for new HTX.
FOUNDING_LINE = next(line.id for line in BUDGET_LINES if "founding" in line.acts_on)
PRICE_BASES = ("nominal", "real_2023")
#: Marks a field that changes no hash while it says nothing.
UNSTATED = "unstated"

Label = Mapping[str, str]
#: Money as a person writes it [billion VND].
Amount = float | Decimal


@answering_class("split", "with_money", "with_areas", kinds=True)
@dataclass(frozen=True)
class Plan:
    """What the province chooses: a fund per year, how it is split over the four lines and, if stated, between areas.

    Attributes
    ----------
    slug, label : id and names by language
    price_basis : ``nominal`` (đồng of each year) or ``real_2023`` (đồng of 2023)
    fund : {year: whole đồng}
    lines : {line: {year: whole đồng}}, every line of `LINES`
    repeat_last : True when years after the last given one repeat it
    areas : {line: {year: {area code: share}}}, holding from that year on; without shares each area gets
        its part of a line by its active HTX in the base year
    """

    slug: str
    label: Label
    price_basis: str
    fund: Mapping[int, int]
    lines: Mapping[str, Mapping[int, int]]
    repeat_last: bool = False
    areas: AreaShares = field(default_factory=dict, metadata={UNSTATED: True})

    def __post_init__(self) -> None:
        problems = [*_unknown_lines(self.lines, "lines"), *_unknown_lines(self.areas, "areas")]
        problems += [*_not_whole({"fund": self.fund, **self.lines}), *share_problems(self.areas)]
        if self.price_basis not in PRICE_BASES:
            bases = ", ".join(PRICE_BASES)
            problems.append(Problem("not_one_of", place="price_basis", value=self.price_basis, allowed=bases))
        _refuse(problems)
        freeze(self, "fund")
        frozen = {line: Frozen(self.lines.get(line, {})) for line in LINES}
        object.__setattr__(self, "lines", Frozen(frozen))
        object.__setattr__(self, "areas", settled(self.areas, LINES))
        _refuse(_over(self, year) for year in self.fund if _asked(self, year) > self.annual_budget(year))

    def __repr__(self) -> str:
        ends = f"{min(self.fund, default='')}–{max(self.fund, default='')}"
        return f"<Plan {self.slug}: {ends}, {self.price_basis}{', repeats the last' if self.repeat_last else ''}>"

    def _repr_html_(self) -> str:
        """Money by line and year [billion VND] for a notebook; names come from files, so they are escaped."""
        from html import escape  # a command shows no markup

        years = sorted(self.fund)
        rows = [("fund", self.fund), *((line, self.lines[line]) for line in LINES), *self._area_rows(years)]
        head = "".join(f"<th>{year}</th>" for year in years)
        body = "".join(
            f"<tr><th>{name}</th>"
            + "".join(f"<td>{billion_from_vnd(money[year]):f}</td>" if year in money else "<td></td>" for year in years)
            + "</tr>"
            for name, money in rows
        )
        return f"<p>{escape(repr(self))}</p><table><tr><th></th>{head}</tr>{body}</table>"

    def _area_rows(self, years: Iterable[int]) -> list[tuple[str, Mapping[int, int]]]:
        """Money by year of each line and area that the plan states."""
        rows: dict[str, dict[int, int]] = {}
        for line in self.areas:
            for year in years:
                for area, money in self.area_budget(line, year).items():
                    rows.setdefault(f"{line} {area}", {})[year] = money
        return list(rows.items())

    @classmethod
    def split(  # noqa: PLR0913  (a plan in one call; every argument has its name)
        cls, slug: str, *, fund: float, years: int | Iterable[int], price_basis: str = PRICE_BASES[0],
        areas: Mapping[str, float] | None = None, **shares: float,
    ) -> "Plan":  # fmt: skip
        """The same fund every year, split by shares; years after the last repeat it.

        Parameters
        ----------
        fund : [billion VND/yr]
        years : one or several
        areas : {area code: share} of every line's money, adding up to 1; default by active HTX
        shares : of the fund by line, in [0, 1]; a line left out gets nothing, what is left goes to no line

        Raises
        ------
        InputError
            For a line there is not, a share outside [0, 1], shares of more than the fund, areas that make no whole.

        Examples
        --------
        >>> Plan.split("mine", fund=15, years=2024, establishment=0.4, market=0.3).line_budget("market", 2030)
        4500000000
        """
        _refuse([*_unknown_lines(shares, "Plan.split()"), *line_share_problems(shares)])
        whole, parts = vnd(fund, "fund"), {line: Decimal(repr(float(share))) for line, share in shares.items()}
        money = {line: int(parts.get(line, Decimal(0)) * whole) for line in LINES}
        chosen = _years(years)
        series = {line: dict.fromkeys(chosen, money[line]) for line in LINES}
        label = {"vi": slug, "en": slug}
        made = cls(slug, label, price_basis, dict.fromkeys(chosen, whole), series, repeat_last=True)
        return made.with_areas(areas) if areas else made

    def with_money(
        self, *, years: int | Iterable[int], slug: str = "", **lines: Amount | Mapping[str, Amount]
    ) -> "Plan":
        """The plan with other money on some lines in some years; the fund changes by as much.

        Parameters
        ----------
        years : one or several, written down or repeated
        slug : of the new plan; by default this one's with what changed
        lines : {line: billion VND/yr}, or {line: {area code: billion VND/yr}}, which add up to the line's money

        Raises
        ------
        InputError
            For a line there is not, money that is negative, finer than a đồng or no number.

        Examples
        --------
        >>> plan.with_money(market=4.0, years=2027).slug
        'fund-12.3.market-4-2027'
        """
        _refuse(_unknown_lines(lines, "Plan.with_money()"))
        chosen, first = _years(years), min(self.fund)
        known = f"≥ {first}" if self.repeat_last else f"{first} … {max(self.fund)}"
        wrong = [year for year in chosen if year < first or not (self.repeat_last or year <= max(self.fund))]
        _refuse(Problem("out_of_bounds", place="years", value=str(year), allowed=known) for year in wrong)
        by_area = {
            line: {area: vnd(part, f"{line}.{area}") for area, part in money.items()}
            for line, money in lines.items()
            if isinstance(money, Mapping)
        }
        wanted = {line: sum(parts.values()) for line, parts in by_area.items()}
        wanted |= {line: vnd(money, line) for line, money in lines.items() if not isinstance(money, Mapping)}
        out = spelled_out(self, range(first, max(*self.fund, *chosen, self.repeat_last and max(chosen) + 1) + 1))
        fund, series = dict(out.fund), {line: dict(money) for line, money in out.lines.items()}
        for year in chosen:
            for line in lines:
                fund[year] += wanted[line] - series[line][year]
                series[line][year] = wanted[line]
        ends = f"{min(chosen)}" + (f"-{max(chosen)}" if max(chosen) > min(chosen) else "")
        changed = "-".join(f"{line}-{billion_from_vnd(wanted[line]):f}" for line in lines)
        made = replace(out, slug=slug or f"{self.slug}.{changed}-{ends}", fund=fund, lines=series)
        for line, parts in by_area.items():
            made = made.with_areas(shares_of(parts), lines=[line], years=chosen)
        return made

    def with_areas(
        self,
        shares: Mapping[str, float | Decimal],
        *,
        lines: Iterable[str] = LINES,
        years: int | Iterable[int] | None = None,
        slug: str = "",
    ) -> "Plan":
        """The plan with its lines' money divided between areas by other shares; no line gets more or less.

        Parameters
        ----------
        shares : {area code: share of the line's money}, adding up to 1; empty: by active HTX in the base year
        lines : whose money; default every line's
        years : default all from the plan's first on; years after the last of several chosen ones stay as they were
        slug : of the new plan; default this one's

        Raises
        ------
        InputError
            For a line there is not, a share outside [0, 1], shares that make no whole.

        Examples
        --------
        >>> plan.with_areas({"NORTH": 0.4, "SOUTH": 0.6}).area_budget("market", 2027)
        {'NORTH': 1476000000, 'SOUTH': 2214000000}
        """
        chosen = () if years is None else _years(years)
        found: dict[str, dict[int, Mapping[str, object]]] = {line: {**stated} for line, stated in self.areas.items()}
        _refuse(_unknown_lines(lines, "lines"))
        for line in lines:
            stated = self.areas.get(line, {})
            after = {year + 1: in_force(stated, year + 1) for year in chosen if year + 1 not in chosen}
            kept = {year: share for year, share in stated.items() if chosen and year not in chosen}
            found[line] = {**after, **kept, **dict.fromkeys(chosen or (min(self.fund),), shares)}
        return replace(self, slug=slug or self.slug, areas=found)  # type: ignore[arg-type]  # settled as it is made

    def area_shares(self, line: str, year: int) -> Shares:
        """{area code: share} of a line's money in a year [1]; empty where each area gets its part by active HTX."""
        return in_force(self.areas.get(line, {}), year)

    def area_budget(self, line: str, year: int) -> dict[str, int]:
        """Money of a line by area in a year [VND], adding up exactly; empty where no shares are stated."""
        return divided(self.line_budget(line, year), self.area_shares(line, year))

    def annual_budget(self, year: int) -> int:
        """The fund of one year [VND]."""
        return _of_year(self.fund, year, self.repeat_last, self.slug)

    def line_budget(self, line: str, year: int) -> int:
        """Money of one line in one year [VND]."""
        return _of_year(self.lines[line], year, self.repeat_last, f"{self.slug}.{line}")

    def unallocated(self, year: int) -> int:
        """What the year's fund leaves to no line [VND]: fund = sum of lines + this, exactly."""
        return self.annual_budget(year) - sum(self.line_budget(line, year) for line in LINES)

    def missing(self, years: range) -> list[int]:
        """Years of a horizon for which the fund or a line has no money written down."""
        written = (self.fund, *self.lines.values())
        ends = [max(series, default=math.inf) if self.repeat_last else math.inf for series in written]
        pairs = list(zip(written, ends, strict=True))
        return [year for year in years if any(year not in series and year <= end for series, end in pairs)]

    def covers(self, years: range) -> bool:
        """Whether every year of the horizon has money written down."""
        return not self.missing(years)


def _years(years: int | Iterable[int]) -> tuple[int, ...]:
    """One year or several; none at all is refused."""
    chosen = tuple(years) if isinstance(years, Iterable) else (years,)
    if not chosen:
        raise InputError(Problem("empty_value", place="years"))
    return chosen


def vnd(billion: Amount, place: str) -> int:
    """Whole đồng in a number of tỷ đồng, as a person writes it.

    Raises
    ------
    InputError
        When it is no number, negative, or finer than a đồng.
    """
    known = isinstance(billion, (Real, Decimal)) and not isinstance(billion, bool) and math.isfinite(billion)
    if not known or billion < 0:
        raise InputError(Problem("out_of_bounds", place=place, value=str(billion), allowed=Numbers("≥ {}", (0,))))
    # Numbers of other libraries write themselves otherwise.
    exact = billion if isinstance(billion, Decimal) else Decimal(repr(float(billion)))
    try:
        return vnd_from_billion(exact)
    except ValueError:
        raise InputError(Problem("money_too_fine", place=place, value=str(billion))) from None


def _refuse(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise InputError(*found)


def _unknown_lines(named: Iterable[str], place: str) -> list[Problem]:
    strange, known = [line for line in map(str, named) if line not in LINES], ", ".join(LINES)
    near = {line: likest(line, LINES) for line in strange}
    return [Problem("unknown_line", place=place, value=one, allowed=known, suggestion=near[one]) for one in strange]


def _not_whole(series: Mapping[str, Mapping[int, int]]) -> list[Problem]:
    """Amounts that are not whole đồng: 12.3 is no amount, 12.3 tỷ đồng is."""
    return [
        Problem("money_not_whole", {"slug": name}, place=f"{name}.{year}", value=str(money))
        for name, years in series.items()
        for year, money in years.items()
        if type(money) is not int or money < 0
    ]


def _asked(plan: Plan, year: int) -> int:
    """Money of the lines in one year, of those that have any written down [VND]."""
    total = 0
    for line in LINES:
        series = plan.lines[line]
        repeated = series[max(series)] if series and plan.repeat_last and year > max(series) else 0
        total += series.get(year, repeated)
    return total


def _over(plan: Plan, year: int) -> Problem:
    """The lines of a year are more than its fund."""
    fund, asked = plan.annual_budget(year), _asked(plan, year)
    stated = {"asked": asked, "fund": fund, "over": asked - fund}
    billions = {name: billion_from_vnd(amount) for name, amount in stated.items()}
    most, place = Numbers("≤ {}", (billions["fund"],)), f"fund.{year}"
    return Problem("lines_exceed_fund", {"year": year, **billions}, place=place, value=billions["asked"], allowed=most)


def _of_year(series: Mapping[int, int], year: int, repeat_last: bool, what: str) -> int:
    if year in series:
        return series[year]
    if repeat_last and series and year > max(series):
        return series[max(series)]
    raise KeyError(f"{what} has no money for {year}")


def refuse_areas(plan: Plan, codes: Sequence[str]) -> None:
    """Refuse a plan that divides money between areas not among the `codes` of a province's.

    Raises
    ------
    InputError
        With every area that is not one of them, or when there is only one.
    """
    _refuse(areas_problems(plan.areas, codes))


def spelled_out(plan: Plan, years: Iterable[int]) -> Plan:
    """The plan with every one of these years written down, so that years can be changed one by one."""
    years = tuple(years)
    fund = {**plan.fund, **{year: plan.annual_budget(year) for year in years}}
    lines = {line: {**plan.lines[line], **{year: plan.line_budget(line, year) for year in years}} for line in LINES}
    return replace(plan, fund=fund, lines=lines)


def same_every_year(plan: Plan, first: int = 0) -> bool:
    """Whether fund, lines and what areas get of them are equal in all years written down, from one on."""
    series, start = (plan.fund, *plan.lines.values()), max(first, min(plan.fund, default=0))
    alike = all(year <= start for stated in plan.areas.values() for year in stated)
    return alike and all(len({amount for year, amount in money.items() if year >= first}) <= 1 for money in series)
