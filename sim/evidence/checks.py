"""Checks that can fail: each gives PASS, REVIEW or FAIL with the figures it rests on."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

import numpy as np

from sim.domain import Scenario
from sim.ensemble import Posterior, Result, run
from sim.evidence import sbc
from sim.evidence.conditioning import LEAST_EFFECTIVE
from sim.evidence.importance import MOST_PARETO_K
from sim.evidence.knowledge import Knowledge
from sim.evidence.past import Past
from sim.evidence.past_scores import hindcast, impossible, posterior_predictive, prior_predictive
from sim.evidence.pooling import LeftOut
from sim.evidence.truths import MISSPECIFIED, Truths, simulate

PASS, REVIEW, FAIL = ("PASS", "REVIEW", "FAIL")

#: Figures this far out in the tails of what the model would print call for a look, or fail.
_ODD, _IMPLAUSIBLE = 0.05, 0.005
#: A significance level for all quantities together, after Holm's adjustment.
_UNIFORM = 0.01
#: Bounds of the coverage of 80 % ranges on 300 truths.
_COVERED = (0.73, 0.87)
#: Bounds of the coverage of 80 % ranges on the figures of provinces that were left out.
_PEERS_COVERED = (0.7, 0.9)
#: Effective draws every truth's posterior needs for its ranks to mean anything.
_TRUTH_EFFECTIVE = 200.0
#: An 80 % range of revenue after five years narrower than this each way needs a written reason.
_WIDTH_FLOOR = 0.15
#: Years of outturns behind the synthetic truths.
_YEARS_AHEAD = 3


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes
    ----------
    id : key of its name and advice in the catalogue
    verdict : PASS, REVIEW or FAIL
    figures : what it rests on, for the table and the advice
    """

    id: str
    verdict: str
    figures: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Size:
    """How many synthetic truths, and how many of each misspecified kind."""

    truths: int = 300
    misspecified: int = 100


def quick_checks(known: Knowledge, scenario: Scenario, *, draws: int, seed: int) -> list[Check]:
    """The checks that take seconds: enough to stop a report that should not go out."""
    result = run(known.province, known.register, [scenario], draws=draws, seed=seed, posterior=known.posterior)
    if not known.calibration.matches:  # a merged province's are checked with the packs its areas come from
        history = [Check("history", REVIEW)] if known.without_history else []
        history += [effective_size_check(known.posterior)] if known.posterior.ids else []
        return [*history, hard_limits(result), width_floor(result)]
    past = Past(known.calibration, known.register)
    return [
        effective_size_check(known.posterior),
        _predictive("prior_predictive", prior_predictive(past)),
        _predictive("posterior_predictive", posterior_predictive(past)),
        hard_limits(result),
        width_floor(result),
        hindcast_check(known),
    ]


def effective_size_check(posterior: Posterior) -> Check:
    """Enough effective draws stand behind the posterior, and no few of them carry it (Pareto k-hat)."""
    enough = posterior.effective >= LEAST_EFFECTIVE
    verdict = FAIL if not enough else REVIEW if posterior.tail > MOST_PARETO_K else PASS
    return Check("effective_size", verdict, {"effective": round(posterior.effective), "pareto": posterior.tail})


def _predictive(name: str, found: Sequence) -> Check:
    worst = min(found, key=lambda item: item.tail)
    # With so many figures one in the outer tails is expected: the bound is shared among them.
    verdict = FAIL if worst.tail < _IMPLAUSIBLE / len(found) else REVIEW if worst.tail < _ODD / len(found) else PASS
    return Check(name, verdict, {"figures": len(found), "worst": worst.match.id, "tail": worst.tail})


def hard_limits(result: Result) -> Check:
    """No draw breaks what cannot be broken."""
    broken = impossible(result.runs[0].series)
    return Check("hard_limits", FAIL if any(broken.values()) else PASS, {"broken": sum(broken.values())})


def width_floor(result: Result, *, years: int = 5) -> Check:
    """Five years ahead nobody knows revenue to better than 15 % either way."""
    row = min(years, len(result.years) - 1) - 1
    values = result.series(result.scenarios[0], "htx_revenue", "real_2023")[row, -1]
    low, middle, high = np.quantile(values, (0.1, 0.5, 0.9))
    narrowest = float(min(high / middle - 1.0, 1.0 - low / middle))
    return Check("width_floor", PASS if narrowest >= _WIDTH_FLOOR else REVIEW, {"half_width": narrowest})


