"""The Python door: the questions of the command line asked of the same loaders and runner, the shipped data as default.

Whoever asks for draws gets 1 … 2^20; equal seeds are common random numbers. Every function raises `InputError`
for a scenario, plan, world or pack that is refused.
"""

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim import domain
from sim.analysis import compare as pairs, split, unknowns
from sim.domain import INDICATORS, JUDGED, LINES, FixedFund, InputError, Plan, Problem, Province, Scenario, World
from sim.ensemble import DEFAULT_DRAWS, DEFAULT_SEED, run as project
from sim.evidence import LEDGER_COLUMNS, draws_for, ledger_rows, load_knowledge
from sim.inputs import scenarios as stored
from sim.inputs.pack import in_year, load_province as read_province
from sim.inputs.yaml import load_catalogue
from sim.results import Checks, Result, bar, one_of, require_draws, require_indicator, require_some, require_years

if TYPE_CHECKING:
    import pandas as pd

    from sim.ensemble import CommonDraws, Outcome
    from sim.evidence import Check


def load_province(slug: str | None = None, *, year: int | None = None) -> Province:
    """The data pack of a province; without a slug the one that is chosen (``COOPSIM_PROVINCE``, else the default).

    Parameters
    ----------
    year : planning year; default ``COOPSIM_YEAR``, else the pack's own

    Raises
    ------
    InputError
        For a year that cannot be planned in: up to the base year, or beyond what is projected.
    """
    with in_year(year):
        return read_province(slug)


def list_scenarios() -> list[str]:
    """Slugs of the scenarios of the data root."""
    return list(stored.list_scenarios())


def load_scenario(name: str, *, year: int | None = None) -> Scenario:
    """A scenario by slug, or by path when the name holds a slash or ends in .yaml.

    Parameters
    ----------
    year : planning year; money of the years before it is that of the pack's base plan
    """
    with in_year(year):
        return stored.load_scenario(name)


def list_plans() -> list[str]:
    """Slugs of the plans of the data root."""
    return list(stored.list_plans())


def load_plan(name: str) -> Plan:
    """A plan by slug or by path."""
    return stored.load_plan(name)


def list_worlds() -> list[str]:
    """Slugs of the worlds of the data root."""
    return list(stored.list_worlds())


def load_world(name: str) -> World:
    """A world by slug or by path, checked against the register."""
    return stored.load_world(name)


def indicators(lang: str = "en") -> "pd.DataFrame":
    """What the model projects: id, unit, name, which direction is better (1, -1, 0)."""
    import pandas as pd

    words = load_catalogue(lang)
    rows = [(row.id, row.unit, words.text(f"terms.{row.id}"), row.better) for row in INDICATORS]
    return pd.DataFrame.from_records(rows, columns=["indicator", "unit", "name", "better"])


def objectives() -> dict[str, type]:
    """What a split may be chosen for, by name; each is made with an outcome and given to `allocate`."""
    known = (split.Mean, split.LowEnd, split.TailMean, split.Chance, split.LeastRegret)
    return {one.__name__: one for one in known}


def run(
    asked: str | Scenario | Sequence[str | Scenario],
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    *,
    year: int | None = None,
) -> Result:
    """Project scenarios on the same draws.

    Parameters
    ----------
    asked : one or several scenarios, each a slug, a path or a `Scenario`
    year : planning year; default the data pack's own

    Returns
    -------
    Result
        `Result.summary()` is the frame of summary.csv; `Result.values(indicator)` the draws,
        (scenario, draw, year, area) in the indicator's unit.
    """
    with in_year(year):
        several = [asked] if isinstance(asked, (str, os.PathLike, Scenario)) else list(asked)
        require_draws(draws, seed)
        loaded, known = [_loaded(item) for item in several], load_knowledge()
        _require_together(loaded)
        found = project(known.province, known.register, loaded, draws=draws, seed=seed, posterior=known.posterior)
        return Result.of(found)


def compare(
    result: Result, reference: str, *, years: Sequence[int] = (), indicators: Sequence[str] = ()
) -> "pd.DataFrame":
    """Paired differences of every other scenario from the reference, on common draws.

    Parameters
    ----------
    years : projected ones; default the first and the last
    indicators : ids; default all. Those that mislead alone come together.

    Returns
    -------
    DataFrame
        Columns as `coopsim compare --format csv`.
    """
    one_of("reference", reference, result.scenarios, key="unknown_scenario")
    require_years(years, result.years[1:])
    for name in indicators:
        require_indicator(name)
    with bar():
        return pairs.compare(result, reference, years=years, indicators=indicators)


