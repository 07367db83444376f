from .inputs import (
    INPUT_COLUMNS as INPUT_COLUMNS,
    InputChanges as InputChanges,
    input_changes as input_changes,
    input_rows as input_rows,
)
from .paired import (
    COMPARE_COLUMNS as COMPARE_COLUMNS,
    Difference as Difference,
    Rank as Rank,
    compare as compare,
    compare_rows as compare_rows,
    default_years as default_years,
    difference as difference,
    indicator_difference as indicator_difference,
    outcome_of as outcome_of,
    paired_difference as paired_difference,
    ranks as ranks,
    shown_together as shown_together,
)
from .resampling import (
    CRITICAL_VALUE as CRITICAL_VALUE,
    Estimate as Estimate,
    bootstrap_error as bootstrap_error,
    bootstrap_weights as bootstrap_weights,
    mean_estimate as mean_estimate,
    share_error as share_error,
)
