from .arrived import (
    ARRIVED_COLUMNS as ARRIVED_COLUMNS,
    FOLLOWED as FOLLOWED,
    CameIn as CameIn,
    Standing as Standing,
    arrived_rows as arrived_rows,
    came_in as came_in,
    since as since,
)
from .binned import (
    first_order as first_order,
    first_order_in as first_order_in,
    grouped as grouped,
    groups_of as groups_of,
    resampled_shares as resampled_shares,
)
from .drivers import (
    KEPT as KEPT,
    SHARE_DRAWS as SHARE_DRAWS,
    WEAK as WEAK,
    Driver as Driver,
    Evidence as Evidence,
    RestsOn as RestsOn,
    closed_index as closed_index,
    evidence as evidence,
    kept_draws as kept_draws,
)
from .forecast import (
    area_of as area_of,
    data_end as data_end,
    effect_of_money as effect_of_money,
    freeze as freeze,
    knowledge_key as knowledge_key,
)
from .funding import (
    PER as PER,
    Funding as Funding,
    PerHtx as PerHtx,
    per_htx as per_htx,
    per_htx_of as per_htx_of,
)
from .largest import (
    without_largest as without_largest,
)
from .money import (
    OUTSIDE_EXPERIENCE as OUTSIDE_EXPERIENCE,
    LineMoney as LineMoney,
    disbursed as disbursed,
    fundable_foundings as fundable_foundings,
    line_money as line_money,
    median_spending_per_billion as median_spending_per_billion,
    one_more as one_more,
    per_extra_billion as per_extra_billion,
    sign_assumed as sign_assumed,
)
from .revision import (
    CAUSES as CAUSES,
    Part as Part,
    Revised as Revised,
    Revision as Revision,
    revision as revision,
)
from .scenario import (
    TARGET_COLUMNS as TARGET_COLUMNS,
    Card as Card,
    Fan as Fan,
    Margin as Margin,
    Parts as Parts,
    Range as Range,
    ScenarioAnswer as ScenarioAnswer,
    Since as Since,
    TargetChance as TargetChance,
    TargetCounter as TargetCounter,
    answer_for as answer_for,
    chance_in as chance_in,
    fan as fan,
    growth_parts as growth_parts,
    headline_of as headline_of,
    history as history,
    outturns as outturns,
    range_of as range_of,
    target_chances as target_chances,
    target_met as target_met,
    target_rows as target_rows,
)
