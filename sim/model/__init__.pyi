from .flows import (
    members_next as members_next,
)
from .inversion import (
    binomial as binomial,
)
from .inversion import (
    poisson as poisson,
)
from .others import (
    discrepancy as discrepancy,
)
from .projection import (
    Setting as Setting,
)
from .projection import (
    beside_htx as beside_htx,
)
from .projection import (
    htx_paths as htx_paths,
)
from .projection import (
    project as project,
)
from .projection import (
    setting as setting,
)
from .response import (
    LINE_IDS as LINE_IDS,
)
from .response import (
    Effects as Effects,
)
from .response import (
    effect_state as effect_state,
)
from .response import (
    first_effect as first_effect,
)
from .response import (
    line_effects as line_effects,
)
from .response import (
    reference_effects as reference_effects,
)
from .response import (
    revenue_strength as revenue_strength,
)
from .response import (
    spending_per_billion as spending_per_billion,
)
from .state import (
    EVENTS as EVENTS,
)
from .state import (
    FLOW_SERIES as FLOW_SERIES,
)
from .state import (
    Flows as Flows,
)
from .state import (
    Luck as Luck,
)
from .state import (
    Start as Start,
)
