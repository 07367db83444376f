from .checks import (
    FAIL as FAIL,
)
from .checks import (
    PASS as PASS,
)
from .checks import (
    REVIEW as REVIEW,
)
from .checks import (
    Check as Check,
)
from .checks import (
    Size as Size,
)
from .checks import (
    effective_size_check as effective_size_check,
)
from .checks import (
    hindcast_check as hindcast_check,
)
from .checks import (
    overall as overall,
)
from .checks import (
    quick_checks as quick_checks,
)
from .checks import (
    truth_checks as truth_checks,
)
from .conditioning import (
    LEAST_EFFECTIVE as LEAST_EFFECTIVE,
)
from .conditioning import (
    Effort as Effort,
)
from .conditioning import (
    condition as condition,
)
from .conditioning import (
    frozen_posterior as frozen_posterior,
)
from .conditioning import (
    posterior as posterior,
)
from .conditioning import (
    posterior_key as posterior_key,
)
from .conditioning import (
    resample as resample,
)
from .importance import (
    Weighted as Weighted,
)
from .importance import (
    adaptive_importance_sampling as adaptive_importance_sampling,
)
from .importance import (
    effective_size as effective_size,
)
from .knowledge import (
    Knowledge as Knowledge,
)
from .knowledge import (
    load_knowledge as load_knowledge,
)
from .ledger import (
    LAW_BREAK as LAW_BREAK,
)
from .ledger import (
    NOT_MAPPED as NOT_MAPPED,
)
from .ledger import (
    NOT_OBSERVED as NOT_OBSERVED,
)
from .ledger import (
    OTHER_BOUNDARY as OTHER_BOUNDARY,
)
from .ledger import (
    OUTSIDE as OUTSIDE,
)
from .ledger import (
    SCORED as SCORED,
)
from .ledger import (
    Forecast as Forecast,
)
from .ledger import (
    Published as Published,
)
from .ledger import (
    Scored as Scored,
)
from .ledger import (
    append as append,
)
from .ledger import (
    entries_of as entries_of,
)
from .ledger import (
    score as score,
)
from .past import (
    LATENT as LATENT,
)
from .past import (
    Past as Past,
)
from .past_scores import (
    Hindcast as Hindcast,
)
from .past_scores import (
    covered as covered,
)
from .past_scores import (
    crps as crps,
)
from .past_scores import (
    hindcast as hindcast,
)
from .past_scores import (
    impossible as impossible,
)
from .past_scores import (
    interval_score as interval_score,
)
from .past_scores import (
    point_score as point_score,
)
from .past_scores import (
    prior_predictive as prior_predictive,
)
from .past_scores import (
    probability_integral_transform as probability_integral_transform,
)
from .past_scores import (
    weighted_interval_score as weighted_interval_score,
)
from .sbc import (
    CODE as CODE,
)
from .sbc import (
    HONEST as HONEST,
)
from .sbc import (
    IGNORES_DATA as IGNORES_DATA,
)
from .sbc import (
    LOG_LIKELIHOOD as LOG_LIKELIHOOD,
)
from .sbc import (
    Checked as Checked,
)
from .sbc import (
    check_truths as check_truths,
)
from .sbc import (
    coverage as coverage,
)
from .sbc import (
    holm as holm,
)
from .sbc import (
    uniformity as uniformity,
)
from .truths import (
    Truths as Truths,
)
from .truths import (
    outturn_draws as outturn_draws,
)
from .truths import (
    simulate as simulate,
)
