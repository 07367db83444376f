from .experiments import (
    EVENT_RANKS as EVENT_RANKS,
    FIXED_DRAWS as FIXED_DRAWS,
    Alternatives as Alternatives,
    Experiment as Experiment,
    alternatives_to as alternatives_to,
    exchanged_outcomes as exchanged_outcomes,
    experiment as experiment,
    outcomes_fixing as outcomes_fixing,
    outcomes_of as outcomes_of,
    sweep as sweep,
)
from .information import (
    INQUIRIES as INQUIRIES,
    Information as Information,
    best_and_runner_up as best_and_runner_up,
    best_plan as best_plan,
    information as information,
    perfect_information as perfect_information,
)
from .one_at_a_time import (
    Swing as Swing,
    Switch as Switch,
    switches as switches,
    tornado as tornado,
)
from .robust import (
    ENOUGH as ENOUGH,
    Box as Box,
    Limit as Limit,
    PlanRobustness as PlanRobustness,
    Robustness as Robustness,
    Rule as Rule,
    find_box as find_box,
    robustness as robustness,
)
from .sensitivity import (
    Index as Index,
    Influence as Influence,
    first_order_index as first_order_index,
    influences as influences,
    total_index as total_index,
)
from .together import (
    ROBUST_COLUMNS as ROBUST_COLUMNS,
    SENSITIVITY_COLUMNS as SENSITIVITY_COLUMNS,
    Sensitivity as Sensitivity,
    Uncertainty as Uncertainty,
    Worth as Worth,
    evppi_in as evppi_in,
    robust_rows as robust_rows,
    robustness_of as robustness_of,
    sensitivity_rows as sensitivity_rows,
    uncertainty as uncertainty,
)
