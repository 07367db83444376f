from .exogenous import (
    Setting as Setting,
    setting as setting,
)
from .flows import (
    members_next as members_next,
)
from .inversion import (
    binomial as binomial,
    binomial_after as binomial_after,
    poisson as poisson,
)
from .memory import (
    WIDTH as WIDTH,
    same as same,
)
from .others import (
    beside_htx as beside_htx,
    discrepancy as discrepancy,
)
from .projection import (
    SHORT as SHORT,
    Way as Way,
    htx_paths as htx_paths,
    project as project,
)
from .response import (
    LINE_IDS as LINE_IDS,
    Effects as Effects,
    effect_state as effect_state,
    first_effect as first_effect,
    line_effects as line_effects,
    reference_effects as reference_effects,
    revenue_strength as revenue_strength,
    spending_by_area as spending_by_area,
    spending_per_billion as spending_per_billion,
)
from .state import (
    EVENTS as EVENTS,
    FLOW_SERIES as FLOW_SERIES,
    EventRanks as EventRanks,
    Flows as Flows,
    Start as Start,
    ranks_of as ranks_of,
)
from .told import (
    Series as Series,
)
