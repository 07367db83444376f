"""What is known of uncertainty as plain rows, for tables and files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.analysis.experiment import LUCK
from sim.analysis.robustness import Robustness
from sim.analysis.sensitivity import Index
from sim.analysis.uncertainty import Sensitivity, Uncertainty, Worth
from sim.domain.indicators import INDICATOR
from sim.domain.parameters import Register
from sim.ensemble.plans import Outcome

SENSITIVITY_COLUMNS = (
    "scenario", "indicator", "year", "unit", "price_basis", "answer", "part", "kind", "grade",
    "first", "first_low", "first_high", "total", "total_low", "total_high", "total_quarter", "total_half",
    "distinguished",    "value_p10", "value_p90", "mean_at_p10", "mean_at_p90", "swing_mcse",
    "worth", "worth_mcse", "worth_distinguished", "switch", "switch_to",
)  # fmt: skip
ROBUST_COLUMNS = (
    "plan", "indicator", "year", "unit", "price_basis", "mean", "p10", "regret_mean", "regret_p90", "regret_max",
    "worst_world", "worst_regret", "enough", "threshold", "best_by",
    "mean_mcse", "p10_mcse", "regret_mean_mcse", "worst_regret_mcse", "enough_mcse",
)  # fmt: skip
#: Kinds of parts: one assumption, several that are correlated, luck, and what one inquiry would find out.
KINDS = ("assumption", "group", "luck", "inquiry")
EVERYTHING = "everything"
_BLANK = dict.fromkeys(SENSITIVITY_COLUMNS)


def sensitivity_rows(found: Uncertainty) -> Iterator[tuple[object, ...]]:
    """Every assumption, group and inquiry in every outcome; blank where a figure has no meaning."""
    worths = {worth.outcome: worth for worth in found.worths}
    for sensitivity in found.sensitivities:
        head = {
            "scenario": found.scenario.slug,
            **outcome_columns(sensitivity.outcome),
            "answer": "gain" if sensitivity.gain else "level",
        }
        rows = _rows(found.runs.known.register, sensitivity, worths.get(sensitivity.outcome))
        for row in rows.values():
            yield tuple((_BLANK | head | row).values())


def outcome_columns(outcome: Outcome) -> dict[str, object]:
    """What names an outcome in a row."""
    unit = INDICATOR[outcome.indicator].unit
    return {"indicator": outcome.indicator, "year": outcome.year, "unit": unit, "price_basis": outcome.price_basis}


def _rows(register: Register, sensitivity: Sensitivity, worth: Worth | None) -> dict[str, dict[str, object]]:
    """{part: its figures}, by falling influence, then the rest."""
    rows: dict[str, dict[str, object]] = {}

    def row(part: str, kind: str) -> dict[str, object]:
        grade = register[part].grade if part in register.entries else None
        return rows.setdefault(f"{kind} {part}", {"part": part, "kind": kind, "grade": grade})

    for influence in sensitivity.influences:
        single = influence.members == (influence.name,)
        kind = KINDS[0] if single else KINDS[2] if influence.name == LUCK else KINDS[1]
        row(influence.name, kind).update({"distinguished": influence.clear} | _total(influence.total))
        for key, index in influence.firsts.items():
            row(key, KINDS[0]).update(_first(index))
    for swing in sensitivity.swings:
        ends = {"value_p10": swing.values[0], "value_p90": swing.values[1], "swing_mcse": swing.error}
        row(swing.id, KINDS[0]).update(ends | {"mean_at_p10": swing.means[0], "mean_at_p90": swing.means[1]})
    if worth:
        for kind, parts in ((KINDS[0], worth.singles), (KINDS[3], worth.inquiries)):
            for one in parts:
                row(one.name, kind).update(_worth(one.worth.value, one.worth.error, one.worth.clear))
        row(EVERYTHING, KINDS[3]).update(_worth(worth.everything.value, worth.everything.error, worth.everything.clear))
        for switch in worth.switches:
            row(switch.id, KINDS[0]).update({"switch": switch.value, "switch_to": switch.rival or None})
    return rows


def _first(index: Index) -> dict[str, object]:
    estimate = index.estimate
    return {"first": estimate.value, "first_low": estimate.low, "first_high": estimate.high}


def _total(index: Index | None) -> dict[str, object]:
    if index is None:
        return {}
    estimate, (quarter, half, _) = index.estimate, index.path
    return {
        "total": estimate.value, "total_low": estimate.low, "total_high": estimate.high,
        "total_quarter": quarter, "total_half": half,
    }  # fmt: skip


def _worth(value: float, error: float, clear: bool) -> dict[str, object]:
    return {"worth": value, "worth_mcse": error, "worth_distinguished": clear}


def robust_rows(found: Mapping[Outcome, Robustness]) -> Iterator[tuple[object, ...]]:
    """Every plan in every outcome."""
    for outcome, judged in found.items():
        for plan in judged.plans:
            named = " ".join(rule.name for rule in judged.rules if plan.plan in rule.plans)
            yield (
                plan.plan, *outcome_columns(outcome).values(), plan.mean, plan.p10, plan.regret_mean, plan.regret_p90,
                plan.regret_max, plan.worst_world, plan.worst_regret, plan.enough, judged.threshold, named,
                *plan.errors,
            )  # fmt: skip
