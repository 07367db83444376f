from .drivers import (
    Driver as Driver,
)
from .drivers import (
    Evidence as Evidence,
)
from .drivers import (
    evidence as evidence,
)
from .drivers import (
    first_order as first_order,
)
from .drivers import (
    grouped as grouped,
)
from .drivers import (
    resampled_shares as resampled_shares,
)
from .emulator import (
    Emulator as Emulator,
)
from .emulator import (
    Lattice as Lattice,
)
from .emulator import (
    emulate as emulate,
)
from .emulator import (
    quantiles_and_errors as quantiles_and_errors,
)
from .forecast import (
    freeze as freeze,
)
from .forecast import (
    last_growth as last_growth,
)
from .money import (
    OUTSIDE_EXPERIENCE as OUTSIDE_EXPERIENCE,
)
from .money import (
    LineMoney as LineMoney,
)
from .money import (
    disbursed as disbursed,
)
from .money import (
    fundable_foundings as fundable_foundings,
)
from .money import (
    line_money as line_money,
)
from .money import (
    median_spending_per_billion as median_spending_per_billion,
)
from .money import (
    one_more as one_more,
)
from .money import (
    per_extra_billion as per_extra_billion,
)
from .scenario import (
    TARGET_COLUMNS as TARGET_COLUMNS,
)
from .scenario import (
    Card as Card,
)
from .scenario import (
    Fan as Fan,
)
from .scenario import (
    Margin as Margin,
)
from .scenario import (
    Parts as Parts,
)
from .scenario import (
    Range as Range,
)
from .scenario import (
    ScenarioAnswer as ScenarioAnswer,
)
from .scenario import (
    TargetChance as TargetChance,
)
from .scenario import (
    TargetCounter as TargetCounter,
)
from .scenario import (
    answer_for as answer_for,
)
from .scenario import (
    fan as fan,
)
from .scenario import (
    growth_parts as growth_parts,
)
from .scenario import (
    history as history,
)
from .scenario import (
    range_of as range_of,
)
from .scenario import (
    target_chances as target_chances,
)
from .scenario import (
    target_rows as target_rows,
)
