from .best import (
    MUCH as MUCH,
    OFTEN as OFTEN,
    BestSplit as BestSplit,
    HeldOut as HeldOut,
    ScoredSplit as ScoredSplit,
    allocate as allocate,
    clearly_behind as clearly_behind,
    held_out as held_out,
)
from .decisions import (
    TARGET_PROBABILITY as TARGET_PROBABILITY,
    Decision as Decision,
    NextMoney as NextMoney,
    chance_of as chance_of,
    decide as decide,
    default_objective as default_objective,
    has_money as has_money,
    next_money as next_money,
)
from .least_money import (
    ANY_FUND as ANY_FUND,
    LeastMoney as LeastMoney,
    break_even as break_even,
    scaled as scaled,
    seek as seek,
    without_money as without_money,
)
from .lines import (
    WEIGHTS_DENOMINATOR as WEIGHTS_DENOMINATOR,
    Attribution as Attribution,
    Curve as Curve,
    attribute as attribute,
    response_curves as response_curves,
)
from .objectives import (
    Chance as Chance,
    LeastRegret as LeastRegret,
    LowEnd as LowEnd,
    Mean as Mean,
    Objective as Objective,
    TailMean as TailMean,
    weighted as weighted,
)
from .pareto import (
    Frontier as Frontier,
    frontier as frontier,
    undominated as undominated,
)
from .racing import (
    RACE_ERROR as RACE_ERROR,
    Aim as Aim,
    best_split as best_split,
    outcomes_of as outcomes_of,
    race as race,
)
from .surface import (
    SURFACE_DRAWS as SURFACE_DRAWS,
    UNLIMITED as UNLIMITED,
    ResponseSurface as ResponseSurface,
    Splits as Splits,
    build_surface as build_surface,
    compositions as compositions,
    judged_outcomes as judged_outcomes,
    keeping as keeping,
    list_splits as list_splits,
    response_surface as response_surface,
    violations as violations,
    within as within,
)