def summarise(result: Result) -> "pd.DataFrame":
    """The summary frame of a result; see `Result.summary`."""
    return result.summary()


def response_surface(
    scenario: str | Scenario,
    fund: FixedFund | None = None,
    draws: int = 1024,
    seed: int = DEFAULT_SEED,
    *,
    year: int | None = None,
) -> split.ResponseSurface:
    """What every split of a scenario's money brings, computed once and kept.

    Parameters
    ----------
    scenario : a slug, a path or a `Scenario`
    fund : steps and limits; default every split in steps of 2.5 %
    year : planning year; default the data pack's own

    Returns
    -------
    ResponseSurface
        Outcomes of every split, (split, outcome, draw), exact on its grid.

    Raises
    ------
    InputError
        When the scenario is refused, has no money, or no split keeps the limits.
    """
    with in_year(year):
        require_draws(draws, seed)
        known, found, fund = load_knowledge(), _loaded(scenario), fund or split.UNLIMITED
        with bar():
            return split.response_surface(known, found, fund=fund, draws=draws, seed=seed)


def allocate(
    scenario: str | Scenario,
    objective: split.Objective | None = None,
    fund: FixedFund | None = None,
    *,
    year: int | None = None,
) -> split.BestSplit:
    """The best split of a scenario's money, with what comes as near and what it changes.

    Parameters
    ----------
    scenario : a slug, a path or a `Scenario`
    objective : `Mean`, `LowEnd`, `TailMean`, `Chance`, `LeastRegret` … of `sim.analysis.split`; default the mean of
        total revenue in the last year
    fund : default within 30 % of the plan, in steps of 2.5 %
    year : planning year; default the data pack's own

    Raises
    ------
    InputError
        When the scenario is refused, has no money, or no split keeps the limits.
    """
    with in_year(year):
        found, known = _loaded(scenario), load_knowledge()
        with bar():
            return split.best_split(known, found, objective or split.default_objective(found), fund or FixedFund())


def seek(
    scenario: str | Scenario, target: split.Chance, fund: domain.FlexibleFund | None = None,
    draws: int = DEFAULT_DRAWS, seed: int = DEFAULT_SEED, *,
    year: int | None = None,
) -> split.LeastMoney:  # fmt: skip
    """The least money, split as the scenario's plan, that meets a target with the wanted probability.

    Parameters
    ----------
    target : an outcome and the bounds it has to lie in, in the indicator's unit
    fund : the probability wanted and how many times the plan's money is looked at; default one half, three times
    year : planning year; default the data pack's own
    """
    with in_year(year):
        found = _loaded(scenario)
        return split.seek(_draws(found, draws, seed), found, target, fund or split.ANY_FUND)


def attribute(
    scenario: str | Scenario,
    indicators: Sequence[str] = JUDGED,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    *,
    year: int | None = None,
) -> split.Attribution:
    """Each budget line's Shapley part of what the plan does beside no support, adding up on every draw.

    Parameters
    ----------
    indicators : of the last year, each in its own unit
    year : planning year; default the data pack's own
    """
    with in_year(year):
        found = _loaded(scenario)
        return split.attribute(_draws(found, draws, seed), found, _outcomes(found, indicators))


def curve(
    scenario: str | Scenario, indicators: Sequence[str] = JUDGED, lines: Sequence[str] = LINES,
    draws: int = DEFAULT_DRAWS, seed: int = DEFAULT_SEED, *,
    year: int | None = None,
) -> tuple[split.Curve, ...]:  # fmt: skip
    """Response curves: what more or less money on each line does, against nothing on it.

    Parameters
    ----------
    indicators : of the last year, each in its own unit
    lines : budget lines; one curve each
    year : planning year; default the data pack's own
    """
    with in_year(year):
        found = _loaded(scenario)
        require_some(lines, "lines")
        for line in lines:
            one_of("lines", line, LINES, key="unknown_line")
        return tuple(split.response_curves(_draws(found, draws, seed), found, _outcomes(found, indicators), lines))


