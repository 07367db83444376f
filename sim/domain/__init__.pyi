from .choices import (
    COARSE_PARTS as COARSE_PARTS,
)
from .choices import (
    FINE_PARTS as FINE_PARTS,
)
from .choices import (
    UNBOUNDED as UNBOUNDED,
)
from .choices import (
    Bounds as Bounds,
)
from .choices import (
    FixedFund as FixedFund,
)
from .choices import (
    FlexibleFund as FlexibleFund,
)
from .errors import (
    CoopsimError as CoopsimError,
)
from .errors import (
    InputError as InputError,
)
from .errors import (
    Number as Number,
)
from .errors import (
    Numbers as Numbers,
)
from .errors import (
    Problem as Problem,
)
from .errors import (
    RunError as RunError,
)
from .errors import (
    count_of as count_of,
)
from .frozen import (
    Frozen as Frozen,
)
from .history import (
    END as END,
)
from .history import (
    FIRST_HALF as FIRST_HALF,
)
from .history import (
    GROWTH as GROWTH,
)
from .history import (
    MATCH_KINDS as MATCH_KINDS,
)
from .history import (
    MIDDLE as MIDDLE,
)
from .history import (
    Calibration as Calibration,
)
from .history import (
    Match as Match,
)
from .history import (
    SetAside as SetAside,
)
from .indicators import (
    AVERAGES as AVERAGES,
)
from .indicators import (
    COMPARED as COMPARED,
)
from .indicators import (
    FANS as FANS,
)
from .indicators import (
    GOALS as GOALS,
)
from .indicators import (
    GROWING as GROWING,
)
from .indicators import (
    HEADLINE as HEADLINE,
)
from .indicators import (
    INDICATOR as INDICATOR,
)
from .indicators import (
    INDICATORS as INDICATORS,
)
from .indicators import (
    JUDGED as JUDGED,
)
from .indicators import (
    LEADING as LEADING,
)
from .indicators import (
    MILLION_PER_BILLION as MILLION_PER_BILLION,
)
from .indicators import (
    MONTHS_PER_YEAR as MONTHS_PER_YEAR,
)
from .indicators import (
    NOMINAL as NOMINAL,
)
from .indicators import (
    OPPOSED as OPPOSED,
)
from .indicators import (
    PER_BILLION as PER_BILLION,
)
from .indicators import (
    PERCENT as PERCENT,
)
from .indicators import (
    PRICE_YEAR as PRICE_YEAR,
)
from .indicators import (
    REAL as REAL,
)
from .indicators import (
    REPORTING_ERROR as REPORTING_ERROR,
)
from .indicators import (
    TOGETHER as TOGETHER,
)
from .indicators import (
    UNIT_ALIASES as UNIT_ALIASES,
)
from .indicators import (
    VND_PER_BILLION as VND_PER_BILLION,
)
from .indicators import (
    Indicator as Indicator,
)
from .indicators import (
    billion_from_vnd as billion_from_vnd,
)
from .indicators import (
    parts_of as parts_of,
)
from .indicators import (
    price_bases as price_bases,
)
from .indicators import (
    vnd_from_billion as vnd_from_billion,
)
from .plan import (
    BUDGET_LINES as BUDGET_LINES,
)
from .plan import (
    FOUNDING_LINE as FOUNDING_LINE,
)
from .plan import (
    LINES as LINES,
)
from .plan import (
    PRICE_BASES as PRICE_BASES,
)
from .plan import (
    Allocation as Allocation,
)
from .plan import (
    Label as Label,
)
from .plan import (
    Limits as Limits,
)
from .plan import (
    Line as Line,
)
from .plan import (
    Plan as Plan,
)
from .plan import (
    allocation_of as allocation_of,
)
from .plan import (
    same_every_year as same_every_year,
)
from .plan import (
    share_out as share_out,
)
from .plan import (
    share_within as share_within,
)
from .plan import (
    spelled_out as spelled_out,
)
from .plan import (
    with_allocation as with_allocation,
)
from .scenario import (
    Area as Area,
)
from .scenario import (
    Assumed as Assumed,
)
from .scenario import (
    Observation as Observation,
)
from .scenario import (
    Province as Province,
)
from .scenario import (
    Scenario as Scenario,
)
from .scenario import (
    Source as Source,
)
from .scenario import (
    Target as Target,
)
from .scenario import (
    Trap as Trap,
)
from .scenario import (
    fingerprint as fingerprint,
)
from .scenario import (
    inputs_fingerprint as inputs_fingerprint,
)
from .scenario import (
    scenario_fingerprint as scenario_fingerprint,
)
from .world import (
    GRADES as GRADES,
)
from .world import (
    KINDS as KINDS,
)
from .world import (
    Assumption as Assumption,
)
from .world import (
    Distribution as Distribution,
)
from .world import (
    Override as Override,
)
from .world import (
    Register as Register,
)
from .world import (
    World as World,
)
