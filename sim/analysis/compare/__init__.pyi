from .inputs import (
    INPUT_COLUMNS as INPUT_COLUMNS,
)
from .inputs import (
    InputChanges as InputChanges,
)
from .inputs import (
    input_changes as input_changes,
)
from .inputs import (
    input_rows as input_rows,
)
from .paired import (
    COMPARE_COLUMNS as COMPARE_COLUMNS,
)
from .paired import (
    Difference as Difference,
)
from .paired import (
    Rank as Rank,
)
from .paired import (
    compare as compare,
)
from .paired import (
    compare_rows as compare_rows,
)
from .paired import (
    default_years as default_years,
)
from .paired import (
    difference as difference,
)
from .paired import (
    paired_difference as paired_difference,
)
from .paired import (
    ranks as ranks,
)
from .paired import (
    shown_together as shown_together,
)
from .resampling import (
    CRITICAL_VALUE as CRITICAL_VALUE,
)
from .resampling import (
    Estimate as Estimate,
)
from .resampling import (
    bootstrap_weights as bootstrap_weights,
)
from .resampling import (
    inflation as inflation,
)