def sensitivity(
    scenario: str | Scenario, draws: int = DEFAULT_DRAWS, seed: int = DEFAULT_SEED, *, year: int | None = None
) -> "pd.DataFrame":
    """What a scenario's range comes from, what is worth knowing before choosing, and what turns the choice.

    Parameters
    ----------
    year : planning year; default the data pack's own


    Returns
    -------
    DataFrame
        One row per outcome and part of the unknowns; columns as `coopsim sensitivity --format csv`.
        `sim.analysis.unknowns.uncertainty` gives the same as values.
    """
    with in_year(year):
        import pandas as pd

        from sim.run import examined, unknowns as judge

        require_draws(draws, seed)
        judge.require_enough(draws)
        with bar():
            found = examined(load_knowledge(), _loaded(scenario), draws=draws, seed=seed)
        columns = list(unknowns.SENSITIVITY_COLUMNS)
        return pd.DataFrame.from_records(list(unknowns.sensitivity_rows(found)), columns=columns)


def robust(
    scenarios: Sequence[str], worlds: Sequence[str] = (), threshold: float | None = None,
    draws: int = DEFAULT_DRAWS, seed: int = DEFAULT_SEED, *,
    year: int | None = None,
) -> "Mapping[Outcome, unknowns.Robustness]":  # fmt: skip
    """Plans across worlds: regret, satisficing, and which plan each rule of choosing names.

    Parameters
    ----------
    scenarios : whose plans are judged; of one alone, the shipped plans of the same money join it
    worlds : slugs; default every shipped one
    threshold : share of the best gain that is enough; default `unknowns.ENOUGH`
    year : planning year; default the data pack's own
    """
    with in_year(year):
        from sim.run import unknowns as judge

        require_draws(draws, seed)
        require_some(scenarios, "scenarios")
        share = unknowns.ENOUGH if threshold is None else threshold
        return judge.robust(load_knowledge(), scenarios, worlds, threshold=share, draws=draws, seed=seed)[1]


def credibility() -> "tuple[Check, ...]":
    """The checks of the ranges: the quick ones now, the slow ones as they were last run in full.

    Returns
    -------
    tuple of Check
        Each with its `verdict` (PASS, REVIEW or FAIL) and the `figures` it rests on; what
        `coopsim credibility` prints.
    """
    from sim.run import standing

    return Checks(standing(load_knowledge()))


def ledger(file: str | None = None, ledger: str | None = None) -> "pd.DataFrame":
    """Forecasts kept earlier, scored on what came in after them.

    Parameters
    ----------
    file : figures; default those of the data packs
    ledger : the only ledger to read; default those shipped with packs and one's own, ``ledger/forecasts.jsonl``

    Returns
    -------
    DataFrame
        One row per figure that was scored, in the indicator's unit: outturn, forecast (mean, p10, p90), weighted
        interval score, those of the two naive rules, the parts of the error, and which rows stand apart.
        `attrs["skill"]` holds the overall skill of each forecast [% of the outturn].

    Raises
    ------
    InputError
        When nothing was kept, the file is refused or a ledger was changed by hand.
    """
    import pandas as pd

    from sim.run import score_forecasts

    judged = score_forecasts(file, ledger)
    rows = [row for one in judged for row in ledger_rows(one)]
    frame = pd.DataFrame.from_records(rows, columns=list(LEDGER_COLUMNS))
    frame.attrs["skill"] = [one.skill for one in judged]
    return frame


def _loaded(scenario: str | Scenario) -> Scenario:
    """A scenario that keeps the rules of a scenario's file, wherever it comes from."""
    if isinstance(scenario, (str, os.PathLike)):
        return load_scenario(scenario)
    return stored.checked_scenario(scenario)


def _require_together(scenarios: Sequence[Scenario]) -> None:
    """One run has scenarios of different names and one horizon."""
    require_some(scenarios, "scenarios")
    slugs = [scenario.slug for scenario in scenarios]
    for slug in sorted({slug for slug in slugs if slugs.count(slug) > 1}):
        raise InputError(Problem("duplicate_scenario", {"slug": slug, "names": f"{slug}, {slug}"}, value=slug))
    from sim.run import require_one_horizon

    require_one_horizon(scenarios, "horizon")


def _draws(scenario: Scenario, draws: int, seed: int) -> "CommonDraws":
    require_draws(draws, seed)
    return draws_for(load_knowledge(), scenario, draws=draws, seed=seed)


def _outcomes(scenario: Scenario, indicators: Sequence[str]) -> "list[Outcome]":
    require_some(indicators, "indicators")
    for name in indicators:
        require_indicator(name)
    return [pairs.outcome_of(name, scenario.horizon) for name in indicators]
