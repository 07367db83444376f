from .best import (
    BestSplit as BestSplit,
)
from .best import (
    HeldOut as HeldOut,
)
from .best import (
    ScoredSplit as ScoredSplit,
)
from .best import (
    allocate as allocate,
)
from .best import (
    held_out as held_out,
)
from .best import (
    unseen_draws as unseen_draws,
)
from .decisions import (
    TARGET_PROBABILITY as TARGET_PROBABILITY,
)
from .decisions import (
    Decision as Decision,
)
from .decisions import (
    NextMoney as NextMoney,
)
from .decisions import (
    chance_of as chance_of,
)
from .decisions import (
    decide as decide,
)
from .decisions import (
    default_objective as default_objective,
)
from .decisions import (
    has_money as has_money,
)
from .decisions import (
    next_money as next_money,
)
from .grid import (
    Splits as Splits,
)
from .grid import (
    compositions as compositions,
)
from .grid import (
    keeping as keeping,
)
from .grid import (
    list_splits as list_splits,
)
from .grid import (
    violations as violations,
)
from .grid import (
    within as within,
)
from .least_money import (
    ANY_FUND as ANY_FUND,
)
from .least_money import (
    LeastMoney as LeastMoney,
)
from .least_money import (
    break_even as break_even,
)
from .least_money import (
    scaled as scaled,
)
from .least_money import (
    seek as seek,
)
from .lines import (
    TWELFTHS as TWELFTHS,
)
from .lines import (
    Attribution as Attribution,
)
from .lines import (
    Curve as Curve,
)
from .lines import (
    attribute as attribute,
)
from .lines import (
    response_curves as response_curves,
)
from .objectives import (
    Chance as Chance,
)
from .objectives import (
    LeastRegret as LeastRegret,
)
from .objectives import (
    LowEnd as LowEnd,
)
from .objectives import (
    Mean as Mean,
)
from .objectives import (
    Objective as Objective,
)
from .objectives import (
    TailMean as TailMean,
)
from .objectives import (
    weighted as weighted,
)
from .surface import (
    SURFACE_DRAWS as SURFACE_DRAWS,
)
from .surface import (
    UNLIMITED as UNLIMITED,
)
from .surface import (
    Frontier as Frontier,
)
from .surface import (
    ResponseSurface as ResponseSurface,
)
from .surface import (
    build_surface as build_surface,
)
from .surface import (
    draws_for as draws_for,
)
from .surface import (
    judged_outcomes as judged_outcomes,
)
from .surface import (
    outcome_of as outcome_of,
)
from .surface import (
    response_surface as response_surface,
)
from .surface import (
    undominated as undominated,
)
