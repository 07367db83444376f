from .draws import (
    Z90 as Z90,
)
from .draws import (
    Block as Block,
)
from .draws import (
    draw_block as draw_block,
)
from .draws import (
    split_normal as split_normal,
)
from .draws import (
    split_normal_at as split_normal_at,
)
from .plans import (
    CommonDraws as CommonDraws,
)
from .plans import (
    Outcome as Outcome,
)
from .plans import (
    common_draws as common_draws,
)
from .plans import (
    evaluate as evaluate,
)
from .plans import (
    exchanged as exchanged,
)
from .plans import (
    groups_of as groups_of,
)
from .plans import (
    held as held,
)
from .plans import (
    held_in as held_in,
)
from .plans import (
    shuffled as shuffled,
)
from .plans import (
    uncertain_ids as uncertain_ids,
)
from .results import (
    ALL_AREAS as ALL_AREAS,
)
from .results import (
    QUANTILES as QUANTILES,
)
from .results import (
    SUMMARY_COLUMNS as SUMMARY_COLUMNS,
)
from .results import (
    Result as Result,
)
from .results import (
    ScenarioRun as ScenarioRun,
)
from .results import (
    add_areas as add_areas,
)
from .results import (
    describe as describe,
)
from .results import (
    made as made,
)
from .results import (
    monte_carlo_error as monte_carlo_error,
)
from .results import (
    sorted_quantiles as sorted_quantiles,
)
from .results import (
    summary_rows as summary_rows,
)
from .runner import (
    DEFAULT_DRAWS as DEFAULT_DRAWS,
)
from .runner import (
    DEFAULT_SEED as DEFAULT_SEED,
)
from .runner import (
    MAX_DRAWS as MAX_DRAWS,
)
from .runner import (
    Progress as Progress,
)
from .runner import (
    plan_money as plan_money,
)
from .runner import (
    require_finite as require_finite,
)
from .runner import (
    run as run,
)
from .runner import (
    run_block as run_block,
)
from .stage import (
    price_index as price_index,
)
from .store import (
    KEPT_BLOCKS as KEPT_BLOCKS,
)
from .store import (
    code_of as code_of,
)
from .store import (
    remember as remember,
)
from .streaming import (
    stream as stream,
)
from .streams import (
    BLOCK as BLOCK,
)
from .streams import (
    Array as Array,
)
from .streams import (
    Posterior as Posterior,
)
from .streams import (
    block_count as block_count,
)
from .streams import (
    event_uniforms as event_uniforms,
)
from .streams import (
    open_unit as open_unit,
)
from .streams import (
    sobol_uniforms as sobol_uniforms,
)
from .streams import (
    stream_key as stream_key,
)
