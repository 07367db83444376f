"""What other provinces printed, the rules by which it feeds priors, and the priors as fitted (data/peers)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import exp, log
from pathlib import Path
from statistics import median
from typing import Any

from sim.domain import Distribution, Observation, Register
from sim.inputs import text, yaml
from sim.inputs.excel import parse_table
from sim.inputs.figures import COLUMNS
from sim.inputs.text import PEERS, File, data_root
from sim.inputs.yaml import Checked, Loader

RULES, PRIORS = "rules.yaml", "priors.yaml"
#: What an assumption that rests on other provinces names as its source; a row of data/peers/sources.csv.
PEER_SOURCE = "peers-of-other-provinces"
#: {assumption: the quantity of other provinces it is made of}
_RESTS_ON = {
    "foundings_reference": "entry_rate",
    "founding_lumpiness": "entry_rate",
    "dissolution_rate": "exit_rate",
    "dissolution_lumpiness": "exit_rate",
    "active_share": "active_share",
    "average_revenue": "average_revenue",
}
#: Standard normal score of p90.
_P90 = 1.2816


@dataclass(frozen=True)
class PeerPrior:
    """What is to be expected of a quantity in a province of which nothing is known yet.

    Attributes
    ----------
    distribution : of its own level, through p10, p50 and p90
    year : of the sd of log (of log odds) of single good and bad years around it
    areas : codes of the other provinces it rests on
    rows : how many printed rows it rests on
    """

    distribution: Distribution
    year: Distribution
    areas: tuple[str, ...]
    rows: int

    @property
    def provinces(self) -> int:
        """How many other provinces it rests on."""
        return len(self.areas)


def load_peer_rules(root: Path | None = None) -> Mapping[str, Any] | None:
    """The rules of the data root, decimals as floats; None where it has no peers.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    path = (root or data_root()) / PEERS / RULES
    return _RULES.load(File.at(path)) if path.is_file() else None


def load_peer_rows(rules: Mapping[str, Any], root: Path | None = None) -> tuple[Observation, ...]:
    """Every row of the tables the rules name, of whatever kind.

    Raises
    ------
    InputError
        With every cell that is no number.
    """
    rows: list[Observation] = []
    for name in rules["tables"]:
        file = File.at((root or data_root()) / name)
        table, problems = parse_table(file.raw, COLUMNS, file=file.name), []
        for row in table.rows:
            read = text.read_number(row["value"].text, decimal=".", grouped=False)
            if read.value is None or not row["year"].text.isdigit():
                at = "year" if read.value is not None else "value"
                params = {"decimal": "."}
                problems.append(table.problem("number_unreadable", row[at], at, params=params, suggestion=read.hint))
                continue
            fields: dict[str, Any] = {column: row[column].text for column in COLUMNS}
            fields |= {"year": int(fields["year"]), "value": float(read.value), "line": row["area"].line}
            rows.append(Observation(**fields))
        text.refuse(problems)
    return tuple(rows)


def load_peer_priors(area: str = "", root: Path | None = None) -> dict[str, PeerPrior]:
    """{quantity: prior} as fitted, without the figures of the area itself; none where the data root has no peers.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    path = (root or data_root()) / PEERS / PRIORS
    if not path.is_file():
        return {}
    found = {}
    for name, entry in _PRIORS.load(File.at(path)).items():
        others = tuple(code for code in entry["without"] if code != area)
        at = entry["without"].get(area, entry)
        found[name] = PeerPrior(_triple(at), _triple(entry["year"]), others, entry["rows"])
    return found


def peers_behind(register: Register, area: str = "", root: Path | None = None) -> int:
    """How many other provinces the assumptions of a register rest on; 0 where none does."""
    resting = {register[key].of or key for key in register if PEER_SOURCE in register[key].source}
    quantities = {_RESTS_ON[id] for id in resting if id in _RESTS_ON}
    priors = load_peer_priors(area, root) if quantities else {}
    return len({code for name in quantities & priors.keys() for code in priors[name].areas})


def updated(prior: PeerPrior, rates: Sequence[float], counts: Sequence[float]) -> Distribution:
    """The prior of a rate after the province's own printed counts of one year, by the rule of normal log rates.

    Parameters
    ----------
    rates : the pages' rates of that one year [1/yr]; several pages are one year with a spread
    counts : the counts behind them; none of either leaves the prior as it is
    """
    stated = prior.distribution
    low, middle, high = log(stated.p10), log(stated.p50), log(stated.p90)
    own = [log(rate) for rate in rates if rate > 0]
    if not own:
        return prior.distribution
    centre = median(own)
    spread = sum((value - centre) ** 2 for value in own) / len(own)
    luck = prior.year.p50**2 + 1.0 / median(counts) + spread
    ahead = (((high - low) / (2.0 * _P90)) ** 2, luck)
    weights = [1.0 / part for part in ahead]
    mean = (weights[0] * middle + weights[1] * centre) / sum(weights)
    half = _P90 * sum(weights) ** -0.5
    return Distribution(exp(mean - half), exp(mean), exp(mean + half))


def per_inactive(exits: Distribution, *, inactive: Distribution, reactivation: float) -> Distribution:
    """Yearly chance that an inactive HTX is dissolved, from exits per registered HTX [1/yr].

    Parameters
    ----------
    inactive : share of the registered HTX that are inactive; uncertain where the active ones were not counted
    reactivation : share of the inactive that start again first

    Notes
    -----
    Only inactive HTX are dissolved in the model (docs/model.md section 3): the same exits come out of fewer
    HTX. The rate exits / (inactive x (1 - reactivation)) is a hazard, and its chance 1 - exp(-hazard) stays
    below 1; spreads of log add in quadrature on each side.
    """
    middle = exits.p50 / (inactive.p50 * (1.0 - reactivation))
    up = (log(exits.p90 / exits.p50) ** 2 + log(inactive.p50 / inactive.p10) ** 2) ** 0.5
    down = (log(exits.p50 / exits.p10) ** 2 + log(inactive.p90 / inactive.p50) ** 2) ** 0.5
    few, usual, many = (1.0 - exp(-middle * exp(off)) for off in (-down, 0.0, up))
    return Distribution(few, usual, many)


def _triple(entry: Mapping[str, Any]) -> Distribution:
    return Distribution(float(entry["p10"]), float(entry["p50"]), float(entry["p90"]))


def _floats(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _floats(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_floats(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


def _check_rules(found: Checked) -> None:
    """Quantities a rule is made of exist, and their ranges are ranges."""
    value = found.value or {"quantities": {}, "windows": ()}
    known = {term for rule in value["quantities"].values() for term in rule["terms"]}
    for name, rule in value["quantities"].items():
        low, high = rule["range"]
        if not 0 < low < high:
            stated = f"[{text.plain(low)}, {text.plain(high)}]"
            found.tell("bounds_order", ("quantities", name, "range"), value=stated)
    for number, window in enumerate(value["windows"]):
        if window["stands_for"] not in known:
            near = text.nearest(window["stands_for"], known)
            at: text.Place = ("windows", number, "stands_for")
            found.tell("not_one_of", at, value=window["stands_for"], allowed=", ".join(sorted(known)), suggestion=near)


_RULES = Loader("peer rules", lambda: yaml.PeerRulesShape, _check_rules, _floats)
_PRIORS = Loader("peer priors", lambda: yaml.PeerPriorsShape, None, _floats)