def hindcast_check(known: Knowledge) -> Check:
    """Hindcast: the last year of history is consistent with what would have been forecast without it."""
    found = hindcast(known.calibration, known.register)
    inside = sum(item.inside for item in found)
    no_change = [item.score < item.no_change for item in found if item.no_change is not None]
    growth = [item.score < item.last_growth for item in found if item.last_growth is not None]
    # An 80 % range misses one in five: more than two in five missed calls for a look.
    enough = inside >= 0.6 * len(found) and all(2 * sum(rule) >= len(rule) for rule in (no_change, growth))
    figures = {
        "inside": inside, "figures": len(found),
        "better": sum(no_change), "compared": len(no_change),
        "better_growth": sum(growth), "compared_growth": len(growth),
    }  # fmt: skip
    return Check("hindcast", PASS if enough else REVIEW, figures)


def peers_check(found: Sequence[LeftOut]) -> Check:
    """Leave one province out: what the others say of it holds its figures, and beats "as the median of the others".

    The score is the mean weighted interval score over that of the rule, each quantity by the number of its
    figures; one quantity worse than the rule calls for a look.
    """
    cells = sum(one.cells for one in found)
    eighty, control, score = (
        sum(one.cells * value for one, value in zip(found, values, strict=True)) / cells
        for values in zip(*((one.eighty, one.pooled, one.score / one.naive) for one in found), strict=True)
    )
    inside = _PEERS_COVERED[0] <= eighty <= _PEERS_COVERED[1] and score <= 1.0
    each = all(one.score <= one.naive for one in found)
    figures = {"figures": cells, "eighty": eighty, "score": score, "pooled": control}
    return Check("peers", (PASS if each else REVIEW) if inside else FAIL, figures)


def truth_checks(
    known: Knowledge, scenario: Scenario, size: Size, *, seed: int, executor: Executor | None = None
) -> list[Check]:
    """Simulation-based calibration and coverage on synthetic truths, with the negative controls that must fail."""
    near = replace(scenario, horizon=known.province.base_year + _YEARS_AHEAD)
    past = Past(known.calibration, known.register)
    truths = simulate(past, known.province, near, count=size.truths, seed=seed)
    checked = sbc.check_truths(past, known.province, near, truths, seed=seed, executor=executor)
    least = min(item.effective for item in checked)
    few = sum(item.effective < _TRUTH_EFFECTIVE for item in checked)
    reached = PASS if not few else REVIEW if few <= 0.02 * len(checked) else FAIL
    p_values = sbc.uniformity(checked, sbc.HONEST)
    worst = min(p_values, key=p_values.__getitem__)
    uniform = PASS if p_values[worst] > _UNIFORM else FAIL
    # A distorted posterior must be noticed, else the check itself is worth nothing.
    ignoring = sbc.uniformity(checked, sbc.IGNORES_DATA)[sbc.LOG_LIKELIHOOD]
    narrow = min(sbc.uniformity(checked, sbc.OVERCONFIDENT).values())
    checks = [
        Check("truth_effective", reached, {"least": round(least), "few": few, "truths": len(checked)}),
        Check("uniform_ranks", uniform, {"worst": worst, "p": p_values[worst], "truths": len(checked)}),
        Check("control_ignores_data", PASS if ignoring < _UNIFORM else FAIL, {"p": ignoring}),
        Check("control_overconfident", PASS if narrow < _UNIFORM else FAIL, {"p": narrow}),
        _coverage("coverage", checked, truths),
    ]
    for name, alter in MISSPECIFIED.items():
        wrong = simulate(past, known.province, near, count=size.misspecified, seed=seed + 1, alter=alter)
        found = sbc.check_truths(past, known.province, near, wrong, seed=seed + 1, executor=executor)
        checks.append(_coverage(f"misspecified_{name}", found, wrong, verdict=REVIEW))
    return checks


def _coverage(name: str, checked: Sequence[sbc.Checked], truths: Truths, *, verdict: str = FAIL) -> Check:
    """Coverage of 80 % and 50 % ranges; outside the bounds it gets `verdict`.

    An average over all indicators can hide one whose ranges are wrong, so each indicator alone must
    keep the bounds too.
    """
    shares = sbc.coverage(checked, truths)
    eighty, fifty = shares[0.8]["all"], shares[0.5]["all"]
    single = {indicator: share for indicator, share in shares[0.8].items() if indicator != "all"}
    worst = max(single, key=lambda indicator: abs(single[indicator] - 0.8))
    inside = all(_COVERED[0] <= share <= _COVERED[1] for share in (eighty, single[worst]))
    return Check(
        name,
        PASS if inside else verdict,
        {"eighty": eighty, "fifty": fifty, "worst": worst, "worst_eighty": single[worst], "truths": len(checked)},
    )
