from .allocation import (
    Allocation as Allocation,
    Limits as Limits,
    allocation_of as allocation_of,
    share_within as share_within,
    with_allocation as with_allocation,
    with_past as with_past,
)
from .areas import (
    EVERY_LINE as EVERY_LINE,
    AreaShares as AreaShares,
    Shares as Shares,
    areas_problems as areas_problems,
    divided as divided,
    in_force as in_force,
    is_whole as is_whole,
    moved as moved,
    share_out as share_out,
    shares_of as shares_of,
    whole_shares as whole_shares,
)
from .breaks import (
    Break as Break,
    Month as Month,
    breaks_between as breaks_between,
)
from .calls import (
    Miscalled as Miscalled,
    answering as answering,
    answering_class as answering_class,
    likest as likest,
)
from .canonical import (
    fingerprint as fingerprint,
    inputs_fingerprint as inputs_fingerprint,
    scenario_fingerprint as scenario_fingerprint,
)
from .choices import (
    COARSE_PARTS as COARSE_PARTS,
    FINE_PARTS as FINE_PARTS,
    UNBOUNDED as UNBOUNDED,
    Bounds as Bounds,
    FixedFund as FixedFund,
    FlexibleFund as FlexibleFund,
)
from .errors import (
    CoopsimError as CoopsimError,
    InputError as InputError,
    Number as Number,
    Numbers as Numbers,
    Problem as Problem,
    RunError as RunError,
    count_of as count_of,
    in_percent as in_percent,
)
from .frozen import (
    freeze as freeze,
)
from .history import (
    END as END,
    GROWTH as GROWTH,
    MATCH_KINDS as MATCH_KINDS,
    PART as PART,
    WITHIN as WITHIN,
    Calibration as Calibration,
    Match as Match,
    SetAside as SetAside,
)
from .indicators import (
    AVERAGES as AVERAGES,
    COMPARED as COMPARED,
    COUNT_UNITS as COUNT_UNITS,
    FANS as FANS,
    GOALS as GOALS,
    GROWING as GROWING,
    HEADLINE as HEADLINE,
    INDICATOR as INDICATOR,
    INDICATORS as INDICATORS,
    JUDGED as JUDGED,
    LEADING as LEADING,
    MILLION_PER_BILLION as MILLION_PER_BILLION,
    MONTHLY as MONTHLY,
    MONTHS_PER_YEAR as MONTHS_PER_YEAR,
    NOMINAL as NOMINAL,
    OPPOSED as OPPOSED,
    PER_BILLION as PER_BILLION,
    PERCENT as PERCENT,
    PRICE_YEAR as PRICE_YEAR,
    REAL as REAL,
    REPORTING_ERROR as REPORTING_ERROR,
    TOGETHER as TOGETHER,
    UNIT_ALIASES as UNIT_ALIASES,
    VND_PER_BILLION as VND_PER_BILLION,
    Indicator as Indicator,
    billion_from_vnd as billion_from_vnd,
    parts_of as parts_of,
    price_bases as price_bases,
    vnd_from_billion as vnd_from_billion,
)
from .plan import (
    BUDGET_LINES as BUDGET_LINES,
    FOUNDING_LINE as FOUNDING_LINE,
    LINES as LINES,
    PRICE_BASES as PRICE_BASES,
    Label as Label,
    Line as Line,
    Plan as Plan,
    refuse_areas as refuse_areas,
    same_every_year as same_every_year,
    spelled_out as spelled_out,
)
from .progress import (
    steps as steps,
    watched as watched,
)
from .scenario import (
    CENTRAL as CENTRAL,
    YEAR_END as YEAR_END,
    Area as Area,
    Assumed as Assumed,
    AssumedFund as AssumedFund,
    Observation as Observation,
    Province as Province,
    Scenario as Scenario,
    Source as Source,
    Subject as Subject,
    Trap as Trap,
)
from .surroundings import (
    in_own_surroundings as in_own_surroundings,
    own_surroundings as own_surroundings,
)
from .targets import (
    Target as Target,
    own_target as own_target,
    target_problems as target_problems,
)
from .world import (
    GRADES as GRADES,
    KINDS as KINDS,
    Assumption as Assumption,
    Distribution as Distribution,
    Override as Override,
    Register as Register,
    World as World,
    area_id as area_id,
)
