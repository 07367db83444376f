from .areas import (
    joint_posterior as joint_posterior,
)
from .arrivals import (
    Arrival as Arrival,
    arrivals as arrivals,
)
from .checks import (
    FAIL as FAIL,
    PASS as PASS,
    REVIEW as REVIEW,
    Check as Check,
    Size as Size,
    effective_size_check as effective_size_check,
    hindcast_check as hindcast_check,
    peers_check as peers_check,
    quick_checks as quick_checks,
    truth_checks as truth_checks,
)
from .conditioning import (
    LEAST_EFFECTIVE as LEAST_EFFECTIVE,
    Effort as Effort,
    condition as condition,
    draws_for as draws_for,
    frozen_posterior as frozen_posterior,
    later_figures as later_figures,
    load_earlier as load_earlier,
    load_inputs as load_inputs,
    load_knowledge as load_knowledge,
    nothing_learnt as nothing_learnt,
    plan_in_force as plan_in_force,
    posterior as posterior,
    posterior_key as posterior_key,
    resample as resample,
    with_later_figures as with_later_figures,
)
from .expected import (
    Expected as Expected,
)
from .importance import (
    MOST_PARETO_K as MOST_PARETO_K,
    Weighted as Weighted,
    adaptive_importance_sampling as adaptive_importance_sampling,
    effective_size as effective_size,
    pareto_k as pareto_k,
)
from .jumps import (
    LEVEL as LEVEL,
    SAID as SAID,
    Jump as Jump,
    jumps as jumps,
)
from .knowledge import (
    Knowledge as Knowledge,
)
from .ledger import (
    Forecast as Forecast,
    Published as Published,
    append as append,
    entries_of as entries_of,
)
from .naive import (
    Naive as Naive,
    naive as naive,
)
from .nowcast import (
    nowcast as nowcast,
)
from .outturn_scores import (
    KNOWN as KNOWN,
    LEDGER_COLUMNS as LEDGER_COLUMNS,
    NOT_MAPPED as NOT_MAPPED,
    NOT_OBSERVED as NOT_OBSERVED,
    OTHER_BOUNDARY as OTHER_BOUNDARY,
    OUTSIDE as OUTSIDE,
    SCORED as SCORED,
    Beside as Beside,
    Effect as Effect,
    Judged as Judged,
    Scored as Scored,
    Skill as Skill,
    Spent as Spent,
    ledger_rows as ledger_rows,
    score as score,
    skill as skill,
)
from .past import (
    LATENT as LATENT,
    Past as Past,
    part_of_year as part_of_year,
)
from .past_scores import (
    EVENNESS as EVENNESS,
    Hindcast as Hindcast,
    covered as covered,
    hindcast as hindcast,
    impossible as impossible,
    interval_score as interval_score,
    part_of_flow as part_of_flow,
    point_score as point_score,
    prior_predictive as prior_predictive,
    probability_integral_transform as probability_integral_transform,
    weighted_interval_score as weighted_interval_score,
)
from .peers import (
    Cell as Cell,
    Quantity as Quantity,
    load_peers as load_peers,
    quantities as quantities,
)
from .pooling import (
    LeftOut as LeftOut,
    Pooled as Pooled,
    leave_one_out as leave_one_out,
    pool as pool,
)
from .sbc import (
    CODE as CODE,
    HONEST as HONEST,
    IGNORES_DATA as IGNORES_DATA,
    LOG_LIKELIHOOD as LOG_LIKELIHOOD,
    Checked as Checked,
    check_truths as check_truths,
    coverage as coverage,
    holm as holm,
    uniformity as uniformity,
)
from .truths import (
    HALVES as HALVES,
    PRINTED as PRINTED,
    Truths as Truths,
    simulate as simulate,
)
from .within_year import (
    disjoint as disjoint,
    log_copied as log_copied,
    log_normal as log_normal,
    log_parts as log_parts,
    part_variance as part_variance,
)
