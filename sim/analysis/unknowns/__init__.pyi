from .evppi import (
    INQUIRIES as INQUIRIES,
)
from .evppi import (
    Information as Information,
)
from .evppi import (
    best_plan as best_plan,
)
from .evppi import (
    information as information,
)
from .evppi import (
    partial_information as partial_information,
)
from .evppi import (
    perfect_information as perfect_information,
)
from .experiments import (
    EVENT_RANKS as EVENT_RANKS,
)
from .experiments import (
    FIXED_DRAWS as FIXED_DRAWS,
)
from .experiments import (
    TOTAL_DRAWS as TOTAL_DRAWS,
)
from .experiments import (
    Alternatives as Alternatives,
)
from .experiments import (
    Experiment as Experiment,
)
from .experiments import (
    alternatives_to as alternatives_to,
)
from .experiments import (
    exchanged_outcomes as exchanged_outcomes,
)
from .experiments import (
    experiment as experiment,
)
from .experiments import (
    outcomes_fixing as outcomes_fixing,
)
from .experiments import (
    outcomes_of as outcomes_of,
)
from .experiments import (
    sweep as sweep,
)
from .one_at_a_time import (
    Swing as Swing,
)
from .one_at_a_time import (
    Switch as Switch,
)
from .one_at_a_time import (
    switches as switches,
)
from .one_at_a_time import (
    tornado as tornado,
)
from .prim import (
    Box as Box,
)
from .prim import (
    Limit as Limit,
)
from .prim import (
    find_box as find_box,
)
from .robust import (
    ENOUGH as ENOUGH,
)
from .robust import (
    PlanRobustness as PlanRobustness,
)
from .robust import (
    Robustness as Robustness,
)
from .robust import (
    Rule as Rule,
)
from .robust import (
    robustness as robustness,
)
from .sobol import (
    Index as Index,
)
from .sobol import (
    Influence as Influence,
)
from .sobol import (
    first_order_index as first_order_index,
)
from .sobol import (
    influences as influences,
)
from .sobol import (
    total_index as total_index,
)
from .together import (
    ROBUST_COLUMNS as ROBUST_COLUMNS,
)
from .together import (
    SENSITIVITY_COLUMNS as SENSITIVITY_COLUMNS,
)
from .together import (
    Sensitivity as Sensitivity,
)
from .together import (
    Uncertainty as Uncertainty,
)
from .together import (
    Worth as Worth,
)
from .together import (
    judged as judged,
)
from .together import (
    known_worth as known_worth,
)
from .together import (
    robust_rows as robust_rows,
)
from .together import (
    sensitivity_rows as sensitivity_rows,
)
from .together import (
    uncertainty as uncertainty,
)
