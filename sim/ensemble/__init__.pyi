from .changed import (
    exchanged as exchanged,
    exchanged_beside as exchanged_beside,
    fixed as fixed,
    fixed_in as fixed_in,
    groups_of as groups_of,
    independent_of as independent_of,
    shuffled as shuffled,
    uncertain_ids as uncertain_ids,
)
from .draws import (
    Z90 as Z90,
    Array as Array,
    Beside as Beside,
    Block as Block,
    Posterior as Posterior,
    draw_block as draw_block,
    learnt_anew as learnt_anew,
    random_block as random_block,
    split_normal as split_normal,
    split_normal_at as split_normal_at,
)
from .outturns import (
    ALL_AREAS as ALL_AREAS,
    Outturns as Outturns,
    areas_of as areas_of,
)
from .plans import (
    CommonDraws as CommonDraws,
    Laid as Laid,
    Outcome as Outcome,
    common_draws as common_draws,
    evaluate as evaluate,
    evaluate_each as evaluate_each,
    mean_weights as mean_weights,
)
from .results import (
    SUMMARY_COLUMNS as SUMMARY_COLUMNS,
    Result as Result,
    ScenarioRun as ScenarioRun,
    add_areas as add_areas,
    made as made,
    summary_rows as summary_rows,
)
from .runner import (
    DEFAULT_DRAWS as DEFAULT_DRAWS,
    DEFAULT_SEED as DEFAULT_SEED,
    Progress as Progress,
    area_shares as area_shares,
    plan_money as plan_money,
    require_finite as require_finite,
    run as run,
    run_block as run_block,
)
from .stage import (
    price_index as price_index,
)
from .statistics import (
    QUANTILES as QUANTILES,
    apart as apart,
    describe as describe,
    monte_carlo_error as monte_carlo_error,
    sample_worth as sample_worth,
    sorted_quantiles as sorted_quantiles,
)
from .store import (
    KEPT_BLOCKS as KEPT_BLOCKS,
    code_of as code_of,
    remember as remember,
)
from .streaming import (
    stream as stream,
)
from .streams import (
    BLOCK as BLOCK,
    MAX_DRAWS as MAX_DRAWS,
    block_count as block_count,
    event_uniforms as event_uniforms,
    open_unit as open_unit,
    scramble as scramble,
    sobol_points as sobol_points,
    sobol_uniforms as sobol_uniforms,
    stream_key as stream_key,
)
